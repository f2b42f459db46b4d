/** The simulator alone, compared with the providers' documents. Nothing here sleeps: it waits for the books. */
import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { booksLine } from '../support/reconciliation/reconciliation.mjs';
import { call, client } from './client.test-kit.mjs';
import { readJson, writeJson } from './json.mjs';
import { parseMajor, printForPeople, printMajor, printShortest } from './money.mjs';
import { TEST_CODE } from './odm-test-vouchers.mjs';
import { pinFor, TEST_PHONES, TEST_PINS } from './pins.mjs';
import { PROVIDERS } from './providers.mjs';
import { startSimulator } from './server.mjs';

const simulator = await startSimulator({ wipayCalls: Infinity, processingMs: 50, slowMs: 50 });
const { charge, claim, create, issue, pay, reverse, spend, verify } = client(simulator.url);

const PIN_PATTERNS = { kora: /^\d{16}$/, wipay: /^[0-9a-z]{12}$/, celbux: /^168-\d{5}-\d{5}$/, odm: /^\d{16}$/ };

beforeEach(() => simulator.reset());
after(() => simulator.close());

function assertBalanced() {
  assert.deepEqual(booksLine(simulator.books()).problems, []);
}

test('money keeps every digit', () => {
  const amounts = [['0', 0], ['0.1', 10], ['0.01', 1], ['100.00', 100_00], ['9999999999999.99', 999_999_999_999_999]];
  for (const [text, minor] of amounts) {
    assert.equal(parseMajor(text), minor, text);
  }
  for (const text of ['', '-1', '+1', '1e2', '1.', '.5', '1.234', '1,000', ' 1', '10000000000000']) {
    assert.equal(parseMajor(text), undefined, text);
  }
  assert.equal(printMajor(7500), '75.00');
  assert.deepEqual([0, 5, 10000, 24950, 24999].map(printShortest), ['0', '0.05', '100', '249.5', '249.99']);
  assert.equal(printForPeople(1_234_567_89, 'TTD'), 'TT$ 1,234,567.89');
  assert.throws(() => printMajor(0.5), RangeError);
});

test('JSON keeps the digits of its numbers', () => {
  const text = '{"a":100.10,"b":[1168648096792943999,-0.0,1e5],"c":"1.0 \\"{}","__proto__":{},"d":null,"e":true}';
  assert.equal(writeJson(readJson(text)), text);
  assert.throws(() => readJson('{"a":01}'), SyntaxError);
});

test('every scenario of every provider has one documented PIN, and serials give others', () => {
  const pins = TEST_PINS.map(({ provider, pin }) => `${provider} ${pin}`);
  assert.equal(new Set(pins).size, pins.length);
  for (const { provider, pin, scenario } of TEST_PINS) {
    assert.match(pin, PIN_PATTERNS[provider]);
    if (!scenario.startsWith('sample')) assert.equal(pinFor(provider, scenario), pin);
  }
  assert.notEqual(pinFor('kora', 'change', 2), pinFor('kora', 'change', 1));
  assert.equal(pinFor('wipay', 'exact', 36 ** 4 - 1, 249), 'w01v0249zzzz');
  assert.throws(() => pinFor('wipay', 'partial'), RangeError);
  assert.throws(() => pinFor('kora', 'exact', 1e8), RangeError);
});

test('every provider gives the Worker its address, and has a value for each of its secrets', () => {
  for (const { id, mount, localVars, localSecrets, testSecrets } of PROVIDERS) {
    assert.ok(Object.values(localVars('http://here')).some((value) => value.startsWith(`http://here${mount}`)), id);
    assert.deepEqual(Object.keys(localSecrets()), Object.keys(testSecrets), id);
    for (const [name, value] of Object.entries(localSecrets())) assert.notEqual(localSecrets()[name], value, name);
  }
});

test('calls are recorded in the books with the key redacted', async () => {
  await charge({ pin: pinFor('kora', 'not_found') });
  const [entry] = simulator.books().calls;
  assert.equal(entry.headers.authorization, 'Bearer sk_test_[redacted]');
  assert.equal(JSON.stringify(simulator.books()).includes('sk_test_simulator'), false);
  assert.deepEqual(
    [entry.provider, entry.method, entry.path, entry.scenario, entry.outcome, entry.answer.status],
    ['kora', 'POST', '/kora/api/v1/charge/voucher', 'not_found', 'answered', 400],
  );
});

/** Pays with one of ODM's vouchers: a claim, and its code. */
async function payAtOdm(voucherCode) {
  const { body } = await claim({ voucherCode, amount: 5 });
  return body?.id ? verify(body.id, TEST_CODE) : undefined;
}

test('the books always balance, through all scenarios and change spent again', async () => {
  for (const { provider, pin, scenario } of TEST_PINS) {
    if (scenario.startsWith('silent_') || scenario === 'claim_silent') continue;
    const payments = { kora: () => charge({ pin }), wipay: () => pay({ voucher: pin }), celbux: () => spend({ VoucherNo: pin }), odm: () => payAtOdm(pin) };
    const answer = await payments[provider]().catch(() => undefined);
    assertBalanced();
    const change = answer?.body?.data?.voucher;
    if (change) await charge({ pin: change.pin, amount: 100.5 });
    if (answer?.body?.TID && !scenario.startsWith('reverse_')) await reverse({ TID: answer.body.TID });
    assertBalanced();
  }
  for (const { provider, phone, scenario } of TEST_PHONES) {
    if (scenario.startsWith('silent_')) continue;
    await (provider === 'odm' ? issue({ recipientPhone: phone }) : create({ Username: phone })).catch(() => undefined);
    assertBalanced();
  }
  const { totals } = await simulator.until(({ vouchers }) => vouchers.every(({ state }) => state !== 'held'));
  assert.deepEqual(totals.map(({ currency, balanced }) => [currency, balanced]), [['ETB', true], ['TTD', true], ['ZAR', true]]);
});

test('close drops connections that hang, and frees the port', async () => {
  const other = await startSimulator();
  const hanging = client(other.url).charge({ pin: pinFor('kora', 'silent_before') });
  const refused = assert.rejects(hanging);
  await other.until(({ calls }) => calls[0]?.outcome === 'held');
  await other.close();
  await refused;
  const again = await startSimulator({ port: other.port });
  await again.close();
});

test('a taken port is an error with a code', async () => {
  await assert.rejects(startSimulator({ port: simulator.port }), { code: 'EADDRINUSE' });
});

test('both names of this machine lead to the simulator', async () => {
  for (const host of ['127.0.0.1', 'localhost']) {
    assert.equal((await call(`http://${host}:${simulator.port}/books/version`)).status, 200);
  }
});

test('the books page shows the books, escaped, and can reset them', async () => {
  await charge({ pin: pinFor('kora', 'change'), description: '<script>alert(1)</script>' });
  const { text: page } = await call(`${simulator.url}/books`);
  assert.ok(page.includes(pinFor('kora', 'change')) && page.includes('adds up'));
  assert.equal(page.includes('<script>alert'), false);
  const { body: data } = await call(`${simulator.url}/books.json`);
  assert.equal(data.debits.length, 1);

  const reset = await call(`${simulator.url}/books/reset`, { method: 'POST' });
  assert.equal(reset.status, 303);
  assert.deepEqual([simulator.books().calls, simulator.books().vouchers, simulator.books().debits], [[], [], []]);
});

test('an unreadable address, a long body and an unknown call are refused', async () => {
  assert.equal((await call(`${simulator.url}/kora/%ff`)).status, 400);
  assert.equal((await call(`${simulator.url}/kora/api/v1/nothing`)).status, 404);
  const body = 'x'.repeat(70_000);
  assert.equal((await call(`${simulator.url}/wipay/v1/voucher_pay`, { method: 'POST', body })).status, 413);
});

test('every call accepts one method', async () => {
  const calls = {
    POST: ['/celbux/createVoucher', '/celbux/viewVoucher', '/celbux/pay', '/celbux/payment', '/celbux/reverse', '/odm/api/v1/vouchers/issue',
      '/odm/api/v1/merchant-api/vouchers/validate', '/odm/api/v1/merchant-api/claims', '/odm/api/v1/merchant-api/claims/1/verify',
      '/kora/api/v1/charge/voucher', '/wipay/v1/voucher_pay', '/wipay/v1/voucher_check'],
    GET: ['/kora/api/v1/charges/one'],
  };
  for (const [method, paths] of Object.entries(calls)) {
    for (const path of paths) {
      for (const other of ['GET', 'POST', 'PUT', 'DELETE'].filter((one) => one !== method)) {
        const { status } = await call(simulator.url + path, { method: other, headers: { authorization: 'Bearer sk_test_x' } });
        assert.equal(status, 405, `${other} ${path}`);
      }
    }
  }
});
