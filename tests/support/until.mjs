// Waits for a condition instead of a fixed time.
import { setTimeout as pause } from 'node:timers/promises';

/**
 * Returns the result of `look` as soon as `holds` is true of it. Looks every `every` milliseconds, or sooner when the promise of
 * `woken()` resolves. Rejects with the last result after `within` milliseconds.
 */
export async function until(look, holds, { within = 60_000, every = 20, woken } = {}) {
  const deadline = Date.now() + within;
  for (;;) {
    // Called before `look`: a change during the look must not be missed.
    const sooner = woken?.();
    const seen = await look();
    if (holds(seen)) return seen;
    if (Date.now() > deadline) throw new Error(`not within ${within} ms: ${holds}\nlast seen: ${JSON.stringify(seen)}`);
    const over = new AbortController();
    await Promise.race([sooner, pause(every, undefined, { signal: over.signal }).catch(() => {})].filter(Boolean));
    over.abort();
  }
}
