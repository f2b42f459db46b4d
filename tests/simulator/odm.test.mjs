/**
 * The simulated ODM compared with ODM's document: the field table, the sample request and answer, the voucher code format, the
 * response codes and the integration notes; and the pages on signing and idempotency.
 */
import assert from 'node:assert/strict';
import { createHash, sign } from 'node:crypto';
import { after, beforeEach, test } from 'node:test';
import { call, client, issueRequest, odmHeaders } from './client.test-kit.mjs';
import { canonicalText, isSigned, isTimely, privateKeyOf, publicKeyOf } from './odm-signature.mjs';
import { phoneFor } from './pins.mjs';
import { startSimulator } from './server.mjs';

const simulator = await startSimulator({ slowMs: 3_000 });
const { issue, odmList } = client(simulator.url);

beforeEach(() => simulator.reset());
after(() => simulator.close());

const phone = (scenario) => phoneFor('odm', scenario);
const issued = () => simulator.books().funded_vouchers;

function assertRefused({ status, body }, expected, message) {
  assert.equal(status, expected, JSON.stringify(body));
  assert.deepEqual(Object.keys(body), ['message']);
  if (message) assert.equal(body.message, message);
}

/** Vectors made with OpenSSL; the seed is the bytes 00 to 1f. */
const SEED = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=';
const TIMESTAMP = '2026-04-29T12:00:00.000Z';
const VECTORS = [
  {
    method: 'POST',
    target: '/api/v1/vouchers/issue',
    idempotencyKey: 'a3f0f55a-80f4-44d1-93dd-61035d4e6b72',
    body: issueRequest(),
    text: `POST\n/v1/vouchers/issue\n${TIMESTAMP}\na3f0f55a-80f4-44d1-93dd-61035d4e6b72\nNDkux0UHWxadPVAqeZFj8W6wP0004+ngaOKdd8FEkgo=`,
    signature: 'BlhvkFzYe1hvcIHwEdodGIUeTGccO2UIax+pP2re/xAVD1FVI+9VH9RTnTxY8rtpZYN19a/pI+6nMDT0O0kGDw==',
  },
  {
    method: 'GET',
    target: '/api/v1/gift-denominations',
    body: '',
    text: `GET\n/v1/gift-denominations\n${TIMESTAMP}\n\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=`,
    signature: 'knBk6992NytRQA0XWyffOkdSGCRTmeWp+h7yUQYfFtDb7ah8CgoAdjfB0V0/MgjbDJORvbs7g8l3/l2a0FjDDw==',
  },
];

test('canonical text and signature match the known answers', () => {
  const publicKey = publicKeyOf(SEED);
  assert.equal(publicKey.export({ format: 'jwk' }).x, 'A6EHv_POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg');
  for (const { text, signature, body, ...request } of VECTORS) {
    assert.equal(canonicalText({ ...request, timestamp: TIMESTAMP, bytes: Buffer.from(body) }), text);
    assert.equal(sign(null, Buffer.from(text), privateKeyOf(SEED)).toString('base64'), signature);
    assert.ok(isSigned(text, signature, publicKey));
    assert.equal(isSigned(`${text}\n`, signature, publicKey), false);
  }
  const page = canonicalText({ method: 'get', target: '/api/v1/data-packages?page=1&limit=10', timestamp: 't', bytes: Buffer.alloc(0) });
  assert.ok(page.startsWith('GET\n/v1/data-packages?page=1&limit=10\nt\n\n'));
});

test('a timestamp may be five minutes off, either way', () => {
  const now = Date.parse(TIMESTAMP);
  for (const [offset, is] of [[0, true], [300_000, true], [-300_000, true], [300_001, false], [-300_001, false]]) {
    assert.equal(isTimely(new Date(now + offset).toISOString(), now), is, String(offset));
  }
  for (const text of ['', 'now', String(now), '2026-04-29', 'Wed, 29 Apr 2026 12:00:00 GMT']) assert.equal(isTimely(text, now), false, text);
});

test('the sample request is answered in the shape of the sample answer', async () => {
  const { status, body } = await issue();
  assert.equal(status, 200);
  assert.deepEqual(Object.keys(body), [
    'voucherCode', 'denominationAmountEtb', 'expirationDate', 'serialNumber', 'merchantName', 'isRestricted',
  ]);
  assert.deepEqual([body.denominationAmountEtb, body.merchantName, body.isRestricted], [500, 'Abyssinia Market', true]);
  assert.match(body.voucherCode, /^9\d{14}[13579]$/);
  assert.notEqual(String(Number(body.voucherCode)), body.voucherCode);
  const today = new Date().toISOString().slice(0, 10).replaceAll('-', '');
  assert.match(body.serialNumber, new RegExp(`^VCH-${today}-[0-9A-F]{16}$`));
  assert.match(body.expirationDate, /^\d{4}-\d\d-\d\dT23:59:59\.000Z$/);
  const months = new Date(body.expirationDate).getUTCMonth() - new Date().getUTCMonth();
  assert.equal((months + 12) % 12, 3);

  const [account] = simulator.books().accounts.filter(({ provider }) => provider === 'odm');
  assert.deepEqual([account.opened - account.balance, account.paid_out, account.balanced], [500_00, 500_00, true]);
  assert.deepEqual(issued().map(({ pin, currency, balance }) => [pin, currency, balance]), [[body.voucherCode, 'ETB', 500_00]]);
});

test('the same key and payload again give the stored answer; another payload is a conflict', async () => {
  const first = await issue({ key: 'k:1' });
  const again = await issue({ key: 'k:1', changes: { 'idempotency-key': ' k:1 ' } });
  assert.deepEqual([again.status, again.text], [200, first.text]);
  assertRefused(await issue({ key: 'k:1', recipientName: 'Another' }), 409);
  assertRefused(await issue({ key: 'k:1', body: `${issueRequest()} ` }), 409);
  assert.equal(issued().length, 1);
  assert.equal(simulator.books().providers.odm.issued[0].calls, 2);
  const other = await issue({ key: 'k:2' });
  assert.notEqual(other.body.voucherCode, first.body.voucherCode);
});

test('a retry needs its own timestamp and signature', async () => {
  const old = new Date(Date.now() - 301_000).toISOString();
  assertRefused(await issue({ key: 'k', timestamp: old }), 401);
  assert.equal((await issue({ key: 'k' })).status, 200);
});

test('every fault in the credentials is 401', async () => {
  const changes = [
    { 'x-api-key': null }, { 'x-api-key': 'other' }, { 'x-timestamp': null }, { 'x-timestamp': 'now' },
    { 'x-timestamp': new Date(Date.now() + 1000).toISOString() }, { 'x-signature': null }, { 'x-signature': 'AAAA' },
    { 'x-signature': Buffer.alloc(64).toString('base64') }, { 'idempotency-key': 'not-signed' }, { 'idempotency-key': null },
  ];
  for (const change of changes) assertRefused(await issue({ changes: change }), 401);
  const headers = odmHeaders({ method: 'POST', target: '/api/v1/vouchers/issue', body: issueRequest(), key: 'k' });
  const url = `${simulator.url}/odm/api/v1/vouchers/issue`;
  for (const [address, body] of [[url, `${issueRequest()}\n`], [`${url}?a=1`, issueRequest()]]) {
    assert.equal((await call(address, { method: 'POST', headers, body })).status, 401);
  }
  assert.deepEqual(issued(), []);
});

test('the signature covers the query and bytes that are not text', async () => {
  assert.equal((await odmList('/api/v1/merchants?page=1&limit=10')).status, 200);
  const body = Buffer.from([0xff, 0xfe]);
  const target = '/api/v1/vouchers/issue';
  const headers = odmHeaders({ method: 'POST', target, body, key: 'bytes' });
  assert.equal((await call(`${simulator.url}/odm${target}`, { method: 'POST', headers, body })).status, 400);
});

test('an Idempotency-Key is required, and a malformed one is refused', async () => {
  assertRefused(await issue({ key: '' }), 400, 'Idempotency-Key is required');
  for (const key of ['a b', 'k/1', 'x'.repeat(256)]) assertRefused(await issue({ key }), 400, 'Idempotency-Key is invalid');
  for (const key of ['A-z_0:9.', 'x'.repeat(255)]) assert.equal((await issue({ key })).status, 200);
});

test('every rule of the field table is enforced, and all violations are named', async () => {
  const wrong = [
    { denominationId: 0 }, { denominationId: '4' }, { denominationId: undefined }, { merchantId: 0.5 }, { merchantId: null },
    { recipientPhone: '' }, { recipientPhone: 'x'.repeat(33) }, { recipientPhone: 251 }, { recipientName: 'x'.repeat(256) }, { recipientName: 5 },
    { isRestricted: 'true' }, { isRestricted: undefined }, { originatingCountry: 'x'.repeat(256) }, { originatingCountry: '' },
    { foreignCurrencyAmount: 0 }, { foreignCurrencyAmount: '8.85' }, { exchangeRate: -1 }, { exchangeRate: null },
  ];
  for (const change of wrong) {
    const answer = await issue(change);
    assertRefused(answer, 400);
    assert.ok(answer.body.message[0].startsWith(Object.keys(change)[0]), answer.text);
  }
  assert.equal((await issue({ body: '{}' })).body.message.length, 7);
  for (const body of ['{', '[]', 'null', '5']) assert.equal(typeof (await issue({ body })).body.message, 'string');
  for (const change of [{ recipientName: null }, { recipientName: undefined }, { exchangeRate: 0.01 }]) {
    assert.equal((await issue(change)).status, 200);
  }
});

test('unknown and inactive ids are 404', async () => {
  for (const change of [{ denominationId: 99 }, { denominationId: 6 }, { denominationId: 4.5 }, { merchantId: 99 }, { merchantId: 15 }]) {
    assertRefused(await issue(change), 404);
  }
  assert.equal((await issue({ denominationId: 1, merchantId: 14 })).body.merchantName, 'Sheger Coffee');
});

test('refusals repeat, with the words of the document where it gives them', async () => {
  const refusals = [['forbidden', 403], ['not_entitled', 422, 'Partner is not entitled to purchase Gift Cards'], ['wallet_empty', 409], ['limit_exceeded', 422]];
  for (const [scenario, status, message] of refusals) {
    for (let times = 0; times < 2; times++) assertRefused(await issue({ key: scenario, recipientPhone: phone(scenario) }), status, message);
  }
  const poor = await startSimulator({ odmWallet: 600_00 });
  const { issue: buy } = client(poor.url);
  assert.equal((await buy()).status, 200);
  assertRefused(await buy(), 409, 'Insufficient partner wallet balance');
  await poor.close();
});

test('a fault happens once per key, and the repeated request is answered', async () => {
  for (const kind of ['error', 'html', 'cut', 'silent']) {
    for (const moment of ['before', 'after']) {
      simulator.reset();
      const request = { key: `${kind}.${moment}`, recipientPhone: phone(`${kind}_${moment}`) };
      if (kind === 'silent') await unanswered(request);
      else {
        const answer = await issue(request).catch(() => undefined);
        if (kind === 'cut') assert.equal(answer, undefined);
        if (kind === 'error') assertRefused(answer, 500);
        if (kind === 'html') assert.deepEqual([answer.status, answer.body], [moment === 'before' ? 502 : 200, undefined]);
      }
      assert.equal(issued().length, moment === 'before' ? 0 : 1);
      const again = await issue(request);
      assert.equal(again.status, 200, request.key);
      assert.deepEqual(issued().map(({ pin }) => pin), [again.body.voucherCode]);
      assert.equal((await issue(request)).text, again.text);
    }
  }
});

test('gateway errors issue nothing until the request comes again', async () => {
  for (const [scenario, status] of [['bad_gateway', 502], ['unavailable', 503], ['gateway_timeout', 504]]) {
    const request = { key: scenario, recipientPhone: phone(scenario) };
    assertRefused(await issue(request), status);
    assertRefused(await issue({ ...request, recipientName: 'Another' }), 409);
    assert.equal((await issue(request)).status, 200);
  }
  assert.equal(issued().length, 3);
});

test('still processing is 409 at first, and the stored answer afterwards', async () => {
  const request = { key: 'p', recipientPhone: phone('processing_409') };
  assertRefused(await issue(request), 409);
  assert.equal((await issue(request)).body.voucherCode, issued()[0].pin);
});

test('while a slow answer is on its way, the same key is still processing', async () => {
  const request = { key: 's', recipientPhone: phone('slow') };
  const first = issue(request);
  await simulator.until(({ funded_vouchers }) => funded_vouchers.length === 1);
  assertRefused(await issue(request), 409);
  const answer = await first;
  assert.equal(answer.status, 200);
  assert.equal((await issue(request)).text, answer.text);
});

test('finalization pending is a success with one more field', async () => {
  const request = { key: 'f', recipientPhone: phone('finalization_pending') };
  const { status, text, body } = await issue(request);
  assert.deepEqual([status, body.transactionStatus], [200, 'FINALIZATION_PENDING']);
  assert.equal((await issue(request)).text, text);
});

test('requests for the lists are signed', async () => {
  const { body: denominations } = await odmList('/api/v1/gift-denominations');
  assert.deepEqual(denominations.find(({ id }) => id === 4).amountEtb, 500);
  const { body: merchants } = await odmList('/api/v1/merchants');
  assert.equal(merchants.find(({ id }) => id === 12).merchantName, 'Abyssinia Market');
  assert.equal((await call(`${simulator.url}/odm/api/v1/merchants`)).status, 401);
  assert.equal((await call(`${simulator.url}/odm/v1/merchants`)).status, 404);
});

test('the books show the text that was signed, and no key', async () => {
  const { body } = await issue({ key: 'shown' });
  const { calls, providers } = simulator.books();
  const hash = createHash('sha256').update(issueRequest()).digest('base64');
  assert.deepEqual(calls[0].verified.split('\n').filter((_, line) => line !== 2), ['POST', '/v1/vouchers/issue', 'shown', hash]);
  assert.equal(providers.odm.issued[0].verified, calls[0].verified);
  assert.equal(calls[0].headers['x-api-key'], '[redacted]');
  const { text: page } = await call(`${simulator.url}/books`);
  for (const shown of [body.voucherCode, hash.slice(0, 20)]) assert.ok(page.includes(shown), shown);
  for (const secret of ['odm-test-key', SEED]) assert.equal((JSON.stringify(simulator.books()) + page).includes(secret), false);
});

test('a malformed signing key is refused at the start', async () => {
  await assert.rejects(startSimulator({ secrets: { ODM_SIGNING_KEY: 'short' } }), /ODM_SIGNING_KEY/);
});

/** Makes a request that must get no byte, and aborts it. */
async function unanswered({ key, recipientPhone }) {
  const leave = new AbortController();
  const target = '/api/v1/vouchers/issue';
  const body = issueRequest({ recipientPhone });
  const headers = odmHeaders({ method: 'POST', target, body, key });
  const left = assert.rejects(call(`${simulator.url}/odm${target}`, { method: 'POST', headers, body, signal: leave.signal }));
  await simulator.until(({ calls }) => calls.at(-1)?.outcome === 'held');
  leave.abort();
  await left;
  await simulator.until(({ calls }) => calls.at(-1).client_left);
}
