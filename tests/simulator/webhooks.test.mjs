/** The notifications of Kora and Celbux: when they are sent, how they are signed, how often, and how they can be falsified. */
import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { client, openCheckout } from './client.test-kit.mjs';
import { koraSignature } from './kora-webhook.mjs';
import { phoneFor, pinFor } from './pins.mjs';
import { startSimulator } from './server.mjs';

const QUICK = { webhookDelayMs: 0, webhookRetryMs: 1, processingMs: 20 };
const checkout = await openCheckout(200);
const simulator = await startSimulator({ ...QUICK, checkoutUrl: checkout.url });
const { charge, create, reverse, spend } = client(simulator.url);
const KEY = 'sk_test_simulator';

beforeEach(() => {
  simulator.reset();
  checkout.received.length = 0;
});
after(async () => {
  await simulator.close();
  checkout.close();
});

const pin = (scenario, serial) => pinFor('kora', scenario, serial);
const pay = (scenario, fields) => charge({ pin: pin(scenario), notification_url: `${checkout.url}/webhooks/kora`, ...fields });
const taken = (count) => simulator.until(({ webhooks }) => webhooks.filter(({ state }) => state === 'taken').length >= count);
const sent = () => checkout.received.map(({ body }) => JSON.parse(body));
const isGenuine = ({ headers, body }) => headers['x-korapay-signature'] === koraSignature(JSON.stringify(JSON.parse(body).data), KEY);

/** Vectors made with OpenSSL. */
test("Kora's signature matches the known answers", () => {
  const signatures = {
    '{"fee":0,"amount":100,"status":"success","currency":"ZAR","reference":"order-1"}': '6da80fc960b0ee9feb2cbafe9b2375add3f99218a2bcb9c306cd203150394072',
    '{"fee":0,"amount":100.00,"status":"success","currency":"ZAR","reference":"order-1"}': '3b0db243d5852dd09200816319a923bdd784af5e63b2996f5b0a837718a8d91f',
  };
  for (const [text, signature] of Object.entries(signatures)) assert.equal(koraSignature(text, 'sk_test_example'), signature);
});

test('a successful charge is notified, with the change voucher', async () => {
  const answer = await pay('change', { reference: 'mine', amount: 249.5 });
  await taken(1);
  const [{ path, headers, body }] = checkout.received;
  assert.deepEqual([path, headers['content-type']], ['/webhooks/kora', 'application/json']);
  assert.ok(isGenuine(checkout.received[0]));
  assert.deepEqual(JSON.parse(body), {
    event: 'charge.success',
    data: {
      reference: answer.body.data.transaction_reference,
      currency: 'ZAR',
      amount: '249.50',
      amount_expected: '249.50',
      fee: '0',
      status: 'success',
      payment_reference: 'mine',
      transaction_status: 'success',
      payment_method: 'voucher',
      voucher: answer.body.data.voucher,
      metadata: { key: 'Value 1' },
    },
  });
  const [{ at, body: shown, ...delivery }] = simulator.books().webhooks;
  assert.deepEqual(delivery, { provider: 'kora', url: `${checkout.url}/webhooks/kora`, event: 'charge.success', reference: 'mine', tries: 1, status: 200, state: 'taken' });
  assert.equal(shown, body);
});

test('a refusal, a partial payment and a late outcome are notified', async () => {
  await pay('too_small', { reference: 'refused' });
  await pay('partial', { reference: 'part', amount: 99.99 });
  await pay('processing_then_success', { reference: 'late', metadata: undefined });
  await pay('processing_then_failed', { reference: 'failed' });
  await taken(4);
  const told = Object.fromEntries(sent().map(({ event, data }) => [data.payment_reference, [event, data.status, data.transaction_status, data.amount, data.amount_expected]]));
  assert.deepEqual(told, {
    refused: ['charge.failed', 'failed', 'failed', '100.00', '100.00'],
    part: ['charge.success', 'success', 'underpaid', '50.00', '99.99'],
    late: ['charge.success', 'success', 'success', '100.00', '100.00'],
    failed: ['charge.failed', 'failed', 'failed', '100.00', '100.00'],
  });
  assert.ok(checkout.received.every(isGenuine));
});

test('a charge whose answer is lost is notified; a request that made no charge is not', async () => {
  await pay('error_before');
  await pay('error_after', { reference: 'lost' });
  await pay('exact', { reference: 'lost' });
  await pay('exact', { notification_url: undefined });
  await taken(1);
  assert.deepEqual(simulator.books().webhooks.map(({ reference }) => reference), ['lost']);
});

test('nothing is ever sent to another machine', async () => {
  await charge({ pin: pin('exact'), notification_url: 'https://shop.example.com/hook' });
  const [{ state, tries, status }] = simulator.books().webhooks;
  assert.deepEqual([state, tries, status], ['not_sent', 0, null]);
});

test('a notification is repeated until the answer is 200, and no longer', async () => {
  const stubborn = await openCheckout(500, 204, 200);
  await pay('exact', { notification_url: stubborn.url });
  const { webhooks } = await taken(1);
  assert.deepEqual([webhooks[0].tries, webhooks[0].status], [3, 200]);
  const [first, , third] = stubborn.received;
  assert.deepEqual([first.body, first.headers['x-korapay-signature']], [third.body, third.headers['x-korapay-signature']]);
  stubborn.close();
});

test('it gives up after the last try, whether the receiver is absent or silent', async (t) => {
  const silent = await openCheckout(null);
  t.after(() => silent.close());
  const gone = await openCheckout(200);
  gone.close();
  // Long enough for each try to reach the server that does not answer, also on a busy machine.
  const other = await startSimulator({ ...QUICK, webhookTries: 3, webhookTimeoutMs: 2_000 });
  t.after(() => other.close());
  for (const [serial, { url }] of [silent, gone].entries()) {
    await client(other.url).charge({ pin: pin('exact', serial + 1), notification_url: url });
  }
  const { webhooks } = await other.until(({ webhooks }) => webhooks.length === 2 && webhooks.every(({ state }) => state === 'given_up'));
  for (const { tries, status } of webhooks) assert.deepEqual([tries, status], [3, null]);
  assert.equal(silent.received.length, 3);
});

test('a reset and a close end pending deliveries', async () => {
  const silent = await openCheckout(null);
  const other = await startSimulator(QUICK);
  await client(other.url).charge({ pin: pin('exact'), notification_url: silent.url });
  await other.until(({ webhooks }) => webhooks[0].tries === 1);
  other.reset();
  assert.deepEqual(other.books().webhooks, []);
  await client(other.url).charge({ pin: pin('exact', 2), notification_url: silent.url });
  await other.until(({ webhooks }) => webhooks[0].tries === 1);
  await other.close();
  silent.close();
});

test('notifications can be turned off, and still be sent by hand', async () => {
  const other = await startSimulator({ ...QUICK, checkoutUrl: checkout.url, koraWebhooks: false, celbuxWebhooks: false });
  const { charge: pays, create: creates } = client(other.url);
  await pays({ pin: pin('exact'), reference: 'r', notification_url: `${checkout.url}/hook` });
  await creates({ Reference: 'c' });
  assert.deepEqual(other.books().webhooks, []);
  assert.deepEqual(await other.sendWebhook({ provider: 'kora', reference: 'r' }), [200]);
  assert.deepEqual(await other.sendWebhook({ provider: 'celbux', reference: 'c' }), [200]);
  assert.deepEqual(checkout.received.map(({ path }) => path), ['/hook', '/webhooks/celbux']);
  await other.close();
});

test('by hand: again, with the opposite outcome, of an unknown charge, with other fields, with another body', async () => {
  await pay('exact', { reference: 'r' });
  await taken(1);
  checkout.received.length = 0;
  assert.deepEqual(await simulator.sendWebhook({ provider: 'kora', reference: 'r', times: 2 }), [200, 200]);
  await simulator.sendWebhook({ provider: 'kora', reference: 'r', event: 'charge.failed' });
  await simulator.sendWebhook({ provider: 'kora', reference: 'nobody' });
  await simulator.sendWebhook({ provider: 'kora', reference: 'r', data: { amount: '1.00' } });
  assert.ok(checkout.received.every(isGenuine));
  assert.deepEqual(
    sent().map(({ event, data }) => [event, data.payment_reference, data.status, data.amount]),
    [
      ['charge.success', 'r', 'success', '100.00'],
      ['charge.success', 'r', 'success', '100.00'],
      ['charge.failed', 'r', 'failed', '100.00'],
      ['charge.success', 'nobody', 'success', '100.00'],
      ['charge.success', 'r', 'success', '1.00'],
    ],
  );
  assert.equal(checkout.received[3].path, '/webhooks/kora');

  const raw = '{ "event": "charge.success", "data": {"amount":100.00,"b":{"10":1,"2":"\\u00e9\\/"}} }';
  await simulator.sendWebhook({ provider: 'kora', reference: 'r', raw });
  await simulator.sendWebhook({ provider: 'kora', reference: 'r', raw, signed: '{"amount":100.00}' });
  const [again, otherwise] = checkout.received.slice(-2);
  assert.equal(again.body, raw);
  assert.equal(again.headers['x-korapay-signature'], koraSignature('{"amount":100,"b":{"2":"é/","10":1}}', KEY));
  assert.equal(otherwise.headers['x-korapay-signature'], koraSignature('{"amount":100.00}', KEY));
});

test('by hand: a signature that is wrong, or missing, or of another amount', async () => {
  await pay('exact', { reference: 'r' });
  await taken(1);
  checkout.received.length = 0;
  for (const tamper of ['signature', 'no_signature', 'amount']) await simulator.sendWebhook({ provider: 'kora', reference: 'r', tamper });
  assert.equal(checkout.received.some(isGenuine), false);
  assert.match(checkout.received[0].headers['x-korapay-signature'], /^[0-9a-f]{64}$/);
  assert.equal('x-korapay-signature' in checkout.received[1].headers, false);
  assert.equal(sent()[2].data.amount, '0.01');
  await assert.rejects(simulator.sendWebhook({ provider: 'wipay', reference: 'r' }), RangeError);
  await assert.rejects(simulator.sendWebhook({ provider: 'kora', reference: 'r', url: 'https://example.com/' }), RangeError);
});

test('a notification is signed with the key of its charge', async () => {
  const { post } = client(simulator.url);
  const { chargeRequest } = await import('./client.test-kit.mjs');
  const body = chargeRequest({ pin: pin('exact'), reference: 'k', notification_url: checkout.url });
  await post('/kora/api/v1/charge/voucher', 'application/json', body, { authorization: 'Bearer sk_test_another' });
  await taken(1);
  const [{ headers, body: told }] = checkout.received;
  assert.equal(headers['x-korapay-signature'], koraSignature(JSON.stringify(JSON.parse(told).data), 'sk_test_another'));
  assert.equal(JSON.stringify(simulator.books()).includes('sk_test_another'), false);
});

test('Celbux notifies creations, payments and reversals, but no refusal', async () => {
  await create({ Reference: 'made' });
  const { TID } = (await spend({ VoucherNo: pinFor('celbux', 'exact'), Reference: 'paid' })).body;
  await reverse({ OldReference: 'paid', Reference: 'back' });
  await spend({ VoucherNo: pinFor('celbux', 'locked') });
  await create({ Username: phoneFor('celbux', 'general_failure_after'), Reference: 'lost' });
  await taken(4);
  const told = sent();
  assert.deepEqual(told.map(({ Action_TT, Action_Reference }) => [Action_TT, Action_Reference]).sort(), [['0', 'lost'], ['0', 'made'], ['16', 'back'], ['4', 'paid']]);
  assert.deepEqual(told.find(({ Action_TT }) => Action_TT === '4'), {
    Action_Community: 'sandbox',
    Action_TT: '4',
    Action_ID: TID,
    Action_Namespace: 'sandbox',
    Action_VoucherType: '168Cash',
    Action_Reference: 'paid',
  });
  for (const { path, headers } of checkout.received) {
    assert.deepEqual([path, headers.authorization, headers['content-type']], ['/webhooks/celbux', 'celbux-test-webhook-token', 'application/json']);
  }
  assert.equal(JSON.stringify(simulator.books()).includes('celbux-test-webhook-token'), false);
});

test('Celbux accepts any 2xx, and its notification can be falsified by hand', async () => {
  const modest = await openCheckout(503, 204);
  const other = await startSimulator({ ...QUICK, checkoutUrl: modest.url });
  await client(other.url).create({ Reference: 'c' });
  const { webhooks } = await other.until(({ webhooks }) => webhooks[0]?.state === 'taken');
  assert.deepEqual([webhooks[0].tries, webhooks[0].status, webhooks[0].event], [2, 204, '0']);
  modest.received.length = 0;
  await other.sendWebhook({ provider: 'celbux', reference: 'c', tamper: 'token' });
  await other.sendWebhook({ provider: 'celbux', reference: 'c', tamper: 'no_token' });
  await other.sendWebhook({ provider: 'celbux', reference: 'nobody', event: '33', data: { Action_ID: '0' } });
  await other.sendWebhook({ provider: 'celbux', reference: 'c', raw: 'no JSON' });
  const [wrong, none, nobody, raw] = modest.received;
  assert.deepEqual([wrong.headers.authorization, none.headers.authorization], ['not-celbux-test-webhook-token', undefined]);
  assert.deepEqual([JSON.parse(nobody.body).Action_TT, JSON.parse(nobody.body).Action_ID, raw.body], ['33', '0', 'no JSON']);
  await other.close();
  modest.close();
});
