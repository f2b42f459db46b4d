/** Law 11: long after its end a session is archived. Its amounts and references stay in the index; its object is erased. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertProblem } from '../../../support/answers.mjs';
import { startCheckout } from '../../../support/checkout.mjs';
import { indexed, withIndex } from '../../../support/index.mjs';
import { until } from '../../../support/until.mjs';

const DAY = 86_400_000;
const EMAIL = 'thandi.archived@example.com';
/** The most bytes that an archived session with one payment may take in the index. */
const MOST_BYTES = 2_000;
const MEASURED = 25;

const checkout = await startCheckout({ limits: { failed_per_minute: 100, provider_timeout_ms: 10_000 } });
const { shop, shopView, createSession, redeem, cancel, events, freshKey, freshPin, send } = checkout;

const act = ({ id }, path, body) => shop('POST', `/v1/checkout_sessions/${id}/${path}`, body);
const open = ({ id }) => shop('GET', `/v1/checkout_sessions/${id}`);
const isArchived = ({ body }) => body.archived === true;

/** Returns the bytes of the index without its free pages. */
const indexBytes = () => withIndex(checkout, (database) => {
  const pragma = (name) => database.prepare(`PRAGMA ${name}`).get()[name];
  database.exec('VACUUM');
  return pragma('page_count') * pragma('page_size');
});

async function paid(fields) {
  const session = await createSession('kora', { customer: { email: EMAIL, phone: '0827654321' }, ...fields });
  const { status } = await redeem(session, { pin: freshPin('kora', 'exact') });
  assert.equal(status, 200);
  await indexed(checkout, session, ({ status: shown }) => shown === 'complete');
  return session;
}

describe('91 days later', async () => {
  const refunded = await paid({ reference: 'archived-refunded' });
  const { redemptions: [payment] } = await shopView(refunded);
  await act(refunded, `redemptions/${payment.id}/refunds`, { amount: 50_00, note: 'Returned one mug' });
  const many = await Promise.all(Array.from({ length: MEASURED }, (_, place) => paid({ reference: `order-${place}` })));
  const owed = await createSession('kora', { reference: 'archived-owed', amount: 300_00 });
  await redeem(owed, { pin: freshPin('kora', 'exact', 100), amount: 100_00 });
  await cancel(owed);
  await until(() => shop('GET', '/v1/events?type=redemption.refunded'), ({ body }) => body.data.length === 1);
  const takings = async () => (await shop('GET', '/v1/reports/takings?group=provider')).body;
  const before = { refunded: await shopView(refunded), takings: await takings() };
  await checkout.restart(undefined, 91 * DAY);

  test('a session is archived with its sums and references, and nothing else of it is kept', async () => {
    // A call wakes the object, whose alarm is 91 days late by its clock.
    const { body: session } = await until(() => open(refunded), isArchived, { within: 60_000 });
    const { id, status, amount, currency, amount_received, reference, created_at, expires_at } = before.refunded;
    const { provider, provider_code, provider_reference } = payment;
    const redemption = {
      id: payment.id, object: 'redemption', checkout_session: { id, reference }, provider, provider_code, status: 'succeeded',
      amount: payment.amount, amount_refunded: 50_00, provider_reference, provider_transaction: payment.provider_transaction,
      created_at: payment.created_at,
    };
    assert.deepEqual(session, {
      id, object: 'checkout_session', archived: true, status, amount, currency, amount_received, amount_remaining: 0,
      amount_refunded: 50_00, reference, created_at, expires_at, redemptions: [redemption],
    });
    const { body: list } = await shop('GET', `/v1/redemptions?provider_reference=${provider_reference}`);
    assert.deepEqual(list.data, [redemption]);
    assert.equal((await shop('GET', '/v1/checkout_sessions?reference=archived-refunded')).body.data[0].archived, true);
    assert.deepEqual((await shop('POST', '/v1/search', { email: EMAIL })).body.sessions.filter(({ id: found }) => found === id), []);
    await until(() => shop('GET', `/v1/events?type=redemption.refunded`), ({ body }) => body.data.length === 0);
  });

  test('nothing more can be done with it, and its page is gone', async () => {
    await until(() => open(refunded), isArchived, { within: 60_000 });
    for (const call of ['ledger', 'events']) {
      assertProblem(await shop('GET', `/v1/checkout_sessions/${refunded.id}/${call}`), 410, 'session_archived');
    }
    assertProblem(await act(refunded, `redemptions/${payment.id}/refunds`, { note: 'late' }), 410, 'session_archived');
    assertProblem(await act(refunded, 'cancel'), 410, 'session_archived');
    const { pathname, search } = new URL(refunded.url);
    const { headers } = await send('GET', pathname + search);
    const [cookie] = headers.get('set-cookie').split(';');
    assert.equal((await send('GET', pathname, { headers: { cookie } })).status, 404);
    const unknown = { id: `cs_${'0'.repeat(32)}` };
    assertProblem(await open(unknown), 404, 'session_not_found');
    assertProblem(await act(unknown, 'cancel'), 404, 'session_not_found');
    // A voucher that is to pay out money of either is refused, and says why.
    for (const [{ id }, why] of [[refunded, /is archived/], [unknown, /no such checkout session/]]) {
      const order = { provider: 'celbux', recipient: '27648302057', voucher_type: '168Cash', amount: 1_00, currency: 'ZAR', payout_for: id };
      const answer = await shop('POST', '/v1/vouchers', order, freshKey());
      assertProblem(answer, 422, 'voucher_not_issued');
      assert.match(answer.body.detail, why);
    }
  });

  test('a session that owes money is kept whole', async () => {
    const { body } = await open(owed);
    assert.deepEqual([body.archived, body.amount_owed, body.redemptions.length], [undefined, 100_00, 1]);
    assert.ok((await events(owed)).length > 0);
  });

  test(`the takings stay, and an archived session takes less than ${MOST_BYTES} bytes`, async () => {
    await Promise.all(many.map((session) => until(() => open(session), isArchived, { within: 60_000, every: 200 })));
    assert.deepEqual(await takings(), before.takings);
    const kept = ["redemptions WHERE reference LIKE 'order-%'", "sessions WHERE reference LIKE 'order-%'", "movements WHERE reference LIKE 'order-%'"];
    await checkout.stopWorker();
    const count = withIndex(checkout, (database) => database.prepare(`SELECT COUNT(*) AS count FROM ${kept[1]}`).get().count);
    const whole = indexBytes();
    withIndex(checkout, (database) => kept.forEach((rows) => database.exec(`DELETE FROM ${rows}`)));
    const each = (whole - indexBytes()) / count;
    assert.equal(count, MEASURED);
    assert.ok(each > 500 && each < MOST_BYTES, `${each} bytes`);
  });
});
