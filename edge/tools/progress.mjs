// A progress line. On a terminal it is redrawn in place; elsewhere it is printed from time to time.

/** Steps shorter than this are not shown. */
const QUICK_MS = 2_000;
const REDRAWN_MS = 250;
/** The interval of printing where the line cannot be redrawn. */
const PRINTED_MS = 20_000;

const terminal = process.stdout.isTTY;
/** The running steps: title, start and progress of each. */
const underWay = new Set();
let all = 0;
let begun = 0;
let done = 0;
let drawn = '';
let printed = 0;
let clock;

/** Sets the number of steps to come. */
export function expect(steps) {
  all = begun + steps;
}

/** Counts steps that are up to date as done. */
export function skip(steps) {
  begun += steps;
  done += steps;
}

/**
 * Runs the step `work(tell)` under its `title`; it may call `tell` with its progress. Several steps may run at the same time. A long
 * step prints a line at its end.
 */
export async function step(title, work) {
  const one = { title, since: performance.now(), far: '' };
  if (underWay.size === 0) printed = performance.now() - PRINTED_MS + QUICK_MS;
  underWay.add(one);
  begun += 1;
  all = Math.max(all, begun);
  clock ??= setInterval(show, REDRAWN_MS).unref();
  try {
    const made = await work((far) => (one.far = far));
    const took = performance.now() - one.since;
    if (took > QUICK_MS) say(`${title}: done in ${duration(took)}`);
    return made;
  } finally {
    done += 1;
    underWay.delete(one);
    if (underWay.size === 0) clock = clearInterval(clock);
    if (terminal) draw('');
  }
}

/** Prints lines above the progress line. */
export function say(text) {
  if (terminal) draw('');
  console.log(text);
}

function show() {
  const now = performance.now();
  const slow = [...underWay].filter(({ since }) => now - since > QUICK_MS);
  if (slow.length === 0) return;
  const parts = slow.map(({ title, far, since }) => `${title}: ${[far, duration(now - since)].filter(Boolean).join(', ')}`);
  const line = `${done} of ${all} done; ${parts.join('; ')}`;
  if (terminal) return draw(line.slice(0, process.stdout.columns - 1));
  if (now - printed < PRINTED_MS) return;
  printed = now;
  console.log(line);
}

function draw(line) {
  if (line !== drawn) process.stdout.write(`\r\x1b[K${line}`);
  drawn = line;
}

/** Returns a duration as text: "48 s", "1 min 40 s". */
export function duration(ms) {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
