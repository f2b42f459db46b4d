// Starts everything a test needs: the built Worker in workerd, the simulator of the providers with real HTTP between them, and a
// real Chromium.
import { appendFileSync, cpSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { freshSecrets, localVars } from '../../edge/tools/local-config.mjs';
import { D1, placeEmptyIndex } from '../../edge/tools/migrations.mjs';
import { runSchedule } from '../../edge/tools/schedule.mjs';
import { ROOT } from '../../edge/tools/up-to-date.mjs';
import { startWith } from '../../edge/tools/workerd.mjs';
import { startSimulator } from '../simulator/server.mjs';
import { startBrowser } from './browser.mjs';
import { deployedOptions } from './deployed.mjs';
import { keepBooks, logFile } from './evidence.mjs';
import { freePort } from './ports.mjs';
import { until } from './until.mjs';

/** The Worker that is deployed. */
const DEPLOYED = 'edge/build/index.js';

/** Timeouts in milliseconds instead of minutes, in the same order of size as in production. */
const QUICK = {
  provider_timeout_ms: 4_000,
  settle_backoff_ms: Array.from({ length: 40 }, (_, i) => 100 + i * 20),
  not_found_grace_ms: 4_500,
  provider_calls_per_period: 1_000,
  // Tests make a provider fail all the time: only the tests of the breaker lower this.
  breaker_failures: 1_000,
  // All tests of a file share one address and one phone number: only the tests of the throttles lower these.
  address_failed_per_minute: 10_000,
  address_failed_per_hour: 10_000,
  address_failed_per_hour_most: 10_000,
  address_failed_per_day: 10_000,
  phone_failed_per_minute: 10_000,
  phone_failed_per_hour: 10_000,
  phone_failed_per_day: 10_000,
  brake_after_failed: 1_000_000,
  mask_declines_after: 1_000,
  masked_answer_ms: 200,
  issued_per_day: 10_000,
  issued_per_day_up_to: 100_000_000_00,
};

/** The timeouts of the simulator. Its webhooks are off, so that the Worker has to look outcomes up. */
const QUICK_PROVIDERS = {
  wipayCalls: Infinity,
  slowMs: 300,
  processingMs: 500,
  koraWebhooks: false,
  celbuxWebhooks: false,
  webhookDelayMs: 20,
  webhookRetryMs: 50,
};

/** The program that serves the Worker. It starts in a third of the time of `wrangler dev`. */
const SERVE = join(ROOT, 'tests/support/serve.mjs');

/**
 * Starts the requested parts; by default the Worker and the simulator.
 *
 *   worker         false for none
 *   limits         limits of the Worker, added to QUICK: undefined removes one; null for the Worker's own defaults
 *   vars           variables of the Worker to replace or, when null, to remove
 *   entry          the path of another Worker than the deployed one
 *   index          false for an index without tables
 *   simulatorUrl   the address at which the Worker calls its providers, when that is not the simulator itself
 *   simulator      options of the simulator; false for none
 *   browser        true for Chromium, or a list of arguments for it
 *
 * Returns `{simulator, browser, stop()}`, and for the Worker `{url, apiKey, issuingKey, settings, lines, state, readFiles(), indexFile(),
 * runSchedule(), stopWorker(), reconfigure(vars, holds), restart(vars, later)}`: `settings` are its variables, `state` is the folder of its
 * storage, and `lines` everything that it and Miniflare have printed. Rejects, with the printed `lines` on the error, when the Worker
 * refuses its configuration.
 */
export async function start({ worker = true, simulator = {}, browser = false, ...how } = {}) {
  const [server, chromium] = await Promise.all([
    worker ? startServer(simulator, how) : startProviders(simulator),
    browser ? startBrowser(browser === true ? [] : browser) : undefined,
  ]);
  return {
    ...server,
    browser: chromium,
    async stop() {
      await chromium?.close();
      await server.stop();
    },
  };
}

/** Starts the simulator without a Worker. */
async function startProviders(options) {
  const simulator = options ? await startSimulator(options) : undefined;
  return { simulator, stop: () => simulator?.close() };
}

/** Starts the Worker and the simulator. */
async function startServer(options, { limits = {}, vars = {}, simulatorUrl, entry, index = true }) {
  const secrets = freshSecrets();
  const { MERCHANT_API_KEY: apiKey, ISSUING_API_KEY: issuingKey } = secrets;
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const simulator = await startSimulator({ checkoutUrl: url, apiKey, secrets, ...QUICK_PROVIDERS, ...options });
  const folder = mkdtempSync(join(tmpdir(), 'voucher-checkout-'));
  const settings = {
    ...localVars(url, simulatorUrl ?? simulator.url),
    // Calls to Access do not go through the proxy of the providers.
    ACCESS_TEAM_DOMAIN: simulator.url,
    ...secrets,
    ...(limits && { LIMITS: JSON.stringify(quick(limits)) }),
    ...vars,
  };
  const state = join(folder, 'state');
  const deployed = await deployedOptions();
  const config = join(folder, 'options.json');
  let main = join(ROOT, entry ?? DEPLOYED);
  const rewrite = (changes) => {
    const options = optionsOf(deployed, { port, state, main, vars: Object.assign(settings, changes) });
    // The program that serves the Worker must not read half a file.
    writeFileSync(`${config}.new`, JSON.stringify(options));
    renameSync(`${config}.new`, config);
  };
  rewrite();

  const lines = [];
  const file = logFile(`worker-${process.pid}-${port}.log`);
  const onLine = (line) => {
    lines.push(line);
    appendFileSync(file, `${line}\n`);
  };
  const run = () => startWith('node', [SERVE, config], { port, env: { TMPDIR: folder }, onLine });
  let worker;
  try {
    if (index) await placeEmptyIndex(state);
    worker = await run();
  } catch (error) {
    await simulator.close();
    rmSync(folder, { recursive: true, force: true });
    throw Object.assign(error, { lines });
  }
  return {
    url,
    apiKey,
    issuingKey,
    simulator,
    settings,
    lines,
    state,
    /** Runs the Worker's schedule once. */
    runSchedule: () => runSchedule(url),
    /** Stops the Worker until `restart`. */
    stopWorker: () => worker.stop(),
    /** Returns the bytes of every file of the Worker's storage. */
    readFiles: () => filesUnder(state).flatMap(bytesOf),
    /** Returns the path of the index's database file. */
    indexFile: () => filesUnder(join(state, D1)).find((file) => /[0-9a-f]{64}\.sqlite$/.test(file)),
    /** Changes variables of the running Worker, and waits until `holds(status)` is true of its health check. */
    async reconfigure(changes, holds) {
      rewrite(changes);
      const health = () => fetch(`${url}/healthz`).then(({ status }) => status, () => undefined);
      await until(health, holds, { within: 120_000, every: 100 });
    },
    /**
     * Kills the Worker's processes at once, as a power cut would, and starts it again on the same storage; `later` milliseconds
     * later by its own clock.
     */
    async restart(changes, later = 0) {
      await worker.stop('SIGKILL');
      if (later) main = laterWorker(main, join(folder, `later-${later}`), later);
      if (changes || later) rewrite(changes ?? {});
      worker = await run();
    },
    async stop() {
      keepBooks(simulator.books(), `${process.pid}-${port}`);
      await Promise.all([worker.stop(), simulator.close()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Returns QUICK with these changes. "Not found" is final half a second after the provider's timeout. */
function quick(changes) {
  const limits = { ...QUICK, ...changes };
  if (!changes.not_found_grace_ms) limits.not_found_grace_ms = limits.provider_timeout_ms + 500;
  return limits;
}

/** Copies a Worker into `folder`, with a clock that is `later` milliseconds ahead. Returns the path of its entry. */
function laterWorker(main, folder, later) {
  cpSync(dirname(main), folder, { recursive: true });
  const entry = join(folder, basename(main));
  const clock = `const Now = Date;
globalThis.Date = class extends Now {
  constructor(...given) {
    super(...(given.length ? given : [Now.now() + ${later}]));
  }
  static now() {
    return Now.now() + ${later};
  }
};
`;
  const code = readFileSync(entry, 'utf8');
  // The runtime's own clock, which fires alarms, is not ahead.
  const alarms = code.replace(/\.setAlarm\((\w+),/, `.setAlarm(new Now($1 - ${later}),`);
  if (alarms === code) throw new Error('The Worker sets no alarm.');
  writeFileSync(entry, clock + alarms);
  return entry;
}

/** Returns Miniflare's options: those of the deployed Worker with this entry, state and port, and only these variables. */
function optionsOf(deployed, { port, state, main, vars }) {
  const folder = dirname(main);
  const wasm = readdirSync(folder).filter((name) => name.endsWith('.wasm'));
  const modules = [{ type: 'ESModule', path: main }, ...wasm.map((name) => ({ type: 'CompiledWasm', path: join(folder, name) }))];
  const bindings = Object.fromEntries(Object.entries(vars).filter(([, value]) => value !== null));
  return {
    host: 'localhost',
    port,
    resourcePersistencePath: join(state, 'v3'),
    unsafeTriggerHandlers: true,
    // Otherwise workerd does not print uncaught exceptions.
    verbose: true,
    // Otherwise Miniflare fetches the place of this machine from Cloudflare.
    cf: false,
    workers: [{ ...deployed, bindings, modulesRoot: folder, modules }],
  };
}

function filesUnder(folder) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** Returns the bytes of a file; nothing when it is gone: workerd removes the files of a log that it has written back. */
function bytesOf(file) {
  try {
    return [readFileSync(file)];
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    return [];
  }
}
