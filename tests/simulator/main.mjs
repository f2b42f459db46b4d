/** Command line of the simulator: the simulated providers, their books, and the demo shop. */
import { parseArgs } from 'node:util';
import { PROVIDERS } from './providers.mjs';
import { startSimulator } from './server.mjs';

const SECRETS = PROVIDERS.flatMap(({ testSecrets }) => Object.keys(testSecrets));

const HELP = `Plays the voucher providers and a demo shop on this machine.

  node tests/simulator/main.mjs [--port 8788] [--checkout http://localhost:8787]

  --port       where the simulator and the shop listen (default 8788)
  --checkout   where the checkout Worker listens (default http://localhost:8787)
  --help       this text

Environment:
  MERCHANT_API_KEY   the shop's key for the checkout's API (required)
  WEBHOOK_SECRET     what the checkout signs its events with; they go to /shop/events, and without it none is taken
  the Worker's secrets for its providers, as far as they differ from the fixed test values:
${SECRETS.map((name) => `    ${name}\n`).join('')}`;

const OPTIONS = {
  port: { type: 'string', default: '8788' },
  checkout: { type: 'string', default: 'http://localhost:8787' },
  help: { type: 'boolean', default: false },
};

const settings = readSettings();
const simulator = await start(settings);
console.log(`Demo shop    ${simulator.url}/`);
console.log(`Books        ${simulator.url}/books`);
for (const { title, mount } of PROVIDERS) console.log(`${title.padEnd(12)} ${simulator.url}${mount}`);

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => simulator.close().then(() => process.exit(0)));
}

function readSettings() {
  let values;
  try {
    ({ values } = parseArgs({ options: OPTIONS }));
  } catch (error) {
    return quit(`${error.message}\n\n${HELP}`);
  }
  if (values.help) {
    process.stdout.write(HELP);
    process.exit(0);
  }
  const port = /^\d{1,5}$/.test(values.port) ? Number(values.port) : NaN;
  if (!(port <= 65535)) return quit(`--port must be a number up to 65535, not "${values.port}".`);
  if (!/^https?:\/\/[^/]+\/?$/.test(values.checkout)) {
    return quit(`--checkout must be an origin such as http://localhost:8787, not "${values.checkout}".`);
  }
  const apiKey = process.env.MERCHANT_API_KEY;
  if (!apiKey) return quit('MERCHANT_API_KEY is not set: the demo shop needs it to create checkout sessions.');
  const secrets = Object.fromEntries(SECRETS.filter((name) => process.env[name]).map((name) => [name, process.env[name]]));
  const webhookSecret = process.env.WEBHOOK_SECRET;
  return { port, checkoutUrl: values.checkout.replace(/\/$/, ''), apiKey, webhookSecret, secrets };
}

async function start({ port, ...others }) {
  try {
    return await startSimulator({ port, ...others });
  } catch (error) {
    if (error.code === 'EADDRINUSE') {
      return quit(`Port ${port} is taken: stop what listens there, or choose another with --port.`);
    }
    if (error.code === 'EACCES') {
      return quit(`Port ${port} may not be used by this account: choose one above 1023 with --port.`);
    }
    throw error;
  }
}

function quit(message) {
  console.error(message);
  return process.exit(1);
}
