// A Worker that counts the calls to each of its Durable Objects, around the one that is deployed.
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { ROOT } from '../../edge/tools/up-to-date.mjs';

/** The address at which it answers with the counts: `{class: {object: calls}}`. */
export const COUNTS = '/calls-of-objects';

const CLASSES = ['Checkout', 'Gate', 'Idempotency', 'Voucher', 'Attention', 'Throttle'];

/** Builds it in `folder`, and returns the path of its entry from the root. */
export async function countingWorker(folder) {
  mkdirSync(join(ROOT, folder), { recursive: true });
  copyFileSync(join(ROOT, 'edge/build/index_bg.wasm'), join(ROOT, folder, 'index_bg.wasm'));
  const wrapped = CLASSES.map((name) => `export const ${name} = counting('${name}', deployed.${name});`);
  const contents = `import * as deployed from './index.js';

const calls = {};

function counting(kind, Base) {
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

${wrapped.join('\n')}

export default class extends deployed.default {
  fetch(request) {
    return new URL(request.url).pathname === '${COUNTS}' ? Response.json(calls) : super.fetch(request);
  }
}
`;
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
