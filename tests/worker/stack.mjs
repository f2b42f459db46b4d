// A running checkout for a test: the built Worker in workerd, the provider simulator beside it, real HTTP between them.
import { randomBytes } from 'node:crypto';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unstable_readConfig as readConfig } from 'wrangler';
import { startWorker } from '../../edge/dev.mjs';
import { localVars } from '../../edge/local.mjs';
import { ROOT } from '../../edge/stamp.mjs';
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
  gate_calls: 100_000,
};

/**
 * Starts both. `limits` are added to QUICK (null: the Worker's own defaults); `vars` replace or, when null, remove
 * variables; `simulator` are options of the simulator. `persist` is a folder that outlives the Worker.
 * Returns `{url, apiKey, simulator, log, logged(), restart(signal), stop()}`.
 */
export async function startStack({ limits = {}, vars = {}, simulator: options = {}, simulatorUrl } = {}) {
  const apiKey = `key_${randomBytes(24).toString('hex')}`;
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const simulator = await startSimulator({ checkoutUrl: url, apiKey, wipayCalls: Infinity, slowMs: 300, processingMs: 500, ...options });
  const folder = mkdtempSync(join(tmpdir(), 'voucher-checkout-'));
  const settings = {
    ...localVars(url, simulatorUrl ?? simulator.url),
    MERCHANT_API_KEY: apiKey,
    SEALING_KEY: randomBytes(32).toString('base64'),
    KORA_SECRET_KEY: `sk_test_${randomBytes(16).toString('hex')}`,
    ...(limits && { LIMITS: JSON.stringify({ ...QUICK, ...limits }) }),
    ...vars,
  };
  const config = join(folder, 'wrangler.json');
  writeFileSync(config, JSON.stringify(configuration(settings)));

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
    throw error;
  }
  return {
    url,
    apiKey,
    simulator,
    settings,
    lines,
    /** Ends the Worker's processes at once, as a power cut would, and starts it again over the same storage. */
    async restart() {
      await worker.stop('SIGKILL');
      worker = await start();
    },
    async stop() {
      await Promise.all([worker.stop(), simulator.close()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The deploy configuration, but with the files where they are, nothing to build, and these variables alone. */
function configuration(vars) {
  const deployed = readConfig({ config: join(ROOT, 'wrangler.toml') });
  return {
    name: deployed.name,
    main: join(ROOT, 'edge/build/index.js'),
    compatibility_date: deployed.compatibility_date,
    assets: { directory: join(ROOT, 'www/dist') },
    durable_objects: { bindings: deployed.durable_objects.bindings.map(({ name, class_name }) => ({ name, class_name })) },
    migrations: deployed.migrations,
    no_bundle: true,
    rules: [{ type: 'CompiledWasm', globs: ['**/*.wasm'] }],
    vars: Object.fromEntries(Object.entries(vars).filter(([, value]) => value !== null)),
  };
}

/** A port nobody listens on. */
async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, 'localhost', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
