/** Law 11: the recipient of an ordered voucher is stored sealed, as long as the order may have to be sent again and a while longer. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { webhookSecrets } from '../../../edge/tools/local-config.mjs';
import { listenLocally } from '../../simulator/listen.mjs';
import { phoneFor } from '../../simulator/pins.mjs';
import { startCheckout } from '../../support/checkout.mjs';
import { databaseOf } from '../../support/storage.mjs';
import { until } from '../../support/until.mjs';

const received = [];
const server = await listenLocally(0, async (request, response) => {
  const parts = [];
  for await (const part of request) parts.push(part);
  received.push(JSON.parse(Buffer.concat(parts)));
  response.end();
});
after(() => server.close());
const checkout = await startCheckout({
  vars: { ...webhookSecrets(), WEBHOOK_URL: `http://localhost:${server.port}/hook` },
  limits: { personal_kept_days: 1, order_resent_for_ms: 300 },
});
const { shop, issue, freshKey, readFiles, lines, simulator, restart, stopWorker } = checkout;

const AT_CELBUX = { provider: 'celbux', recipient: '27648302057', voucher_type: '168Cash', amount: 20_00, currency: 'ZAR' };
const AT_ODM = {
  provider: 'odm', denomination_id: 4, merchant_id: 12, recipient_phone: '+251911234567', recipient_name: 'Abebe Kebede', restricted: true,
  originating_country: 'US', foreign_currency_amount: '8.85', exchange_rate: '56.5',
};
const WAITING = { ...AT_ODM, recipient_phone: phoneFor('odm', 'wallet_empty') };

const voucher = async ({ id }) => (await shop('GET', `/v1/vouchers/${id}`)).body;
const told = ({ id }, type) => until(() => received.find((event) => event.type === type && event.data.object.id === id), Boolean);
const sent = ({ provider_reference: reference }) => simulator.books().calls.filter(({ headers }) => headers['idempotency-key'] === reference).map(({ body }) => body);

/** Orders a voucher that waits for a person, who can have the order sent again. */
async function inReview() {
  const key = freshKey();
  await issue(WAITING, key);
  const { body } = await until(() => issue(WAITING, key), (answer) => answer.body.needs_review);
  return body;
}

/** Stops the Worker, changes the storage of an order's object, and starts the Worker again. */
async function change(order, work) {
  await stopWorker();
  const database = databaseOf(checkout, order);
  work(database);
  database.close();
  await restart();
}

test('answers and events name the recipient; no stored byte and no line of the log does', async () => {
  const orders = [(await issue(AT_CELBUX, freshKey())).body, (await issue(AT_ODM, freshKey())).body];
  for (const [place, [name, phone]] of [['recipient', AT_CELBUX.recipient], ['recipient_phone', AT_ODM.recipient_phone]].entries()) {
    const order = orders[place];
    assert.deepEqual([order.status, order[name], (await voucher(order))[name]], ['issued', phone, phone]);
    assert.equal((await told(order, 'voucher.issued')).data.object[name], phone);
  }
  const waiting = await inReview();
  assert.equal((await told(waiting, 'voucher.needs_review')).data.object.recipient_phone, WAITING.recipient_phone);
  const files = Buffer.concat(readFiles());
  assert.ok([...orders, waiting].every(({ id }) => files.includes(id)), 'these are the files');
  for (const personal of ['648302057', '911234567', WAITING.recipient_phone.slice(-9), 'Kebede']) {
    assert.ok(!files.includes(personal), personal);
    assert.deepEqual(lines.filter((line) => line.includes(personal)), []);
  }
});

test('an order is sent again to the same recipient, to the byte, also after a power cut', async () => {
  const order = await inReview();
  await restart();
  const before = sent(order).length;
  const { status } = await shop('POST', `/v1/vouchers/${order.id}/ask`, {});
  assert.equal(status, 200);
  const bodies = sent(order);
  assert.equal(bodies.length, before + 1);
  assert.equal(new Set(bodies).size, 1);
  assert.ok(bodies[0].includes(WAITING.recipient_phone));
});

test('an order of an earlier release, whose ledger has the recipient, is sent and shown as it is', async () => {
  const order = await inReview();
  const [body] = sent(order);
  await change(order, (database) => {
    const { seq, entry } = database.prepare("SELECT seq, entry FROM ledger WHERE instr(entry, '\"ordered\"') > 0").get();
    const record = JSON.parse(entry);
    Object.assign(record.voucher.ordered.order, { body });
    record.voucher.ordered.order.shown.recipient_phone = WAITING.recipient_phone;
    database.prepare('UPDATE ledger SET entry = ? WHERE seq = ?').run(JSON.stringify(record), seq);
    database.exec("DELETE FROM secret WHERE kind = 'customer'");
  });
  assert.equal((await voucher(order)).recipient_phone, WAITING.recipient_phone);
  const before = sent(order).length;
  await shop('POST', `/v1/vouchers/${order.id}/ask`, {});
  assert.deepEqual(sent(order).slice(before), [body]);
});

test('an order without its recipient is never sent: it stays with the person', async () => {
  const order = await inReview();
  await change(order, (database) => database.exec("DELETE FROM secret WHERE kind = 'customer'"));
  const before = sent(order).length;
  const { status, body } = await shop('POST', `/v1/vouchers/${order.id}/ask`, {});
  assert.deepEqual([status, body.status, body.needs_review], [200, 'unknown', true]);
  assert.equal(sent(order).length, before);
});

test('the recipient is erased a while after the outcome is known, and not before; the voucher stays', async () => {
  const DAYS_MS = 2 * 86_400_000;
  const [key, waiting] = [freshKey(), await inReview()];
  const { body: order } = await issue(AT_CELBUX, key);
  await told(order, 'voucher.issued');
  const older = (database) => database.exec(`UPDATE ledger SET at = at - ${DAYS_MS}`);
  await change(waiting, older);
  await change(order, older);
  // The call wakes the object, whose alarm is overdue.
  const again = await until(() => issue(AT_CELBUX, key), ({ body }) => body.recipient === undefined);
  assert.deepEqual([again.status, again.body.status, again.body.voucher_number], [201, 'issued', order.voucher_number]);
  assert.equal((await voucher(waiting)).recipient_phone, WAITING.recipient_phone);
  await stopWorker();
  const database = databaseOf(checkout, order);
  assert.deepEqual(database.prepare('SELECT kind FROM secret').all().map(({ kind }) => kind), ['voucher']);
  database.close();
  await restart();
});
