/**
 * ODM's merchant API compared with ODM's pages on redemption: validating a voucher, making a claim on it, and verifying the claim with
 * the code sent to the voucher's owner. The bodies of the claim are assumed; see odm-claim-bodies.mjs.
 */
import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { booksLine } from '../support/reconciliation/reconciliation.mjs';
import { call, client, odmHeaders } from './client.test-kit.mjs';
import { odmTestVouchers, TEST_CODE } from './odm-test-vouchers.mjs';
import { odm } from './odm.mjs';
import { startSimulator } from './server.mjs';

const MINUTE_MS = 60_000;
const SAMPLE = '9876543210987654';
/** Ends a test whose repeated request gets no answer either. */
const UNANSWERED = { timeout: 20_000 };
const WRONG_CODE = { status: 'FAILED', failure: { reason: 'Invalid or expired OTP.', stage: 'OTP_VERIFICATION' } };

/** The time by which ODM's clock is ahead of this machine's. */
let aheadMs = 0;
const simulator = await startSimulator({ slowMs: 3_000, processingMs: 3_000, odmNow: () => Date.now() + aheadMs });
const { claim, issue, validate, verify } = client(simulator.url);

beforeEach(() => {
  aheadMs = 0;
  simulator.reset();
});
after(() => simulator.close());

function codeOf(scenario, serial = 1, face = 0) {
  return odmTestVouchers.pinFor(odmTestVouchers.scenarios.find(({ name }) => name === scenario), serial, face);
}

/** Makes a claim on a voucher, and returns its id. */
async function claimed(voucherCode, amount) {
  const { status, body } = await claim({ voucherCode, amount });
  assert.equal(status, 200, JSON.stringify(body));
  return body.id;
}

const taken = () => simulator.books().debits.map(({ amount }) => amount);
const balanceOf = async (voucherCode) => (await validate(voucherCode)).body.remainingBalance;

/** Makes a call that must get no byte, and aborts it. */
async function unanswered(act) {
  const leave = new AbortController();
  const left = assert.rejects(act({ signal: leave.signal }));
  await simulator.until(({ calls }) => calls.at(-1)?.outcome === 'held');
  leave.abort();
  await left;
  await simulator.until(({ calls }) => calls.at(-1).client_left);
}

function assertRefused({ status, body }, expected, message) {
  assert.equal(status, expected, JSON.stringify(body));
  assert.deepEqual(Object.keys(body), ['message']);
  if (message) assert.equal(body.message, message);
}

function assertCompleted({ status, body }, message) {
  assert.deepEqual([status, body?.status], [200, 'COMPLETED'], message ?? JSON.stringify(body));
}

function assertFailed({ status, body }, stage) {
  assert.deepEqual([status, body.status, body.failure.stage], [200, 'FAILED', stage]);
}

test('validation, claim and verification of the sample are answered in the shape of the sample answers', async (t) => {
  const sampled = await startSimulator({ odmNow: () => Date.parse('2026-04-27T08:03:24.000Z') });
  t.after(() => sampled.close());
  const api = client(sampled.url);
  const at = { timestamp: '2026-04-27T08:03:24.000Z' };
  const valid = await api.validate(SAMPLE, at);
  assert.equal(valid.status, 200);
  assert.deepEqual(valid.body, {
    id: 123,
    code: SAMPLE,
    ownerNumber: '+251911234567',
    ownerName: 'Abebe Kebede',
    originalAmount: '500.00',
    remainingBalance: '350.00',
    totalRedeemed: '150.00',
    status: 'PARTIALLY_REDEEMED',
    isRestricted: true,
    originatingMerchantId: 12,
    originatingMerchantName: 'Abyssinia Market',
    expirationDate: '2026-07-27T23:59:59.000Z',
  });
  const made = await api.claim({ voucherCode: SAMPLE, amount: 50 }, at);
  assert.deepEqual([made.status, made.body], [200, { id: 7721 }]);
  const paid = await api.verify(7721, TEST_CODE, at);
  assert.equal(paid.status, 200);
  assert.deepEqual(paid.body, {
    status: 'COMPLETED',
    redemption: {
      id: 9801,
      redeemedAmount: '50.00',
      telebirrRef: 'TB-260427-000125',
      voucherRemainingBalance: '300.00',
      voucherOriginalAmount: '500.00',
      redeemedAt: '2026-04-27T08:03:24.000Z',
    },
  });
});

test('a claim takes nothing, and its verification takes the money once', async () => {
  const voucherCode = codeOf('balance_left');
  const id = await claimed(voucherCode, 120.5);
  assert.deepEqual([taken(), await balanceOf(voucherCode)], [[], '500.00']);
  const paid = await verify(id, TEST_CODE, { key: 'v' });
  assertCompleted(paid);
  assert.deepEqual([taken(), await balanceOf(voucherCode)], [[120_50], '379.50']);
  const [{ reference, provider_reference }] = simulator.books().debits;
  assert.deepEqual([reference, provider_reference], ['v', paid.body.redemption.telebirrRef]);

  assert.equal((await verify(id, TEST_CODE, { key: 'v' })).text, paid.text);
  assert.deepEqual((await verify(id, TEST_CODE)).body, WRONG_CODE, 'a code is good once');
  assert.deepEqual(taken(), [120_50]);
});

test('every claim is independent, and none takes more than the voucher has', async () => {
  const voucherCode = codeOf('balance_left');
  const ids = [await claimed(voucherCode, 300), await claimed(voucherCode, 200), await claimed(voucherCode, 100)];
  assertCompleted(await verify(ids[0], TEST_CODE));
  assertCompleted(await verify(ids[1], TEST_CODE));
  const last = await verify(ids[2], TEST_CODE);
  assertFailed(last, 'SETTLEMENT');
  assert.equal(last.body.failure.reason, 'Insufficient voucher balance');
  assert.deepEqual([taken(), await balanceOf(voucherCode)], [[300_00, 200_00], '0.00']);
});

test('each test voucher has its outcome', async () => {
  const REFUSED = { too_small: 422, not_found: 404, used: 422, restricted_elsewhere: 422, expired: 422 };
  const PAID = ['exact', 'balance_left', 'restricted_here', 'one_try'];
  const IN_OTHER_TESTS = [
    'code_expired', 'slow', 'processing_409', 'settling_then_completed', 'settling_then_failed', 'claim_silent', 'claim_unlisted',
  ];
  const faults = odmTestVouchers.scenarios.filter(({ fault }) => fault).map(({ name }) => name);
  const told = [...Object.keys(REFUSED), ...PAID, ...IN_OTHER_TESTS, ...faults].sort();
  assert.deepEqual(odmTestVouchers.scenarios.map(({ name }) => name).sort(), told);
  for (const [scenario, status] of Object.entries(REFUSED)) {
    assertRefused(await claim({ voucherCode: codeOf(scenario), amount: 249 }), status);
  }
  assert.deepEqual(simulator.books().providers.odm.claims, []);
  for (const scenario of PAID) assertCompleted(await verify(await claimed(codeOf(scenario), 249), TEST_CODE), scenario);
  assert.equal(await balanceOf(codeOf('exact')), '0.00');
  assert.deepEqual(taken(), PAID.map(() => 249_00));
});

test('validation reports a restriction, an expiry and the balance, and refuses an unknown voucher', async () => {
  const shown = async (scenario, ...names) => {
    const { body } = await validate(codeOf(scenario));
    return names.map((name) => body[name]);
  };
  const restriction = ['isRestricted', 'originatingMerchantId', 'originatingMerchantName'];
  assert.deepEqual(await shown('restricted_elsewhere', ...restriction), [true, 13, 'Blue Nile Books']);
  assert.deepEqual(await shown('restricted_here', 'isRestricted', 'originatingMerchantId'), [true, 12]);
  assert.deepEqual(await shown('balance_left', 'isRestricted', 'status', 'totalRedeemed'), [false, 'ACTIVE', '0.00']);
  const balances = ['originalAmount', 'remainingBalance', 'totalRedeemed'];
  assert.deepEqual(await shown('used', 'status', ...balances), ['REDEEMED', '500.00', '0.00', '500.00']);
  assert.deepEqual(await shown('too_small', 'remainingBalance'), ['10.00']);
  const [status, expirationDate] = await shown('expired', 'status', 'expirationDate');
  assert.equal(status, 'EXPIRED');
  assert.ok(Date.parse(expirationDate) < Date.now());
  assertRefused(await validate(codeOf('not_found')), 404, 'Voucher not found');
  assert.equal((await validate(codeOf('exact', 2, 77))).body.remainingBalance, '77.00');
});

test('a wrong code takes nothing and may be followed by the right one; the third ends the claim', async () => {
  const voucherCode = codeOf('balance_left');
  const id = await claimed(voucherCode, 50);
  for (const otp of ['000000', '654321']) {
    const { status, body } = await verify(id, otp);
    assert.deepEqual([status, body], [200, WRONG_CODE]);
  }
  assert.deepEqual(taken(), []);
  assertCompleted(await verify(id, TEST_CODE));

  const guessed = await claimed(voucherCode, 50);
  for (const otp of ['000000', '000001', '000002', TEST_CODE]) assert.deepEqual((await verify(guessed, otp)).body, WRONG_CODE);
  const once = await claimed(codeOf('one_try'), 50);
  for (const otp of ['000000', TEST_CODE]) assert.deepEqual((await verify(once, otp)).body, WRONG_CODE);
  assert.deepEqual(taken(), [50_00]);
  assert.deepEqual(simulator.books().providers.odm.claims.map(({ state }) => state), ['completed', 'blocked', 'blocked']);
  assertCompleted(await verify(await claimed(codeOf('one_try'), 50), TEST_CODE));
});

test('a repeated wrong code with the same key is one try', async () => {
  const id = await claimed(codeOf('one_try'), 50);
  const other = await claimed(codeOf('balance_left'), 50);
  for (let times = 0; times < 4; times++) assert.deepEqual((await verify(other, '000000', { key: 'same' })).body, WRONG_CODE);
  assertRefused(await verify(other, TEST_CODE, { key: 'same' }), 409);
  assertCompleted(await verify(other, TEST_CODE));
  assertCompleted(await verify(id, TEST_CODE));
});

test('a code lives five minutes, or as long as the option says', async (t) => {
  const [inTime, late] = [await claimed(codeOf('balance_left'), 50), await claimed(codeOf('balance_left'), 50)];
  const { at, code_expires_at: expires } = simulator.books().providers.odm.claims[0];
  assert.ok(Math.abs(Date.parse(expires) - Date.parse(at) - 5 * MINUTE_MS) < 1_000);
  const signed = () => ({ timestamp: new Date(Date.now() + aheadMs).toISOString() });
  aheadMs = 5 * MINUTE_MS - 10_000;
  assertCompleted(await verify(inTime, TEST_CODE, signed()));
  aheadMs = 5 * MINUTE_MS + 1;
  assert.deepEqual((await verify(late, TEST_CODE, signed())).body, WRONG_CODE);
  assert.deepEqual(simulator.books().providers.odm.claims.map(({ state }) => state), ['completed', 'expired']);

  aheadMs = 0;
  assert.deepEqual((await verify(await claimed(codeOf('code_expired'), 50), TEST_CODE)).body, WRONG_CODE);
  const quick = await startSimulator({ odmCodeMs: 0 });
  t.after(() => quick.close());
  const api = client(quick.url);
  const { body: { id } } = await api.claim({ voucherCode: codeOf('balance_left') });
  assert.deepEqual((await api.verify(id, TEST_CODE)).body, WRONG_CODE);
  assert.deepEqual(taken(), [50_00]);
});

test('the merchant has its own key pair, and every fault in the credentials is 401', async () => {
  const { ODM_API_KEY, ODM_MERCHANT_API_KEY } = odm.testSecrets;
  const wrong = [
    { access: 'ODM' }, { access: 'ODM', changes: { 'x-api-key': ODM_MERCHANT_API_KEY } }, { changes: { 'x-api-key': ODM_API_KEY } },
    { changes: { 'x-api-key': null } }, { changes: { 'x-signature': null } }, { changes: { 'x-signature': Buffer.alloc(64).toString('base64') } },
    { changes: { 'x-timestamp': null } }, { timestamp: new Date(Date.now() - 6 * MINUTE_MS).toISOString() },
    { timestamp: new Date(Date.now() + 6 * MINUTE_MS).toISOString() }, { changes: { 'idempotency-key': 'not-signed' } },
  ];
  const voucherCode = codeOf('balance_left');
  const id = await claimed(voucherCode, 50);
  for (const how of wrong) {
    assertRefused(await validate(voucherCode, how), 401);
    assertRefused(await claim({ voucherCode }, how), 401);
    assertRefused(await verify(id, TEST_CODE, how), 401);
  }
  assertRefused(await issue({ access: 'ODM_MERCHANT', key: 'k' }), 401);
  assert.deepEqual([taken(), simulator.books().providers.odm.claims.length], [[], 1]);
  await assert.rejects(startSimulator({ secrets: { ODM_MERCHANT_SIGNING_KEY: 'short' } }), /ODM_MERCHANT_SIGNING_KEY/);
});

test('the signature covers the bytes of the body, and the claim id in the path', async () => {
  const ids = [await claimed(codeOf('balance_left'), 50), await claimed(codeOf('balance_left'), 60)];
  const send = (id, body, headers) => call(`${simulator.url}/odm/api/v1/merchant-api/claims/${id}/verify`, { method: 'POST', headers, body });
  const body = JSON.stringify({ otp: TEST_CODE });
  const target = `/api/v1/merchant-api/claims/${ids[0]}/verify`;
  const headers = odmHeaders({ method: 'POST', target, body, key: 'k', access: 'ODM_MERCHANT' });
  assert.equal((await send(ids[1], body, headers)).status, 401);
  assert.equal((await send(ids[0], `${body} `, headers)).status, 401);
  assert.deepEqual(taken(), []);
  assert.equal((await send(ids[0], body, headers)).status, 200);
  assert.deepEqual(taken(), [50_00]);
});

test('every call needs an Idempotency-Key; the same request again gets the stored answer, another one a conflict', async () => {
  const voucherCode = codeOf('balance_left');
  const id = await claimed(voucherCode, 50);
  const calls = [(how) => validate(voucherCode, how), (how) => claim({ voucherCode }, how), (how) => verify(id, TEST_CODE, how)];
  for (const make of calls) {
    assertRefused(await make({ key: '' }), 400, 'Idempotency-Key is required');
    for (const key of ['a b', 'k/1', 'x'.repeat(256)]) assertRefused(await make({ key }), 400, 'Idempotency-Key is invalid');
  }
  const keys = calls.map((_, index) => `A-z_0:9.${index}`);
  const first = await Promise.all(calls.map((make, index) => make({ key: keys[index] })));
  for (const [index, make] of calls.entries()) {
    assert.equal((await make({ key: keys[index] })).text, first[index].text);
    assertRefused(await make({ key: keys[(index + 1) % 3] }), 409);
  }
  assertRefused(await claim({ voucherCode, amount: 51 }, { key: keys[1] }), 409);
  assertRefused(await verify(first[1].body.id, TEST_CODE, { key: keys[2] }), 409, 'Idempotency-Key was used with a different payload');
  assert.equal(first[0].body.remainingBalance, '500.00', 'the stored answer is that before the payment');
  assert.deepEqual([await balanceOf(voucherCode), taken(), simulator.books().providers.odm.claims.length], ['450.00', [50_00], 2]);
});

test('a refused request leaves its key unused', async () => {
  assertRefused(await claim({ voucherCode: codeOf('not_found') }, { key: 'k' }), 404);
  assert.equal((await claim({ voucherCode: codeOf('exact') }, { key: 'k' })).status, 200);
});

test('malformed requests are refused, and name the field', async () => {
  const id = await claimed(codeOf('balance_left'), 50);
  assert.equal((await validate('9876-5432-1098-7654')).body.code, SAMPLE);
  const wrongCodes = [
    '', '987654321098765', '98765432109876543', 'VCH-20260427-A1B2', '9876 5432 1098 7654', `${SAMPLE}${'-'.repeat(17)}`, 9876543210987654, null,
  ];
  for (const wrong of wrongCodes) {
    const answer = await validate(wrong);
    assertRefused(answer, 400);
    assert.match(answer.body.message[0], /^voucherCode /);
  }
  for (const otp of ['12345', '1234567', '12345a', ' 123456', 123456, null, undefined]) {
    const answer = await verify(id, otp);
    assertRefused(answer, 400);
    assert.match(answer.body.message[0], /^otp /);
  }
  for (const wrongId of ['0', '-1', '1.5', 'abc', '07']) assertRefused(await verify(wrongId, TEST_CODE), 400);
  assertRefused(await verify(999_999, TEST_CODE), 404, 'Claim not found');
  for (const body of ['{', '[]', 'null', '5', '']) assertRefused(await verify(id, '', { body }), 400);
  assertCompleted(await verify(id, TEST_CODE));
});

test('ASSUMED: a claim needs a code and an amount as a number, and is answered with its id', async () => {
  for (const amount of [0, -1, 50.001, '50.00', null, undefined]) {
    const answer = await claim({ voucherCode: SAMPLE, amount });
    assertRefused(answer, 400);
    assert.match(answer.body.message[0], /^amount /);
  }
  assert.equal((await claim({}, { body: '{}' })).body.message.length, 2);
  const made = await claim({}, { body: `{"voucherCode":"9876-5432-1098-7654","amount":50.00}` });
  assert.equal(made.status, 200);
  assert.deepEqual(Object.keys(made.body), ['id']);
  assert.ok(Number.isInteger(made.body.id) && made.body.id > 0);
  assert.equal(simulator.books().providers.odm.claims[0].amount, 50_00);
});

test('a fault of a verification happens once per key, and the repeated request is answered', UNANSWERED, async () => {
  for (const kind of ['error', 'html', 'unlisted', 'cut', 'silent']) {
    for (const moment of ['before', 'after']) {
      simulator.reset();
      const name = `${kind}_${moment}`;
      const id = await claimed(codeOf(name), 50);
      const request = { key: name };
      if (kind === 'silent') await unanswered((how) => verify(id, TEST_CODE, { ...request, ...how }));
      else {
        const answer = await verify(id, TEST_CODE, request).catch(() => undefined);
        if (kind === 'cut') assert.equal(answer, undefined);
        if (kind === 'error') assertRefused(answer, 500);
        if (kind === 'unlisted') assertRefused(answer, 423);
        if (kind === 'html') assert.deepEqual([answer.status, answer.body], [moment === 'before' ? 502 : 200, undefined]);
      }
      assert.deepEqual(taken(), moment === 'before' ? [] : [50_00], name);
      const again = await verify(id, TEST_CODE, request);
      assertCompleted(again, name);
      assert.equal((await verify(id, TEST_CODE, request)).text, again.text);
      assert.deepEqual(taken(), [50_00], name);
    }
  }
});

test('a key in progress is 409: once, or until a slow answer has left', async () => {
  const id = await claimed(codeOf('processing_409'), 50);
  assertRefused(await verify(id, TEST_CODE, { key: 'p' }), 409);
  assertCompleted(await verify(id, TEST_CODE, { key: 'p' }));

  const slow = await claimed(codeOf('slow'), 60);
  const first = verify(slow, TEST_CODE, { key: 's' });
  await simulator.until(({ debits }) => debits.length === 2);
  assertRefused(await verify(slow, TEST_CODE, { key: 's' }), 409);
  const answer = await first;
  assertCompleted(answer);
  assert.equal((await verify(slow, TEST_CODE, { key: 's' })).text, answer.text);
  assert.deepEqual(taken(), [50_00, 60_00]);
});

test('a settlement in progress is 503; then the same request is completed, or has failed', async () => {
  const ids = [await claimed(codeOf('settling_then_completed'), 50), await claimed(codeOf('settling_then_failed'), 60)];
  const again = await claimed(codeOf('settling_then_completed'), 70);
  const states = ({ providers }) => providers.odm.claims.slice(0, 2).map(({ state }) => state);
  for (let times = 0; times < 2; times++) {
    for (const id of ids) assertRefused(await verify(id, TEST_CODE, { key: `s:${id}` }), 503);
  }
  assert.deepEqual(states(simulator.books()), ['settling', 'settling']);
  assertFailed(await verify(again, TEST_CODE), 'SETTLEMENT');
  assert.deepEqual(taken(), []);
  await simulator.until((books) => !states(books).includes('settling'));
  assertCompleted(await verify(ids[0], TEST_CODE, { key: `s:${ids[0]}` }));
  assertFailed(await verify(ids[1], TEST_CODE, { key: `s:${ids[1]}` }), 'SETTLEMENT');
  assert.deepEqual([taken(), await balanceOf(codeOf('settling_then_failed'))], [[50_00], '500.00']);
});

test('a claim can be made without an answer, or with an answer that does not name it', UNANSWERED, async () => {
  const voucherCode = codeOf('claim_silent');
  await unanswered((how) => claim({ voucherCode }, { key: 'c', ...how }));
  const { status, body } = await claim({ voucherCode }, { key: 'c' });
  assert.deepEqual([status, simulator.books().providers.odm.claims.map(({ id }) => id)], [200, [body.id]]);
  assertCompleted(await verify(body.id, TEST_CODE));
  assert.deepEqual((await claim({ voucherCode: codeOf('claim_unlisted') })).body, { status: 'ACCEPTED' });
  assert.deepEqual(taken(), [50_00]);
});

test('an issued voucher pays at its merchant, with a code sent to its recipient', async () => {
  const { body: { voucherCode } } = await issue({ isRestricted: true, merchantId: 12, recipientPhone: '+251700000089' });
  const { body } = await validate(voucherCode);
  assert.deepEqual([body.ownerNumber, body.ownerName, body.originalAmount, body.isRestricted], ['+251700000089', 'Abebe Kebede', '500.00', true]);
  const id = await claimed(voucherCode, 500);
  for (let more = 0; more < 2; more++) await claimed(voucherCode, 500);
  const codes = simulator.books().providers.odm.claims.map(({ code }) => code);
  for (const code of codes) assert.match(code, /^\d{6}$/);
  assert.ok(new Set(codes).size > 1, codes.join());
  assert.deepEqual(simulator.books().messages.map(({ to }) => to), codes.map(() => '+251700000089'));
  assertCompleted(await verify(id, codes[0]));

  const { body: { voucherCode: elsewhere } } = await issue({ isRestricted: true, merchantId: 13 });
  assertRefused(await claim({ voucherCode: elsewhere }), 422, 'Voucher is restricted to another merchant');
  const { body: { voucherCode: anywhere } } = await issue({ isRestricted: false, merchantId: 13, recipientName: null });
  assert.equal((await claim({ voucherCode: anywhere })).status, 200);
  assert.deepEqual(taken(), [500_00]);
});

test('the books have each claim and the message with its code, and they balance', async () => {
  const voucherCode = codeOf('balance_left');
  const id = await claimed(voucherCode, 50);
  const [shown] = simulator.books().providers.odm.claims;
  assert.deepEqual([shown.id, shown.voucher_code, shown.amount, shown.code, shown.state], [id, voucherCode, 50_00, TEST_CODE, 'open']);
  const [{ to, text, kind }] = simulator.books().messages;
  assert.deepEqual([to, text, kind], ['+251911234567', `${TEST_CODE} is your code to pay ETB 50.00 at Abyssinia Market.`, 'code']);
  assertCompleted(await verify(id, TEST_CODE));
  assert.deepEqual(booksLine(simulator.books()).problems, []);
  const { totals } = simulator.books();
  assert.deepEqual(totals, [{ currency: 'ETB', issued: 500_00, balances: 450_00, change: 0, taken: 50_00, balanced: true }]);
  const printed = JSON.stringify(simulator.books());
  for (const secret of Object.values(odm.testSecrets)) assert.equal(printed.includes(secret), false);
});

test('the books page shows each claim with its code and the last two digits of the phone', async () => {
  const voucherCode = codeOf('balance_left');
  const id = await claimed(voucherCode, 50);
  const { text: page } = await call(`${simulator.url}/books`);
  const [, section] = /<section id="claims">([^]*?)<\/section>/.exec(page);
  const cells = [id, `<code>${voucherCode}</code>`, 'ETB 50.00', `<code>${TEST_CODE}</code>`, 67, '<span class="badge open">open</span>'];
  for (const cell of cells) assert.ok(section.includes(`>${cell}</td>`), String(cell));
  for (const secret of Object.values(odm.testSecrets)) assert.equal(page.includes(secret), false);
});
