// Law 6, over a run of its own: vouchers of every provider pay through the API and the form, fail in every documented way, are
// issued, looked up and reported by webhooks. None of their PINs appears in a log line, an address, an event, an answer to the
// shop or a stored byte.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { listenLocally } from '../simulator/listen.mjs';
import { TEST_CODE } from '../simulator/odm-test-vouchers.mjs';
import { TEST_PHONES, TEST_PINS } from '../simulator/pins.mjs';
import { pass, startProxy } from '../support/proxy.mjs';
import { startCheckout } from '../support/checkout.mjs';
import { concurrently } from '../support/concurrently.mjs';
import { hostedPath, withCookies } from '../support/cookies.mjs';
import { logFile, pinsUsed } from '../support/evidence.mjs';
import { withAddresses } from '../support/layers.mjs';
import { until } from '../support/until.mjs';
import { USUAL } from '../support/usual.mjs';
import { readPage } from '../worker/html.mjs';
import { FORMS, pinsIn } from './search.mjs';

const ACCEPTING = Object.keys(USUAL);
/** The scenario of WiPay's voucher that closes the gate for the whole account. */
const CLOSING = 'too_many';
const AT_ONCE = 16;

/** Every event sent to the shop: its path, headers and body. */
const events = [];
const shopServer = await listenLocally(0, async (request, response) => {
  const parts = [];
  for await (const part of request) parts.push(part);
  events.push(`${request.url} ${JSON.stringify(request.headers)} ${Buffer.concat(parts)}`);
  response.end();
});
/** Every address requested or redirected to, on either side of the Worker. */
const addresses = [];
const proxy = await startProxy();
const checkout = await startCheckout({
  vars: {
    WEBHOOK_URL: `http://localhost:${shopServer.port}/hook`,
    WEBHOOK_SECRET: `whsec_${randomBytes(32).toString('base64')}`,
    WEBHOOK_SIGNING_KEY: `whsk_${randomBytes(32).toString('base64')}`,
  },
  simulator: { koraWebhooks: true, celbuxWebhooks: true },
  simulatorUrl: proxy.url,
  layer: (send) => withAddresses(send, addresses),
});
proxy.target = checkout.simulator.url;
after(() => Promise.all([shopServer.close(), proxy.close()]));
const { url, lines, shop, send, typed, answerChallenge, createSession, redeem, settled, shopView, view, freshPin, freshKey, simulator, readFiles } = checkout;

/** The answers to the shop's server, except those that issue it a voucher. */
const answers = [];
const sessions = [];
let pins, searched;

/** Pays through the API, and waits until the payment is settled. */
async function pay(provider, pin) {
  const session = await createSession(provider);
  sessions.push(session);
  const { body } = await redeem(session, { pin });
  await typeCode(session, body.redemption);
  await settled(session);
}

/** Types the code of a payment that waits for one; a code that its scenario refuses is typed until the payment ends. */
async function typeCode(session, redemption) {
  for (let last = redemption; last?.status === 'challenged'; ) {
    last = (await answerChallenge(session, last, { code: TEST_CODE })).body.redemption;
  }
}

/** Pays through the plain form. */
async function payByForm(provider, pin) {
  const session = await createSession(provider, { providers: [provider] });
  sessions.push(session);
  const path = session.url.slice(url.length);
  const browser = withCookies(send);
  const { form } = readPage(await browser('GET', path));
  const { phone, email = '' } = USUAL[provider].contact;
  typed.add(pin);
  const body = new URLSearchParams({ ...form.values, phone, email, pin }).toString();
  await browser('POST', hostedPath(session), { body, headers: { 'content-type': 'application/x-www-form-urlencoded' } });
  await typeCode(session, (await view(session)).redemptions.at(-1));
  await settled(session);
  await browser('GET', path);
}

/** Pays with a voucher whose provider repeats the PIN in its decline. */
async function payWithPinRepeated(provider, refusal) {
  const pin = freshPin(provider, 'exact');
  proxy.rule = async (call, next) => (call.body.replaceAll('-', '').includes(pin) ? refusal(`Voucher ${pin} is bad`) : next());
  await pay(provider, pin);
  proxy.rule = pass;
}

/** Sends a PIN by mistake to every place where one could be typed or sent. */
async function mistake(provider) {
  const session = await createSession(provider);
  const pin = freshPin(provider, 'exact');
  typed.add(pin);
  for (const fields of [{ phone: pin }, { phone: 'x' }, { amount: 0 }, { provider: 'nobody' }, { [pin]: 1 }, { pin: `${pin}${pin}` }]) {
    await redeem(session, { pin, ...fields });
  }
  const headers = { authorization: `Bearer ${session.client_secret}`, 'idempotency-key': freshKey() };
  const path = `/v1/checkout/${session.id}/redemptions`;
  await send('POST', path, { headers, body: `{"provider":"${provider}","pin":"${pin}"` });
  await send('POST', path, { headers: { ...headers, 'content-type': 'text/plain' }, body: pin });
  await send('POST', `/webhooks/${provider}`, { body: `{"pin":"${pin}","VoucherNo":"${pin}"}` });
}

/** Orders a voucher, and repeats the request until it is issued, refused, or left for review. */
async function issue(fields) {
  const key = freshKey();
  const ask = () => shop('POST', '/v1/vouchers', fields, key);
  return until(ask, ({ status, body }) => status !== 202 || body.needs_review === true);
}

const ORDERS = {
  celbux: (recipient) => ({ provider: 'celbux', recipient, voucher_type: '168Cash', amount: 20_00, currency: 'ZAR' }),
  odm: (recipient_phone) => ({
    provider: 'odm', denomination_id: 4, merchant_id: 12, recipient_phone, recipient_name: 'Abebe Kebede', restricted: true,
    originating_country: 'US', foreign_currency_amount: '8.85', exchange_rate: '56.5',
  }),
};

async function issueAndLookUp() {
  const issued = [await issue(ORDERS.celbux('27648302057')), await issue(ORDERS.odm('+251911234567'))];
  for (const { status, text } of issued) assert.equal(status, 201, text);
  await concurrently(AT_ONCE, TEST_PHONES, ({ provider, phone }) => issue(ORDERS[provider](phone)));
  const lookUp = (provider, voucher_number) => shop('POST', '/v1/vouchers/lookup', { provider, voucher_number });
  await lookUp('celbux', issued[0].body.voucher_number);
  for (const provider of ['celbux', 'wipay']) for (const scenario of ['exact', 'not_found']) await lookUp(provider, freshPin(provider, scenario));
}

before(async () => {
  const documented = TEST_PINS.filter(({ scenario }) => scenario !== CLOSING);
  await concurrently(AT_ONCE, documented, ({ provider, pin }) => pay(provider, pin));
  await concurrently(AT_ONCE, ACCEPTING, (provider) => payByForm(provider, freshPin(provider, 'exact')));
  await concurrently(AT_ONCE, ACCEPTING, (provider) => payByForm(provider, freshPin(provider, 'silent_after')));
  await concurrently(AT_ONCE, ACCEPTING, mistake);
  const refused = (status, body) => ({ status, body: JSON.stringify(body) });
  await payWithPinRepeated('kora', (message) => refused(400, { status: false, message, data: null }));
  await payWithPinRepeated('wipay', (msg) => refused(200, { status: 'error', msg }));
  await payWithPinRepeated('celbux', (Error) => refused(400, { Status: '-14', State: 'Failed', Error }));
  await issueAndLookUp();
  const ended = (all) => all.every(({ delivery }) => delivery.status === 'delivered');
  for (const session of sessions) {
    answers.push(JSON.stringify(await shopView(session)));
    const list = () => shop('GET', `/v1/checkout_sessions/${session.id}/events`);
    answers.push((await until(list, ({ body }) => ended(body.data))).text);
  }
  await redeem(await createSession('wipay'), { pin: freshPin('wipay', CLOSING) });

  const books = simulator.books();
  pins = new Set([...pinsUsed(books), ...typed]);
  writeFileSync(logFile('pins-typed.json'), JSON.stringify([...pins]));
  addresses.push(...[...books.calls, ...proxy.calls].map(({ method, path }) => `${method} ${path}`));
  addresses.push(...books.webhooks.map(({ url: address }) => `POST ${address}`));
  searched = { 'the log': lines, 'the addresses': addresses, 'the events': events, 'the answers to the shop': answers, 'the stored files': readFiles() };
});

test('every provider\'s vouchers were used and left traces in every searched place', () => {
  assert.ok(pins.size >= 100, `${pins.size} PINs were in use`);
  const { calls, providers, change_vouchers: change } = simulator.books();
  for (const { pin } of [...change, ...TEST_PINS.filter(({ scenario }) => scenario !== CLOSING)]) assert.ok(pins.has(pin.replaceAll('-', '')), pin);
  assert.ok(change.length >= 5, `${change.length} change vouchers`);
  for (const { answer } of calls.filter(({ path }) => /createVoucher|vouchers\/issue/.test(path))) {
    const { VoucherNo, voucherCode } = JSON.parse(/^\{/.test(answer?.body ?? '') ? answer.body : '{}');
    for (const pin of [VoucherNo, voucherCode].filter(Boolean)) assert.ok(pins.has(pin.replaceAll('-', '')), 'a voucher that was issued');
  }
  assert.ok(providers.odm.issued.length >= 1);
  for (const provider of [...ACCEPTING, 'odm']) {
    assert.ok(lines.some((line) => line.includes('provider_call') && line.includes(provider)), `${provider} in the log`);
    assert.ok(addresses.some((line) => line.includes(`/${provider}/`)), `${provider} in the addresses`);
  }
  for (const provider of ACCEPTING) {
    assert.ok(events.some((event) => event.includes(provider)), `${provider} in the events`);
    assert.ok(answers.some((answer) => answer.includes(provider)), `${provider} in the answers`);
  }
  for (const provider of ['kora', 'celbux']) assert.ok(addresses.includes(`POST ${url}/webhooks/${provider}`), `a webhook of ${provider}`);
  assert.ok(searched['the stored files'].some((bytes) => bytes.includes(sessions[0].id)), 'the searched files are the storage');
});

test('the search finds a planted PIN in every place and every format', () => {
  const planted = ['kora', 'wipay', 'celbux'].map((provider) => freshPin(provider, 'used').replaceAll('-', ''));
  for (const [place, parts] of Object.entries(searched)) {
    const [longest] = parts.filter(({ length }) => length < 100_000).sort((one, other) => other.length - one.length);
    assert.deepEqual(pinsIn(longest, planted), [], `${place}: before anything is put in`);
    const text = Buffer.from(longest).toString('latin1');
    const middle = text.length >> 1;
    for (const pin of planted) {
      for (const [form, write] of Object.entries(FORMS)) {
        const copy = `${text.slice(0, middle)} "${write(pin)}" ${text.slice(middle)}`;
        const bytes = Buffer.from(copy, form.includes('no-break') ? 'utf8' : 'latin1');
        for (const one of [copy, bytes]) assert.deepEqual(pinsIn(one, [pin]), [pin], `${place}: ${pin} ${form}`);
      }
    }
  }
});

for (const place of ['the log', 'the addresses', 'the events', 'the answers to the shop', 'the stored files']) {
  test(`law 6: no PIN is in ${place}`, () => {
    assert.ok(searched[place].length > 0);
    for (const part of searched[place]) {
      const [pin] = pinsIn(part, pins);
      assert.equal(pin, undefined, `a voucher's PIN is in ${typeof part === 'string' ? part : 'a file'}`);
    }
  });
}
