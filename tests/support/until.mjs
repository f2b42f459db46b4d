// Waiting for a condition instead of for a time.
import { setTimeout as pause } from 'node:timers/promises';

/**
 * What `look` gives as soon as `holds` is true of it. Looks every so many milliseconds, or sooner where a promise of `woken()` resolves.
 * Rejects with the last thing seen when `within` milliseconds are over.
 */
export async function until(look, holds, { within = 20_000, every = 20, woken } = {}) {
  const deadline = Date.now() + within;
  for (;;) {
    // Asked for before the look: what happens during the look must not be missed.
    const sooner = woken?.();
    const seen = await look();
    if (holds(seen)) return seen;
    if (Date.now() > deadline) throw new Error(`not within ${within} ms: ${holds}\nlast seen: ${JSON.stringify(seen)}`);
    const over = new AbortController();
    await Promise.race([sooner, pause(every, undefined, { signal: over.signal }).catch(() => {})].filter(Boolean));
    over.abort();
  }
}
