// Proves over thousands of payments that no money taken is lost, whatever fails: `npm run chaos -- --help`.
import { parseArgs } from 'node:util';
import { runProgram } from '../support/program.mjs';
import { crashPoints } from './crash-points.mjs';
import { buildMutant, MUTATIONS, mutated } from './mutations.mjs';
import { play } from './play.mjs';
import { keepEvidence, plantedReport, reportOf, writeResults } from './report.mjs';
import { open } from './world.mjs';

const HELP = `npm run chaos [-- OPTION …]

First stops the Worker after each of its steps (npm run crash-points). Then plays shoppers, a shop and providers against it, while answers
are lost, providers are down and the Worker is killed, and reconciles the providers' books with the Worker to the cent. Exits with 1
when they do not agree. Requires a build (npm run build).

  --no-crash-points    skips the first part
  --redemptions 5000   number of vouchers tried
  --kills 50           number of kills of the Worker's processes
  --breaks 2           number of times that a variable of the Worker is missing for a while
  --outages 20         number of times that a provider is down for some seconds
  --seed 1             seed of all random choices
  --concurrency 48     number of shoppers at the same time
  --minutes 60         minutes after which no more shoppers come, even if fewer vouchers were tried
  --settle 300         seconds that everything may take to settle at the end
  --write              writes its parts of tests/chaos/RESULTS.md

Planted faults, to check that a run detects them. Exits with 0 when the fault is detected, and with 1 when it is not:

  --without-law 2      a Worker that sends a charge before it has stored it
  --without-law 3      a Worker that takes an error which Kora's document does not list for a refusal
  --without-law 4      a Worker that lets two payments charge one voucher at the same time
  --sabotage NAME      double_debit: a provider takes money twice; lost_change: a change voucher is not shown to its
                       shopper; lost_event: an event never reaches the shop; lost_row: a payment is not in the index
`;

/** The defaults of each number: for a normal run, and for a run with a planted fault. */
const NUMBERS = {
  redemptions: [5000, 600],
  kills: [50, 28],
  breaks: [2, 0],
  outages: [20, 0],
  seed: [1, 1],
  concurrency: [48, 32],
  minutes: [60, 60],
  settle: [300, 300],
};
const OPTIONS = {
  ...Object.fromEntries(Object.keys(NUMBERS).map((name) => [name, { type: 'string' }])),
  'crash-points': { type: 'boolean', default: true },
  'without-law': { type: 'string' },
  sabotage: { type: 'string' },
  write: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
};
/** The faults that can be planted, each with the line of the reconciliation that must be off then. */
const LAWS = {
  2: 'each payment matches its provider’s debits',
  // A webhook puts the amounts right in the end.
  3: 'no refusal is taken back',
  4: 'one voucher, one attempt in flight',
};
const SABOTAGES = {
  double_debit: 'no reference is charged twice',
  lost_change: 'each change voucher is shown, was sent by message, or is said to be unknown',
  lost_event: 'each event was received, in order',
  lost_row: 'the index agrees with every ledger',
};

async function main() {
  const { values } = parseArgs({ options: OPTIONS, allowNegative: true });
  if (values.help) return void process.stdout.write(HELP);
  const { 'without-law': law, sabotage, write } = values;
  oneOf('without-law', law, LAWS);
  oneOf('sabotage', sabotage, SABOTAGES);
  const expected = LAWS[law] ?? SABOTAGES[sabotage];
  const isPlanted = law !== undefined || sabotage !== undefined;
  const numbers = Object.entries(NUMBERS).map(([name, usual]) => [name, whole(name, values[name] ?? usual[isPlanted ? 1 : 0])]);
  const wanted = Object.fromEntries(numbers);

  // Every run checks that the mutations still apply.
  MUTATIONS.forEach(mutated);
  const isRight = isPlanted || !values['crash-points'] || (await crashPoints({ write }));
  const entry = law && (await buildMutant(`without-law-${law}`));
  const planted = [...(law ? [`--without-law ${law}`] : []), ...(sabotage ? [`--sabotage ${sabotage}`] : [])];
  const { lines, text } = await run({ ...wanted, sabotage, entry }, planted, expected);
  console.log(`\n${text}`);
  if (write) writeResults(text);
  const isOff = (name) => lines.some((line) => line.name === name && line.problems.length > 0);
  const agrees = lines.every(({ problems }) => problems.length === 0);
  process.exitCode = (isPlanted ? isOff(expected) : agrees && isRight) ? 0 : 1;
}

/** Performs one run. Returns the lines of its reconciliation and its report. */
async function run(wanted, planted, expected) {
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  const say = (text) => console.log(`${String(seconds()).padStart(5)} s  ${text}`);
  const { redemptions, kills, breaks, outages, seed, concurrency, minutes, settle } = wanted;
  const world = await open(wanted);
  say(`seed ${seed}: ${redemptions} redemptions, ${kills} kills, ${breaks} breaks, ${outages} outages, ${concurrency} shoppers at a time`);
  try {
    const played = await play(world, { redemptions, concurrency, until: started + minutes * 60_000, within: settle * 1000, say });
    const named = { redemptions, kills, breaks, outages, seed, concurrency };
    const options = [...planted, ...Object.entries(named).map(([name, number]) => `--${name} ${number}`)];
    const command = `npm run chaos -- ${options.join(' ')}`;
    const report = planted.length > 0 ? plantedReport : reportOf;
    const text = report({ command, seconds: seconds(), planted: planted.join(' '), expected, ...played });
    keepEvidence(played.lines, world, seed);
    return { lines: played.lines, text };
  } finally {
    await world.close();
  }
}

function whole(name, text) {
  if (!/^\d+$/.test(text)) throw new Error(`--${name} must be a whole number`);
  return Number(text);
}

function oneOf(name, value, known) {
  if (value !== undefined && !(value in known)) throw new Error(`--${name} must be one of: ${Object.keys(known).join(', ')}`);
}

runProgram(main);
