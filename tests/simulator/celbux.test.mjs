/**
 * The simulated Celbux compared with Celbux's documents.
 *
 * | Case | Where the documents say so |
 * |---|---|
 * | sample answers, field for field | Create Voucher, View Voucher |
 * | the recipients of each text message | Create Voucher, the rules for users |
 * | references are unique on the whole platform | Create Voucher, the first footnote |
 * | status codes, HTTP 400 and 500 | Error codes |
 * | OldReference before TID, type, reversal, confirmation | View single transaction, Reverse |
 */
import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { client } from './client.test-kit.mjs';
import { phoneFor, pinFor, TEST_PHONES, TEST_PINS } from './pins.mjs';
import { startSimulator } from './server.mjs';

const simulator = await startSimulator({ celbuxWebhooks: false });
const { celbuxCall, create, payment, post, reverse, spend, viewVoucher } = client(simulator.url);
const BEARER = { authorization: 'Bearer celbux-test-token' };
const CREATED = /^\d{4}\/\d\d\/\d\d \d\d:\d\d$/;
const NUMBER = /^168-\d{5}-\d{5}$/;

beforeEach(() => simulator.reset());
after(() => simulator.close());

const pin = (scenario, serial, face) => pinFor('celbux', scenario, serial, face);
const valueOf = async (number) => (await viewVoucher(number)).body.Amount;
const books = () => simulator.books();
const funds = () => books().accounts.find(({ provider }) => provider === 'celbux').balance;

function assertRefused({ status, body }, code) {
  assert.deepEqual([status, body.Status], [400, String(code)], JSON.stringify(body));
  assert.deepEqual(Object.keys(body), ['State', 'Status', 'Error']);
  assert.ok(['Error', 'Failed'].includes(body.State) && body.Error !== '');
}

function assertBalanced() {
  for (const one of [...books().totals, ...books().accounts]) assert.ok(one.balanced, JSON.stringify(one));
}

test('viewing the sample gives the sample answer', async () => {
  const { status, body } = await viewVoucher('168-78439-48310');
  const { TID, ...others } = body;
  assert.equal(status, 200);
  assert.match(TID, /^\d{11}$/);
  assert.deepEqual(Object.keys(body), [
    'TID', 'Owner', 'VoucherNo', 'VoucherType', 'Title', 'Amount', 'Locked', 'AutoLock', 'VSettle', 'VAccumulate',
    'WithdrawFee', 'State', 'Status', 'Error',
  ]);
  assert.deepEqual(others, {
    Owner: '27648302057',
    VoucherNo: '168-78439-48310',
    VoucherType: '168Cash',
    Title: 'Voucher 168Cash ZAR 20.00 Number : 168-78439-48310',
    Amount: '2000',
    Locked: '1',
    AutoLock: '1',
    VSettle: '1',
    VAccumulate: '1',
    WithdrawFee: '1000',
    State: 'Success',
    Status: '1',
    Error: '',
  });
});

test('the sample request to create a voucher is answered in the shape of the sample answer', async () => {
  const { status, body } = await create({ Reference: '101', Metadata: '{"ActorUserIDs": "547828938941114"}' });
  assert.equal(status, 200);
  assert.deepEqual(Object.keys(body), ['TID', 'Reference', 'Created', 'Amount', 'VoucherNo', 'State', 'Status', 'Error']);
  const { TID, Created, VoucherNo, ...others } = body;
  assert.deepEqual(others, { Reference: '101', Amount: '2000', State: 'Success', Status: '1', Error: '' });
  assert.match(TID, /^\d{11}$/);
  assert.match(Created, CREATED);
  assert.match(VoucherNo, NUMBER);
  assert.equal(funds(), 100_000_00 - 20_00);
  const [voucher] = books().funded_vouchers;
  assert.deepEqual([voucher.pin, voucher.balance], [VoucherNo, 20_00]);
  const [message] = books().messages;
  assert.deepEqual([message.to, message.kind], ['27648302057', 'voucher']);
  assert.ok(message.text.includes(VoucherNo) && message.text.includes('R 20.00') && !message.text.includes('password'));
  assertBalanced();
});

test('the recipient of a voucher determines the text message', async () => {
  await create({ Username: '27821234567' });
  await create({ Username: '27821234567' });
  await create({ Username: phoneFor('celbux', 'other_community') });
  await create({ Username: undefined });
  assert.deepEqual(books().messages.map(({ kind }) => kind), ['new_user', 'voucher', 'voucher']);
  assert.match(books().messages[0].text, /username is 27821234567, your password \w{8}/);
  assert.equal((await viewVoucher(books().funded_vouchers[3].pin)).body.Owner, 'Store1');
  for (const Username of ['+27821234567', '0821234567', 'thandi', '27']) assertRefused(await create({ Username }), -1);
  assert.equal(books().funded_vouchers.length, 4);
});

test('every text message has the number and the value, and its recipient joins the community', async () => {
  const other = phoneFor('celbux', 'other_community');
  for (const Username of ['27821234567', other, '27648302057']) await create({ Username, Amount: '2050' });
  const { messages, funded_vouchers: vouchers, providers } = books();
  for (const [index, { text }] of messages.entries()) {
    assert.ok(text.includes(vouchers[index].pin) && text.includes('R 20.50'), text);
    assert.equal(text.includes('password'), index === 0, text);
  }
  const communitiesOf = (name) => providers.celbux.users.find(({ username }) => username === name).communities;
  assert.deepEqual([communitiesOf('27821234567'), communitiesOf(other)], [['sandbox'], ['elsewhere', 'sandbox']]);
});

test('creating and viewing a voucher need their required fields, all of them text, and no other', async () => {
  const required = {
    createVoucher: { VoucherType: '168Cash', Amount: '2000', Currency: 'ZAR', StoreID: 'Store1' },
    viewVoucher: { VoucherNo: pin('rest_stays') },
  };
  const optional = { createVoucher: ['Username', 'Reference', 'Metadata'], viewVoucher: ['Metadata'] };
  for (const [call, fields] of Object.entries(required)) {
    for (const name of Object.keys(fields)) {
      for (const [value, code] of [[undefined, -1], ['', -1], [5, -3], [null, -3]]) assertRefused(await celbuxCall(call, { ...fields, [name]: value }), code);
    }
    for (const name of optional[call]) assertRefused(await celbuxCall(call, { ...fields, [name]: 5 }), -3);
    assert.equal((await celbuxCall(call, fields)).status, 200);
  }
  assert.equal(books().funded_vouchers.length, 1);
});

test("a created voucher pays, and one beyond the merchant's funds is not created", async () => {
  const { VoucherNo } = (await create({ Amount: '5000' })).body;
  assert.equal((await spend({ VoucherNo, Amount: '2000' })).status, 200);
  assertRefused(await create({ Amount: String(100_000_00) }), -12);
  assertBalanced();
});

test('a payment is answered like its sibling call, with hyphens or without', async () => {
  for (const [serial, number] of [pin('rest_stays', 1), pin('rest_stays', 2).replaceAll('-', '')].entries()) {
    const { status, body } = await spend({ VoucherNo: number, Reference: `r${serial}` });
    assert.equal(status, 200);
    const { TID, Created, ...others } = body;
    assert.deepEqual(others, { Reference: `r${serial}`, Amount: '2000', State: 'Success', Status: '1', Error: '' });
    assert.match(TID, /^\d{11}$/);
    assert.match(Created, CREATED);
    assert.deepEqual(books().debits[serial].provider_reference, TID);
  }
  assert.equal((await spend({ VoucherNo: '168-41405-74358', Reference: '101' })).status, 200);
});

test('a remainder gets a new number by text message, or stays on the voucher', async () => {
  await spend({ VoucherNo: pin('rest_by_sms') });
  assert.equal(await valueOf(pin('rest_by_sms')), '0');
  assertRefused(await spend({ VoucherNo: pin('rest_by_sms'), Amount: '1' }), -12);
  const [rest] = books().change_vouchers;
  const [{ to, kind, text }] = books().messages;
  assert.deepEqual([rest.change_of, rest.balance, to, kind], [pin('rest_by_sms'), 480_00, '27648302057', 'rest']);
  assert.ok(text.includes(rest.pin));
  assert.equal((await spend({ VoucherNo: rest.pin, Amount: '48000' })).status, 200);

  await spend({ VoucherNo: pin('rest_stays') });
  assert.equal(await valueOf(pin('rest_stays')), '48000');
  assert.equal((await spend({ VoucherNo: pin('rest_stays') })).status, 200);
  assertBalanced();
});

test('the exact voucher is worth the first amount asked, or a fixed value when viewed first', async () => {
  await spend({ VoucherNo: pin('exact'), Amount: '7750' });
  assert.equal(await valueOf(pin('exact')), '0');
  assert.equal(await valueOf(pin('exact', 2)), '24900');
  assert.equal(await valueOf(pin('exact', 3, 100)), '10000');
});

test('every refusal of a payment has its code and takes nothing', async () => {
  const refusals = [['too_small', -12], ['used', -12], ['not_found', -14], ['locked', -1], ['wrong_merchant', -13], ['sample_locked', -1]];
  for (const [scenario, code] of refusals) assertRefused(await spend({ VoucherNo: pin(scenario) }), code);
  for (const VoucherNo of ['168-99999-99999', '12345', '168 01000 00001']) assertRefused(await spend({ VoucherNo }), -14);
  assertRefused(await viewVoucher(pin('not_found')), -14);
  assert.equal((await viewVoucher(pin('locked'))).body.Locked, '1');
  assert.equal(await valueOf(pin('used')), '0');
  assert.deepEqual(books().debits, []);
});

test('a malformed request is refused with its code, at every call', async () => {
  const good = { VoucherNo: pin('exact'), Amount: '100', Currency: 'ZAR', StoreID: 'Store1' };
  const cases = [
    [{ Amount: 100 }, -3], [{ Amount: '0' }, -3], [{ Amount: '1.00' }, -3], [{ Amount: '-1' }, -3], [{ Amount: '' }, -1],
    [{ VoucherNo: 1681 }, -3], [{ Metadata: 5 }, -3], [{ Metadata: [] }, -3], [{ Reference: 101 }, -3],
    [{ Currency: undefined }, -1], [{ Currency: 'TTD' }, -8], [{ StoreID: 'Store2' }, -4], [{ StoreID: undefined }, -1],
  ];
  for (const [change, code] of cases) assertRefused(await celbuxCall('pay', { ...good, ...change }), code);
  for (const body of ['{', '[]', 'null', '""']) {
    assertRefused(await post('/celbux/pay?ns=sandbox', 'application/json', body, BEARER), -3);
  }
  assertRefused(await post('/celbux/pay?ns=sandbox', 'text/plain', JSON.stringify(good), BEARER), -3);
  assertRefused(await create({ VoucherType: 'Gold' }), -1);
  assertRefused(await payment({ StoreID: 'Store9', TID: '1' }), -4);
  for (const Metadata of ['text', { key: 'value' }]) {
    assert.equal((await celbuxCall('pay', { ...good, VoucherNo: pin('rest_stays'), Metadata })).status, 200);
  }
});

test('a call requires the token, the community and the right', async () => {
  const body = JSON.stringify({ VoucherNo: pin('exact') });
  const view = (query, headers) => post(`/celbux/viewVoucher${query}`, 'application/json', body, headers);
  for (const authorization of ['bearer celbux-test-token', 'Bearer celbux-test-token', 'BEARER celbux-test-token']) {
    assert.equal((await view('?ns=sandbox', { authorization })).status, 200);
  }
  for (const headers of [{}, { authorization: 'bearer other' }, { authorization: 'celbux-test-token' }]) {
    assertRefused(await view('?ns=sandbox', headers), -1);
  }
  for (const query of ['', '?ns=', '?ns=elsewhere']) assertRefused(await view(query, BEARER), -1);
  assert.equal(JSON.stringify(books()).includes('celbux-test-token'), false);
  assert.equal((await post('/celbux/listVouchers?ns=sandbox', 'application/json', '{}', BEARER)).status, 404);

  const limited = await startSimulator({ celbuxRights: ['4'], celbuxWebhooks: false, secrets: { CELBUX_TOKEN: 'mine' } });
  const { celbuxCall: mine } = client(limited.url);
  const allowed = { authorization: 'bearer mine' };
  const money = { Amount: '100', Currency: 'ZAR', StoreID: 'Store1' };
  assertRefused(await mine('createVoucher', { VoucherType: '168Cash', ...money }, allowed), -5);
  assert.equal((await mine('pay', { VoucherNo: pin('exact'), ...money }, allowed)).status, 200);
  assertRefused(await mine('pay', { VoucherNo: pin('exact', 2), ...money }, BEARER), -1);
  await limited.close();
});

test('a reference is used once on the whole platform, but a refused request leaves it unused', async () => {
  await spend({ VoucherNo: pin('too_small'), Reference: 'r' });
  await create({ Reference: 'r' });
  assertRefused(await spend({ VoucherNo: pin('exact'), Reference: 'r' }), -2);
  assertRefused(await create({ Reference: 'r' }), -2);
  assertRefused(await reverse({ OldReference: 'r', Reference: 'r' }), -2);
  assert.deepEqual([books().debits.length, books().funded_vouchers.length], [0, 1]);
});

test('the look-up finds payments and creations, by reference before TID', async () => {
  const { TID } = (await spend({ VoucherNo: pin('rest_stays'), Reference: 'paid', Amount: '1234' })).body;
  await create({ Reference: 'made' });
  const { body } = await payment({ OldReference: 'paid', TID: 'nonsense' });
  assert.deepEqual(Object.keys(body), [
    'TID', 'Reference', 'Date', 'Time', 'Type', 'Amount', 'Comms', 'Recipient', 'ReverseID', 'ConfirmID', 'State', 'Status', 'Error',
  ]);
  assert.match(`${body.Date} ${body.Time}`, CREATED);
  assert.deepEqual([body.TID, body.Type, body.Amount, body.ReverseID, body.ConfirmID, body.Status], [TID, '4', '1234', '', '1', '1']);
  assert.equal((await payment({ TID })).body.Reference, 'paid');
  const made = (await payment({ OldReference: 'made' })).body;
  assert.deepEqual([made.Type, made.Recipient], ['0', '27648302057']);
  for (const named of [{}, { TID: '1' }, { OldReference: 'nobody', TID }]) assertRefused(await payment(named), -6);
});

test('a reversal gives back once: to the voucher, or to a new one when that is closed', async () => {
  await spend({ VoucherNo: pin('rest_stays'), Reference: 'stays' });
  const { status, body } = await reverse({ OldReference: 'stays', Reference: 'back' });
  assert.deepEqual([status, body.Reference, body.Amount, body.Status], [200, 'back', '2000', '1']);
  assert.deepEqual(Object.keys(body), ['TID', 'Reference', 'Created', 'Amount', 'State', 'Status', 'Error']);
  assert.equal(await valueOf(pin('rest_stays')), '50000');
  assert.equal((await payment({ OldReference: 'stays' })).body.ReverseID, body.TID);
  assert.equal((await payment({ OldReference: 'back' })).body.Type, '16');
  assertRefused(await reverse({ OldReference: 'stays' }), -1);
  assertRefused(await reverse({ OldReference: 'back' }), -1);
  assertRefused(await reverse({ OldReference: 'nobody' }), -6);
  assert.deepEqual([books().debits[0].reversed_by, books().totals[0].taken], [body.TID, 0]);

  const { TID } = (await spend({ VoucherNo: pin('rest_by_sms') })).body;
  await reverse({ TID });
  assert.deepEqual(books().change_vouchers.map(({ balance }) => balance), [480_00, 20_00]);
  assert.deepEqual(books().messages.map(({ kind }) => kind), ['rest', 'reversal']);
  assertBalanced();
});

test('a creation is reversed while the voucher is untouched', async () => {
  const [one, two] = [(await create({ Reference: 'one' })).body, (await create({ Reference: 'two' })).body];
  assert.equal((await reverse({ OldReference: 'one' })).status, 200);
  assert.deepEqual([await valueOf(one.VoucherNo), funds()], ['0', 100_000_00 - 20_00]);
  assert.equal(books().funded_vouchers[0].state, 'reversed');
  await spend({ VoucherNo: two.VoucherNo, Amount: '1' });
  assertRefused(await reverse({ OldReference: 'two' }), -12);
  assertBalanced();
});

test('a fault of a payment leaves viewing alone', async () => {
  for (const { pin: VoucherNo, scenario } of TEST_PINS.filter(({ provider }) => provider === 'celbux')) {
    assert.equal((await viewVoucher(VoucherNo)).status, scenario === 'not_found' ? 400 : 200, scenario);
  }
});

test('the test phones are documented once each', () => {
  const phones = TEST_PHONES.map(({ phone }) => phone);
  assert.equal(new Set(phones).size, phones.length);
  assert.equal(phoneFor('celbux', 'silent_after'), '27600000023');
  assert.throws(() => phoneFor('kora', 'slow'), RangeError);
});
