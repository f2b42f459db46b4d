/** The faults in which the simulated Celbux loses an answer, and the result of the look-up afterwards. */
import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { call, client } from './client.test-kit.mjs';
import { phoneFor, pinFor } from './pins.mjs';
import { startSimulator } from './server.mjs';

const simulator = await startSimulator({ processingMs: 2_000, slowMs: 3_000, celbuxWebhooks: false });
const { celbuxCall, payment, reverse, spend } = client(simulator.url);

beforeEach(() => simulator.reset());
after(() => simulator.close());

const pin = (scenario) => pinFor('celbux', scenario);
const books = () => simulator.books();

function assertRefused({ status, body }, code) {
  assert.deepEqual([status, body.Status], [code === -7 ? 500 : 400, String(code)], JSON.stringify(body));
}

function assertBalanced() {
  for (const one of [...books().totals, ...books().accounts]) assert.ok(one.balanced, JSON.stringify(one));
}

test('reversals fail as their scenarios describe', async () => {
  for (const scenario of ['reverse_refused', 'reverse_silent_before', 'reverse_silent_after']) {
    assert.equal((await spend({ VoucherNo: pin(scenario), Reference: scenario })).status, 200);
  }
  assertRefused(await reverse({ OldReference: 'reverse_refused' }), -13);
  for (const scenario of ['reverse_silent_before', 'reverse_silent_after']) {
    await unanswered((signal) => held('reverse', { StoreID: 'Store1', OldReference: scenario }, signal));
    const { ReverseID } = (await payment({ OldReference: scenario })).body;
    assert.equal(ReverseID !== '', scenario === 'reverse_silent_after');
  }
  assert.deepEqual(books().debits.map(({ reversed_by }) => reversed_by !== null), [false, false, true]);
});

test('after a fault, the look-up shows whether the money moved', async () => {
  const money = { Currency: 'ZAR', StoreID: 'Store1', Amount: '2000' };
  const calls = {
    pay: (scenario) => ({ VoucherNo: pin(scenario), ...money }),
    createVoucher: (scenario) => ({ Username: phoneFor('celbux', scenario), VoucherType: '168Cash', ...money }),
  };
  for (const [name, fieldsOf] of Object.entries(calls)) {
    simulator.reset();
    for (const kind of ['error', 'html', 'cut', 'silent', 'general_failure']) {
      for (const moment of ['before', 'after']) {
        const fields = { ...fieldsOf(`${kind}_${moment}`), Reference: `${kind}_${moment}` };
        if (kind === 'silent') await unanswered((signal) => held(name, fields, signal));
        else {
          const answer = await celbuxCall(name, fields).catch(() => undefined);
          if (kind === 'cut') assert.equal(answer, undefined);
          if (kind === 'error') assert.deepEqual([answer.status, answer.body.Status], [500, undefined]);
          if (kind === 'html') assert.deepEqual([answer.status, answer.body], [moment === 'before' ? 502 : 200, undefined]);
          if (kind === 'general_failure') assertRefused(answer, -7);
        }
        const { Status } = (await payment({ OldReference: fields.Reference })).body;
        assert.equal(Status, moment === 'before' ? '-6' : '1', fields.Reference);
      }
    }
    assertRefused(await celbuxCall(name, { ...fieldsOf('duplicate_after'), Reference: 'd' }), -2);
    assert.equal((await payment({ OldReference: 'd' })).body.Status, '1');
    assertBalanced();
  }
});

test('an unconfirmed transaction is confirmed a moment later', async () => {
  await spend({ VoucherNo: pin('unconfirmed_then_confirmed'), Reference: 'u' });
  assert.equal((await payment({ OldReference: 'u' })).body.ConfirmID, '0');
  await simulator.until(({ providers }) => providers.celbux.transactions[0].confirmed);
  assert.equal((await payment({ OldReference: 'u' })).body.ConfirmID, '1');
});

test('slow takes the money before it answers', async () => {
  const answer = spend({ VoucherNo: pin('slow') });
  await simulator.until(({ debits, calls }) => debits.length === 1 && calls[0].outcome === 'open');
  assert.equal((await answer).status, 200);
});

/** Makes a call that the client can abort. */
function held(name, fields, signal) {
  const headers = { authorization: 'bearer celbux-test-token', 'content-type': 'application/json' };
  return call(`${simulator.url}/celbux/${name}?ns=sandbox`, { method: 'POST', headers, body: fields, signal });
}

/** Makes a call that must get no byte, and aborts it. */
async function unanswered(call) {
  const leave = new AbortController();
  const left = assert.rejects(call(leave.signal), { name: 'AbortError' });
  await simulator.until(({ calls }) => calls.at(-1)?.outcome === 'held');
  leave.abort();
  await left;
  await simulator.until(({ calls }) => calls.at(-1).client_left);
}
