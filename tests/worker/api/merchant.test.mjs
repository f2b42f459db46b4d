/** The fields of both calls that take a body, and the states in which a session takes no voucher: table by table. */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { assertProblem } from '../answers.mjs';
import { closingTests } from '../books.mjs';
import { startCheckout } from '../client.mjs';
import { until } from '../wait.mjs';

const checkout = await startCheckout({ limits: { provider_timeout_ms: 10_000 }, simulator: { processingMs: 3_000 } });
const { apiKey, send, shop, createSession, redeem, view, shopView, settled, cancel, freshPin, callsWith } = checkout;

const order = { amount: 249_00, currency: 'ZAR', reference: 'order-1' };
const many = (count) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`n${i}`, 'x']));

/** What the shop may get wrong: `[fields, code, field]`. A field that is undefined is left out. */
const ORDERS = [
  [{ amount: undefined }, 'field_missing', 'amount'],
  [{ amount: null }, 'field_missing', 'amount'],
  [{ amount: 0 }, 'amount_invalid', 'amount'],
  [{ amount: -1 }, 'amount_invalid', 'amount'],
  [{ amount: 1.5 }, 'amount_invalid', 'amount'],
  [{ amount: 2 ** 53 }, 'amount_invalid', 'amount'],
  [{ amount: 1e300 }, 'amount_invalid', 'amount'],
  [{ amount: '24900' }, 'amount_invalid', 'amount'],
  [{ amount: true }, 'amount_invalid', 'amount'],
  [{ amount: [24900] }, 'amount_invalid', 'amount'],
  [{ currency: undefined }, 'field_missing', 'currency'],
  [{ currency: 'USD' }, 'currency_unsupported', 'currency'],
  [{ currency: 'ETB' }, 'currency_unsupported', 'currency'],
  [{ currency: 'zar' }, 'currency_unsupported', 'currency'],
  [{ currency: 710 }, 'field_invalid', 'currency'],
  [{ currency: '' }, 'field_invalid', 'currency'],
  [{ reference: undefined }, 'field_missing', 'reference'],
  [{ reference: '' }, 'field_invalid', 'reference'],
  [{ reference: '   ' }, 'field_invalid', 'reference'],
  [{ reference: 'r'.repeat(101) }, 'field_invalid', 'reference'],
  [{ reference: 'a\u0000b' }, 'field_invalid', 'reference'],
  [{ reference: 'a\nb' }, 'field_invalid', 'reference'],
  [{ reference: 7 }, 'field_invalid', 'reference'],
  [{ providers: [] }, 'provider_not_allowed', 'providers'],
  [{ providers: ['wipay'] }, 'provider_not_allowed', 'providers'],
  [{ providers: ['kora', 'odm'] }, 'provider_not_allowed', 'providers'],
  [{ providers: ['Kora'] }, 'provider_not_allowed', 'providers'],
  [{ providers: 'kora' }, 'field_invalid', 'providers'],
  [{ providers: [1] }, 'field_invalid', 'providers'],
  [{ customer: 'Thandi' }, 'field_invalid', 'customer'],
  [{ customer: { email: 'nobody' } }, 'field_invalid', 'customer.email'],
  [{ customer: { email: 1 } }, 'field_invalid', 'customer.email'],
  [{ customer: { phone: 821234567 } }, 'field_invalid', 'customer.phone'],
  [{ customer: { phone: '0'.repeat(41) } }, 'field_invalid', 'customer.phone'],
  [{ customer: { name: '' } }, 'field_invalid', 'customer.name'],
  [{ customer: { age: 30 } }, 'field_unknown', 'customer.age'],
  [{ description: '' }, 'field_invalid', 'description'],
  [{ description: 'd'.repeat(201) }, 'field_invalid', 'description'],
  [{ success_url: 'javascript:alert(1)' }, 'field_invalid', 'success_url'],
  [{ success_url: 'http://shop.example' }, 'field_invalid', 'success_url'],
  [{ success_url: '//shop.example' }, 'field_invalid', 'success_url'],
  [{ success_url: 'https://' }, 'field_invalid', 'success_url'],
  [{ success_url: 'https://a@b.example' }, 'field_invalid', 'success_url'],
  [{ cancel_url: 'https://shop.example/"onclick' }, 'field_invalid', 'cancel_url'],
  [{ cancel_url: 'data:text/html,x' }, 'field_invalid', 'cancel_url'],
  [{ cancel_url: `https://shop.example/${'x'.repeat(2_000)}` }, 'field_invalid', 'cancel_url'],
  [{ locale: 'en_ZA' }, 'field_invalid', 'locale'],
  [{ locale: 5 }, 'field_invalid', 'locale'],
  [{ metadata: [] }, 'field_invalid', 'metadata'],
  [{ metadata: many(21) }, 'field_invalid', 'metadata'],
  [{ metadata: { ['n'.repeat(41)]: 'x' } }, 'field_invalid', 'metadata'],
  [{ metadata: { '': 'x' } }, 'field_invalid', 'metadata'],
  [{ metadata: { cart: 7 } }, 'field_invalid', 'metadata.cart'],
  [{ metadata: { cart: 'x'.repeat(501) } }, 'field_invalid', 'metadata.cart'],
  [{ expires_in: 0 }, 'field_invalid', 'expires_in'],
  [{ expires_in: -5 }, 'field_invalid', 'expires_in'],
  [{ expires_in: 1.5 }, 'field_invalid', 'expires_in'],
  [{ expires_in: '60' }, 'field_invalid', 'expires_in'],
  [{ expires_in: 30 * 86_400 + 1 }, 'field_invalid', 'expires_in'],
  [{ redemptions: [] }, 'field_unknown', 'redemptions'],
  [{ client_secret: 'mine' }, 'field_unknown', 'client_secret'],
  [{ '<script>alert(1)</script>': 1 }, 'field_unknown', '(a name)'],
];

for (const [fields, code, field] of ORDERS) {
  test(`an order with ${short(fields)}: ${code}`, async () => {
    assertProblem(await shop('POST', '/v1/checkout_sessions', { ...order, ...fields }), 400, code, field);
  });
}

test('an order at its limits is taken', async () => {
  const limits = {
    amount: 2 ** 53 - 1,
    reference: 'é'.repeat(100),
    providers: ['kora'],
    customer: { email: `a@${'b'.repeat(60)}.example`, phone: '0'.repeat(40), name: 'n'.repeat(100) },
    description: '𝄞'.repeat(200),
    success_url: 'http://localhost:3000/thanks',
    cancel_url: `https://shop.example/${'x'.repeat(1_900)}`,
    locale: 'zu-ZA',
    metadata: many(20),
    expires_in: 30 * 86_400,
  };
  const session = await createSession('kora', limits);
  assert.equal(session.amount, 2 ** 53 - 1);
  assert.equal((await view(session)).amount_remaining, 2 ** 53 - 1);
  assert.deepEqual(session.metadata, many(20));
});

test('numbers are read as they are written, not as a float would round them', async () => {
  const ask = (amount) => send('POST', '/v1/checkout_sessions', {
    body: `{"amount":${amount},"currency":"ZAR","reference":"o"}`,
    headers: { authorization: `Bearer ${apiKey}` },
  });
  for (const amount of ['9007199254740992', '9007199254740993', '18446744073709551616', '100.0', '1e2', '-0', '0.1']) {
    assertProblem(await ask(amount), 400, 'amount_invalid', 'amount', amount);
  }
  assert.equal((await ask('9007199254740991')).body.amount, 9_007_199_254_740_991);
});

/** What a browser may get wrong. */
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

test('of all these mistakes no provider and no session knows anything', async () => {
  assert.deepEqual(callsWith(), []);
  const { status, redemptions } = await view(untouched);
  assert.deepEqual([status, redemptions], ['open', []]);
});

test('a session that has expired takes no voucher, and cannot be canceled', async () => {
  const session = await createSession('kora', { expires_in: 1 });
  assert.equal(session.status, 'open');
  await until(() => view(session), ({ status }) => status === 'expired');
  const pin = freshPin('kora', 'exact');
  assertProblem(await redeem(session, { pin }), 409, 'session_expired');
  assertProblem(await cancel(session), 409, 'session_expired');
  assert.equal((await shopView(session)).status, 'expired');
  assert.deepEqual(callsWith(pin), []);
});

test('a session that the shop has canceled takes no voucher', async () => {
  const session = await createSession('kora');
  await cancel(session);
  const pin = freshPin('kora', 'exact');
  assertProblem(await redeem(session, { pin }), 409, 'session_canceled');
  assert.deepEqual(callsWith(pin), []);
});

test('a session that is paid takes no voucher, and cannot be canceled', async () => {
  const session = await createSession('kora');
  await redeem(session, { pin: freshPin('kora', 'exact') });
  const pin = freshPin('kora', 'exact');
  assertProblem(await redeem(session, { pin }), 409, 'session_complete');
  assertProblem(await cancel(session), 409, 'session_complete');
  assert.deepEqual(callsWith(pin), []);
});

test('while a voucher’s outcome is not known, no other is taken, and the session cannot be canceled', async () => {
  const session = await createSession('kora');
  assert.equal((await redeem(session, { pin: freshPin('kora', 'processing_then_failed') })).status, 202);
  const pin = freshPin('kora', 'exact');
  assertProblem(await redeem(session, { pin }), 409, 'payment_in_progress');
  assertProblem(await cancel(session), 409, 'payment_in_progress');
  assert.deepEqual(callsWith(pin), []);
  await settled(session);
  assert.equal((await redeem(session, { pin })).body.session.status, 'complete');
});

test('a payment under way outlasts the session’s end', async () => {
  const session = await createSession('kora', { expires_in: 2 });
  await redeem(session, { pin: freshPin('kora', 'processing_then_success') });
  const { status } = await settled(session);
  assert.ok(Date.now() > Date.parse(session.expires_at));
  assert.equal(status, 'complete');
});

/** Fields as a test's name shows them. */
function short(fields) {
  const text = JSON.stringify(fields, (_, value) => value ?? null);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

closingTests(checkout);
