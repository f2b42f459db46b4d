/**
 * The simulated WiPay compared with WiPay's document: the sample answer, the ten error texts under "Error", the rules under
 * "Parameters", and the test parameters.
 */
import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { until } from '../support/until.mjs';
import { client } from './client.test-kit.mjs';
import { pinFor, TEST_PINS } from './pins.mjs';
import { startSimulator } from './server.mjs';

const simulator = await startSimulator({ wipayCalls: Infinity, slowMs: 3_000 });
const { check, pay, post } = client(simulator.url);

beforeEach(() => simulator.reset());
after(() => simulator.close());

const pin = (scenario, serial, face) => pinFor('wipay', scenario, serial, face);
const valueOf = async (voucher) => (await check(voucher)).body.value;

function assertError({ status, body }, msg) {
  assert.equal(status, 200);
  assert.deepEqual(body, { status: 'error', msg });
}

test('a payment is answered in the shape of the sample, with the remaining value', async () => {
  const { status, body } = await pay({ voucher: pin('balance_left', 1, 200), total: '120.00' });
  const { trxn_id, ...others } = body;
  assert.equal(status, 200);
  assert.deepEqual(others, { status: 'success', msg: 'Voucher payment successful', value: '75.00' });
  assert.match(trxn_id, /^[0-9a-f]{13}$/);
  const [{ amount, fee, taken, provider_reference }] = simulator.books().debits;
  assert.deepEqual([amount, fee, taken, provider_reference], [120_00, 5_00, 125_00, trxn_id]);
});

test("the six test vouchers and the account of the document pay, down to a cent", async () => {
  const samples = TEST_PINS.filter(({ provider, scenario }) => provider === 'wipay' && scenario === 'sample');
  const vouchers = ['6v75kwyg3t0i', 'b4zytr8e37si', 'jxaqe48tfvbs', 'uyr8vmap230t', 'xq62mu0s81jv', 'zmq8x0y29usv'];
  assert.deepEqual(samples.map(({ pin: voucher }) => voucher).sort(), vouchers);
  for (const { pin: voucher } of samples) assert.equal((await pay({ voucher, total: '0.01' })).body.value, '4994.99');
});

test('all ten errors have the exact words', async () => {
  const voucher = pin('balance_left');
  const refusals = [
    [{ account_number: '' }, 'Parameter: account_number is missing'],
    [{ account_number: '4631' }, 'Parameter: account_number is unauthorized'],
    [{ voucher: pin('inactive') }, 'Parameter: account_number is unauthorized'],
    [{ account_number: '9999' }, 'Parameter: account_number not found'],
    [{ total: '-1' }, 'Parameter: total cannot be less than 0'],
    [{ total: '0.00' }, 'Parameter: total cannot be less than 0'],
    [{ total: '' }, 'Parameter: total is missing'],
    [{ voucher: '' }, 'Parameter: voucher is missing'],
    [{ voucher: pin('not_found') }, 'Parameter: voucher not found'],
    [{ voucher: voucher.toUpperCase() }, 'Parameter: voucher not found'],
    [{ voucher: pin('too_small') }, 'Parameter: voucher value insufficient'],
    [{ voucher: pin('used') }, 'Parameter: voucher value insufficient'],
    [{ voucher: pin('too_many') }, 'Too many attempts'],
    ...['12.345', 'ten', '1,000', '1e3', '+5', ' 5', '5.', '.5', '$5', '9'.repeat(14)].map((total) => [
      { total },
      'Parameter: total has incorrect format',
    ]),
  ];
  for (const [change, msg] of refusals) assertError(await pay({ voucher, ...change }), msg);
  assert.deepEqual(simulator.books().debits, []);
});

test('the fee is always added: a voucher needs the total and five dollars', async () => {
  assertError(await pay({ voucher: pin('balance_left', 1, 125), total: '120.01' }), 'Parameter: voucher value insufficient');
  assert.equal((await pay({ voucher: pin('balance_left', 1, 125), total: '120' })).body.value, '0.00');
});

test('the exact voucher is worth the first amount asked, or a fixed value when checked first', async () => {
  assert.equal((await pay({ voucher: pin('exact'), total: '77.5' })).body.value, '0.00');
  assert.equal(await valueOf(pin('exact', 2)), '125.00');
  assert.equal((await pay({ voucher: pin('exact', 2), total: '120.00' })).body.value, '0.00');
});

test('parameters are read only from a form', async () => {
  const fields = { account_number: '4630', total: '1', voucher: pin('exact') };
  const asJson = await post('/wipay/v1/voucher_pay', 'application/json', JSON.stringify(fields));
  assertError(asJson, 'Parameter: account_number is missing');
  const old = new URLSearchParams({ developer_id: '4630', total: '1', voucher: pin('exact') });
  assert.equal((await post('/wipay/v1/voucher_pay', 'application/x-www-form-urlencoded', old.toString())).body.status, 'success');
});

test('details may be 254 characters long, and left out', async () => {
  assertError(await pay({ voucher: pin('exact'), details: 'x'.repeat(255) }), 'Parameter: details has incorrect format');
  assert.equal((await pay({ voucher: pin('exact'), details: 'é'.repeat(254) })).body.status, 'success');
  assert.equal((await pay({ voucher: pin('exact', 2), details: '' })).body.status, 'success');
});

test('a check returns the value and changes nothing', async () => {
  const { body } = await check(pin('balance_left'));
  assert.deepEqual(body, { status: 'success', msg: 'Voucher check successful', value: '500.00' });
  assert.equal(await valueOf(pin('used')), '0.00');
  assertError(await check(''), 'Parameter: voucher is missing');
  assertError(await check(pin('not_found')), 'Parameter: voucher not found');
  assertError(await check('nosuchvouche'), 'Parameter: voucher not found');
});

test('after a fault, the check shows whether the money moved', async () => {
  for (const kind of ['error', 'html', 'cut']) {
    for (const [moment, value] of [['before', '500.00'], ['after', '375.00']]) {
      const voucher = pin(`${kind}_${moment}`);
      const answer = await pay({ voucher }).catch(() => undefined);
      if (kind === 'cut') assert.equal(answer, undefined);
      if (kind === 'error') assert.deepEqual([answer.status, answer.body.status], [500, undefined]);
      if (kind === 'html') assert.deepEqual([answer.status, answer.body], [moment === 'before' ? 502 : 200, undefined]);
      assert.equal(await valueOf(voucher), value, voucher);
    }
  }
});

test('slow takes the money before it answers', async () => {
  const answer = pay({ voucher: pin('slow') });
  await simulator.until(({ debits, calls }) => debits.length === 1 && calls[0].outcome === 'open');
  assert.equal((await answer).body.status, 'success');
});

test('the sixth call of any kind within the period is refused', async () => {
  const limited = await startSimulator();
  const wipay = client(limited.url);
  const voucher = pin('balance_left');
  for (const call of [() => wipay.check(voucher), () => wipay.pay({ voucher }), () => wipay.pay({ voucher: '' })]) await call();
  assert.equal((await wipay.pay({ voucher, account_number: '4640' })).body.value, '250.00');
  assert.equal((await wipay.check(voucher)).body.status, 'success');
  assertError(await wipay.check(voucher), 'Too many attempts');
  assertError(await wipay.pay({ voucher }), 'Too many attempts');
  assert.deepEqual(limited.books().providers.wipay, { calls_in_period: 7, limit: 5, period_ms: 60_000 });
  limited.reset();
  assert.equal((await wipay.check(voucher)).body.status, 'success');
  await limited.close();
});

test('calls older than the period do not count', async () => {
  const limited = await startSimulator({ wipayCalls: 1, wipayPeriodMs: 3_000 });
  const wipay = client(limited.url);
  await wipay.check(pin('exact'));
  assertError(await wipay.check(pin('exact')), 'Too many attempts');
  await until(() => limited.books().providers.wipay.calls_in_period, (calls) => calls === 0);
  assert.equal((await wipay.check(pin('exact'))).body.status, 'success');
  await limited.close();
});
