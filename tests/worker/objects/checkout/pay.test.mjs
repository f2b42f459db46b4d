/** Payments of an order with vouchers, in the views of shop and shopper. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lasting } from '../../../support/answers.mjs';
import { startCheckout } from '../../../support/checkout.mjs';
import { closingTests } from '../../closing.mjs';

const checkout = await startCheckout({ limits: { provider_timeout_ms: 10_000 } });
const { url, lines, simulator, createSession, redeem, view, shopView, freshPin, debitsOf, callsWith } = checkout;

const callsAbout = (reference) => simulator.books().calls.filter(({ body }) => body.includes(reference));
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

test('a new session, as the shop sees it', async () => {
  const { provider, ...session } = await createSession('kora', { reference: 'cart-7', metadata: { cart: 'c-7' } });
  const { id, client_secret, created_at, expires_at, ...rest } = session;
  assert.match(id, /^cs_[0-9a-f]{32}$/);
  assert.match(client_secret, /^[\w-]{22,}$/);
  assert.match(created_at, MOMENT);
  assert.equal(Date.parse(expires_at) - Date.parse(created_at), 3_600_000);
  assert.deepEqual(rest, {
    object: 'checkout_session',
    status: 'open',
    amount: 249_00,
    currency: 'ZAR',
    amount_received: 0,
    amount_remaining: 249_00,
    reference: 'cart-7',
    amount_owed: 0,
    amount_refunded: 0,
    amount_paid_out: 0,
    payouts: [],
    providers: ['kora', 'celbux'],
    redemptions: [],
    url: `${url}/pay/${id}?key=${client_secret}`,
    metadata: { cart: 'c-7' },
  });
  assert.deepEqual(await shopView(session), session);
});

test('a new session, as the shopper sees it', async () => {
  const session = await createSession('kora', {
    reference: 'cart-8',
    description: 'Two mugs',
    customer: { email: 'thandi@example.com', phone: '082 123 4567', name: 'Thandi' },
    success_url: 'https://shop.example/thanks',
    cancel_url: 'https://shop.example/cart',
    metadata: { margin: 'not for shoppers' },
  });
  const { expires_in, ...shown } = await view(session);
  assert.ok(expires_in > 3_500 && expires_in <= 3_600, `${expires_in}`);
  assert.deepEqual(shown, {
    id: session.id,
    status: 'open',
    amount: 249_00,
    currency: 'ZAR',
    amount_received: 0,
    amount_remaining: 249_00,
    amount_owed: 0,
    vouchers_left: 10,
    shop_name: 'Harbour Mugs',
    description: 'Two mugs',
    reference: 'cart-8',
    providers: [
      {
        provider: 'kora',
        provider_code: '0001',
        label: '1Voucher',
        pin: { alphabet: 'digits', min: 16, max: 16 },
        phone_country: 'ZA',
        needs_email: true,
        fee: 0,
      },
      {
        provider: 'celbux',
        label: 'Celbux',
        pin: { alphabet: 'digits', min: 13, max: 13 },
        phone_country: 'ZA',
        needs_email: false,
        fee: 0,
      },
    ],
    redemptions: [],
    email: 'thandi@example.com',
    phone: '082 123 4567',
    success_url: 'https://shop.example/thanks',
    cancel_url: 'https://shop.example/cart',
    expires_at: session.expires_at,
  });
});

test('a Kora voucher worth exactly the order pays it', async () => {
  const session = await createSession('kora');
  const pin = freshPin('kora', 'exact');
  const answer = await redeem(session, { pin });
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get('content-type'), 'application/json');
  const { redemption, session: after } = answer.body;
  const { id, created_at, ...rest } = redemption;
  assert.match(id, /^rd_[0-9a-f]{32}$/);
  assert.match(created_at, MOMENT);
  assert.deepEqual(rest, { provider: 'kora', provider_code: '0001', status: 'succeeded', amount: 249_00, change_unknown: false, needs_review: false });
  assert.deepEqual([after.status, after.amount_received, after.amount_remaining], ['complete', 249_00, 0]);
  assert.deepEqual(lasting(await view(session)), lasting(after));

  const shown = await shopView(session);
  assert.deepEqual([shown.status, shown.amount_received, shown.amount_remaining], ['complete', 249_00, 0]);
  const [{ provider_reference, provider_transaction, ...told }] = shown.redemptions;
  assert.deepEqual(told, { id, provider: 'kora', provider_code: '0001', status: 'succeeded', amount: 249_00, created_at });
  const [debit] = debitsOf(pin);
  assert.deepEqual([debit.amount, debit.reference, debit.provider_reference], [249_00, provider_reference, provider_transaction]);
});

test('law 5: the remainder of a Kora voucher becomes a change voucher, shown only with the client secret', async () => {
  const session = await createSession('kora');
  const pin = freshPin('kora', 'change');
  const { body } = await redeem(session, { pin });
  const [debit] = debitsOf(pin);
  const [voucher] = simulator.books().change_vouchers.filter(({ change_of }) => change_of === pin);
  const { change } = body.redemption;
  assert.deepEqual([change.pin, change.amount], [debit.change_pin, 251_00]);
  assert.equal(voucher.balance, 251_00);
  assert.match(change.expires_at, /^\d{4}-\d\d-\d\d/);

  // Every later view shows it again.
  assert.deepEqual((await view(session)).redemptions[0].change, change);
  const shown = await shopView(session);
  assert.equal(shown.redemptions[0].status, 'succeeded');
  assert.ok(!JSON.stringify(shown).includes(change.pin));
  assert.ok(!lines.some((line) => line.includes(change.pin)));

  // The change voucher pays the next order.
  const next = await createSession('kora', { amount: 251_00 });
  const { body: paid } = await redeem(next, { pin: change.pin });
  assert.deepEqual([paid.redemption.status, paid.session.status], ['succeeded', 'complete']);
  assert.equal('change' in paid.redemption, false);
});

test('WiPay adds its fee, and the remainder stays on the voucher', async () => {
  const session = await createSession('wipay');
  const pin = freshPin('wipay', 'balance_left');
  const { status, body } = await redeem(session, { pin });
  assert.equal(status, 200);
  const { id, created_at, ...redemption } = body.redemption;
  assert.deepEqual(redemption, { provider: 'wipay', status: 'succeeded', amount: 120_00, fee: 5_00, voucher_balance: 375_00, change_unknown: false, needs_review: false });
  assert.deepEqual([body.session.status, body.session.amount_received], ['complete', 120_00]);
  assert.equal((await shopView(session)).redemptions[0].fee, 5_00);

  const next = await createSession('wipay', { amount: 370_00 });
  assert.equal((await view(next)).providers[0].fee, 5_00);
  const { body: last } = await redeem(next, { pin });
  assert.deepEqual([last.redemption.status, last.redemption.voucher_balance], ['succeeded', 0]);
  assert.deepEqual(debitsOf(pin).map(({ taken }) => taken), [125_00, 375_00]);
});

test('a WiPay voucher that cannot cover the fee is declined before a charge is sent', async () => {
  const session = await createSession('wipay', { amount: 500_00 });
  const pin = freshPin('wipay', 'balance_left');
  const { status, body } = await redeem(session, { pin });
  assert.equal(status, 200);
  assert.deepEqual([body.redemption.status, body.redemption.decline_code], ['declined', 'insufficient_funds']);
  assert.deepEqual(callsWith(pin).map(({ path }) => path), ['/wipay/v1/voucher_check']);
});

test('a Celbux voucher is looked up and charged, and the charge is looked up once', async () => {
  const session = await createSession('celbux', { providers: ['celbux'] });
  const pin = freshPin('celbux', 'exact');
  const { body } = await redeem(session, { pin: pin.replaceAll('-', '') });
  assert.deepEqual([body.redemption.status, body.session.status], ['succeeded', 'complete']);
  const [{ provider_reference, provider_transaction }] = (await shopView(session)).redemptions;
  assert.match(provider_transaction, /^\d+$/);
  assert.deepEqual(callsWith(pin).map(({ path }) => path), ['/celbux/viewVoucher?ns=sandbox', '/celbux/pay?ns=sandbox']);
  assert.deepEqual(JSON.parse(callsWith(pin)[1].body), {
    VoucherNo: pin, Amount: '24900', Currency: 'ZAR', StoreID: 'Store1', Reference: provider_reference,
    Metadata: JSON.stringify({ 'checkout-session': session.id }).replace(':', ': '),
  });
  const [, again] = callsAbout(provider_reference);
  assert.equal(again.path, '/celbux/payment?ns=sandbox');
  assert.deepEqual(JSON.parse(again.body), { StoreID: 'Store1', OldReference: provider_reference });
});

test('a balance check shows the browser only whether the voucher can be spent, and the amount', async () => {
  for (const scenario of ['locked', 'too_small', 'rest_by_sms', 'not_found']) {
    const session = await createSession('celbux');
    const { text } = await redeem(session, { pin: freshPin('celbux', scenario) });
    for (const word of ['27648302057', '168Cash', 'Title', 'Owner', 'ocked', 'WithdrawFee']) assert.ok(!text.includes(word), `${scenario}: ${word}`);
  }
});

test('law 8: a locked voucher is declined like one that does not exist', async () => {
  const told = [];
  for (const scenario of ['locked', 'not_found']) {
    const { status, body } = await redeem(await createSession('celbux'), { pin: freshPin('celbux', scenario) });
    const { id, created_at, ...redemption } = body.redemption;
    told.push({ status, redemption });
  }
  assert.deepEqual(told[0], told[1]);
});

test('a voucher that pays a part leaves the session open for the rest', async () => {
  const session = await createSession('kora');
  const first = freshPin('kora', 'partial');
  const { status, body } = await redeem(session, { pin: first });
  assert.equal(status, 200);
  assert.deepEqual([body.redemption.status, body.redemption.amount], ['succeeded', 124_50]);
  assert.deepEqual([body.session.status, body.session.amount_received, body.session.amount_remaining], ['open', 124_50, 124_50]);

  const second = freshPin('kora', 'exact');
  const { body: rest } = await redeem(session, { pin: second });
  assert.deepEqual([rest.redemption.amount, rest.session.status, rest.session.amount_received], [124_50, 'complete', 249_00]);
  assert.deepEqual([...debitsOf(first), ...debitsOf(second)].map(({ amount }) => amount), [124_50, 124_50]);
});

test('a shopper can pay a part with each of several vouchers', async () => {
  const session = await createSession('wipay');
  const parts = [1, 99_99, undefined];
  for (const amount of parts) await redeem(session, { pin: freshPin('wipay', 'balance_left'), amount });
  const { status, redemptions } = await view(session);
  assert.equal(status, 'complete');
  assert.deepEqual(redemptions.map((one) => one.amount), [1, 99_99, 20_00]);
});

test('large amounts keep their cents', async () => {
  for (const amount of [1, 10, 101, 249_50, 499_99]) {
    const session = await createSession('kora', { amount });
    const pin = freshPin('kora', 'exact');
    const { body } = await redeem(session, { pin });
    assert.equal(body.session.amount_received, amount);
    assert.equal(debitsOf(pin)[0].amount, amount);
  }
});

test('a declined voucher leaves the session open, and the next one pays', async () => {
  const session = await createSession('kora');
  const refused = await redeem(session, { pin: freshPin('kora', 'used') });
  assert.equal(refused.status, 200);
  assert.deepEqual([refused.body.redemption.status, refused.body.redemption.decline_code], ['declined', 'voucher_used']);
  assert.equal(refused.body.session.status, 'open');
  const [told] = (await shopView(session)).redemptions;
  assert.deepEqual([told.decline_code, told.provider_message], ['voucher_used', 'The voucher has already been used.']);
  const paid = await redeem(session, { pin: freshPin('kora', 'exact') });
  assert.equal(paid.body.session.status, 'complete');
  assert.deepEqual(paid.body.session.redemptions.map(({ status }) => status), ['declined', 'succeeded']);
});

test('a canceled session stays canceled, and shows the amount received', async () => {
  const session = await createSession('kora');
  await redeem(session, { pin: freshPin('kora', 'partial') });
  for (let times = 0; times < 2; times++) {
    const { status, body } = await checkout.cancel(session);
    assert.deepEqual([status, body.status, body.amount_received], [200, 'canceled', 124_50]);
  }
  assert.equal((await view(session)).status, 'canceled');
});

closingTests(checkout);
