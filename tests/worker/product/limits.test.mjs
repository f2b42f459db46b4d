/** The limits on a shopper's failures, and the information that declines give a guesser. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertProblem } from '../../support/answers.mjs';
import { startCheckout } from '../../support/checkout.mjs';
import { until } from '../../support/until.mjs';
import { freshShoppers } from '../../support/usual.mjs';
import { closingTests } from '../closing.mjs';

const PAUSE_MS = 5_000;
/** The limits: failures a minute, and a pause after each failure from the fifth on. */
const minutely = await startCheckout({ limits: { failed_per_minute: 3, failed_per_session: 1_000, mask_declines_after: 1_000, provider_timeout_ms: 10_000 } });
const pausing = await startCheckout({ limits: { failed_per_minute: 1_000, failed_per_session: 5, failed_session_pause_ms: PAUSE_MS, mask_declines_after: 3, provider_timeout_ms: 10_000 } });

/** Scenarios with the declines that a guesser causes. */
const FAILURES = ['not_found', 'used', 'too_small', 'amount_refused'];

const freshShopper = freshShoppers();

async function fail({ redeem, freshPin }, session, scenario = 'not_found', shopper = {}) {
  const answer = await redeem(session, { pin: freshPin('kora', scenario), ...shopper });
  assert.deepEqual([answer.status, answer.body.redemption?.status], [200, 'declined'], answer.text);
  return answer;
}

/** Fails unless a good voucher is refused now, with nothing sent. Returns its PIN. */
async function assertHeldBack({ redeem, view, freshPin, callsWith }, session, most) {
  const pin = freshPin('kora', 'exact');
  const begun = performance.now();
  const answer = await redeem(session, { pin });
  assertProblem(answer, 429, 'too_many_attempts');
  const { retry_after } = answer.body;
  assert.ok(Number.isInteger(retry_after) && retry_after >= 1 && retry_after <= most, answer.text);
  assert.equal(answer.headers.get('retry-after'), String(retry_after));
  assert.deepEqual(callsWith(pin), [], 'nothing is sent');
  const { status, retry_after: told } = await view(session);
  assert.equal(status, 'open');
  const passed = Math.ceil((performance.now() - begun) / 1_000);
  assert.ok(told === undefined ? passed >= retry_after : told <= retry_after && told >= retry_after - passed, `${told}`);
  return pin;
}

test('law 8: after too many declines within a minute no more charges are sent', async () => {
  const session = await minutely.createSession('kora');
  for (const scenario of FAILURES.slice(0, 3)) {
    assert.equal((await minutely.view(session)).retry_after, undefined);
    await fail(minutely, session, scenario);
  }
  for (let more = 0; more < 3; more++) await assertHeldBack(minutely, session, 60);
  assert.equal((await minutely.view(session)).redemptions.length, 3);
});

test('law 8: every decline that a guesser can cause counts', async () => {
  for (const scenario of FAILURES) {
    const session = await minutely.createSession('kora');
    for (let times = 0; times < 3; times++) await fail(minutely, session, scenario);
    await assertHeldBack(minutely, session, 60);
  }
});

test('a failure that is not the shopper’s fault counts only when it is repeated', async () => {
  const { createSession, redeem, settled, freshPin } = minutely;
  const session = await createSession('kora');
  await fail(minutely, session, 'inactive');
  await redeem(session, { pin: freshPin('kora', 'processing_then_failed') });
  await settled(session);
  assert.equal((await redeem(session, { pin: freshPin('kora', 'exact') })).body.session.status, 'complete');

  const repeated = await createSession('kora');
  for (const scenario of ['inactive', 'code_unsupported', 'inactive', 'inactive']) await fail(minutely, repeated, scenario);
  await assertHeldBack(minutely, repeated, 60);
});

test('an invalid request that is not sent does not count', async () => {
  const { createSession, redeem, freshPin } = minutely;
  const session = await createSession('kora');
  for (let times = 0; times < 5; times++) assertProblem(await redeem(session, { pin: '1' }), 400, 'pin_invalid', 'pin');
  assert.equal((await redeem(session, { pin: freshPin('kora', 'exact') })).status, 200);
});

test('another session is not limited, and an earlier answer is still replayed', async () => {
  const { createSession, redeem, freshPin } = minutely;
  const session = await createSession('kora');
  const pin = freshPin('kora', 'used');
  const first = await redeem(session, { pin, key: 'first' });
  for (let times = 0; times < 2; times++) await fail(minutely, session);
  await assertHeldBack(minutely, session, 60);
  const again = await redeem(session, { pin, key: 'first' });
  assert.deepEqual([again.status, again.body.redemption], [200, first.body.redemption]);
  const other = await createSession('kora');
  assert.equal((await redeem(other, { pin: freshPin('kora', 'exact') })).body.session.status, 'complete');
});

test('law 8: after too many declines a session must pause after each one', async () => {
  const { createSession, redeem, view, callsWith } = pausing;
  const session = await createSession('kora');
  for (let times = 0; times < 5; times++) await fail(pausing, session);
  await assertHeldBack(pausing, session, PAUSE_MS / 1_000 + 1);
  await until(() => view(session), ({ retry_after }) => retry_after === undefined);
  await fail(pausing, session);
  const pin = await assertHeldBack(pausing, session, PAUSE_MS / 1_000 + 1);
  await until(() => view(session), ({ retry_after }) => retry_after === undefined);
  assert.equal((await redeem(session, { pin })).body.session.status, 'complete');
  assert.equal(callsWith(pin).length, 1);
});

test('law 8: after some failures every decline reads the same, except to the shop', async () => {
  const { createSession, redeem, view, shopView, freshPin } = pausing;
  const session = await createSession('kora');
  const shopper = freshShopper();
  const codes = ({ redemptions }) => redemptions.map(({ decline_code }) => decline_code);
  const first = await fail(pausing, session, 'not_found', shopper);
  assert.equal(first.body.redemption.decline_code, 'voucher_not_found');
  const second = await fail(pausing, session, 'used', shopper);
  assert.equal(second.body.redemption.decline_code, 'voucher_used');
  const key = { pin: freshPin('kora', 'not_found'), key: 'third', ...shopper };
  const third = await redeem(session, key);
  assert.equal(third.body.redemption.decline_code, 'voucher_refused');
  assert.deepEqual(codes(third.body.session), Array(3).fill('voucher_refused'));
  const fourth = await fail(pausing, session, 'too_small', shopper);
  assert.equal(fourth.body.redemption.decline_code, 'voucher_refused');
  assert.deepEqual(codes(await view(session)), Array(4).fill('voucher_refused'));
  assert.equal((await redeem(session, key)).body.redemption.decline_code, 'voucher_refused');

  const told = await shopView(session);
  assert.deepEqual(codes(told), ['voucher_not_found', 'voucher_used', 'voucher_not_found', 'insufficient_funds']);
  assert.equal(told.redemptions[1].provider_message, 'The voucher has already been used.');
});

closingTests(minutely);
closingTests(pausing);
