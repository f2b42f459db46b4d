// Proves from within a page that it was slow: by its transfers, and by work that takes longer than it does without the slowing.
import assert from 'node:assert/strict';
import { readTransfers, timeFetch } from './marks.mjs';

/**
 * The least part of the requested slowing that must be measured. These are ratios within one page, so a busy machine does not
 * break them.
 */
const KEPT = { network: 0.9, cpu: 0.6 };
/** From this size on, a file shows the speed of the network. */
const BIG_BYTES = 20_000;
/** Chromium slows a processor by a thread of its own, which a busy machine suspends at times. */
const TRIES = 3;

/** Throws unless every target of the page and every file from the network was slowed down to `{kbit, latencyMs, cpu}`. */
export async function assertSlowed(page, { kbit, latencyMs, cpu }, slowed) {
  const frames = page.frames().filter((frame) => isOurs(frame.url()));
  const due = (bytes) => latencyMs + (bytes * 8) / kbit;
  const enough = (name, bytes, took) => {
    const words = `${name} took ${Math.round(took)} ms, not ${Math.round(due(bytes))} ms`;
    assert.ok(took >= due(bytes) * KEPT.network, `not slowed down: ${words}`);
  };

  const transfers = (await Promise.all(frames.map(transfersOf))).flat();
  for (const { name, requestStart, responseEnd, bytes } of transfers) enough(name, bytes, responseEnd - requestStart);

  const targets = slowed.targets();
  const timesOf = async (target) => Math.max(...(await repeated(TRIES, () => slowed.timeWork(target))));
  const slow = new Map();
  for (const target of targets) slow.set(target, await timesOf(target));
  // All of them, because some share a thread.
  for (const target of targets) await slowed.setCpu(target, 1);
  for (const target of targets) {
    const ratio = slow.get(target) / (await timesOf(target));
    assert.ok(ratio >= cpu * KEPT.cpu, `not slowed down: a target works only ${ratio.toFixed(1)} times slower`);
  }

  // The biggest file once more, now that the page is idle: the page's own work may have hidden that the file came too soon.
  const { frame, name, bytes } = transfers.reduce((one, two) => (two.bytes > one.bytes ? two : one));
  assert.ok(bytes >= BIG_BYTES, 'no file is big enough to measure the network');
  enough(name, bytes, await frame.evaluate(timeFetch, name));
}

/** Returns a frame's record of its transfers, each with the frame. For a file of another origin it contains only the end. */
async function transfersOf(frame) {
  const transfers = await frame.evaluate(readTransfers);
  return transfers.filter(({ name, requestStart }) => isOurs(name) && requestStart > 0).map((one) => ({ frame, ...one }));
}

const isOurs = (url) => url.startsWith('http://localhost');

async function repeated(times, act) {
  const results = [];
  while (results.length < times) results.push(await act());
  return results;
}
