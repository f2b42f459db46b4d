// Checks the hosted page with Lighthouse, as a phone opens it for the first time: `npm run lighthouse -- --help`.
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import lighthouse from 'lighthouse';
import { runProgram } from '../support/program.mjs';
import { startChromium } from './phone.mjs';
import { startWorld } from './world.mjs';

const HELP = `npm run lighthouse [-- OPTION …]

Opens the hosted page of a new session in Lighthouse, as a phone on a simulated slow network, and prints its scores and every audit without
a full score. Exits with 1 when a score is below the required one. Requires a build (npm run build).

  --runs 3     number of runs; the one with the median performance counts, because load on the machine only lowers the score
`;

/** The required scores. SEO is left out: search engines must not find a payment page. */
const REQUIRED = { performance: 95, accessibility: 100, 'best-practices': 100 };

/**
 * Measures. `runs` is the number of runs; `say(text)` is called with the progress. Returns, of the run with the median
 * performance,
 *   scores      by category, 0 to 100
 *   findings    `{category, id, title, score, shown, details}` of each audit with a score below 1
 *   required    the required scores, and `isWithin`, whether they were reached
 *   version     of Lighthouse
 */
export async function measureLighthouse({ runs = 3, say = () => {} } = {}) {
  say('starting the Worker and Chromium');
  const world = await startWorld();
  let chromium;
  try {
    // Playwright turns off the back-forward cache; Lighthouse checks that the page can be restored from it.
    chromium = await startChromium({ ignoreDefaultArgs: ['--disable-back-forward-cache'] });
    // A first visit to a page that others have opened before: its files are compressed already.
    await world.warm([(await world.createSession()).url, ...(await world.assets())]);
    const all = [];
    for (let run = 1; run <= runs; run++) {
      all.push(await audit(chromium.port, await world.createSession()));
      say(`${run} of ${runs}: performance ${all.at(-1).scores.performance}`);
    }
    return all.sort((one, two) => one.scores.performance - two.scores.performance)[Math.floor((runs - 1) / 2)];
  } finally {
    await chromium?.close();
    await world.stop();
  }
}

/**
 * Audits the hosted page of a fresh session, opened once in Lighthouse's usual way: a phone, on a slow network that it
 * simulates.
 */
async function audit(port, { url }) {
  const { lhr } = await lighthouse(url, { port, output: 'json', logLevel: 'error' });
  if (lhr.runtimeError) throw new Error(lhr.runtimeError.message);
  return figuresOf(lhr);
}

function figuresOf({ categories, audits, lighthouseVersion }) {
  const scores = Object.fromEntries(Object.values(categories).map(({ id, score }) => [id, Math.round(score * 100)]));
  const findings = Object.values(categories).flatMap(({ id: category, auditRefs }) =>
    auditRefs.map(({ id }) => ({ category, ...audits[id] })).filter(({ score }) => score !== null && score < 1),
  );
  return {
    scores,
    findings: findings.map(({ category, id, title, score, displayValue: shown = '', details }) => {
      const places = (details?.items ?? []).filter(({ type }) => type !== 'list-section');
      return { category, id, title, score, shown, details: places.map(told) };
    }),
    required: REQUIRED,
    isWithin: Object.entries(REQUIRED).every(([id, least]) => scores[id] >= least),
    version: lighthouseVersion,
  };
}

/** Returns a short description of an audit's finding at one place. */
function told(item) {
  const { node, ...others } = item;
  const words = Object.entries(others).filter(([, value]) => ['string', 'number'].includes(typeof value));
  const where = node ? [node.snippet ?? node.selector] : [];
  return [...where, ...words.map(([name, value]) => `${name}: ${value}`)].join(', ').replaceAll(/key=[\w-]+/g, 'key=…');
}

async function main() {
  const { values } = parseArgs({ options: { runs: { type: 'string', default: '3' }, help: { type: 'boolean', short: 'h' } } });
  if (values.help) return void process.stdout.write(HELP);
  if (!/^[1-9]\d*$/.test(values.runs)) throw new Error('--runs must be a whole number, 1 or more');
  const say = (text) => console.log(text);
  const { scores, findings, isWithin, version } = await measureLighthouse({ runs: Number(values.runs), say });
  console.log(`\nLighthouse ${version}, the hosted page on a phone:`);
  for (const [id, score] of Object.entries(scores)) {
    console.log(`  ${id.padEnd(16)}${String(score).padStart(4)}${id in REQUIRED ? `  (must ${REQUIRED[id]})` : ''}`);
  }
  for (const { category, id, title, score, shown, details } of findings) {
    console.log(`\n${category}: ${id} ${score.toFixed(2)} ${title} ${shown}`);
    for (const detail of details) console.log(`  - ${detail}`);
  }
  process.exitCode = isWithin ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) runProgram(main);
