/**
 * Several vouchers for one order: parts, the usable amount of a voucher worth too little, change vouchers, and the maximum number of vouchers.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertProblem } from '../../support/answers.mjs';
import { startCheckout } from '../../support/checkout.mjs';
import { closingTests } from '../closing.mjs';

const checkout = await startCheckout({ limits: { failed_per_minute: 100, failed_per_session: 100 } });
const { createSession, redeem, view, shopView, cancel, freshPin, debitsOf } = checkout;

const asked = ({ redemption }) => [redemption.status, redemption.decline_code, redemption.voucher_balance, redemption.usable];
const taken = (pin) => debitsOf(pin).map(({ amount }) => amount);

test('Celbux reports the balance of a voucher worth too little, and that amount can be used', async () => {
  const session = await createSession('celbux');
  const pin = freshPin('celbux', 'exact', 100);
  const { body } = await redeem(session, { pin });
  assert.deepEqual(asked(body), ['declined', 'insufficient_funds', 100_00, 100_00]);
  const { body: part } = await redeem(session, { pin, amount: body.redemption.usable });
  assert.deepEqual([part.redemption.status, part.session.amount_remaining, part.session.vouchers_left], ['succeeded', 149_00, 9]);
  assert.deepEqual(taken(pin), [100_00]);
});

test('WiPay takes its fee from the voucher: the usable amount is lower by the fee', async () => {
  const session = await createSession('wipay');
  const pin = freshPin('wipay', 'balance_left', 100);
  const { body } = await redeem(session, { pin });
  assert.deepEqual(asked(body), ['declined', 'insufficient_funds', 100_00, 95_00]);
  const { body: part } = await redeem(session, { pin, amount: body.redemption.usable });
  assert.deepEqual([part.redemption.status, part.redemption.fee, part.redemption.voucher_balance], ['succeeded', 5_00, 0]);
  // A voucher worth no more than the fee has no usable amount.
  const poor = await redeem(session, { pin: freshPin('wipay', 'balance_left', 5) });
  assert.deepEqual(asked(poor.body), ['declined', 'insufficient_funds', 5_00, undefined]);
});

test('Kora reports no balance: the shopper enters the amount', async () => {
  const session = await createSession('kora');
  const pin = freshPin('kora', 'change', 100);
  const { body } = await redeem(session, { pin });
  assert.deepEqual(asked(body), ['declined', 'insufficient_funds', undefined, undefined]);
  const { body: part } = await redeem(session, { pin, amount: 100_00 });
  assert.deepEqual([part.redemption.status, part.session.amount_remaining], ['succeeded', 149_00]);
});

test('vouchers of two providers of the same currency pay one order', async () => {
  const session = await createSession('kora');
  const [kora, celbux] = [freshPin('kora', 'change', 100), freshPin('celbux', 'rest_stays')];
  await redeem(session, { pin: kora, amount: 80_00 });
  const { body } = await redeem(session, { provider: 'celbux', pin: celbux });
  assert.deepEqual([body.session.status, body.session.amount_received], ['complete', 249_00]);
  assert.deepEqual([taken(kora), taken(celbux)], [[80_00], [169_00]]);
  assert.deepEqual((await shopView(session)).redemptions.map(({ provider, amount }) => [provider, amount]), [['kora', 80_00], ['celbux', 169_00]]);
});

test('the change of a part pays the rest of the same order', async () => {
  const session = await createSession('kora');
  const pin = freshPin('kora', 'change', 400);
  const { body } = await redeem(session, { pin, amount: 100_00 });
  const { change } = body.redemption;
  assert.deepEqual([change.amount, body.session.amount_remaining], [300_00, 149_00]);
  const { body: paid } = await redeem(session, { pin: change.pin });
  assert.deepEqual([paid.redemption.status, paid.session.status, paid.redemption.change.amount], ['succeeded', 'complete', 151_00]);
  assert.deepEqual([taken(pin), taken(change.pin)], [[100_00], [149_00]]);
});

test('a part of zero or above the remaining amount is refused, and nothing is sent', async () => {
  const session = await createSession('kora');
  await redeem(session, { pin: freshPin('kora', 'change', 100), amount: 49_00 });
  const pin = freshPin('kora', 'exact');
  assertProblem(await redeem(session, { pin, amount: 200_01 }), 400, 'amount_above_remaining', 'amount');
  for (const amount of [0, -1, 1.5, '100', 2 ** 53]) assertProblem(await redeem(session, { pin, amount }), 400, 'amount_invalid', 'amount');
  assert.deepEqual(taken(pin), []);
  assert.equal((await redeem(session, { pin, amount: 200_00 })).body.session.status, 'complete');
});

test('a session accepts at most ten vouchers, and their payments are owed when it ends', async () => {
  const session = await createSession('celbux');
  for (let left = 9; left >= 1; left--) {
    const { body } = await redeem(session, { pin: freshPin('celbux', 'reverse_refused'), amount: 1_00 });
    assert.deepEqual([body.redemption.status, body.session.vouchers_left], ['succeeded', left]);
  }
  // The last voucher has to pay all that remains: otherwise the order could not be completed any more.
  const pin = freshPin('celbux', 'exact', 100);
  assertProblem(await redeem(session, { pin, amount: 100_00 }), 400, 'amount_below_remaining', 'amount');
  assert.deepEqual(asked((await redeem(session, { pin })).body), ['declined', 'insufficient_funds', 100_00, undefined]);
  assert.deepEqual(taken(pin), []);
  // The scenario "partial": Kora charges less than the requested amount.
  await redeem(session, { provider: 'kora', email: 'thandi@example.com', pin: freshPin('kora', 'partial') });
  assertProblem(await redeem(session, { pin }), 409, 'too_many_vouchers');
  const { body } = await cancel(session);
  assert.deepEqual([body.status, body.amount_owed], ['canceled', 9_00 + 120_00]);
  assert.equal((await view(session)).amount_owed, 9_00 + 120_00);
});

closingTests(checkout);
