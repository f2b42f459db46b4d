// The one way to start what a test needs: the built Worker in workerd, the simulator of the providers beside it with real HTTP between
// them, and a real Chromium.
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unstable_readConfig as readConfig } from 'wrangler';
import { freshSecrets, localVars } from '../../edge/tools/local-config.mjs';
import { ROOT } from '../../edge/tools/up-to-date.mjs';
import { startWorker } from '../../edge/tools/workerd.mjs';
import { startSimulator } from '../simulator/server.mjs';
import { startBrowser } from './browser.mjs';
import { keepBooks, logFile } from './evidence.mjs';
import { until } from './until.mjs';

/**
 * Patience of milliseconds instead of minutes. The order of size between the figures is the one of production.
 */
const QUICK = {
  provider_timeout_ms: 1_000,
  settle_backoff_ms: Array.from({ length: 40 }, (_, i) => 100 + i * 20),
  not_found_grace_ms: 1_500,
  provider_calls_per_period: 1_000,
  // Tests make a provider fail all the time: only those about that want to have it taken for down.
  breaker_failures: 1_000,
};

/** The same for the simulator. Its notifications are off, so that a test sees the Worker find out by itself. */
const QUICK_PROVIDERS = {
  wipayCalls: Infinity,
  slowMs: 300,
  processingMs: 500,
  koraWebhooks: false,
  celbuxWebhooks: false,
  webhookDelayMs: 20,
  webhookRetryMs: 50,
};

/** wrangler's watcher can miss a change that comes before it has begun to look: the file is written again. */
const REWRITE_MS = 5_000;

/**
 * Starts what is asked for; left out, it is the Worker and the simulator.
 *
 *   worker         false for none
 *   limits         of the Worker, added to QUICK: undefined takes one out; null for the Worker's own defaults
 *   vars           of the Worker: they replace or, when null, remove variables
 *   entry          the path of another Worker than the one that is deployed
 *   simulatorUrl   where the Worker looks for its providers, when that is not the simulator itself
 *   simulator      options of the simulator; false for none
 *   browser        true for Chromium, or a list of arguments for it
 *
 * Gives `{simulator, browser, stop()}`, and of the Worker `{url, apiKey, settings, lines, readFiles(), reconfigure(vars, holds),
 * restart(vars)}`: `settings` are its variables, `lines` everything it and wrangler have printed. Rejects, with the printed `lines` on
 * the error, when the Worker refuses its configuration.
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

/** The simulator without a Worker. */
async function startProviders(options) {
  const simulator = options ? await startSimulator(options) : undefined;
  return { simulator, stop: () => simulator?.close() };
}

/** The Worker and the simulator. */
async function startServer(options, { limits = {}, vars = {}, simulatorUrl, entry }) {
  const secrets = freshSecrets();
  const apiKey = secrets.MERCHANT_API_KEY;
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const simulator = await startSimulator({ checkoutUrl: url, apiKey, secrets, ...QUICK_PROVIDERS, ...options });
  const folder = mkdtempSync(join(tmpdir(), 'voucher-checkout-'));
  const settings = {
    ...localVars(url, simulatorUrl ?? simulator.url),
    ...secrets,
    ...(limits && { LIMITS: JSON.stringify(quick(limits)) }),
    ...vars,
  };
  const config = join(folder, 'wrangler.json');
  const rewrite = (changes) => writeFileSync(config, JSON.stringify(configuration(Object.assign(settings, changes), entry)));
  rewrite();

  const lines = [];
  const file = logFile(`worker-${process.pid}-${port}.log`);
  const onLine = (line) => {
    lines.push(line);
    appendFileSync(file, `${line}\n`);
  };
  const run = () => startWorker({ port, config, args: ['--persist-to', join(folder, 'state')], onLine });
  let worker;
  try {
    worker = await run();
  } catch (error) {
    await simulator.close();
    rmSync(folder, { recursive: true, force: true });
    throw Object.assign(error, { lines });
  }
  return {
    url,
    apiKey,
    simulator,
    settings,
    lines,
    /** The bytes of every file that the Worker's storage is made of. */
    readFiles: () => filesUnder(join(folder, 'state')).map((file) => readFileSync(file)),
    /** Changes variables under the running Worker, and waits until `holds(status)` is true of what it says of its health. */
    async reconfigure(changes, holds) {
      let written = 0;
      const health = () => {
        if (Date.now() - written > REWRITE_MS) {
          rewrite(changes);
          written = Date.now();
        }
        return fetch(`${url}/healthz`).then(({ status }) => status, () => undefined);
      };
      await until(health, holds, { within: 120_000, every: 100 });
    },
    /** Ends the Worker's processes at once, as a power cut would, and starts it again over the same storage. */
    async restart(changes) {
      await worker.stop('SIGKILL');
      if (changes) rewrite(changes);
      worker = await run();
    },
    async stop() {
      keepBooks(simulator.books(), `${process.pid}-${port}`);
      await Promise.all([worker.stop(), simulator.close()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** QUICK with these changes. What is not believed at once is believed half a second after the provider's time is up. */
function quick(changes) {
  const limits = { ...QUICK, ...changes };
  if (!changes.not_found_grace_ms) limits.not_found_grace_ms = limits.provider_timeout_ms + 500;
  return limits;
}

/** The deploy configuration, but with the files where they are, nothing to build, and these variables alone. */
function configuration(vars, entry = 'edge/build/index.js') {
  const deployed = readConfig({ config: join(ROOT, 'wrangler.toml') });
  return {
    name: deployed.name,
    main: join(ROOT, entry),
    compatibility_date: deployed.compatibility_date,
    assets: { directory: join(ROOT, 'www/dist'), binding: deployed.assets.binding },
    durable_objects: { bindings: deployed.durable_objects.bindings.map(({ name, class_name }) => ({ name, class_name })) },
    migrations: deployed.migrations,
    no_bundle: true,
    rules: [{ type: 'CompiledWasm', globs: ['**/*.wasm'] }],
    vars: Object.fromEntries(Object.entries(vars).filter(([, value]) => value !== null)),
  };
}

function filesUnder(folder) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** A port nobody listens on. */
async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, 'localhost', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
