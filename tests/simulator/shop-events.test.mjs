/** The checkout's events at the demo shop: which are accepted, their effect, and their entries on the page. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { after, beforeEach, test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { call } from './client.test-kit.mjs';
import { startSimulator } from './server.mjs';
import { flawOf, webhookKeys } from './shop-webhook.mjs';

const SECRET = `whsec_${randomBytes(32).toString('base64')}`;
const COMPLETED = 'checkout_session.completed';
const MINUTE_MS = 60_000;

/** A checkout that returns one session after the other, all of them open, and counts the requests for them. */
let sessions = 0;
let asked = 0;
const stub = createServer((request, response) => {
  if (request.method === 'GET') asked++;
  const id = `cs_${request.method === 'GET' ? sessions : ++sessions}`;
  request.resume();
  response.writeHead(request.method === 'GET' ? 200 : 201, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ ...sessionOf({ id }), status: 'open', amount_received: 0, client_secret: 'secret-1', url: 'http://localhost/pay' }));
});
await new Promise((listening) => stub.listen(0, '127.0.0.1', listening));
const checkoutUrl = `http://127.0.0.1:${stub.address().port}`;

let simulator;
beforeEach(async () => {
  await simulator?.close();
  simulator = await startSimulator({ checkoutUrl, apiKey: 'shop-key', webhookSecret: SECRET });
  asked = 0;
});
after(async () => {
  await simulator.close();
  stub.close();
  stub.closeAllConnections();
});

function sessionOf(fields) {
  const money = { amount: 249_00, currency: 'ZAR', amount_received: 249_00, amount_remaining: 0, amount_owed: 0 };
  return { object: 'checkout_session', status: 'complete', ...money, metadata: { note: 'for nobody' }, ...fields };
}

const eventOf = (type, object, sequence = 1) => ({ type, sequence, created_at: '2026-05-01T10:00:00.000Z', data: { object } });

/** Sends an event, signed by the published library; `change` replaces the body after signing. */
function send(event, { id = `evt_${randomBytes(8).toString('hex')}`, at = Date.now(), secret = SECRET, change, headers } = {}) {
  const body = typeof event === 'string' ? event : JSON.stringify(event);
  const signed = {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at / 1000)),
    'webhook-signature': new Webhook(secret).sign(id, new Date(at), body),
    ...headers,
  };
  return call(`${simulator.url}/shop/events`, { method: 'POST', headers: signed, body: change ?? body });
}

async function order() {
  const body = JSON.stringify({ product: 'mug', currency: 'ZAR', mode: 'embedded' });
  const placed = await call(`${simulator.url}/shop/orders`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  return { id: placed.body.id, reference: placed.body.order };
}

const orderNow = async ({ reference }) => (await call(`${simulator.url}/shop/orders/${reference}`)).body;
const listed = async () => (await call(`${simulator.url}/shop/events.json`)).body;
const page = async () => (await call(`${simulator.url}/shop/events`)).text;

// The vector in the README of the standardwebhooks libraries.
test('the published vector is genuine, and a tampered one is not', () => {
  const headers = {
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1a,AAAA v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE= v1,',
  };
  const keys = webhookKeys('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw');
  const bytes = Buffer.from('{"test": 2432232314}');
  const now = 1_614_265_330_000;
  const flaw = (changes) => flawOf({ headers, bytes, keys, now, ...changes });
  assert.equal(flaw(), undefined);
  assert.equal(flaw({ keys: webhookKeys(`${SECRET} whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw`) }), undefined);
  assert.equal(flaw({ now: now + 5 * MINUTE_MS }), undefined);
  assert.match(flaw({ now: now + 5 * MINUTE_MS + 1 }), /five minutes/);
  assert.match(flaw({ now: now - 5 * MINUTE_MS - 1 }), /five minutes/);
  assert.match(flaw({ bytes: Buffer.from('{"test":2432232314}') }), /signature/);
  assert.match(flaw({ keys: webhookKeys(SECRET) }), /signature/);
  for (const name of Object.keys(headers)) {
    assert.ok(flaw({ headers: { ...headers, [name]: undefined } }), name);
    assert.ok(flaw({ headers: { ...headers, [name]: headers[name].replace(/[0g]/, '1') } }), name);
  }
  const asAnother = headers['webhook-signature'].replaceAll('v1,', 'v2,');
  assert.match(flaw({ headers: { ...headers, 'webhook-signature': asAnother } }), /signature/);
});

test('law 9: a malformed secret is refused by its name', async () => {
  for (const wrong of ['whsec_', 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'whsec_AAAA', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaL!Sw', `${SECRET} x`]) {
    assert.throws(() => webhookKeys(wrong), /WEBHOOK_SECRET/, wrong);
  }
  await assert.rejects(startSimulator({ webhookSecret: 'short' }), /WEBHOOK_SECRET/);
});

test('an event delivers its order without a query', async () => {
  const mug = await order();
  const { status, text } = await send(eventOf(COMPLETED, sessionOf(mug), 2));
  assert.deepEqual([status, text], [204, '']);
  const { status: state, delivered_by, amount_received_text } = await orderNow(mug);
  assert.deepEqual([state, delivered_by, amount_received_text], ['complete', 'event', 'R 249.00']);
  const thanks = (await call(`${simulator.url}/thanks?order=${mug.reference}`)).text;
  assert.match(thanks, /Thank you[^]*sent, told by an event/);
  assert.equal(asked, 0);
});

test('a tampered, foreign, old or unsigned event is a 400 and has no effect', async () => {
  const mug = await order();
  const event = eventOf(COMPLETED, sessionOf(mug));
  const wrong = [
    { change: JSON.stringify(eventOf(COMPLETED, sessionOf({ ...mug, amount_received: 1 }))) },
    { secret: `whsec_${randomBytes(32).toString('base64')}` },
    { at: Date.now() - 6 * MINUTE_MS },
    { at: Date.now() + 6 * MINUTE_MS },
    { headers: { 'webhook-id': 'evt_another' } },
    { headers: { 'webhook-timestamp': String(Math.floor(Date.now() / 1000) + 60) } },
    { headers: { 'webhook-signature': '' } },
    { headers: { 'webhook-signature': 'v1,' } },
  ];
  for (const how of wrong) assert.equal((await send(event, how)).status, 400, JSON.stringify(how));
  for (const body of ['{', 'null', '[]', '{"type":"x"}', '{"type":1,"data":{"object":{"id":"cs_1"}}}']) {
    assert.equal((await send(body)).status, 400, body);
  }
  assert.equal((await orderNow(mug)).delivered_by, undefined);
  const { events, refused } = await listed();
  assert.deepEqual([events, refused.count], [[], 13]);
  assert.match(await page(), /Refused: 13\. The latest at [-\d]+ [:\d]+ UTC, because the body is not an event\./);
});

test('an event that is delivered again is accepted again, and processed once', async () => {
  const mug = await order();
  const event = eventOf(COMPLETED, sessionOf(mug));
  for (let time = 0; time < 3; time++) assert.equal((await send(event, { id: 'evt_1' })).status, 204);
  const [one, ...others] = (await listed()).events;
  assert.deepEqual([one.id, one.times, one.did, others], ['evt_1', 3, 'The order was delivered.', []]);
  assert.match(await page(), /1 event<[^]*came 3 times/);
  // Another event about a delivered order, as after a query that was answered first.
  await send(event, { id: 'evt_2' });
  assert.equal((await listed()).events[0].did, 'The order had been delivered before.');
});

test('another session, price or currency under the reference of an order delivers nothing', async () => {
  const mug = await order();
  for (const fields of [{ id: 'cs_other' }, { amount: 1 }, { currency: 'TTD' }, { status: 'open' }]) {
    assert.equal((await send(eventOf(COMPLETED, sessionOf({ ...mug, ...fields })))).status, 204);
    assert.match((await listed()).events[0].did, /^Nothing/);
  }
  await send(eventOf(COMPLETED, sessionOf({ id: 'cs_9', reference: 'forgotten' })));
  assert.match((await listed()).events[0].did, /does not know/);
  assert.equal((await orderNow(mug)).delivered_by, undefined);
});

test('the list names the subject of each event, and hides every value that would open a checkout', async () => {
  const mug = await order();
  const number = mug.reference.slice(0, 8).toUpperCase();
  const about = { object: 'redemption', id: 'rd_1', status: 'succeeded', amount: 100_00, checkout_session: mug };
  await send(eventOf('redemption.succeeded', about));
  await send(eventOf('checkout_session.expired', sessionOf({ ...mug, status: 'expired', amount_received: 0, amount_owed: 100_00 }), 2));
  await send(eventOf('voucher.issued', { object: 'voucher', id: 'vo_1', reference: 'refund-17', amount: 20_00, currency: 'ZAR', voucher_number: '168-06000-00001' }));
  const [voucher, session, redemption] = (await listed()).events;
  assert.deepEqual([voucher.voucher, voucher.order, voucher.amount, voucher.session], ['vo_1', 'refund-17', 20_00, undefined]);
  assert.deepEqual([session.session, session.order, session.amount_received, session.amount_owed, session.sequence], [mug.id, number, 0, 100_00, 2]);
  assert.deepEqual([redemption.redemption, redemption.session, redemption.order, redemption.currency], ['rd_1', mug.id, number, 'ZAR']);
  const shown = await page();
  assert.match(shown, /voucher<wbr>\.issued[^]*refund-17[^]*<wbr>\.expired[^]*Owed<\/dt><dd>R 100\.00[^]*<wbr>\.succeeded[^]*rd_1/);
  assert.equal(shown.match(/>verified</g).length, 3);
  for (const secret of [mug.reference, 'secret-1', '168-06000-00001', 'for nobody', SECRET]) {
    assert.ok(!`${shown}${JSON.stringify(await listed())}`.includes(secret), secret);
  }
});

test('every value of an event is escaped on the page', async () => {
  const bad = '<img src=x onerror="alert(1)">&';
  await send(eventOf(bad, { object: 'redemption', id: bad, status: bad, amount: bad, checkout_session: { id: bad, reference: bad } }, bad), { id: bad });
  await send(eventOf('voucher.issued', { object: 'voucher', id: bad, reference: bad, currency: bad, amount: 1, amount_owed: 1.5, amount_received: -1 }));
  const shown = await page();
  assert.ok(!shown.includes('<img src=x') && !shown.includes('{{'));
  assert.ok(shown.includes('&lt;img src=x onerror=&quot;alert(1)&quot;&gt;&amp;'));
});

test('the latest 200 are kept, newest first', async () => {
  for (let number = 1; number <= 201; number++) await send(eventOf('redemption.declined', { object: 'redemption', id: `rd_${number}` }), { id: `evt_${number}` });
  const { events } = await listed();
  assert.deepEqual([events.length, events[0].id, events.at(-1).id], [200, 'evt_201', 'evt_2']);
  assert.equal((await send(eventOf('redemption.declined', { object: 'redemption', id: 'rd_1' }), { id: 'evt_1' })).status, 204);
  assert.equal((await listed()).events[0].id, 'evt_201');
});

test('without a secret no event is accepted, and the page says so', async () => {
  await simulator.close();
  simulator = await startSimulator({ checkoutUrl, apiKey: 'shop-key' });
  assert.match(await page(), /started without WEBHOOK_SECRET/);
  const { status, text } = await send(eventOf(COMPLETED, sessionOf({ id: 'cs_1' })));
  assert.deepEqual([status, /no WEBHOOK_SECRET/.test(text)], [400, true]);
});
