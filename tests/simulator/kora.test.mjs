/**
 * The simulated Kora compared with Kora's document.
 *
 * | Case | Where the document says so |
 * |---|---|
 * | sample request and answer | Request Body, Charge Response |
 * | a partial payment is a success | Partial Payments and Remaining Balances |
 * | the exact words of refusals | Voucher-Specific Error Codes |
 * | status, message, null data | Error Response Format |
 */
import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { call, chargeRequest, client } from './client.test-kit.mjs';
import { pinFor } from './pins.mjs';
import { startSimulator } from './server.mjs';

const simulator = await startSimulator({ processingMs: 2_000, slowMs: 3_000 });
const { charge, lookUp, post } = client(simulator.url);
const CHARGE = '/kora/api/v1/charge/voucher';
const SYSTEM_ERROR = 'An unexpected system error occurred.';

beforeEach(() => simulator.reset());
after(() => simulator.close());

const pin = (scenario, serial, face) => pinFor('kora', scenario, serial, face);
const stateOf = (reference) => simulator.books().providers.kora.charges.find((one) => one.reference === reference)?.status;
const taken = () => simulator.books().totals[0]?.taken ?? 0;

function assertRefused({ status, body }, expectedStatus, message) {
  assert.equal(status, expectedStatus);
  assert.deepEqual(body, { status: false, message, data: null });
}

test('the sample request is answered in the shape of the sample answer', async () => {
  const { status, body } = await charge({ pin: '1168648096792943', reference: 'sample-1' });
  assert.equal(status, 200);
  assert.deepEqual(Object.keys(body), ['status', 'message', 'data']);
  const { transaction_reference, voucher, ...data } = body.data;
  assert.deepEqual(
    { ...body, data },
    {
      status: true,
      message: 'Charge Successful',
      data: {
        currency: 'ZAR',
        amount: 100,
        fee: 0,
        vat: 0,
        payment_reference: 'sample-1',
        status: 'success',
        customer: { email: 'john@example.com', name: 'John Doe' },
      },
    },
  );
  assert.match(transaction_reference, /^KPY-CA-[A-Za-z0-9]{12}$/);
  assert.deepEqual(Object.keys(voucher), ['serial_number', 'balance', 'pin', 'expiry_date']);
  assert.match(voucher.serial_number, /^\d{20}$/);
  assert.equal(voucher.balance, 4900);
  assert.match(voucher.pin, /^\d{16}$/);
  assert.match(voucher.expiry_date, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
});

test('an exact voucher leaves no change voucher, and its digits are exact', async () => {
  const { text, body } = await charge({ pin: pin('exact'), amount: '249.10' });
  assert.equal('voucher' in body.data, false);
  assert.ok(text.includes('"amount":249.1,'));
  assert.equal(taken(), 249_10);
});

test('a change voucher has a new PIN that can be spent, and is too long for a JSON number', async () => {
  const first = await charge({ pin: pin('change'), amount: 249.99 });
  const { pin: change, balance } = first.body.data.voucher;
  assert.equal(balance, 250.01);
  assert.notEqual(String(Number(change)), change);
  assertRefused(await charge({ pin: pin('change'), amount: 1 }), 400, 'The voucher has already been used.');

  const second = await charge({ pin: change, amount: 250.01 });
  assert.equal(second.body.data.status, 'success');
  assert.equal('voucher' in second.body.data, false);
  const [voucher] = simulator.books().change_vouchers;
  assert.deepEqual([voucher.pin, voucher.change_of, voucher.balance, voucher.state], [change, pin('change'), 0, 'used']);
  const [total] = simulator.books().totals;
  assert.deepEqual(total, { currency: 'ZAR', issued: 500_00, balances: 0, change: 0, taken: 500_00, balanced: true });
});

test('every refusal has the status and the words of the document, and takes nothing', async () => {
  const refusals = [
    ['not_found', 400, 'The voucher pin you have entered is invalid.'],
    ['used', 400, 'The voucher has already been used.'],
    ['too_small', 402, 'Voucher funds are lower than the transaction amount.'],
    ['amount_refused', 400, 'The amount provided exceeds the required amount.'],
    ['inactive', 403, 'The voucher provider is not active for this merchant.'],
    ['code_unsupported', 400, 'The selected provider code is not supported.'],
  ];
  for (const [scenario, status, message] of refusals) {
    assertRefused(await charge({ pin: pin(scenario), reference: scenario }), status, message);
    assert.equal((await lookUp(scenario)).body.data.status, 'failed');
    assertRefused(await charge({ pin: pin('exact'), reference: scenario }), 400, 'Duplicate payment reference');
  }
  assertRefused(await charge({ pin: '4444333322221111' }), 400, refusals[0][2]);
  assertRefused(await charge({ pin: pin('change'), voucher: { provider_code: '0099' } }), 400, refusals[5][2]);
  assert.equal(taken(), 0);
});

test('a partial payment is a success with a smaller amount and an empty voucher', async () => {
  const { body } = await charge({ pin: pin('partial'), amount: 99.99, reference: 'part' });
  assert.deepEqual([body.data.status, body.data.amount, 'voucher' in body.data], ['success', 50, false]);
  assert.equal(simulator.books().vouchers[0].balance, 0);
  const { data } = (await lookUp('part')).body;
  assert.deepEqual([data.status, data.amount, data.amount_paid], ['success', '99.99', 50]);
});

test('a face value in the PIN overrides that of the scenario', async () => {
  const { body } = await charge({ pin: pin('change', 7, 1200), amount: 200 });
  assert.equal(body.data.voucher.balance, 1000);
  assertRefused(await charge({ pin: pin('too_small', 7, 99) }), 402, 'Voucher funds are lower than the transaction amount.');
});

test('a reference is charged once, also when two requests race', async () => {
  const answers = await Promise.all([1, 2].map((serial) => charge({ pin: pin('exact', serial), reference: 'twice' })));
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 400]);
  assert.equal(simulator.books().debits.length, 1);
});

test('a charge delivered twice takes the money and answers with an error', async () => {
  assertRefused(await charge({ pin: pin('reference_used'), reference: 'r' }), 400, 'Duplicate payment reference');
  assert.equal((await lookUp('r')).body.data.status, 'success');
  assert.equal(taken(), 100_00);
});

test('the look-up answers by either reference, with the amount as text and without the change voucher', async () => {
  const { data } = (await charge({ pin: pin('change'), reference: 'mine', amount: 10 })).body;
  for (const reference of ['mine', data.transaction_reference]) {
    const { status, body } = await lookUp(reference);
    assert.equal(status, 200);
    assert.deepEqual(body, {
      status: true,
      message: 'Charge retrieved successfully',
      data: {
        reference: 'mine',
        transaction_reference: data.transaction_reference,
        status: 'success',
        amount: '10.00',
        amount_paid: 10,
        fee: 0,
        currency: 'ZAR',
        description: 'This is a voucher payment',
        customer: data.customer,
      },
    });
  }
  assertRefused(await lookUp('nobody'), 404, 'Charge not found');
});

test('faults before the money moved leave voucher and reference untouched', async () => {
  const error = await charge({ pin: pin('error_before'), reference: 'e' });
  assertRefused(error, 500, SYSTEM_ERROR);
  const page = await charge({ pin: pin('html_before'), reference: 'h' });
  assert.deepEqual([page.status, page.type], [502, 'text/html; charset=utf-8']);
  await assert.rejects(charge({ pin: pin('cut_before'), reference: 'c' }));
  for (const reference of ['e', 'h', 'c']) assertRefused(await lookUp(reference), 404, 'Charge not found');
  assert.equal(taken(), 0);
});

test('only the look-up shows that the money moved before a fault', async () => {
  assertRefused(await charge({ pin: pin('error_after'), reference: 'e' }), 500, SYSTEM_ERROR);
  const page = await charge({ pin: pin('html_after'), reference: 'h' });
  assert.deepEqual([page.status, page.type], [200, 'text/html; charset=utf-8']);
  await assert.rejects(charge({ pin: pin('cut_after'), reference: 'c' }));
  assertRefused(await charge({ pin: pin('unlisted_after'), reference: 'u' }), 400, 'This voucher cannot be processed at the moment.');
  for (const reference of ['e', 'h', 'c', 'u']) {
    const { data } = (await lookUp(reference)).body;
    assert.deepEqual([data.status, data.amount_paid], ['success', 100]);
  }
  assert.deepEqual(simulator.books().calls.slice(0, 3).map(({ outcome }) => outcome), ['answered', 'answered', 'cut']);
  assert.equal(taken(), 400_00);
});

test('a silent call stays open until the client closes it', async () => {
  for (const [scenario, money] of [['silent_before', 0], ['silent_after', 100_00]]) {
    simulator.reset();
    const leave = new AbortController();
    const headers = { authorization: 'Bearer sk_test_x', 'content-type': 'application/json' };
    const body = chargeRequest({ pin: pin(scenario) });
    const silent = call(simulator.url + CHARGE, { method: 'POST', headers, body, signal: leave.signal });
    const left = assert.rejects(silent, { name: 'AbortError' });
    await simulator.until(({ calls }) => calls[0]?.outcome === 'held');
    assert.equal(taken(), money);
    leave.abort();
    await left;
    await simulator.until(({ calls }) => calls[0].client_left);
  }
});

test('slow takes the money before it answers', async () => {
  const answer = charge({ pin: pin('slow') });
  const { calls } = await simulator.until(({ debits }) => debits.length === 1);
  assert.equal(calls[0].outcome, 'open');
  assert.equal((await answer).body.data.status, 'success');
});

test('processing ends in success or failure, and holds the voucher until then', async () => {
  const endings = [['processing_then_success', 'success', 100_00], ['processing_then_failed', 'failed', 0]];
  for (const [scenario, end, money] of endings) {
    simulator.reset();
    const { status, body } = await charge({ pin: pin(scenario), reference: scenario });
    assert.deepEqual([status, body.data.status, 'voucher' in body.data], [200, 'processing', false]);
    assert.equal(stateOf(scenario), 'processing');
    assertRefused(await charge({ pin: pin(scenario) }), 400, 'The voucher has already been used.');
    await simulator.until(({ providers }) => providers.kora.charges[0].status === end);
    assert.equal((await lookUp(scenario)).body.data.status, end);
    assert.equal(taken(), money);
  }
});

test('a reset cancels charges that are processing', async () => {
  await charge({ pin: pin('processing_then_success') });
  simulator.reset();
  await charge({ pin: pin('processing_then_failed', 2), reference: 'later' });
  await simulator.until(() => stateOf('later') === 'failed');
  assert.deepEqual(simulator.books().debits, []);
});

test('only a secret test key opens the API', async () => {
  for (const authorization of [undefined, 'Bearer pk_test_a', 'Bearer sk_live_a', 'sk_test_a', 'Bearer sk_test_']) {
    const headers = authorization ? { authorization } : {};
    const answer = await post(CHARGE, 'application/json', chargeRequest({ pin: pin('exact') }), headers);
    assertRefused(answer, 401, 'Invalid authorization key');
  }
});

test('malformed requests are refused and take nothing', async () => {
  const good = { pin: pin('exact') };
  const malformed = [
    { amount: '0' }, { amount: '-1' }, { amount: '1.234' }, { amount: '1e2' }, { amount: '"100"' }, { currency: 'NGN' },
    { currency: undefined }, { merchant_bears_cost: 'true' }, { reference: '' }, { reference: 5 }, { notification_url: 'nowhere' },
    { voucher: { pin: undefined } }, { voucher: { phone_number: undefined } }, { voucher: { phone_number: 'x' } },
    { voucher: { provider_code: 1 } }, { customer: { email: undefined } }, { customer: { email: 'john' } },
    { metadata: [] }, { metadata: {} }, { metadata: { a: 1, b: 2, c: 3, d: 4, e: 5, f: 6 } },
    { metadata: { 'a-name-of-21-letters-': 1 } }, { metadata: { snake_case: 1 } },
  ];
  for (const change of malformed) {
    const { status, body } = await charge({ ...good, ...change });
    assert.deepEqual([status, body.status, body.data], [400, false, null], JSON.stringify(change));
  }
  const headers = { authorization: 'Bearer sk_test_x' };
  for (const body of ['{', '[]', 'null', '']) {
    assert.equal((await post(CHARGE, 'application/json', body, headers)).status, 400, body);
  }
  assert.equal((await post(CHARGE, 'text/plain', chargeRequest(good), headers)).status, 400);
  assert.deepEqual(simulator.books().vouchers, []);
});

test('each parameter that the document requires is required', async () => {
  const good = JSON.parse(chargeRequest({ pin: pin('exact') }));
  const paths = ['amount', 'currency', 'merchant_bears_cost', 'reference', 'voucher.pin', 'voucher.phone_number', 'voucher.provider_code', 'customer.email'];
  for (const path of paths) {
    const request = structuredClone(good);
    const [name, inner] = path.split('.');
    if (inner) delete request[name][inner];
    else delete request[name];
    const answer = await post(CHARGE, 'application/json', JSON.stringify(request), { authorization: 'Bearer sk_test_x' });
    assertRefused(answer, 400, `${path} is required`);
  }
  assert.deepEqual(simulator.books().vouchers, []);
});

test('optional fields may be left out, and a PIN may be a number', async () => {
  const { body } = await charge({
    pin: Number(pin('exact')),
    notification_url: undefined,
    description: undefined,
    metadata: undefined,
    customer: { name: undefined },
  });
  assert.equal(body.data.status, 'success');
  assert.deepEqual(body.data.customer, { email: 'john@example.com' });
});
