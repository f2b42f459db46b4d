// Proves over thousands of payments that nothing taken is lost, whatever fails: `npm run chaos -- --help`.
import { parseArgs } from 'node:util';
import { startStack } from '../worker/stack.mjs';
import { chanceOf, Tally } from './chance.mjs';
import { clientOf } from './client.mjs';
import { startFaults } from './faults.mjs';
import { Kills } from './kills.mjs';
import { order } from './orders.mjs';
import { reckon } from './reckoning.mjs';
import { keepEvidence, reportOf, writeResults } from './report.mjs';
import { lastLook, settle } from './settling.mjs';
import { startShopServer } from './shop-server.mjs';
import { visit } from './shoppers.mjs';
import { Vouchers } from './vouchers.mjs';

const HELP = `npm run chaos [-- OPTION …]

Plays shoppers, a shop and providers against the built Worker, while answers are lost and the Worker is killed, and then
holds every cent of the providers' books against what the Worker says. Ends with 1 when anything is off. Needs
what the build makes (npm run build).

  --redemptions 5000   how many vouchers are tried
  --kills 50           how often the Worker's processes are killed
  --seed 1             what chance follows from
  --concurrency 24     how many shoppers there are at a time
  --minutes 60         after how many minutes no more shoppers come, even if fewer vouchers were tried
  --settle 300         how many seconds everything may take to settle in the end
  --write              writes tests/chaos/RESULTS.md
`;

const OPTIONS = {
  redemptions: { type: 'string', default: '5000' },
  kills: { type: 'string', default: '50' },
  seed: { type: 'string', default: '1' },
  concurrency: { type: 'string', default: '24' },
  minutes: { type: 'string', default: '60' },
  settle: { type: 'string', default: '300' },
  write: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
};

/** Patience of seconds. The order of size between the figures is the one of production. */
const LIMITS = {
  provider_timeout_ms: 1_500,
  believe_after_ms: 2_500,
  webhook_after_ms: [100, 200, 400, 800],
  failed_per_minute: 1_000,
  failed_per_session: 1_000,
  plain_after: 1_000,
};
const PROVIDERS = {
  ...{ koraWebhooks: true, celbuxWebhooks: true, webhookTries: 8 },
  ...{ celbuxFunds: 1e12, odmWallet: 1e12, slowMs: 700, processingMs: 800 },
};
/** One order of the shop for so many redemptions. */
const REDEMPTIONS_PER_ORDER = 10;
const PROGRESS_MS = 10_000;

/** What is planted, to see that it is found: double_debit, lost_change or lost_event. */
const sabotage = process.env.CHAOS_SABOTAGE;

async function main() {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.help) return void process.stdout.write(HELP);
  const numbers = ['redemptions', 'kills', 'seed', 'concurrency', 'minutes', 'settle'];
  const [redemptions, kills, seed, concurrency, minutes, within] = numbers.map((name) => whole(name, values[name]));
  const started = Date.now();
  const say = (text) => console.log(`${String(Math.round((Date.now() - started) / 1000)).padStart(5)} s  ${text}`);
  const world = await open({ redemptions, kills, seed });
  say(`seed ${seed}: ${redemptions} redemptions, ${kills} kills, ${concurrency} shoppers at a time`);
  try {
    const { lines, figures } = await play(world, { redemptions, concurrency, until: started + minutes * 60_000, within: within * 1000, say });
    const command = `npm run chaos -- --redemptions ${redemptions} --kills ${kills} --seed ${seed} --concurrency ${concurrency}`;
    const faults = [...world.tally.entries(), ...scenariosOf(world.simulator.books())];
    const text = reportOf({ command, seconds: Math.round((Date.now() - started) / 1000), lines, figures, faults, planted: sabotage });
    console.log(`\n${text}`);
    if (values.write) writeResults(text);
    keepEvidence(lines, world, seed);
    process.exitCode = lines.every(({ problems }) => problems.length === 0) ? 0 : 1;
  } finally {
    await world.close();
  }
}

/** Everything that takes part. */
async function open({ redemptions, kills: wanted, seed }) {
  const chance = chanceOf(seed);
  const tally = new Tally();
  const faults = await startFaults({ chance: chance.fork('faults'), tally, sabotage });
  const shop = await startShopServer({ chance: chance.fork('shop'), tally, sabotage });
  const stack = await startStack({ limits: LIMITS, simulator: PROVIDERS, simulatorUrl: faults.url, vars: { SHOP_NAME: 'Chaos', ...shop.vars } });
  const kills = new Kills({ restart: () => stack.restart(), wanted, redemptions, chance: chance.fork('kills'), tally });
  faults.target = stack.simulator.url;
  faults.kills = shop.kills = kills;
  const { url, apiKey, simulator } = stack;
  const problems = [];
  const world = {
    url,
    chance,
    tally,
    faults,
    kills,
    shop,
    stack,
    simulator,
    problems,
    client: clientOf({ url, apiKey, kills, tally, sabotage }),
    vouchers: new Vouchers(tally),
    sessions: [],
    orders: [],
    begun: 0,
    begin: () => kills.begun(++world.begun),
    found: (words, ...ids) => problems.push(`${words}: ${ids.join(' ')}`),
    close: () => Promise.all([stack.stop(), shop.close(), faults.close()]),
  };
  return world;
}

async function play(world, { redemptions, concurrency, until, within, say }) {
  let visits = 0;
  let orders = 0;
  const shopper = async () => {
    while (world.begun < redemptions && Date.now() < until) {
      const isOrder = orders * REDEMPTIONS_PER_ORDER < world.begun;
      await (isOrder ? order(world, ++orders) : visit(world, ++visits));
    }
  };
  const progress = setInterval(() => {
    const { begun, sessions, kills, shop } = world;
    say(`${begun} redemptions, ${sessions.length} sessions, ${orders} orders, ${kills.done} kills, ${shop.requests} deliveries`);
  }, PROGRESS_MS);
  try {
    await Promise.all(Array.from({ length: concurrency }, shopper));
    say('The shoppers have gone; the kills that are left …');
    await world.kills.finish();
    // Silence costs fifteen seconds each time, and was tried; every other fault goes on.
    world.shop.patient = true;
    say('Waiting until nothing is outstanding …');
    const unsettled = await settle(world, { within, say });
    // What counts is what is on the disk.
    await world.kills.once('all settled');
    say('The reckoning …');
    const { sessions, orders: answered } = await lastLook(world);
    world.seen = sessions;
    return reckoned(world, { sessions, orders: answered, unsettled });
  } finally {
    clearInterval(progress);
  }
}

function reckoned(world, { sessions, orders, unsettled }) {
  const { stack, shop, faults, client, problems: found, kills } = world;
  const books = world.simulator.books();
  const lines = reckon({
    books,
    sessions,
    orders,
    unsettled,
    received: shop.received,
    hidden: faults.hidden,
    found,
    strange: client.strange,
    lines: stack.lines,
    settings: stack.settings,
    clientSecrets: world.sessions.map(({ client_secret: secret }) => secret),
  });
  const outcomes = new Tally();
  for (const { shop: { status, redemptions } } of sessions) {
    outcomes.add(`sessions ${status}`);
    for (const one of redemptions) outcomes.add(`payments ${one.status}${one.needs_review ? ', for a person' : ''}`);
  }
  const figures = [
    ['vouchers tried', world.begun],
    ['kills', kills.done],
    ...outcomes.entries(),
    ['orders', orders.length],
    ['events', shop.received.size],
    ['deliveries of events', shop.requests],
    ['calls to providers', books.calls.length],
    ['truths hidden for good', faults.hidden.size],
  ];
  return { lines, figures };
}

/** How often each scenario of the simulator was played, by calls that move money. */
function scenariosOf({ calls }) {
  const counts = new Tally();
  for (const { provider, path, scenario } of calls) {
    if (scenario && /charge\/voucher|voucher_pay|\/pay\?|createVoucher|\/issue|\/reverse/.test(path)) counts.add(`${provider}: ${scenario}`);
  }
  return counts.entries();
}

function whole(name, text) {
  if (!/^\d+$/.test(text)) throw new Error(`--${name} must be a whole number`);
  return Number(text);
}

// However it ends, the Worker does not stay behind: its starter ends it when this process does.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
main().catch((error) => {
  console.error(error);
  process.exit(1);
});
