// The last tests of a file: the providers' books match the sessions, and no secret was disclosed.
import assert from 'node:assert/strict';
import { basename } from 'node:path';
import { test } from 'node:test';
import { isInReview, isOutstanding, reconcile } from '../support/reconciliation/reconciliation.mjs';
import { secretLines } from '../support/reconciliation/secrets.mjs';
import { until } from '../support/until.mjs';

/**
 * Adds the tests that end every file: books that agree to the cent, no secret in the log, no PIN in an address. `hidden` are the
 * references of the payments that the file leaves in review on purpose, `without` the names of lines that do not apply to the
 * file.
 */
export function closingTests(checkout, { hidden = new Set(), without = [] } = {}) {
  test('at the end: the providers’ debits match the sessions’ credits', () => assertBooks(checkout, hidden, without));
  test('law 6: at the end: no secret in the log, no PIN in an address', () => assertQuiet(checkout));
}

async function assertBooks({ simulator, sessions, shopView, view }, hidden, without) {
  const look = () => Promise.all(sessions.map(async (session) => ({ shop: await shopView(session), shopper: await view(session) })));
  // A payment whose answer came too late on a busy machine is still looked up when its test has ended.
  const seen = await until(look, (seen) => !seen.some(({ shop }) => shop.redemptions.some(isOutstanding))).catch(look);
  const lines = reconcile({ books: simulator.books(), sessions: seen, hidden }).filter(({ name }) => !without.includes(name));
  assertRight(lines);
  const waiting = seen.flatMap(({ shop }) => shop.redemptions).filter(isInReview);
  assert.deepEqual(waiting.map((one) => one.provider_reference).sort(), [...hidden].sort());
}

function assertQuiet({ settings, lines, simulator, sessions, typed, change }) {
  assert.ok(lines.length > 0, 'something was printed');
  const clientSecrets = sessions.map(({ client_secret: secret }) => secret);
  assertRight(secretLines({ books: simulator.books(), lines, settings, clientSecrets, typed: [...typed, ...change] }));
}

function assertRight(lines) {
  const off = lines.filter(({ problems }) => problems.length > 0);
  // The report of many files names only this one.
  const file = basename(process.argv[1]);
  assert.deepEqual({ file, off }, { file, off: [] });
}
