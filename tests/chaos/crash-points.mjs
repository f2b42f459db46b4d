// Proves that the Worker can be stopped after every single step that it has stored: `npm run crash-points -- --help`.
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildTestWorker } from '../../edge/tools/build.mjs';
import { runProgram } from '../support/program.mjs';
import { start } from '../support/start.mjs';
import { chanceOf, Tally } from './chance.mjs';
import { clientsOf } from './clients.mjs';
import { callsOf } from './crash-client.mjs';
import { COURSES } from './crash-courses.mjs';
import { startCrashFaults } from './crash-faults.mjs';
import { storeInMemory } from './memory.mjs';
import { reconcileAll } from './reconciliation.mjs';
import { crashReport, keepEvidence, writeResults } from './report.mjs';
import { finalState } from './settling.mjs';
import { startShopServer } from './shop-server.mjs';
import { Course, startSteps } from './steps.mjs';

const HELP = `npm run crash-points [-- OPTION …]

Plays every course of a payment or an order at the same time, and records each step that the built Worker stores. Then it repeats the
courses: in the first round it stops the Worker right after the first step of each course, in the second round after the second step, and
so on. After each stop the Worker starts again, shoppers and shop come back, and the providers' books are reconciled with the Worker to the
cent. Exits with 1 when the books do not agree, or when the Worker was never stopped after one of its steps.

  --course TEXT   only courses whose names contain the text
  --from 1        the first step to stop after
  --to N          the last step; by default that of the longest course
  --write         writes its part of tests/chaos/RESULTS.md
`;

const OPTIONS = {
  course: { type: 'string', default: '' },
  from: { type: 'string', default: '1' },
  to: { type: 'string' },
  write: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
};

/** Timeouts in seconds, long enough that all courses are held before a payment is looked up again. */
const LIMITS = {
  ...{ provider_timeout_ms: 1_500, not_found_grace_ms: 2_000, breaker_failures: 1_000 },
  // The first pause leaves time for a webhook that arrives before the first look-up.
  settle_backoff_ms: [1_500, 200, 400, 700, 900, 1_100, 1_300, 2_000, 3_000],
  ...{ challenge_ms: 6_000, challenge_resend_ms: 100 },
  webhook_backoff_ms: [100, 200, 400, 800],
  ...{ failed_per_minute: 1_000, failed_per_session: 1_000, mask_declines_after: 1_000 },
};
const PROVIDERS = { slowMs: 300, processingMs: 400 };
/** The time in which all courses of a round must be held, or have ended. */
const ROUND_MS = 120_000;

/** Runs all rounds. Returns whether every line agrees and no step was left out. */
export async function crashPoints({ course: part = '', from = 1, to, write = false, command = 'npm run crash-points' }) {
  const started = Date.now();
  const say = (text) => console.log(`${String(Math.round((Date.now() - started) / 1000)).padStart(5)} s  ${text}`);
  const entry = await buildTestWorker('crash-points', { features: ['crash-points'] });
  storeInMemory();
  const chosen = COURSES.filter(({ name }) => name.includes(part));
  if (chosen.length === 0) throw new Error(`No course is named "${part}".`);
  const world = await open(entry);
  const rounds = [];
  try {
    const first = await play(world, chosen.map(({ name, play }) => ({ course: new Course(name), play })), []);
    rounds.push(first);
    const longest = Math.max(...first.courses.map(({ steps }) => steps.length));
    const last = to ?? longest;
    say(`${chosen.length} courses, up to ${longest} steps: ${first.courses.map(({ steps }) => steps.length).join(' ')}`);
    const half = Math.ceil((last - from + 1) / 2);
    for (let step = from; step < from + half; step++) {
      // Each course plays twice at once, stopped at two different steps: most of a round is waiting.
      const stops = [step, step + half].filter((one) => one <= last);
      const round = await play(world, stops.flatMap((number) => stopping(chosen, first.courses, number)), stops);
      rounds.push(round);
      const off = round.lines.flatMap(({ problems }) => problems).length;
      say(`stopped after the steps ${round.stops.join(' and ')}: ${round.stopped.length} points${off ? `, and ${off} things are off` : ''}`);
    }
    const isWhole = part === '' && from === 1 && to === undefined;
    const never = isWhole ? neverStopped(world, rounds) : [];
    const text = crashReport({ command, seconds: Math.round((Date.now() - started) / 1000), rounds, names: world.steps.names(), never });
    console.log(`\n${text}`);
    if (write) writeResults(text);
    return never.length === 0 && rounds.every(({ lines }) => lines.every(({ problems }) => problems.length === 0));
  } finally {
    await world.close();
  }
}

/** Returns the courses that have at least `number` steps, each to be stopped after step `number`. */
function stopping(chosen, known, number) {
  const points = known.map((course) => course.points()[number - 1]);
  return chosen.flatMap(({ name, play }, place) => (points[place] ? [{ course: new Course(name, points[place]), play }] : []));
}

/** Returns the steps after which the Worker was not stopped. */
function neverStopped({ steps }, rounds) {
  const stopped = new Set(rounds.flatMap((round) => round.stopped).flatMap((step) => step.split(' + ')));
  return steps.names().filter((name) => !stopped.has(name));
}

/** Starts the Worker, the simulator, the proxy, the shop's server and the step server. */
async function open(entry) {
  const tally = new Tally();
  const faults = await startCrashFaults();
  const shop = await startShopServer({ chance: chanceOf('crash points'), tally, answers: { taken: 1 } });
  const steps = await startSteps();
  const vars = { SHOP_NAME: 'Crash points', CRASH_POINTS_URL: steps.url, ...shop.vars };
  const stack = await start({ entry, limits: LIMITS, simulator: PROVIDERS, simulatorUrl: faults.url, vars });
  faults.target = stack.simulator.url;
  const { url, simulator } = stack;
  let starting;
  const kills = {
    at: () => false,
    up: () => starting,
    restart: () => (starting = stack.restart()),
  };
  shop.kills = kills;
  const close = () => Promise.all([stack.stop(), shop.close(), faults.close(), steps.close()]);
  return { url, stack, simulator, faults, shop, steps, kills, tally, ...clientsOf({ stack, kills, tally }), close };
}

/** Plays all these courses at once, and stops the Worker when each of them is held after its step or has ended. */
async function play(base, courses, stops) {
  const problems = [];
  const world = { ...base, problems, sessions: [], orders: [], found: (words, ...ids) => problems.push(`${words}: ${ids.join(' ')}`) };
  const { simulator, shop, steps, violations, stack } = world;
  simulator.reset();
  shop.received.clear();
  steps.begin();
  violations.length = 0;
  const line = stack.lines.length;

  const playing = courses.map(({ course, play }) => {
    const calls = callsOf(world, course);
    const ended = play(calls).then(calls.atEnd).catch((error) => world.found(`${course.name}: ${error.stack}`));
    return { course, ended };
  });
  const underWay = () => playing.filter(({ course }) => course.waiting.length === 0).map(({ course }) => course.name);
  await within(playing.map(({ course, ended }) => Promise.race([course.held, ended])), underWay);
  const waits = playing.some(({ course }) => course.waiting.length > 0);
  const stopping = waits ? world.kills.restart() : undefined;
  const stopped = playing.flatMap(({ course }) => course.release());
  await stopping;
  await within(playing.map(({ ended }) => ended), () => ['after a stop']);

  const { sessions, orders } = await finalState(world);
  for (const step of steps.unattributed.splice(0)) world.found('a step of nobody', step);
  for (const step of steps.differing.splice(0)) world.found('a state in memory that differs from the ledger', step);
  const lines = reconcileAll(world, { sessions, orders, lines: stack.lines.slice(line) });
  keepEvidence(lines, { seen: sessions, stack }, `crash-${stops.join('-')}`);
  return { stops, stopped, lines, courses: playing.map(({ course }) => course), sessions: sessions.length, orders: orders.length };
}

/** Resolves when all promises do. Rejects after ROUND_MS with the names that `missing()` returns. */
async function within(promises, missing) {
  const over = new AbortController();
  const late = pause(ROUND_MS, undefined, { signal: over.signal }).then(
    () => Promise.reject(new Error(`neither held nor ended within ${ROUND_MS / 1000} s: ${missing().join(', ')}`)),
    () => {},
  );
  await Promise.race([Promise.all(promises), late]);
  over.abort();
}

async function main() {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.help) return void process.stdout.write(HELP);
  const number = (text) => text && Number(text);
  const isRight = await crashPoints({ ...values, from: number(values.from), to: number(values.to) });
  process.exitCode = isRight ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) runProgram(main);
