/** The shop's vouchers: issuing at Celbux and ODM, and the key that prevents issuing one twice. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { phoneFor } from '../../simulator/pins.mjs';
import { assertProblem } from '../../support/answers.mjs';
import { pass, startProxy } from '../../support/proxy.mjs';
import { startCheckout } from '../../support/checkout.mjs';
import { until } from '../../support/until.mjs';
import { closingTests } from '../closing.mjs';

const proxy = await startProxy();
const checkout = await startCheckout({ simulatorUrl: proxy.url });
proxy.target = checkout.simulator.url;
after(() => proxy.close());
const { shop, send, freshKey, simulator, apiKey } = checkout;

const AT_CELBUX = { provider: 'celbux', recipient: '27648302057', voucher_type: '168Cash', amount: 20_00, currency: 'ZAR' };
const AT_ODM = {
  provider: 'odm',
  denomination_id: 4,
  merchant_id: 12,
  recipient_phone: '+251911234567',
  recipient_name: 'Abebe Kebede',
  restricted: true,
  originating_country: 'US',
  foreign_currency_amount: '8.85',
  exchange_rate: '56.5',
};

const issue = (body, key = freshKey()) => shop('POST', '/v1/vouchers', body, key);
const lookUp = (body, key) => shop('POST', '/v1/vouchers/lookup', body, key);
const callsTo = (path, text) => simulator.books().calls.filter((call) => call.path.includes(path) && call.body.includes(text));
const issuedAtOdm = (key) => simulator.books().providers.odm.issued.filter((one) => one.idempotency_key === key);
/** Repeats the request until its outcome is known. */
const settled = (body, key) => until(() => issue(body, key), ({ status }) => status !== 202, { within: 60_000 });

test('celbux: a voucher is issued to its recipient, and the answer has its number', async () => {
  const { status, body } = await issue({ ...AT_CELBUX, reference: 'refund-7', metadata: { ActorUserIDs: '547828938941114' } });
  assert.equal(status, 201);
  const { id, created_at, voucher_number, provider_reference, provider_transaction, ...rest } = body;
  assert.match(id, /^vo_[0-9a-f]{32}$/);
  assert.match(created_at, /^20\d\d-/);
  assert.match(voucher_number, /^168-\d{5}-\d{5}$/);
  assert.equal(provider_reference, id.replace('vo_', 'vo-'));
  assert.match(provider_transaction, /^\d+$/);
  assert.deepEqual(rest, {
    object: 'voucher', provider: 'celbux', status: 'issued', amount: 20_00, currency: 'ZAR', reference: 'refund-7',
    voucher_type: '168Cash', recipient: '27648302057', finalization_pending: false,
  });
  const [call] = callsTo('/celbux/createVoucher', provider_reference);
  assert.deepEqual(JSON.parse(call.body), {
    Username: '27648302057', VoucherType: '168Cash', Amount: '2000', Currency: 'ZAR', StoreID: 'Store1', Reference: provider_reference,
    Metadata: '{"ActorUserIDs": "547828938941114"}',
  });

  const seen = (await lookUp({ provider: 'celbux', voucher_number })).body;
  assert.deepEqual([seen.voucher_number, seen.amount, seen.currency, seen.owner, seen.spendable], [voucher_number, 20_00, 'ZAR', '27648302057', true]);
});

test('celbux: no recipient is required when the shop orders for itself', async () => {
  const { recipient, ...own } = AT_CELBUX;
  assertProblem(await issue(own), 400, 'field_missing', 'recipient');
  assertProblem(await issue({ ...AT_CELBUX, to_self: true }), 400, 'field_invalid', 'recipient');
  const { status, body } = await issue({ ...own, to_self: true });
  assert.deepEqual([status, body.to_self, 'recipient' in body], [201, true, false]);
  const [call] = callsTo('/celbux/createVoucher', body.provider_reference);
  assert.equal('Username' in JSON.parse(call.body), false);
});

describe('invalid orders are refused with the field’s name, and nothing is sent', () => {
  const WRONG = [
    [AT_CELBUX, { recipient: '0648302057' }, 'field_invalid', 'recipient'],
    [AT_CELBUX, { recipient: '2764830205' }, 'field_invalid', 'recipient'],
    [AT_CELBUX, { recipient: '276483020577' }, 'field_invalid', 'recipient'],
    [AT_CELBUX, { recipient: '27118302057' }, 'field_invalid', 'recipient'],
    [AT_CELBUX, { recipient: '27 648 302 057' }, 'field_invalid', 'recipient'],
    [AT_CELBUX, { recipient: 27648302057 }, 'field_invalid', 'recipient'],
    [AT_CELBUX, { to_self: 'yes' }, 'field_invalid', 'to_self'],
    [AT_CELBUX, { voucher_type: undefined }, 'field_missing', 'voucher_type'],
    [AT_CELBUX, { amount: undefined }, 'field_missing', 'amount'],
    [AT_CELBUX, { amount: '2000' }, 'amount_invalid', 'amount'],
    [AT_CELBUX, { amount: 0 }, 'amount_invalid', 'amount'],
    [AT_CELBUX, { currency: undefined }, 'field_missing', 'currency'],
    [AT_CELBUX, { currency: 'USD' }, 'currency_unsupported', 'currency'],
    [AT_CELBUX, { metadata: 'text' }, 'field_invalid', 'metadata'],
    [AT_CELBUX, { denomination_id: 4 }, 'field_unknown', 'denomination_id'],
    [AT_ODM, { denomination_id: 0 }, 'field_invalid', 'denomination_id'],
    [AT_ODM, { denomination_id: 1.5 }, 'field_invalid', 'denomination_id'],
    [AT_ODM, { merchant_id: undefined }, 'field_missing', 'merchant_id'],
    [AT_ODM, { recipient_phone: '0911234567' }, 'field_invalid', 'recipient_phone'],
    [AT_ODM, { recipient_phone: '+2519112345678' }, 'field_invalid', 'recipient_phone'],
    [AT_ODM, { recipient_name: 'n'.repeat(256) }, 'field_invalid', 'recipient_name'],
    [AT_ODM, { restricted: undefined }, 'field_missing', 'restricted'],
    [AT_ODM, { restricted: 'true' }, 'field_invalid', 'restricted'],
    [AT_ODM, { originating_country: '' }, 'field_invalid', 'originating_country'],
    [AT_ODM, { foreign_currency_amount: 8.85 }, 'field_invalid', 'foreign_currency_amount'],
    [AT_ODM, { foreign_currency_amount: '0.00' }, 'field_invalid', 'foreign_currency_amount'],
    [AT_ODM, { foreign_currency_amount: '-1' }, 'field_invalid', 'foreign_currency_amount'],
    [AT_ODM, { exchange_rate: '5,65' }, 'field_invalid', 'exchange_rate'],
    [AT_ODM, { exchange_rate: '1e2' }, 'field_invalid', 'exchange_rate'],
    [AT_ODM, { exchange_rate: undefined }, 'field_missing', 'exchange_rate'],
    [AT_ODM, { amount: 500_00 }, 'field_unknown', 'amount'],
    [AT_ODM, { provider: 'kora' }, 'provider_not_allowed', 'provider'],
    [AT_ODM, { provider: undefined }, 'field_missing', 'provider'],
  ];
  for (const [usual, fields, code, field] of WRONG) {
    test(`${usual.provider} ${JSON.stringify(fields)}`, async () => {
      const before = simulator.books().calls.length;
      assertProblem(await issue({ ...usual, ...fields }), 400, code, field);
      assert.equal(simulator.books().calls.length, before);
    });
  }
});

test('issuing a voucher requires an Idempotency-Key and the issuing key', async () => {
  assertProblem(await shop('POST', '/v1/vouchers', AT_ODM), 400, 'idempotency_key_invalid');
  assertProblem(await issue(AT_ODM, 'no spaces please'), 400, 'idempotency_key_invalid');
  assertProblem(await send('POST', '/v1/vouchers', { body: AT_ODM, headers: { 'idempotency-key': freshKey() } }), 401, 'api_key_missing');
  const wrong = { authorization: `Bearer ${apiKey}x`, 'idempotency-key': freshKey() };
  assertProblem(await send('POST', '/v1/vouchers', { body: AT_ODM, headers: wrong }), 401, 'api_key_invalid');
  const leaked = await send('POST', '/v1/vouchers', { body: AT_ODM, headers: { ...wrong, authorization: `Bearer ${apiKey}` } });
  assertProblem(leaked, 401, 'api_key_invalid');
  assert.match(leaked.body.detail, /ISSUING_API_KEY/);
  for (const path of ['/v1/status', '/v1/vouchers', '/v1/providers']) {
    assertProblem(await send('GET', path, { headers: { authorization: `Bearer ${checkout.issuingKey}` } }), 401, 'api_key_invalid');
  }
  assertProblem(await issue('[]'), 400, 'body_not_json');
  assertProblem(await issue('{'), 400, 'body_not_json');
});

test('odm: a voucher is issued; the same request returns the same answer and issues no second voucher', async () => {
  const key = freshKey();
  const first = await issue({ ...AT_ODM, reference: 'gift-1' }, key);
  assert.equal(first.status, 201, first.text);
  const { id, created_at, voucher_code, serial_number, expires_at, provider_reference, ...rest } = first.body;
  assert.match(voucher_code, /^\d{16}$/);
  assert.match(serial_number, /^VCH-\d{8}-[0-9A-F]{16}$/);
  assert.match(expires_at, /^20\d\d-/);
  assert.deepEqual(rest, {
    object: 'voucher', provider: 'odm', status: 'issued', amount: 500_00, currency: 'ETB', reference: 'gift-1', denomination_id: 4, merchant_id: 12,
    recipient_phone: '+251911234567', restricted: true, merchant_name: 'Abyssinia Market', finalization_pending: false,
  });
  const spaced = JSON.stringify(Object.fromEntries(Object.entries({ ...AT_ODM, reference: 'gift-1' }).reverse()), null, 2);
  const again = await issue(spaced, key);
  assert.deepEqual([again.status, again.text, again.headers.get('idempotent-replayed')], [201, first.text, 'true']);
  assert.equal(first.headers.get('idempotent-replayed'), null);
  assert.equal(callsTo('/odm/', AT_ODM.recipient_phone).filter((call) => call.headers['idempotency-key'] === provider_reference).length, 1);

  assertProblem(await issue({ ...AT_ODM, exchange_rate: '56.50' }, key), 422, 'idempotency_mismatch');
  assertProblem(await issue(AT_CELBUX, key), 422, 'idempotency_mismatch');
});

test('odm: code and serial number keep every digit; the code is a JSON string and appears in no log line', async () => {
  for (let times = 0; times < 3; times++) {
    const { body } = await issue(AT_ODM);
    const [{ voucher_code, serial_number }] = issuedAtOdm(body.provider_reference);
    assert.deepEqual([body.voucher_code, body.serial_number], [voucher_code, serial_number]);
    assert.notEqual(String(Number(voucher_code)), voucher_code, 'a float would have changed it');
    assert.notEqual(checkout.lines.length, 0);
    for (const line of checkout.lines) assert.ok(!line.includes(voucher_code), line);
  }
});

describe('odm: for every fault of the answer, one voucher is issued and its code is returned', { concurrency: 6 }, () => {
  // The last digits of the phone number select the outcome of the first request with a key.
  const LOST = ['error_before', 'error_after', 'silent_before', 'silent_after', 'cut_before', 'cut_after', 'html_before', 'html_after', 'unlisted_before', 'unlisted_after',
    'bad_gateway', 'unavailable', 'gateway_timeout', 'processing_409'];
  for (const scenario of LOST) {
    test(scenario, async () => {
      const body = { ...AT_ODM, recipient_phone: phoneFor('odm', scenario) };
      const key = freshKey();
      const first = await issue(body, key);
      assert.deepEqual([first.status, first.body.status, 'voucher_code' in first.body], [202, 'unknown', false]);
      const { status, body: voucher } = await settled(body, key);
      assert.deepEqual([status, voucher.status], [201, 'issued']);
      assert.match(voucher.voucher_code, /^\d{16}$/);

      const calls = simulator.books().calls.filter((call) => call.headers['idempotency-key'] === voucher.provider_reference);
      assert.ok(calls.length > 1);
      assert.equal(new Set(calls.map((call) => call.body)).size, 1, 'the same bytes each time');
      assert.equal(new Set(calls.map((call) => call.headers['x-timestamp'])).size, calls.length, 'a fresh time each time');
      assert.equal(new Set(calls.map((call) => call.headers['x-signature'])).size, calls.length, 'a fresh signature each time');
      assert.equal(issuedAtOdm(voucher.provider_reference).length, 1);
    });
  }
});

describe('odm: incomplete deliveries, refusals and conflicts', () => {
  test('delivered but not finalized at ODM: issued, and flagged', async () => {
    const { status, body } = await issue({ ...AT_ODM, recipient_phone: phoneFor('odm', 'finalization_pending') });
    assert.deepEqual([status, body.status, body.finalization_pending], [201, 'issued', true]);
    assert.match(body.voucher_code, /^\d{16}$/);
  });

  for (const [scenario, fields, words] of [
    ['not_entitled', {}, /not entitled/i],
    ['limit_exceeded', {}, /limit/i],
    ['forbidden', {}, /./],
    ['no such merchant', { merchant_id: 999_999 }, /merchant/i],
    ['no such denomination', { denomination_id: 999_999 }, /denomination/i],
  ]) {
    test(`${scenario}: refused in ODM's words, and the same answer to the same request`, async () => {
      const body = { ...AT_ODM, ...('merchant_id' in fields || 'denomination_id' in fields ? fields : { recipient_phone: phoneFor('odm', scenario) }) };
      const key = freshKey();
      const first = await issue(body, key);
      assertProblem(first, 422, 'voucher_not_issued');
      assert.match(first.body.detail, words);
      const again = await issue(body, key);
      assert.deepEqual([again.status, again.text], [422, first.text]);
    });
  }

  /** Orders a voucher that ODM answers with a 409 until it waits for a person. */
  async function inReview() {
    const body = { ...AT_ODM, recipient_phone: phoneFor('odm', 'wallet_empty') };
    const key = freshKey();
    const first = await issue(body, key);
    assert.deepEqual([first.status, first.body.status, 'needs_review' in first.body], [202, 'unknown', false]);
    const left = await until(() => issue(body, key), (answer) => answer.body.needs_review);
    assert.deepEqual([left.status, left.body.status], [202, 'unknown']);
    assert.match(left.body.provider_message, /balance/i);
    const sent = () => simulator.books().calls.filter((call) => call.headers['idempotency-key'] === first.body.provider_reference).length;
    return { id: first.body.id, body, key, sent };
  }

  const act = (id, name, body, key) => checkout.shop('POST', `/v1/vouchers/${id}/${name}`, body, key);

  test('law 3: a 409 leaves the outcome unknown: two more tries, then review, and a person can have it sent again', async () => {
    const { id, body, key, sent } = await inReview();
    const before = sent();
    assert.deepEqual([(await issue(body, key)).status, sent()], [202, before], 'the same order alone sends nothing');
    const asked = await act(id, 'ask', { note: 'The wallet is full again' });
    assert.deepEqual([asked.status, asked.body.id, asked.body.needs_review, sent()], [200, id, true, before + 1]);
    // Two people at once: the second one finds the first under way, and sends nothing.
    const second = Promise.withResolvers();
    proxy.rule = async (call, next) => {
      await second.promise;
      return next();
    };
    const seen = proxy.calls.length;
    const firstOfTwo = act(id, 'ask', {}, freshKey());
    await until(() => proxy.calls.length, (count) => count > seen);
    assertProblem(await act(id, 'ask', {}, freshKey()), 409, 'idempotency_in_progress');
    second.resolve();
    assert.equal((await firstOfTwo).status, 200);
    proxy.rule = pass;
    assert.equal(sent(), before + 2);
  });

  test('law 10: a person settles an order that waits, once', async () => {
    const { id, body, key } = await inReview();
    assertProblem(await act(id, 'resolve', { outcome: 'taken', note: 'x' }), 400, 'field_invalid', 'outcome');
    assertProblem(await act(id, 'resolve', { outcome: 'issued' }), 400, 'field_missing', 'note');
    assertProblem(await act(id, 'refunds', { note: 'x' }), 404, 'not_found');
    assertProblem(await act(`vo_${'0'.repeat(32)}`, 'ask', {}), 404, 'voucher_not_found');
    assertProblem(await act(`${id.slice(0, -1)}${id.endsWith('0') ? 1 : 0}`, 'ask', {}), 404, 'voucher_not_found');
    const settledAs = { outcome: 'not_issued', note: 'ODM has no such order' };
    const { status, body: voucher } = await act(id, 'resolve', settledAs, freshKey());
    assert.deepEqual([status, voucher.status, voucher.resolved.by, voucher.resolved.note], [200, 'refused', `key:${checkout.apiKey.slice(-4)}`, settledAs.note]);
    assert.deepEqual((await checkout.shop('GET', `/v1/vouchers/${id}`)).body, voucher);
    assertProblem(await issue(body, key), 422, 'voucher_not_issued');
    const again = await act(id, 'resolve', { outcome: 'issued', note: 'x' }, freshKey());
    assertProblem(again, 409, 'nothing_to_resolve');
    assert.match(again.body.detail, /has settled this already/);
    assertProblem(await act(id, 'ask', {}, freshKey()), 409, 'nothing_to_resolve');
  });
});

describe('celbux: for every fault of the answer, one voucher is issued', { concurrency: 6 }, () => {
  for (const scenario of ['error_after', 'silent_after', 'cut_after', 'html_after', 'unlisted_after', 'general_failure_after', 'duplicate_after']) {
    test(`${scenario}: found by our reference, and the recipient has the number`, async () => {
      const body = { ...AT_CELBUX, recipient: phoneFor('celbux', scenario) };
      const key = freshKey();
      const first = await issue(body, key);
      assert.deepEqual([first.status, first.body.status], [202, 'unknown']);
      const { status, body: voucher } = await settled(body, key);
      assert.deepEqual([status, voucher.status, voucher.amount, 'voucher_number' in voucher], [201, 'issued', 20_00, false]);
      assert.equal(callsTo('/celbux/createVoucher', voucher.provider_reference).length, 1, 'ordered once');
      assert.ok(callsTo('/celbux/payment', voucher.provider_reference).length > 0);
    });
  }

  for (const scenario of ['error_before', 'silent_before', 'cut_before', 'html_before', 'unlisted_before', 'general_failure_before']) {
    test(`${scenario}: not issued, which is final only after the grace period`, async () => {
      const body = { ...AT_CELBUX, recipient: phoneFor('celbux', scenario) };
      const key = freshKey();
      const first = await issue(body, key);
      assert.deepEqual([first.status, first.body.status], [202, 'unknown']);
      assertProblem(await settled(body, key), 422, 'voucher_not_issued');
      assert.equal(callsTo('/celbux/createVoucher', first.body.provider_reference).length, 1);
      assert.ok(callsTo('/celbux/payment', first.body.provider_reference).length > 1);
    });
  }
});

closingTests(checkout);
