/** The money that a leaked key can spend: none with MERCHANT_API_KEY, and no more than LIMITS allow with ISSUING_API_KEY. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertProblem } from '../../support/answers.mjs';
import { startCheckout } from '../../support/checkout.mjs';

const limits = { issued_voucher_up_to: 100_00, issued_per_day_up_to: 250_00, issued_per_day: 4 };
const checkout = await startCheckout({ limits });
const { shop, freshKey, simulator, apiKey, send, restart } = checkout;

const order = (amount, fields = {}) => ({ provider: 'celbux', to_self: true, voucher_type: '168Cash', amount, currency: 'ZAR', ...fields });
const AT_ODM = {
  provider: 'odm', denomination_id: 4, merchant_id: 12, recipient_phone: '+251911234567', restricted: true,
  originating_country: 'US', foreign_currency_amount: '8.85', exchange_rate: '56.5',
};
const issue = (body, key = freshKey()) => shop('POST', '/v1/vouchers', body, key);
const sent = () => simulator.books().calls.filter(({ path }) => /createVoucher|vouchers\/issue/.test(path)).length;

test('a voucher above the limit is refused, and nothing is sent', async () => {
  const refused = await issue(order(100_01));
  assertProblem(refused, 400, 'field_invalid', 'amount');
  assert.match(refused.body.detail, /10000 \(LIMITS\.issued_voucher_up_to\)/);
  assert.equal(sent(), 0);
});

test('no more is issued within a day than the limit, however often it is tried', async () => {
  const first = freshKey();
  assert.equal((await issue(order(100_00), first)).status, 201);
  // The same order again is the same voucher, and counts once.
  assert.equal((await issue(order(100_00), first)).status, 201);
  assert.equal((await issue(order(100_00))).status, 201);
  const before = sent();
  for (let time = 0; time < 3; time++) {
    const refused = await issue(order(50_01));
    assertProblem(refused, 422, 'voucher_not_issued');
    assert.match(refused.body.detail, /LIMITS\.issued_per_day/);
  }
  assert.equal(sent(), before, 'nothing is sent');
  assert.equal((await issue(order(50_00))).status, 201);
});

test('concurrent orders share the rest of the limit', async () => {
  // Three are issued, the fourth is the last by number; each is counted at its own provider.
  const answers = await Promise.all(Array.from({ length: 6 }, () => issue(AT_ODM)));
  assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 201, 201, 201, 422, 422]);
});

test('the count outlasts the process', async () => {
  await restart();
  assertProblem(await issue(order(1)), 422, 'voucher_not_issued');
  assertProblem(await issue(AT_ODM), 422, 'voucher_not_issued');
});

test('without ISSUING_API_KEY issuing is off', async () => {
  await restart({ ISSUING_API_KEY: null });
  const headers = { authorization: `Bearer ${apiKey}`, 'idempotency-key': freshKey() };
  assertProblem(await send('POST', '/v1/vouchers', { body: order(1), headers }), 403, 'issuing_off');
  assertProblem(await issue(order(1)), 401, 'api_key_invalid');
});
