// A running checkout for a test: the built Worker in workerd, the provider simulator beside it, real HTTP between them.
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unstable_readConfig as readConfig } from 'wrangler';
import { startWorker } from '../../edge/tools/workerd.mjs';
import { freshSecrets, localVars } from '../../edge/tools/local-config.mjs';
import { ROOT } from '../../edge/tools/up-to-date.mjs';
import { startSimulator } from '../simulator/server.mjs';

/** Where every line of every Worker of a test run is kept, for the search for PINs at its end. */
export const LOGS = join(ROOT, 'tests/.logs');

/**
 * Patience of milliseconds instead of minutes. The order of size between the figures is the one of production.
 */
export const QUICK = {
  provider_timeout_ms: 1_000,
  settle_after_ms: Array.from({ length: 40 }, (_, i) => 100 + i * 20),
  believe_after_ms: 1_500,
  gate_calls: 1_000,
  // Tests make a provider fail all the time: only those about that want to have it taken for down.
  down_after: 1_000,
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

/**
 * Starts both. `limits` are added to QUICK (undefined takes one out; null for the Worker's own defaults); `vars` replace
 * or, when null, remove variables; `simulator` are options of the simulator. `simulatorUrl` is where the Worker looks for
 * its providers, when that is not the simulator itself; `entry` the path of another Worker than the one that is deployed.
 *
 * Returns `{url, apiKey, settings, simulator, lines, readFiles(), rewrite(vars), restart(vars), stop()}`: `settings` are the Worker's
 * variables, `lines` everything it and wrangler have printed. Rejects, with the printed `lines` on the error, when the
 * Worker refuses its configuration.
 */
export async function startStack({ limits = {}, vars = {}, simulator: options = {}, simulatorUrl, entry } = {}) {
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
  const rewrite = (changes = {}) => writeFileSync(config, JSON.stringify(configuration(Object.assign(settings, changes), entry)));
  rewrite();

  const lines = [];
  mkdirSync(LOGS, { recursive: true });
  const file = join(LOGS, `worker-${process.pid}-${port}.log`);
  const onLine = (line) => {
    lines.push(line);
    appendFileSync(file, `${line}\n`);
  };
  const start = () => startWorker({ port, config, args: ['--persist-to', join(folder, 'state')], onLine });
  let worker;
  try {
    worker = await start();
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
    /** Changes variables under the running Worker, which takes them up a moment later. */
    rewrite,
    /** Ends the Worker's processes at once, as a power cut would, and starts it again over the same storage. */
    async restart(changes) {
      await worker.stop('SIGKILL');
      if (changes) rewrite(changes);
      worker = await start();
    },
    async stop() {
      keepEvidence(simulator.books(), `${process.pid}-${port}`);
      await Promise.all([worker.stop(), simulator.close()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** QUICK with these changes. What is not believed at once is believed half a second after the provider's time is up. */
function quick(changes) {
  const limits = { ...QUICK, ...changes };
  if (!changes.believe_after_ms) limits.believe_after_ms = limits.provider_timeout_ms + 500;
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

/** How PINs stand in the calls: Kora's, WiPay's, Celbux's and ODM's. */
const PIN_IN_CALL = /"pin":"(\w{12,})"|voucher=(\w{12,})|"VoucherNo":"([\d-]{13,15})"|"voucherCode":"(\d{16})"/g;

/** What the search for PINs needs: every PIN that was in use, and every address a provider was called at. */
function keepEvidence({ vouchers, funded_vouchers: funded, change_vouchers: change, calls }, name) {
  // Those that name no voucher stand in the calls alone.
  const texts = calls.flatMap(({ body, answer }) => [body ?? '', answer?.body ?? '']);
  const told = texts.flatMap((text) => [...text.matchAll(PIN_IN_CALL)].map(([, ...pins]) => pins.find(Boolean)));
  const pins = [...vouchers, ...funded, ...change].map(({ pin }) => pin).concat(told);
  // Without and with their hyphens.
  const forms = new Set([...pins.map((pin) => pin.replaceAll('-', '')), ...pins]);
  writeFileSync(join(LOGS, `pins-${name}.json`), JSON.stringify([...forms]));
  writeFileSync(join(LOGS, `addresses-${name}.log`), calls.map(({ method, path }) => `${method} ${path}\n`).join(''));
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
