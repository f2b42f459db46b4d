// Measures the load times on a slow phone, beside Adyen's gift-card component: `npm run phone -- --help`.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ROOT } from '../../edge/tools/up-to-date.mjs';
import { runProgram } from '../support/program.mjs';
import { ADYEN_VERSION } from './adyen.mjs';
import { casesOf, provePayment } from './cases.mjs';
import { startPhone } from './phone.mjs';
import { printed, writeResults } from './report.mjs';
import { startWorld } from './world.mjs';

const HELP = `npm run phone [-- OPTION …]

Opens the hosted page, a shop's page with the widget, and a shop's page with Adyen's gift-card component, each as a first visit, in a
Chromium with a slow network and a slow processor. Prints the times until the PIN can be typed and until the payment can be sent. Exits
with 1 when the hosted page exceeds its budget, or a page takes longer than it may. Requires a build (npm run build).

  --runs 5     number of runs of each page; the median counts
  --write      writes tests/phone/RESULTS.md and the chart www/guide/slow-phone.svg
`;

/** The budget: the time until the PIN field of the hosted page can be used, in ms. */
const BUDGET = { must: 2500, goal: 1500 };
/** The longest time that each page may take, in ms: narrower than the budget, so that a change that slows a page is noticed. */
const LONGEST = { hosted: { pin: 1300 }, embedded: { pin: 2000, payment: 2500 } };
/** The network of the budget, a processor six times slower than this machine's, and a small screen. */
const SLOW = { kbit: 400, latencyMs: 400, cpu: 6, screen: { width: 360, height: 740 } };

/**
 * Measures. `runs` is the number of runs; `say(text)` is called with the progress. Returns
 *   hosted, embedded, adyen   `{pin, payment, bytes, all}` each: medians in ms and bytes, and each run; hosted: `widget`, too
 *   sent                      when the plain form of a real payment was sent, in ms
 *   budget, slow, versions    the budget, the slowing of the phone, and the versions of the measured software
 *   limits                    the longest times, as `{page, what, limit, isMet}`
 *   isWithin                  whether the hosted page is within its budget, and all limits are met
 */
export async function measurePhone({ runs = 5, say = () => {} } = {}) {
  say('starting the Worker and Chromium');
  const world = await startWorld();
  try {
    const phone = await startPhone(SLOW);
    try {
      return await measure(world, phone, runs, say);
    } finally {
      await phone.close();
    }
  } finally {
    await world.stop();
  }
}

async function measure(world, phone, runs, say) {
  const cases = await casesOf(world, phone);
  const all = { hosted: [], embedded: [], adyen: [] };
  // In turns, so that other load on the machine affects all of them.
  for (let run = 1; run <= runs; run++) {
    for (const [name, open] of Object.entries(cases)) {
      const { times, bytes } = await open();
      all[name].push({ ...times, bytes });
      say(`${run} of ${runs}, ${name}: PIN after ${Math.round(times.pin)} ms, payment after ${Math.round(times.payment)} ms`);
    }
  }
  const sent = await provePayment(world, phone);
  say(`the plain form paid, sent after ${Math.round(sent)} ms`);
  const { hosted, embedded, adyen } = all;
  const summed = (figures) => ({ ...medianOf(figures), all: figures });
  const pin = medianOf(hosted).pin;
  const limits = Object.entries(LONGEST).flatMap(([page, times]) => {
    const medians = medianOf(all[page]);
    return Object.entries(times).map(([what, limit]) => ({ page, what, limit, isMet: medians[what] <= limit }));
  });
  return {
    hosted: summed(hosted),
    embedded: summed(embedded),
    adyen: summed(adyen),
    runs,
    sent,
    budget: BUDGET,
    slow: SLOW,
    versions: { chromium: phone.version, adyen: ADYEN_VERSION, checkout: version() },
    limits,
    isWithin: pin <= BUDGET.must && limits.every(({ isMet }) => isMet),
  };
}

function medianOf(figures) {
  const names = Object.keys(figures[0]).filter((name) => name !== 'start');
  return Object.fromEntries(names.map((name) => [name, median(figures.map((one) => one[name]))]));
}

function median(numbers) {
  const sorted = numbers.toSorted((one, two) => one - two);
  const middle = sorted.length / 2;
  return (sorted[Math.floor(middle)] + sorted[Math.ceil(middle) - 1]) / 2;
}

const version = () => JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).version;

async function main() {
  const options = { runs: { type: 'string', default: '5' }, write: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } };
  const { values } = parseArgs({ options });
  if (values.help) return void process.stdout.write(HELP);
  if (!/^[1-9]\d*$/.test(values.runs)) throw new Error('--runs must be a whole number, 1 or more');
  const started = Date.now();
  const say = (text) => console.log(`${String(Math.round((Date.now() - started) / 1000)).padStart(5)} s  ${text}`);
  const figures = await measurePhone({ runs: Number(values.runs), say });
  console.log(`\n${printed(figures)}`);
  if (values.write) writeResults(figures);
  process.exitCode = figures.isWithin ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) runProgram(main);
