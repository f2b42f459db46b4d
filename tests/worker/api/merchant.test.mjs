/** The calls of the shop's server: every field of an order, the list of providers, and look-ups of vouchers. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertProblem } from '../../support/answers.mjs';
import { startCheckout } from '../../support/checkout.mjs';
import { closingTests } from '../closing.mjs';

const checkout = await startCheckout({ limits: { provider_timeout_ms: 10_000 } });
const { apiKey, send, shop, createSession, view, freshKey, freshPin, simulator } = checkout;

const order = { amount: 249_00, currency: 'ZAR', reference: 'order-1' };
const many = (count) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`n${i}`, 'x']));

/** Returns fields as a test's name shows them. */
const short = (fields) => JSON.stringify(fields, (_, value) => value ?? null).slice(0, 60);

/** Mistakes of the shop: `[fields, code, field]`. A field that is undefined is left out. */
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
  [{ currency: 'USD' }, 'currency_unsupported', 'currency'],
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
  [{ locale: 'en ZA' }, 'field_invalid', 'locale'],
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

test('an order at the limits of its fields is accepted', async () => {
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

test('numbers are read digit by digit, never rounded as floats', async () => {
  const ask = (amount) => send('POST', '/v1/checkout_sessions', {
    body: `{"amount":${amount},"currency":"ZAR","reference":"o"}`,
    headers: { authorization: `Bearer ${apiKey}` },
  });
  for (const amount of ['9007199254740992', '9007199254740993', '18446744073709551616', '100.0', '1e2', '-0', '0.1']) {
    assertProblem(await ask(amount), 400, 'amount_invalid', 'amount', amount);
  }
  assert.equal((await ask('9007199254740991')).body.amount, 9_007_199_254_740_991);
});

test('the configured providers are listed for the shop', async () => {
  const { status, body } = await shop('GET', '/v1/providers');
  assert.equal(status, 200);
  assert.deepEqual(body, {
    object: 'list',
    data: [
      {
        id: 'kora',
        currencies: ['ZAR'],
        capabilities: ['checkout'],
        phone_country: 'ZA',
        needs_email: true,
        brands: [{ code: '0001', label: '1Voucher', pin: { alphabet: 'digits', min: 16, max: 16 } }],
        fee: { flat_minor: 0, of_100_00: 0 },
      },
      {
        id: 'wipay',
        currencies: ['TTD'],
        capabilities: ['checkout', 'lookup'],
        phone_country: 'TT',
        needs_email: false,
        brands: [{ code: null, label: 'WiPay', pin: { alphabet: 'alphanumeric', min: 12, max: 12 } }],
        fee: { flat_minor: 5_00, of_100_00: 5_00 },
      },
      {
        id: 'celbux',
        currencies: ['ZAR'],
        capabilities: ['checkout', 'issue', 'lookup', 'reverse'],
        phone_country: 'ZA',
        needs_email: false,
        brands: [{ code: null, label: 'Celbux', pin: { alphabet: 'digits', min: 13, max: 13 } }],
        fee: { flat_minor: 0, of_100_00: 0 },
      },
      {
        id: 'odm',
        currencies: ['ETB'],
        capabilities: ['checkout', 'issue'],
        phone_country: 'ET',
        needs_email: false,
        brands: [{ code: null, label: 'ODM', pin: { alphabet: 'digits', min: 16, max: 16 } }],
        fee: { flat_minor: 0, of_100_00: 0 },
      },
    ],
  });
  assert.equal((await send('GET', '/healthz')).text, 'ok\n');
});

const lookUp = (body, key) => shop('POST', '/v1/vouchers/lookup', body, key);

describe('look-ups of vouchers', () => {
  test('celbux: every field of the document', async () => {
    const { status, body } = await lookUp({ provider: 'celbux', voucher_number: '1687843948310' });
    assert.equal(status, 200);
    const { provider_transaction, ...rest } = body;
    assert.match(provider_transaction, /^\d+$/);
    assert.deepEqual(rest, {
      object: 'voucher', provider: 'celbux', voucher_number: '168-78439-48310', amount: 20_00, currency: 'ZAR', spendable: false, owner: '27648302057',
      voucher_type: '168Cash', title: 'Voucher 168Cash ZAR 20.00 Number : 168-78439-48310', locked: true, auto_lock: true, renews: true,
      accumulates: true, withdraw_fee: 10_00,
    });
  });

  test('wipay: the balance', async () => {
    const voucher_number = freshPin('wipay', 'exact', 75);
    const { body } = await lookUp({ provider: 'wipay', voucher_number });
    assert.deepEqual(body, { object: 'voucher', provider: 'wipay', voucher_number, amount: 75_00, currency: 'TTD', spendable: true });
  });

  test('look-ups that are refused', async () => {
    assertProblem(await lookUp({ provider: 'celbux', voucher_number: freshPin('celbux', 'not_found') }), 404, 'voucher_not_found', 'voucher_number');
    assertProblem(await lookUp({ provider: 'wipay', voucher_number: freshPin('wipay', 'not_found') }), 404, 'voucher_not_found', 'voucher_number');
    assertProblem(await lookUp({ provider: 'celbux', voucher_number: '168' }), 400, 'pin_invalid', 'voucher_number');
    assertProblem(await lookUp({ provider: 'celbux', voucher_number: 1687843948310 }), 400, 'field_invalid', 'voucher_number');
    assertProblem(await lookUp({ provider: 'celbux' }), 400, 'field_missing', 'voucher_number');
    assertProblem(await lookUp({ provider: 'kora', voucher_number: '1168648096792943' }), 400, 'provider_not_allowed', 'provider');
    assertProblem(await lookUp({ provider: 'odm', voucher_number: '9876543210987654' }), 400, 'provider_not_allowed', 'provider');
    assertProblem(await send('POST', '/v1/vouchers/lookup', { body: {} }), 401, 'api_key_missing');
  });

  test('with a key, a repeated look-up returns the first answer', async () => {
    const request = { provider: 'celbux', voucher_number: freshPin('celbux', 'rest_stays') };
    const key = freshKey();
    const first = await lookUp(request, key);
    const calls = simulator.books().calls.length;
    const again = await lookUp(request, key);
    assert.deepEqual([again.text, again.headers.get('idempotent-replayed'), simulator.books().calls.length], [first.text, 'true', calls]);
  });
});

closingTests(checkout);
