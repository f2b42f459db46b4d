/** The calls to a provider, and the Worker's reading of ambiguous answers. */
import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import { assertProblem } from '../../support/answers.mjs';
import { pass, startProxy } from '../../support/proxy.mjs';
import { startCheckout } from '../../support/checkout.mjs';
import { isCharge } from '../../support/reconciliation/attribution.mjs';
import { closingTests } from '../closing.mjs';

const proxy = await startProxy();
const checkout = await startCheckout({
  simulatorUrl: proxy.url,
  limits: { provider_timeout_ms: 2_000, not_found_grace_ms: 2_001 },
});
const { url, createSession, redeem, view, shopView, settled, freshPin, debitsOf, callsWith } = checkout;
proxy.target = checkout.simulator.url;
afterEach(() => (proxy.rule = pass));
after(() => proxy.close());

const chargeOf = (pin) => callsWith(pin).find(isCharge);

test('law 1: Kora’s request is built from the session', async () => {
  const session = await createSession('kora', { reference: 'order-77', description: 'Two "mugs"', metadata: { cart: 'c-7' } });
  const pin = freshPin('kora', 'exact');
  await redeem(session, { pin, phone: '082 123 4567' });
  const { method, path, headers, body } = chargeOf(pin);
  const [{ provider_reference }] = (await shopView(session)).redemptions;
  assert.deepEqual([method, path], ['POST', '/kora/api/v1/charge/voucher']);
  assert.deepEqual(JSON.parse(body), {
    amount: 249,
    currency: 'ZAR',
    merchant_bears_cost: true,
    notification_url: `${url}/webhooks/kora`,
    description: 'order-77: Two "mugs"',
    reference: provider_reference,
    voucher: { pin, phone_number: '+27821234567', provider_code: '0001' },
    customer: { email: 'thandi@example.com' },
    metadata: { 'checkout-session': session.id },
  });
  assert.match(provider_reference, /^[0-9a-f]{32}-\d+$/);
  assert.match(headers.authorization, /^Bearer sk_test_/);
  assert.deepEqual([headers['content-type'], headers.accept], ['application/json', 'application/json']);
});

test('law 1: WiPay’s request is built from the session', async () => {
  const session = await createSession('wipay', { reference: 'order-78', description: 'Mug & saucer' });
  const pin = freshPin('wipay', 'balance_left');
  await redeem(session, { pin });
  const calls = callsWith(pin);
  assert.deepEqual(calls.map(({ method, path }) => `${method} ${path}`), ['POST /wipay/v1/voucher_check', 'POST /wipay/v1/voucher_pay']);
  const [check, pay] = calls.map(({ body }) => Object.fromEntries(new URLSearchParams(body)));
  assert.deepEqual(check, { voucher: pin });
  assert.deepEqual(pay, { account_number: '4630', details: 'order-78: Mug & saucer', total: '120.00', voucher: pin });
  for (const { headers } of calls) {
    assert.equal(headers['content-type'], 'application/x-www-form-urlencoded');
    assert.equal('authorization' in headers, false);
  }
});

test('law 1: an excess amount or any other charge field from a browser is refused, and nothing is sent', async () => {
  const session = await createSession('kora');
  const pin = freshPin('kora', 'change', 900);
  for (const [fields, code, field] of [
    [{ amount: 249_01 }, 'amount_above_remaining', 'amount'],
    [{ amount: 900_00 }, 'amount_above_remaining', 'amount'],
    [{ currency: 'ZAR' }, 'field_unknown', 'currency'],
    [{ reference: 'mine' }, 'field_unknown', 'reference'],
    [{ description: 'mine' }, 'field_unknown', 'description'],
    [{ notification_url: 'https://mine.example' }, 'field_unknown', 'notification_url'],
    [{ success_url: 'https://mine.example' }, 'field_unknown', 'success_url'],
    [{ provider: 'wipay' }, 'provider_not_allowed', 'provider'],
  ]) {
    assertProblem(await redeem(session, { pin, ...fields }), 400, code, field);
  }
  assert.deepEqual(callsWith(pin), []);
  // After a partial payment, the remaining amount is the new maximum.
  await redeem(session, { pin: freshPin('kora', 'partial') });
  assertProblem(await redeem(session, { pin, amount: 124_51 }), 400, 'amount_above_remaining', 'amount');
  assert.deepEqual(callsWith(pin), []);
  await redeem(session, { pin });
  assert.deepEqual(debitsOf(pin).map(({ amount }) => amount), [124_50]);
});

test('amounts are sent as exact decimal text', async () => {
  for (const [amount, number, text] of [[1, '0.01', '0.01'], [10, '0.1', '0.10'], [100, '1', '1.00'], [249_50, '249.5', '249.50'], [499_99, '499.99', '499.99']]) {
    const kora = freshPin('kora', 'exact');
    await redeem(await createSession('kora', { amount }), { pin: kora });
    assert.ok(chargeOf(kora).body.includes(`"amount":${number},`), chargeOf(kora).body);
    const wipay = freshPin('wipay', 'balance_left', 900);
    await redeem(await createSession('wipay', { amount }), { pin: wipay });
    assert.equal(new URLSearchParams(chargeOf(wipay).body).get('total'), text);
  }
});

test('a phone number reaches Kora in one form, however it is typed', async () => {
  const forms = ['0821234567', '+27821234567', '27821234567', '+27 82 123 4567', '0027821234567', '+270821234567', '(082) 123-4567', '٠٨٢١٢٣٤٥٦٧', '８２１２３４５６７'];
  for (const phone of forms) {
    const pin = freshPin('kora', 'exact');
    const { status } = await redeem(await createSession('kora'), { pin, phone });
    assert.equal(status, 200, phone);
    assert.equal(JSON.parse(chargeOf(pin).body).voucher.phone_number, '+27821234567', phone);
  }
});

test('a PIN reaches the provider as a string of its bare characters', async () => {
  const inGroups = (pin, by) => pin.replace(/(.{4})(?=.)/g, `$1${by}`);
  const wide = (pin) => pin.replace(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit)));
  for (const typed of [(pin) => inGroups(pin, ' '), (pin) => inGroups(pin, '-'), (pin) => ` ${inGroups(pin, '\u2011')}\n`, wide]) {
    const pin = freshPin('kora', 'exact');
    const { body } = await redeem(await createSession('kora'), { pin: typed(pin) });
    assert.equal(body.redemption.status, 'succeeded', typed(pin));
    assert.ok(chargeOf(pin).body.includes(`"pin":"${pin}"`));
  }
});

test('the customer fields come from the shop’s order, unless the shopper typed another address', async () => {
  const session = await createSession('kora', { customer: { email: 'known@example.com', name: 'Thandi Ö' } });
  const [first, second] = [freshPin('kora', 'partial'), freshPin('kora', 'exact')];
  await redeem(session, { pin: first, email: undefined });
  assert.deepEqual(JSON.parse(chargeOf(first).body).customer, { email: 'known@example.com', name: 'Thandi Ö' });
  await redeem(session, { pin: second, email: ' typed@example.com ' });
  assert.equal(JSON.parse(chargeOf(second).body).customer.email, 'typed@example.com');
});

test('WiPay is sent at most 254 characters of details', async () => {
  const session = await createSession('wipay', { reference: 'r'.repeat(100), description: 'é'.repeat(200) });
  const pin = freshPin('wipay', 'exact');
  assert.equal((await redeem(session, { pin })).body.redemption.status, 'succeeded');
  assert.equal(new URLSearchParams(chargeOf(pin).body).get('details'), `${'r'.repeat(100)}: ${'é'.repeat(152)}`);
});

test('law 6: a redirect is not followed, with or without its body', async (t) => {
  const elsewhere = await startProxy();
  t.after(() => elsewhere.close());
  elsewhere.rule = () => ({ status: 200, body: '{}' });
  const unknown = [];
  for (const provider of ['kora', 'wipay']) {
    for (const status of [301, 302, 303, 307, 308]) {
      const target = { location: `${elsewhere.url}/stolen` };
      proxy.rule = (call, next) => (isCharge(call) ? { status, headers: target } : next());
      const session = await createSession(provider);
      const pin = freshPin(provider, 'exact');
      const answer = await redeem(session, { pin });
      assert.deepEqual([answer.status, answer.body.redemption.status], [202, 'unknown'], `${provider} ${status}`);
      unknown.push({ session, pin });
    }
  }
  for (const { session, pin } of unknown) {
    const { redemptions } = await settled(session);
    assert.deepEqual([redemptions[0].status, redemptions[0].decline_code], ['declined', 'not_charged']);
    assert.deepEqual(debitsOf(pin), []);
  }
  assert.deepEqual(elsewhere.calls, []);
});

test('law 3: an ambiguous answer is not a decline', async () => {
  const success = { status: true, message: 'ok', data: { status: 'success', currency: 'ZAR', amount: 249, transaction_reference: 't' } };
  const unclear = {
    'nothing at all': [200, ''],
    'a list': [200, '[]'],
    null: [200, 'null'],
    'half an object': [200, JSON.stringify(success).slice(0, 60)],
    'bytes that are no text': [200, Buffer.from([0xff, 0xfe, 0x00])],
    'success without data': [200, { status: true, message: 'ok' }],
    'success in another currency': [200, { ...success, data: { ...success.data, currency: 'NGN' } }],
    'success of more than asked for': [200, { ...success, data: { ...success.data, amount: 249.01 } }],
    'success with three decimals': [200, { ...success, data: { ...success.data, amount: 248.999 } }],
    'a charge status nobody knows': [200, { ...success, data: { ...success.data, status: 'reversed' } }],
    'status false with HTTP 200': [200, { ...success, status: false }],
    'status true with HTTP 400': [400, success],
    'a refusal with HTTP 500': [500, { status: false, message: 'The voucher has already been used.' }],
    'a refusal with HTTP 503': [503, { status: false, message: 'The voucher pin you have entered is invalid.' }],
    'an HTTP status nobody expects': [418, { status: false, message: 'short and stout' }],
    'words that the document does not list': [400, { status: false, message: 'The voucher has already been used. The charge is under review.' }],
    'a key that is refused': [401, { status: false, message: 'Invalid authorization key' }],
    'too many requests': [429, { status: false, message: 'Too many requests' }],
    'a duplicate reference': [400, { status: false, message: 'Duplicate payment reference' }],
  };
  const unknown = [];
  for (const [name, [status, body]] of Object.entries(unclear)) {
    const text = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
    proxy.rule = (call, next) => (isCharge(call) ? { status, body: text } : next());
    const session = await createSession('kora');
    const { status: http, body: told } = await redeem(session, { pin: freshPin('kora', 'exact') });
    assert.deepEqual([http, told.redemption.status, told.redemption.decline_code], [202, 'unknown', undefined], name);
    unknown.push({ name, session });
  }
  for (const { name, session } of unknown) {
    // The provider's final answer: it never saw a charge.
    const { redemptions } = await settled(session);
    assert.deepEqual([redemptions[0].status, redemptions[0].decline_code], ['declined', 'not_charged'], name);
  }
});

test('an ambiguous answer to a balance check ends the attempt before a charge is sent', async () => {
  const unclear = [[200, ''], [500, '{"status":"success","value":"500.00"}'], [200, '{"status":"success"}'], [200, '{"status":"success","value":"lots"}'], [302, '']];
  for (const [status, body] of unclear) {
    proxy.rule = (call, next) => (call.path.endsWith('voucher_check') ? { status, body } : next());
    const session = await createSession('wipay');
    const pin = freshPin('wipay', 'exact');
    const answer = await redeem(session, { pin });
    const { redemption } = answer.body;
    assert.deepEqual([answer.status, redemption.status, redemption.decline_code], [200, 'not_sent', 'provider_unavailable'], body);
    assert.equal(proxy.calls.some((call) => isCharge(call) && call.body.includes(pin)), false);
    assert.equal((await view(session)).status, 'open');
  }
});

test('a connection cut in the middle of an answer leaves the outcome unknown, then the look-up settles it', async () => {
  const session = await createSession('kora');
  const pin = freshPin('kora', 'exact');
  proxy.rule = async (call, next) => {
    if (!isCharge(call)) return next();
    await next();
    throw new Error('cut');
  };
  const { status } = await redeem(session, { pin });
  assert.equal(status, 202);
  assert.equal((await settled(session)).status, 'complete');
  assert.equal(debitsOf(pin).length, 1);
});

closingTests(checkout);
