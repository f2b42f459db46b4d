/** A whole town behind one network address: with the Worker's own limits on guessing, all of its honest shoppers pay. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startCheckout } from '../../support/checkout.mjs';
import { concurrently } from '../../support/concurrently.mjs';
import { solve } from '../../support/puzzle.mjs';
import { freshShoppers } from '../../support/usual.mjs';
import { closingTests } from '../closing.mjs';

const SHOPPERS = 500;
const AT_ONCE = 16;
const ADDRESS = { 'cf-connecting-ip': '41.0.0.1' };
/** The limits with values that differ from those of the other tests. */
const OWN = [
  ...['address_failed_per_minute', 'address_failed_per_hour', 'address_failed_per_hour_most', 'address_failed_per_day'],
  ...['phone_failed_per_minute', 'phone_failed_per_hour', 'phone_failed_per_day'],
  ...['brake_after_failed', 'mask_declines_after', 'breaker_failures'],
];

// A proof takes a phone a second with the Worker's own 15 bits: here all proofs of the town come from one processor.
const checkout = await startCheckout({ limits: { ...Object.fromEntries(OWN.map((name) => [name, undefined])), proof_bits: 8, provider_timeout_ms: 20_000 } });
const { createSession, redeem, freshPin, freshKey } = checkout;
const freshShopper = freshShoppers();
const tally = { mistyped: 0, proofs: 0 };

/** Sends a try, again with a proof of work if it costs one. Returns the body of the answer. */
async function tryOnce(session, phone, pin) {
  const key = freshKey();
  const send = (headers) => redeem(session, { pin, phone, key, headers: { ...ADDRESS, ...headers } });
  let answer = await send();
  if (answer.body.code === 'proof_required') {
    tally.proofs++;
    answer = await send({ 'proof-of-work': solve(answer.body.puzzle) });
  }
  assert.equal(answer.status, 200, answer.text);
  return answer.body;
}

/** Pays an order, after a wrong PIN for one shopper in ten. */
async function shop(number) {
  const [session, { phone }] = [await createSession('kora'), freshShopper()];
  if (number % 10 === 0) {
    const { redemption } = await tryOnce(session, phone, freshPin('kora', 'not_found'));
    assert.equal(redemption.status, 'declined');
    tally.mistyped++;
  }
  const { session: after } = await tryOnce(session, phone, freshPin('kora', 'exact'));
  assert.equal(after.status, 'complete');
}

test(`law 8: ${SHOPPERS} honest shoppers behind one address, of whom one in ten mistypes a PIN: all of them pay`, async () => {
  await concurrently(AT_ONCE, Array.from({ length: SHOPPERS }), (_, number) => shop(number));
  assert.equal(tally.mistyped, SHOPPERS / 10);
  assert.ok(tally.proofs > SHOPPERS / 10, `the soft limit was passed: ${tally.proofs} proofs`);
});

closingTests(checkout);
