// Waiting for a condition where dozens wait at once: looks that come by the clock would be all the load there is.
import { setTimeout as pause } from 'node:timers/promises';

/** The longest pause between two looks: time itself changes little. */
const LOOK_MS = 3_000;
const WITHIN_MS = 60_000;

/** What `get` gives as soon as `holds` is true of it; looked at after each step of `course`. Rejects when that takes too long. */
export async function until(course, get, holds) {
  const deadline = Date.now() + WITHIN_MS;
  for (;;) {
    const over = new AbortController();
    const step = course.next();
    const seen = await get();
    if (holds(seen)) return seen;
    if (Date.now() > deadline) throw new Error(`not within ${WITHIN_MS} ms: ${holds}\nlast seen: ${JSON.stringify(seen)}`);
    await Promise.race([step, pause(LOOK_MS, undefined, { signal: over.signal }).catch(() => {})]);
    over.abort();
  }
}
