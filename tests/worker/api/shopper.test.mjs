/** A shopper's payment request: every field, and the states in which a session accepts none. */
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { assertProblem } from '../../support/answers.mjs';
import { startCheckout } from '../../support/checkout.mjs';
import { until } from '../../support/until.mjs';
import { closingTests } from '../closing.mjs';

const checkout = await startCheckout({ limits: { provider_timeout_ms: 20_000 }, simulator: { processingMs: 8_000, slowMs: 8_000 } });
const { createSession, redeem, view, shopView, settled, cancel, freshPin, callsWith } = checkout;

/** Returns fields as a test's name shows them. */
const short = (fields) => JSON.stringify(fields, (_, value) => value ?? null).slice(0, 60);

/** Mistakes of a browser. */
const TRIES = [
  [{ provider: undefined }, 'field_missing', 'provider'],
  [{ provider: '' }, 'field_invalid', 'provider'],
  [{ provider: 7 }, 'field_invalid', 'provider'],
  [{ provider: 'wipay' }, 'provider_not_allowed', 'provider'],
  [{ provider: 'odm' }, 'provider_not_allowed', 'provider'],
  [{ provider: 'KORA' }, 'provider_not_allowed', 'provider'],
  [{ provider_code: '9999' }, 'provider_not_allowed', 'provider_code'],
  [{ provider_code: 1 }, 'field_invalid', 'provider_code'],
  [{ pin: undefined }, 'field_missing', 'pin'],
  [{ pin: null }, 'field_missing', 'pin'],
  [{ pin: 1168648096792943 }, 'field_invalid', 'pin'],
  [{ pin: ['1168648096792943'] }, 'field_invalid', 'pin'],
  [{ pin: '' }, 'pin_invalid', 'pin'],
  [{ pin: ' - ' }, 'pin_invalid', 'pin'],
  [{ pin: '116864809679294' }, 'pin_invalid', 'pin'],
  [{ pin: '11686480967929433' }, 'pin_invalid', 'pin'],
  [{ pin: '116864809679294x' }, 'pin_invalid', 'pin'],
  [{ pin: '1168648096792943\u0000' }, 'pin_invalid', 'pin'],
  [{ pin: '१'.repeat(16) }, 'pin_invalid', 'pin'],
  [{ pin: '1'.repeat(10_000) }, 'pin_invalid', 'pin'],
  [{ phone: undefined }, 'field_missing', 'phone'],
  [{ phone: 821234567 }, 'field_invalid', 'phone'],
  [{ phone: '' }, 'phone_invalid', 'phone'],
  [{ phone: 'call me' }, 'phone_invalid', 'phone'],
  [{ phone: '082123456' }, 'phone_invalid', 'phone'],
  [{ phone: '+18686221234' }, 'phone_invalid', 'phone'],
  [{ phone: '0821234567;rm' }, 'phone_invalid', 'phone'],
  [{ email: undefined }, 'email_invalid', 'email'],
  [{ email: 'nobody' }, 'email_invalid', 'email'],
  [{ email: 'a@b' }, 'email_invalid', 'email'],
  [{ email: 'a b@c.example' }, 'email_invalid', 'email'],
  [{ email: '<a@b.example>' }, 'email_invalid', 'email'],
  [{ email: 5 }, 'field_invalid', 'email'],
  [{ amount: 0 }, 'amount_invalid', 'amount'],
  [{ amount: -1 }, 'amount_invalid', 'amount'],
  [{ amount: 1.5 }, 'amount_invalid', 'amount'],
  [{ amount: 2 ** 53 }, 'amount_invalid', 'amount'],
  [{ amount: '100' }, 'amount_invalid', 'amount'],
  [{ amount: 249_01 }, 'amount_above_remaining', 'amount'],
  [{ currency: 'ZAR' }, 'field_unknown', 'currency'],
  [{ metadata: {} }, 'field_unknown', 'metadata'],
];

let untouched;
before(async () => (untouched = await createSession('kora')));

for (const [fields, code, field] of TRIES) {
  test(`a try with ${short(fields)}: ${code}`, async () => {
    assertProblem(await redeem(untouched, { pin: '1168648096792943', ...fields }), 400, code, field);
  });
}

test('none of these mistakes reaches a provider or changes a session', async () => {
  assert.deepEqual(callsWith(), []);
  const { status, redemptions } = await view(untouched);
  assert.deepEqual([status, redemptions], ['open', []]);
});

test('an expired session accepts no voucher and cannot be canceled', async () => {
  const session = await createSession('kora', { expires_in: 1 });
  assert.equal(session.status, 'open');
  await until(() => view(session), ({ status }) => status === 'expired');
  const pin = freshPin('kora', 'exact');
  assertProblem(await redeem(session, { pin }), 409, 'session_expired');
  assertProblem(await cancel(session), 409, 'session_expired');
  assert.equal((await shopView(session)).status, 'expired');
  assert.deepEqual(callsWith(pin), []);
});

test('a canceled session accepts no voucher', async () => {
  const session = await createSession('kora');
  await cancel(session);
  const pin = freshPin('kora', 'exact');
  assertProblem(await redeem(session, { pin }), 409, 'session_canceled');
  assert.deepEqual(callsWith(pin), []);
});

test('a paid session accepts no voucher and cannot be canceled', async () => {
  const session = await createSession('kora');
  await redeem(session, { pin: freshPin('kora', 'exact') });
  const pin = freshPin('kora', 'exact');
  assertProblem(await redeem(session, { pin }), 409, 'session_complete');
  assertProblem(await cancel(session), 409, 'session_complete');
  assert.deepEqual(callsWith(pin), []);
});

// All of them wait for a provider.
describe('during a payment', { concurrency: true }, () => {
  test('while a voucher’s outcome is being found out, the session accepts no other voucher and can be canceled', async () => {
    const [session, canceled] = [await createSession('kora'), await createSession('kora')];
    assert.equal((await redeem(canceled, { pin: freshPin('kora', 'processing_then_success') })).status, 202);
    assert.deepEqual([(await cancel(canceled)).body.status, (await shopView(canceled)).amount_owed], ['canceled', 0]);

    assert.equal((await redeem(session, { pin: freshPin('kora', 'processing_then_failed') })).status, 202);
    const pin = freshPin('kora', 'exact');
    assertProblem(await redeem(session, { pin }), 409, 'payment_in_progress');
    assert.deepEqual(callsWith(pin), []);
    await settled(session);
    assert.equal((await redeem(session, { pin })).body.session.status, 'complete');

    const late = await until(() => shopView(canceled), ({ redemptions }) => redemptions[0].status === 'succeeded');
    assert.deepEqual([late.status, late.amount_owed], ['canceled', late.amount]);
  });

  test('a charge under way outlasts the session’s end, and cannot be canceled', async () => {
    const session = await createSession('kora', { expires_in: 5 });
    // "slow" answers after the end.
    const paying = redeem(session, { pin: freshPin('kora', 'slow') });
    await until(() => shopView(session), ({ redemptions }) => redemptions.length > 0);
    assertProblem(await cancel(session), 409, 'payment_in_progress');
    const { body } = await paying;
    assert.ok(Date.now() > Date.parse(session.expires_at));
    assert.equal(body.session.status, 'complete');
    assert.equal((await shopView(session)).status, 'complete');
  });

  test('a session ends at its time while an outcome is being found out, and late money is owed', async () => {
    const session = await createSession('kora', { expires_in: 5 });
    await redeem(session, { pin: freshPin('kora', 'processing_then_success') });
    await until(() => shopView(session), ({ status }) => status === 'expired');
    const late = await until(() => shopView(session), ({ redemptions }) => redemptions[0].status === 'succeeded');
    assert.deepEqual([late.status, late.amount_owed], ['expired', late.amount]);
  });
});

closingTests(checkout);
