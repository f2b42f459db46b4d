// `npm start`: the Worker on http://localhost:8787, and one port higher the provider simulator with a demo shop.
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { buildAll } from './build.mjs';
import { freshSecrets, localVars, providerSecrets, webhookSecrets } from './local-config.mjs';
import { migrate } from './migrations.mjs';
import { step } from './progress.mjs';
import { keepSchedule } from './schedule.mjs';
import { ROOT } from './up-to-date.mjs';
import { isTaken, startWorker } from './workerd.mjs';

const HELP = `npm start: the checkout with a demo shop, on this machine, against simulated voucher providers.

  PORT=9000 npm start    the Worker on port 9000, simulator and shop on 9001 (default 8787 and 8788)

Variables in the file .dev.vars take the place of those that npm start sets; it is made, with random secrets, when it
is missing, and secrets of providers that it lacks are added. Set KORA_BASE_URL, WIPAY_BASE_URL, CELBUX_API_URL or
ODM_BASE_URL there to aim at something else than the simulator.
`;

/** The interval of checking that npm is running. */
const LOOK_MS = 250;
const DEV_VARS = join(ROOT, '.dev.vars');

async function main() {
  if (process.argv.includes('--help') || process.argv.includes('-h')) return console.log(HELP);
  const port = Number(process.env.PORT ?? 8787);
  if (!Number.isInteger(port) || port < 1 || port > 65_534) throw new Error('PORT must be a number from 1 to 65534.');
  for (const one of [port, port + 1]) {
    if (await isTaken(one)) throw new Error(`Port ${one} is in use. Stop what runs there, or choose another: PORT=9000 npm start`);
  }
  stopWithNpm();
  await buildAll();
  // These import npm packages, which are installed only now.
  const { startSimulator } = await import('../../tests/simulator/server.mjs');
  const { TEST_PINS } = await import('../../tests/simulator/pins.mjs');

  const mine = localSecrets();
  const shop = `http://localhost:${port + 1}`;
  const vars = { ...localVars(`http://localhost:${port}`, shop), WEBHOOK_URL: `${shop}/shop/events` };
  // Variables in .dev.vars take precedence.
  for (const name of Object.keys(mine)) delete vars[name];

  const simulator = await startSimulator({
    port: port + 1,
    checkoutUrl: `http://localhost:${port}`,
    apiKey: mine.MERCHANT_API_KEY.split(' ')[0],
    webhookSecret: mine.WEBHOOK_SECRET,
    secrets: Object.fromEntries(Object.keys(providerSecrets()).map((name) => [name, mine[name]])),
  });
  await step('preparing the index', () => migrate());
  const worker = await step('starting the Worker', () => startWorker({ port, vars, onLine: worthShowing }));
  keepSchedule(worker.url);
  stop = async () => {
    await Promise.all([worker.stop(), simulator.close()]);
    process.exit(0);
  };
  tell(worker.url, shop, TEST_PINS);
  const code = await worker.exited;
  await simulator.close();
  if (code) throw new Error(`The Worker ended with ${code}.`);
}

/** Ends everything. During the build, exiting is enough: run.mjs ends the programs that this process has started. */
let stop = () => process.exit(1);

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => stop());

/** Stops when npm ends. npm forwards only SIGINT and SIGTERM; after any other end of npm this process has another parent. */
function stopWithNpm() {
  if (!process.env.npm_lifecycle_event) return;
  const npm = process.ppid;
  setInterval(() => process.ppid !== npm && stop(), LOOK_MS).unref();
}

/** Returns the secrets of `.dev.vars`. Creates the file when it is missing, and adds missing secrets of issuing, providers and events. */
function localSecrets() {
  if (!existsSync(DEV_VARS)) {
    const note = '# Local secrets, made by npm start. Never committed. Variables set here take the place of those npm start sets.\n';
    writeFileSync(DEV_VARS, note + linesOf(Object.entries({ ...freshSecrets(), ...webhookSecrets() })), { mode: 0o600 });
    console.log('Made .dev.vars with random local secrets.');
  }
  const text = readFileSync(DEV_VARS, 'utf8');
  const vars = parseEnv(text);
  if (!vars.MERCHANT_API_KEY) throw new Error('.dev.vars has no MERCHANT_API_KEY. Add one, or delete the file to have it made anew.');
  const { ISSUING_API_KEY } = freshSecrets();
  const missing = Object.entries({ ISSUING_API_KEY, ...providerSecrets(), ...webhookSecrets() }).filter(([name]) => !(name in vars));
  if (missing.length > 0) {
    appendFileSync(DEV_VARS, (text.endsWith('\n') ? '' : '\n') + linesOf(missing));
    console.log(`Added to .dev.vars, with random values: ${missing.map(([name]) => name).join(', ')}.`);
  }
  return { ...vars, ...Object.fromEntries(missing) };
}

function linesOf(secrets) {
  return secrets.map(([name, value]) => `${name}="${value}"\n`).join('');
}

/** Prints the lines of the Worker and the build, without those of wrangler itself. */
function worthShowing(line) {
  const chatter = /^\s*$|⛅️|^─+|^Your Worker has access|^env\.|^Binding|\[wrangler:info\]|Starting local server|^\[custom build\]|^Running custom build/;
  if (!chatter.test(line)) console.log(line);
}

function tell(worker, shop, pins) {
  console.log(`
  Demo shop          ${shop}
  Guide              ${shop}/guide/
  Events it heard    ${shop}/shop/events
  Providers' books   ${shop}/books
  Operations         ${shop}/operations
  Worker             ${worker}

  Test vouchers:`);
  for (const { provider, pin, title } of pins) {
    const shown = pin.includes('-') ? pin : pin.replace(/(.{4})(?=.)/g, '$1 ');
    console.log(`    ${provider.padEnd(6)} ${shown.padEnd(20)} ${title}`);
  }
  console.log('\n  Any phone number and e-mail address will do: 082 123 4567, 868 622 1234, you@example.com. Ctrl-C stops everything.\n');
}

main().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
