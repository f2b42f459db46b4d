/** The demo shop's server, with a stub in place of the checkout Worker. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, beforeEach, test } from 'node:test';
import { request } from '../support/client.mjs';
import { call, client } from './client.test-kit.mjs';
import { pinFor, TEST_PINS } from './pins.mjs';
import { startSimulator } from './server.mjs';

/** The requests that the stub received, and its answers about its sessions. */
let received = [];
let session = {};
let refusal;

const stub = createServer(async (request, response) => {
  let body = '';
  for await (const part of request) body += part;
  received.push({ method: request.method, url: request.url, headers: request.headers, body: body && JSON.parse(body) });
  const { status, ...answer } = refusal ?? { status: request.method === 'POST' ? 201 : 200, ...session };
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(refusal ? { status, ...answer } : { ...answer, status: answer.state }));
});
await new Promise((listening) => stub.listen(0, '127.0.0.1', listening));
const checkoutUrl = `http://127.0.0.1:${stub.address().port}`;
const simulator = await startSimulator({ checkoutUrl, apiKey: 'shop-key' });

beforeEach(() => {
  received = [];
  refusal = undefined;
  session = {
    id: 'cs_1',
    client_secret: 'secret-1',
    url: `${checkoutUrl}/pay/cs_1?key=secret-1`,
    state: 'open',
    amount: 249_00,
    currency: 'ZAR',
    amount_received: 0,
    amount_remaining: 249_00,
  };
  simulator.reset();
});
after(async () => {
  await simulator.close();
  stub.close();
  stub.closeAllConnections();
});

function order(fields) {
  return call(`${simulator.url}/shop/orders`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ product: 'mug', currency: 'ZAR', mode: 'embedded', ...fields }),
  });
}

const orderNow = (reference) => call(`${simulator.url}/shop/orders/${reference}`);

test('an order becomes a checkout session whose amount comes from the server', async () => {
  const { status, body } = await order({ amount: 1, price: 1 });
  assert.equal(status, 201);
  assert.deepEqual([body.id, body.client_secret, body.url], [session.id, session.client_secret, session.url]);
  const [{ method, url, headers, body: sent }] = received;
  assert.deepEqual([method, url, headers.authorization], ['POST', '/v1/checkout_sessions', 'Bearer shop-key']);
  assert.match(headers['idempotency-key'], /^[0-9a-f-]{36}$/);
  assert.deepEqual(sent, {
    amount: 249_00,
    currency: 'ZAR',
    reference: body.order,
    description: 'Enamel mug, 350 ml',
    success_url: `${simulator.url}/thanks?order=${body.order}`,
    cancel_url: `${simulator.url}/?canceled=${body.order}`,
    metadata: { product: 'mug' },
  });

  await order({ currency: 'TTD' });
  assert.equal(received[1].body.amount, 120_00);
  assert.notEqual(received[1].headers['idempotency-key'], headers['idempotency-key']);
});

test('an invalid order is refused without a call', async () => {
  const wishes = [{ product: 'yacht' }, { product: 'toString' }, { currency: 'EUR' }, { currency: 'toString' }, { mode: '' }];
  for (const fields of wishes) {
    assert.equal((await order(fields)).status, 400, JSON.stringify(fields));
  }
  assert.deepEqual(received, []);
});

test("an order has the Worker's current status, and opens the same checkout again", async () => {
  const { order: reference } = (await order()).body;
  Object.assign(session, { state: 'complete', amount_received: 249_00, amount_remaining: 0 });
  const { body } = await orderNow(reference);
  assert.deepEqual([received[1].method, received[1].url], ['GET', '/v1/checkout_sessions/cs_1']);
  assert.deepEqual(
    [body.id, body.client_secret, body.status, body.amount_received, body.amount_received_text],
    ['cs_1', 'secret-1', 'complete', 249_00, 'R 249.00'],
  );
  assert.equal((await orderNow('guess')).status, 404);
});

test('without JavaScript the form leads to the hosted page', async () => {
  const form = { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'product=mug&currency=TTD' };
  const { status, headers } = await request('POST', `${simulator.url}/shop/orders`, form);
  assert.deepEqual([status, headers.get('location')], [303, session.url]);
});

test('the thank-you page thanks only when the Worker says it is paid', async () => {
  const { order: reference } = (await order({ mode: 'hosted' })).body;
  const page = async () => (await call(`${simulator.url}/thanks?order=${reference}`)).text;
  assert.match(await page(), /Not paid yet/);
  session.state = 'processing';
  assert.match(await page(), /do not pay again/);
  Object.assign(session, { state: 'complete', amount_received: 249_00 });
  assert.match(await page(), /Thank you[^]*We have received R 249\.00[^]*sent, after asking the checkout/);
  assert.match((await call(`${simulator.url}/thanks?order=<b>`)).text, /does not know that order/);
});

test("the Worker's problems are shown in plain words", async () => {
  refusal = { status: 401, title: 'Unauthorized', code: 'unauthorized' };
  const unauthorized = await order();
  assert.deepEqual([unauthorized.status, unauthorized.body.error.code], [502, 'unauthorized']);
  assert.match(unauthorized.body.error.message, /MERCHANT_API_KEY/);
  refusal = { status: 422, title: 'Invalid request', detail: 'amount is too large', code: 'invalid_request' };
  assert.equal((await order()).body.error.message, 'The checkout refused. Invalid request: amount is too large.');

  const alone = await startSimulator({ checkoutUrl: 'http://127.0.0.1:9', apiKey: 'k' });
  const { status, body } = await call(`${alone.url}/shop/orders`, { method: 'POST', body: { product: 'mug', currency: 'ZAR', mode: 'hosted' } });
  assert.equal(status, 503);
  assert.match(body.error.message, /cannot be reached/);
  await alone.close();
});

test('pages carry the strict policy and the price of the server', async () => {
  const { headers, text: page } = await request('GET', `${simulator.url}/`);
  const policy = headers.get('content-security-policy');
  const parts = ["default-src 'self'", `script-src 'self' ${checkoutUrl};`, `frame-src ${checkoutUrl};`, "connect-src 'self'"];
  for (const part of parts) {
    assert.ok(policy.includes(part), part);
  }
  assert.ok(page.includes('data-zar="R 249.00" data-ttd="TT$ 120.00" data-etb="ETB 249.00"'));
  assert.ok(page.includes(`<script src="${checkoutUrl}/checkout.js" async>`));
  assert.equal(page.includes('{{'), false);
  for (const asset of ['shop.css', 'shop.js', 'order.js', 'pins.js', 'pins.css', 'themes.js', 'themes.css', 'thanks.js', 'events.js', 'events.css', 'mug.svg']) {
    assert.equal((await call(`${simulator.url}/shop/${asset}`)).status, 200, asset);
  }
  for (const path of ['/shop/index.html', '/shop/..%2fshop.js', '/shop/nothing.js', '/nothing']) {
    assert.equal((await call(simulator.url + path)).status, 404, path);
  }
});

test('the panel offers the documented PINs, and a fresh one when a voucher is used', async () => {
  const pins = async () => (await call(`${simulator.url}/shop/pins.json`)).body.pins;
  const before = await pins();
  assert.deepEqual(before.map(({ fresh_pin }) => fresh_pin), TEST_PINS.map(({ pin }) => pin));
  await client(simulator.url).charge({ pin: pinFor('kora', 'change') });
  const row = (await pins()).find(({ provider, scenario }) => provider === 'kora' && scenario === 'change');
  assert.deepEqual([row.pin, row.fresh_pin, row.used], [pinFor('kora', 'change', 1), pinFor('kora', 'change', 2), false]);
});
