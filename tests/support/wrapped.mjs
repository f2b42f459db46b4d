// Workers around the one that is deployed: one counts the calls to each of its Durable Objects, one has objects at a distance, and one has
// throttles that answer when they are told to.
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { ROOT } from '../../edge/tools/up-to-date.mjs';

/** The address at which the counting Worker answers with the counts: `{class: {object: calls}}`. */
export const COUNTS = '/calls-of-objects';

/**
 * The addresses of the Worker that holds throttles: from the first one on, a throttle that is asked waits, from the second one on it answers,
 * and by the third one those answer that have waited since the oldest of the first. Each answers with the number of those that wait.
 */
export const [HOLD, PASS, RELEASE] = ['/throttles/hold', '/throttles/pass', '/throttles/release'];

const CLASSES = ['Checkout', 'Gate', 'Idempotency', 'Voucher', 'Attention', 'Throttle'];

const COUNTING = `
const calls = {};

function wrapped(kind, Base) {
  return class extends Base {
    #name;
    constructor(ctx, env) {
      super(ctx, env);
      this.#name = ctx.id.name ?? String(ctx.id);
    }
    fetch(request) {
      calls[kind] ??= {};
      calls[kind][this.#name] = (calls[kind][this.#name] ?? 0) + 1;
      return super.fetch(request);
    }
  };
}

export default class extends deployed.default {
  fetch(request) {
    return new URL(request.url).pathname === '${COUNTS}' ? Response.json(calls) : super.fetch(request);
  }
}
`;

/** The name of the class is the one of a real binding: the Worker checks it. */
const distant = (hopMs, answersAtOnce) => `
const answers = {};

class DurableObjectNamespace {
  #real;
  #answersAtOnce;
  constructor(real, answersAtOnce) {
    this.#real = real;
    this.#answersAtOnce = answersAtOnce;
  }
  getByName(name) {
    const object = this.#real.getByName(name);
    if (!this.#answersAtOnce) return { fetch: (request) => scheduler.wait(${hopMs}).then(() => object.fetch(request)) };
    return { fetch: async (request) => new Response(await (answers[new URL(request.url).pathname] ??= textOf(object, request))) };
  }
}

const textOf = async (object, request) => (await object.fetch(request)).text();

function wrapped(kind, Base) {
  return class extends Base {
    constructor(ctx, env) {
      const distant = Object.fromEntries(['VOUCHER', 'GATE', 'THROTTLE'].map((name) => [name, new DurableObjectNamespace(env[name], ${answersAtOnce} && name === 'THROTTLE')]));
      super(ctx, { ...env, ...distant });
    }
  };
}

export default deployed.default;
`;

const HOLDING = `
let holds = false;
let held = 0;
let released = 0;
let waiting = 0;

function wrapped(kind, Base) {
  if (kind !== 'Throttle') return Base;
  return class extends Base {
    async fetch(request) {
      if (holds && new URL(request.url).pathname === '/ask') {
        const mine = held;
        waiting++;
        // The end of the wait comes by another request, whose promises this one cannot await.
        while (mine > released) await scheduler.wait(5);
        waiting--;
      }
      return super.fetch(request);
    }
  };
}

export default class extends deployed.default {
  fetch(request) {
    const { pathname } = new URL(request.url);
    if (!pathname.startsWith('/throttles/')) return super.fetch(request);
    if (pathname === '${HOLD}' && !holds) held++;
    if (pathname === '${RELEASE}') released++;
    holds = pathname === '${HOLD}';
    return Response.json({ waiting });
  }
}
`;

/** Builds the Worker that counts in `folder`, and returns the path of its entry from the root. */
export const countingWorker = (folder) => wrappedWorker(folder, COUNTING);

/**
 * Builds a Worker in which each call of a session to a voucher, gate or throttle takes `hopMs` longer, as between the machines of a network,
 * and returns the path of its entry from the root. With `answersAtOnce` its throttles and brakes answer each kind of call as they answered
 * the first one, in no time.
 */
export const distantWorker = (folder, hopMs, answersAtOnce) => wrappedWorker(folder, distant(hopMs, answersAtOnce));

/** Builds the Worker that holds throttles, and returns the path of its entry from the root. */
export const holdingWorker = (folder) => wrappedWorker(folder, HOLDING);

async function wrappedWorker(folder, source) {
  mkdirSync(join(ROOT, folder), { recursive: true });
  copyFileSync(join(ROOT, 'edge/build/index_bg.wasm'), join(ROOT, folder, 'index_bg.wasm'));
  const classes = CLASSES.map((name) => `export const ${name} = wrapped('${name}', deployed.${name});`);
  const contents = `import * as deployed from './index.js';\n${source}\n${classes.join('\n')}\n`;
  const entry = `${folder}/index.js`;
  await build({
    stdin: { contents, resolveDir: join(ROOT, 'edge/build') },
    external: ['cloudflare:*', './index_bg.wasm'],
    bundle: true,
    format: 'esm',
    outfile: join(ROOT, entry),
    logLevel: 'warning',
  });
  return entry;
}
