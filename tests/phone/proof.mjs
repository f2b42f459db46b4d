// Proves from within a page that it was slow: by what its documents know of their own transfers, and by work that takes longer.
import assert from 'node:assert/strict';
import { readTransfers, timeWork } from './marks.mjs';

/** How much of what was asked for must be there. These are ratios within one page, so a busy machine does not break them. */
const KEPT = { network: 0.9, cpu: 0.6 };
/** From here on, the rate matters more than what is lost in rounding. */
const BIG_BYTES = 20_000;

/** Throws unless every frame of the page that came over the network was slowed down to `{kbit, latencyMs, cpu}`. */
export async function provedSlow(page, { kbit, latencyMs, cpu }, slowed) {
  const isOurs = (url) => url.startsWith('http://localhost');
  const frames = page.frames().filter((frame) => isOurs(frame.url()));
  const transfers = (await Promise.all(frames.map((frame) => frame.evaluate(readTransfers)))).flat();
  // Of a file of another origin a page learns no more than when it ended.
  const known = transfers.filter(({ name, requestStart }) => isOurs(name) && requestStart > 0);
  for (const { name, requestStart, responseEnd, bytes } of known) {
    const took = responseEnd - requestStart;
    const due = latencyMs + (bytes * 8) / kbit;
    assert.ok(took >= due * KEPT.network, `not slowed down: ${name} took ${Math.round(took)} ms, ${Math.round(due)} ms are due`);
  }
  assert.ok(known.some(({ bytes }) => bytes >= BIG_BYTES), 'nothing came that is big enough to show how fast the network is');

  const slow = await Promise.all(frames.map((frame) => frame.evaluate(timeWork)));
  await slowed.setCpu(1);
  for (const [index, frame] of frames.entries()) {
    const ratio = slow[index] / (await frame.evaluate(timeWork));
    assert.ok(ratio >= cpu * KEPT.cpu, `not slowed down: ${frame.url()} works only ${ratio.toFixed(1)} times slower`);
  }
}
