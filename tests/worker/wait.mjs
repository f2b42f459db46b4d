// Waiting for a condition instead of for a time.
import { setTimeout as pause } from 'node:timers/promises';

const BETWEEN_LOOKS_MS = 20;

/** What `get` gives as soon as `holds` is true of it. Rejects, with the last thing seen, when that takes too long. */
export async function until(get, holds, { within = 20_000 } = {}) {
  const deadline = Date.now() + within;
  for (;;) {
    const seen = await get();
    if (holds(seen)) return seen;
    if (Date.now() > deadline) throw new Error(`not within ${within} ms: ${holds}\nlast seen: ${JSON.stringify(seen)}`);
    await pause(BETWEEN_LOOKS_MS);
  }
}
