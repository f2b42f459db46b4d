/** The providers' webhooks: authenticated, treated as a hint only, and credited once a look-up confirms it. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, afterEach, describe, test } from 'node:test';
import { phoneFor } from '../simulator/pins.mjs';
import { assertProblem } from '../support/answers.mjs';
import { pass, startProxy } from '../support/proxy.mjs';
import { startCheckout } from '../support/checkout.mjs';
import { until } from '../support/until.mjs';
import { USUAL } from '../support/usual.mjs';
import { closingTests } from './closing.mjs';

const proxy = await startProxy();
// Scheduled look-ups come too late for these tests, so that every outcome becomes known through a webhook.
const PATIENT = { settle_backoff_ms: [600_000], provider_timeout_ms: 4_000, not_found_grace_ms: 4_001 };
const checkout = await startCheckout({ limits: PATIENT, simulatorUrl: proxy.url });
proxy.target = checkout.simulator.url;
afterEach(() => (proxy.rule = pass));
after(() => proxy.close());
const { url, send, shop, createSession, redeem, view, shopView, cancel, freshKey, freshPin, debitsOf, simulator } = checkout;

const isCharge = ({ path }) => path.endsWith('/charge/voucher');
const lookups = (reference) => proxy.calls.filter(({ path, body }) => path.endsWith(reference) || (path.includes('/payment') && body.includes(reference)));
const kora = (wanted) => simulator.sendWebhook({ provider: 'kora', url: `${url}/webhooks/kora`, ...wanted });
const celbux = (wanted) => simulator.sendWebhook({ provider: 'celbux', url: `${url}/webhooks/celbux`, ...wanted });

/** Begins a payment whose answer is lost. Returns `{session, pin, reference}` with our reference of the payment. */
async function loseAnswer(provider, scenario, fields) {
  const session = await createSession(provider);
  const pin = freshPin(provider, scenario);
  const { status, body } = await redeem(session, { pin, ...fields });
  assert.deepEqual([status, body.redemption.status], [202, 'unknown']);
  const [{ provider_reference: reference }] = (await shopView(session)).redemptions;
  return { session, pin, reference };
}

const complete = (session) => until(() => view(session), ({ status }) => status === 'complete');

test('while a provider’s secret is replaced, webhooks with the older and with the newer one are accepted', async () => {
  const { KORA_SECRET_KEY: older, CELBUX_WEBHOOK_TOKEN: token } = checkout.settings;
  const newer = 'sk_test_newer0123456789';
  await checkout.restart({ KORA_SECRET_KEY: `${newer} ${older}`, CELBUX_WEBHOOK_TOKEN: `newer-0123456789abcdef ${token}` });
  const data = '{"status":"success","reference":"order-of-nobody"}';
  const toKora = (key) => send('POST', '/webhooks/kora', {
    body: `{"event":"charge.success","data":${data}}`,
    headers: { 'content-type': 'application/json', 'x-korapay-signature': createHmac('sha256', key).update(data).digest('hex') },
  });
  const toCelbux = (secret) => send('POST', '/webhooks/celbux', { body: '{}', headers: { 'content-type': 'application/json', authorization: `bearer ${secret}` } });
  const statuses = async (calls) => (await Promise.all(calls)).map(({ status }) => status);
  assert.deepEqual(await statuses([toKora(newer), toKora(older), toKora('sk_test_another')]), [200, 200, 403]);
  assert.deepEqual(await statuses([toCelbux('newer-0123456789abcdef'), toCelbux(token), toCelbux('another-0123456789abcdef')]), [200, 200, 403]);
  await checkout.restart({ KORA_SECRET_KEY: older, CELBUX_WEBHOOK_TOKEN: token });
});

describe('Kora', () => {
  test('a webhook about a lost charge starts a look-up at once, which credits it with its change voucher', async () => {
    const { session, pin, reference } = await loseAnswer('kora', 'cut_after');
    assert.equal(lookups(reference).length, 0);
    assert.deepEqual(await kora({ reference }), [200]);
    const { redemptions } = await complete(session);
    assert.equal(redemptions[0].change.pin, debitsOf(pin)[0].change_pin);
    assert.equal(lookups(reference).length, 1);
  });

  test('repeated and late: 200 each time, credited once, and no further look-up', async () => {
    const { session, reference } = await loseAnswer('kora', 'error_after');
    await kora({ reference });
    await complete(session);
    const asked = lookups(reference).length;
    assert.deepEqual(await kora({ reference, times: 3 }), [200, 200, 200]);
    assert.equal((await shopView(session)).amount_received, USUAL.kora.amount);
    assert.equal(lookups(reference).length, asked);
  });

  test('out of order: "failed" after a success changes nothing, and "success" before the look-up agrees credits nothing', async () => {
    const { session, reference } = await loseAnswer('kora', 'silent_after');
    assert.deepEqual(await kora({ reference, event: 'charge.failed' }), [200]);
    await complete(session);
    assert.deepEqual(await kora({ reference, event: 'charge.failed' }), [200]);
    assert.equal((await view(session)).status, 'complete');

    const nothing = await loseAnswer('kora', 'error_before');
    assert.deepEqual(await kora({ reference: nothing.reference, event: 'charge.success' }), [200]);
    await until(() => lookups(nothing.reference).length, (count) => count > 0);
    const { status, amount_received } = await view(nothing.session);
    assert.deepEqual([status, amount_received], ['processing', 0]);
    // After the grace period, Kora's "not found" is final.
    await until(async () => (await kora({ reference: nothing.reference }), view(nothing.session)), (seen) => seen.status === 'open');
    assert.equal((await view(nothing.session)).redemptions[0].decline_code, 'not_charged');
  });

  test('law 5: a success reported after "not found" became final is credited', async () => {
    proxy.rule = (call, next) => (call.path.includes('/charges/') ? { status: 404, body: '{"status":false,"message":"Charge not found","data":null}' } : next());
    const { session, pin, reference } = await loseAnswer('kora', 'cut_after');
    await until(async () => (await kora({ reference }), view(session)), ({ status }) => status === 'open');
    assert.equal((await view(session)).redemptions[0].decline_code, 'not_charged');
    assert.equal(debitsOf(pin).length, 1);
    proxy.rule = pass;
    await kora({ reference });
    const { redemptions, amount_received } = await complete(session);
    assert.deepEqual([redemptions[0].status, amount_received], ['succeeded', USUAL.kora.amount]);
    assert.equal(redemptions[0].change.pin, debitsOf(pin)[0].change_pin);
  });

  test('law 5: a success reported after the session was canceled is owed', async () => {
    proxy.rule = (call, next) => (call.path.includes('/charges/') ? { status: 404, body: '{"status":false,"message":"Charge not found","data":null}' } : next());
    const { session, reference } = await loseAnswer('kora', 'cut_after');
    await until(async () => (await kora({ reference }), view(session)), ({ status }) => status === 'open');
    await cancel(session);
    proxy.rule = pass;
    await kora({ reference });
    const seen = await until(() => shopView(session), ({ amount_received }) => amount_received > 0);
    assert.deepEqual([seen.status, seen.amount_owed], ['canceled', USUAL.kora.amount]);
  });

  test('a change voucher known only from the webhook is stored, and shown once the look-up confirms it', async () => {
    proxy.rule = async (call, next) => {
      if (!call.path.includes('/charges/')) return next();
      const answer = await next();
      const body = JSON.parse(answer.body);
      delete body.data?.voucher;
      return { ...answer, body: JSON.stringify(body) };
    };
    const { session, pin, reference } = await loseAnswer('kora', 'cut_after');
    await kora({ reference });
    const { redemptions } = await complete(session);
    assert.equal(redemptions[0].change.pin, debitsOf(pin)[0].change_pin);
  });

  test('a webhook that arrives while the charge is in flight waits for its answer', async () => {
    let release;
    const held = new Promise((resolve) => (release = resolve));
    proxy.rule = async (call, next) => {
      const answer = await next();
      if (isCharge(call)) await held;
      return answer;
    };
    const session = await createSession('kora');
    const paying = redeem(session, { pin: freshPin('kora', 'exact') });
    await proxy.received(isCharge);
    const { debits } = await simulator.until((books) => books.debits.some(({ reference }) => reference?.startsWith(session.id.slice(3))));
    const { reference } = debits.find((debit) => debit.reference?.startsWith(session.id.slice(3)));
    assert.deepEqual(await kora({ reference }), [200]);
    assert.equal(lookups(reference).length, 0);
    release();
    assert.equal((await paying).body.redemption.status, 'succeeded');
  });

  test('a signature over the received bytes is accepted, in any notation of numbers and letters', async () => {
    const { session, reference } = await loseAnswer('kora', 'error_after');
    // JavaScript would format this differently; the signature is over these bytes.
    const data = `{ "amount":100.00, "payment_reference":"${reference}", "n":1e3, "s":"\\u00e9\\/" }`;
    const raw = `{"event":"charge.success", "data":${data}}`;
    assert.deepEqual(await kora({ reference, raw, signed: data }), [200]);
    await complete(session);
  });

  test('a signature over the data as JavaScript prints it is accepted', async () => {
    const { session, reference } = await loseAnswer('kora', 'error_after');
    const raw = `{"event":"charge.success","data":{"amount":100.00,"z":1,"10":1E2,"2":-0,"s":"\\u00e9\\/","payment_reference":"${reference}"}}`;
    assert.deepEqual(await kora({ reference, raw }), [200]);
    await complete(session);
  });

  test('our reference is found in either field', async () => {
    const { session, reference } = await loseAnswer('kora', 'error_after');
    assert.deepEqual(await kora({ reference, data: { reference, payment_reference: 'KPY-1' } }), [200]);
    await complete(session);
  });

  test('a missing or wrong signature, or another body, is refused and has no effect', async () => {
    const { session, reference } = await loseAnswer('kora', 'error_after');
    for (const tamper of ['signature', 'no_signature', 'amount']) assert.deepEqual(await kora({ reference, tamper }), [403], tamper);
    assert.equal(lookups(reference).length, 0);
    assert.equal((await view(session)).status, 'processing');
    await kora({ reference });
    await complete(session);
  });

  test('a webhook about an unknown payment is answered with 200, so that Kora does not repeat it for three days', async () => {
    for (const reference of ['KPY-CA-1', 'order-1', `${'0'.repeat(32)}-1`, `vo-${'0'.repeat(32)}`, '']) assert.deepEqual(await kora({ reference }), [200], reference);
    assert.deepEqual(await kora({ reference: 'transfer-1', event: 'transfer.success' }), [200]);
  });

  test('an unreadable webhook is refused', async () => {
    for (const raw of ['', '{', '[]', 'null', '{"event":"charge.success"}', '{"event":5,"data":{}}', '{"event":"charge.success","data":null}']) {
      const [status] = await kora({ reference: 'x', raw });
      assert.equal(status, 400, raw);
    }
    assertProblem(await send('POST', '/webhooks/kora', { body: 'x', headers: { 'content-type': 'text/plain' } }), 415, 'media_type_unsupported');
    assertProblem(await send('POST', '/webhooks/kora', { body: `"${'x'.repeat(20_000)}"` }), 413, 'body_too_large');
  });
});

describe('Celbux', () => {
  test('a webhook about a lost payment starts a look-up at once', async () => {
    const { session, reference } = await loseAnswer('celbux', 'cut_after');
    assert.deepEqual(await celbux({ reference }), [200]);
    await complete(session);
  });

  test('the agreed header is accepted, with or without "Bearer"; any other is refused', async () => {
    const { session, reference } = await loseAnswer('celbux', 'error_after');
    for (const tamper of ['token', 'no_token']) assert.deepEqual(await celbux({ reference, tamper }), [403], tamper);
    assert.equal(lookups(reference).length, 0);
    const body = { Action_TT: '4', Some_Other_Field: reference };
    const authorization = `Bearer ${checkout.settings.CELBUX_WEBHOOK_TOKEN}`;
    assert.equal((await send('POST', '/webhooks/celbux', { body, headers: { authorization } })).status, 200);
    await complete(session);
  });

  test('a webhook about an ordered voucher starts a look-up at once', async () => {
    const body = { provider: 'celbux', recipient: phoneFor('celbux', 'cut_after'), voucher_type: '168Cash', amount: 10_00, currency: 'ZAR' };
    const key = freshKey();
    const first = await shop('POST', '/v1/vouchers', body, key);
    assert.deepEqual([first.status, first.body.status], [202, 'unknown']);
    assert.deepEqual(await celbux({ reference: first.body.provider_reference }), [200]);
    const { body: voucher } = await until(() => shop('POST', '/v1/vouchers', body, key), ({ status }) => status === 201);
    assert.equal(voucher.status, 'issued');
    assert.deepEqual(await celbux({ reference: first.body.provider_reference, times: 2 }), [200, 200]);
  });
});

test('a provider without webhooks has no webhook route', async () => {
  for (const id of ['wipay', 'odm', 'nobody', '%00']) assertProblem(await send('POST', `/webhooks/${id}`, { body: {} }), 404, 'not_found');
});

closingTests(checkout);
