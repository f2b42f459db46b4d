/**
 * The gate for WiPay's limit of five calls in sixty seconds, which is respected before WiPay enforces it. The tests build on one
 * another.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertProblem } from '../../support/answers.mjs';
import { startCheckout } from '../../support/checkout.mjs';
import { closingTests } from '../closing.mjs';

/**
 * The period of the gate, which is five seconds longer than the provider's, and the five seconds for which calls are kept for whoever waits
 * as told: the tests pay from one phone number, which comes behind when it does not.
 */
const LONGEST_WAIT_S = 70;

// The limit is the documented one, not a configured one. The simulator counts all accounts together: five calls of the first and
// two of the second.
const checkout = await startCheckout({ limits: { provider_calls_per_period: undefined, provider_timeout_ms: 10_000 }, simulator: { wipayCalls: 7 } });
const { createSession, redeem, view, settled, freshPin, callsWith, simulator } = checkout;
const wipayCalls = () => callsWith().filter(({ provider }) => provider === 'wipay');

/** Fails unless a payment is refused now, with nothing sent and nothing stored. */
async function assertTurnedAway() {
  const session = await createSession('wipay');
  const pin = freshPin('wipay', 'exact');
  const answer = await redeem(session, { pin });
  assertProblem(answer, 429, 'provider_busy');
  const { retry_after } = answer.body;
  assert.ok(retry_after >= 1 && retry_after <= LONGEST_WAIT_S, answer.text);
  assert.deepEqual(callsWith(pin), []);
  const { status, redemptions } = await view(session);
  assert.deepEqual([status, redemptions], ['open', []]);
  return { session, pin };
}

async function pays(scenario) {
  const session = await createSession('wipay');
  const answer = await redeem(session, { pin: freshPin('wipay', scenario) });
  return { session, answer };
}

test('two payments and a look-up fit into the limit; the next payment gets 429 and is not sent', async () => {
  assert.equal((await pays('exact')).answer.body.session.status, 'complete');
  // Its answer is lost, so the look-up takes the fifth call.
  const { session, answer } = await pays('error_after');
  assert.equal(answer.status, 202);
  assert.equal((await settled(session)).status, 'complete');
  assert.equal(wipayCalls().length, 5);
  await assertTurnedAway();
  await assertTurnedAway();
  assert.equal(wipayCalls().length, 5);
});

test('a payment refused with 429 is not stored, and can be retried with its key', async () => {
  const { session, pin } = await assertTurnedAway();
  for (let times = 0; times < 2; times++) assertProblem(await redeem(session, { pin, key: 'same' }), 429, 'provider_busy');
});

test('a mistyped voucher costs one call: two of them leave room for a payment', async () => {
  const fresh = await startCheckout({ limits: { provider_calls_per_period: undefined }, simulator: { wipayCalls: 5 } });
  const pay = async (scenario) => fresh.redeem(await fresh.createSession('wipay'), { pin: fresh.freshPin('wipay', scenario) });
  for (let times = 0; times < 2; times++) assert.equal((await pay('not_found')).body.redemption.status, 'declined');
  assert.equal((await pay('exact')).body.session.status, 'complete');
  const { calls } = fresh.simulator.books();
  assert.equal(calls.filter(({ provider }) => provider === 'wipay').length, 4);
  // The fifth call is kept for an unknown outcome.
  assertProblem(await pay('exact'), 429, 'provider_busy');
});

test('Kora has no such limit', async () => {
  for (let times = 0; times < 6; times++) {
    const { status } = await redeem(await createSession('kora'), { pin: freshPin('kora', 'exact') });
    assert.equal(status, 200);
  }
});

test('the limit survives a restart', async () => {
  await checkout.restart();
  await assertTurnedAway();
});

test('another account has its own limit, until the provider says "Too many attempts"', async () => {
  await checkout.restart({ WIPAY_ACCOUNT_NUMBER: '4640' });
  const { answer } = await pays('too_many');
  const { redemption, session } = answer.body;
  assert.deepEqual([answer.status, redemption.status, redemption.decline_code], [200, 'not_sent', 'provider_busy']);
  assert.equal(session.status, 'open');
  assert.equal(wipayCalls().length, 7);
  // After two of five calls there would be room for another payment.
  await assertTurnedAway();
});

test('no call exceeded the provider’s own limit', () => {
  assert.deepEqual(simulator.books().calls.filter(({ did }) => did === 'refused: over the limit'), []);
});

closingTests(checkout);
