/** Owed money that is paid out by a voucher: recorded when the voucher is issued, never twice, and owed again if it is not. */
import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import { phoneFor } from '../../simulator/pins.mjs';
import { assertProblem } from '../../support/answers.mjs';
import { startCheckout } from '../../support/checkout.mjs';
import { withCookies } from '../../support/cookies.mjs';
import { HOLD, pass, startProxy } from '../../support/proxy.mjs';
import { SERVER_ERROR } from '../../support/review.mjs';
import { until } from '../../support/until.mjs';
import { closingTests } from '../closing.mjs';
import { readPage } from '../html.mjs';

const proxy = await startProxy();
const checkout = await startCheckout({
  simulatorUrl: proxy.url,
  limits: { provider_timeout_ms: 3_000, not_found_grace_ms: 3_001, failed_per_minute: 100 },
});
proxy.target = checkout.simulator.url;
afterEach(() => (proxy.rule = pass));
after(() => proxy.close());
const { shop, send, createSession, redeem, cancel, shopView, events, freshKey, freshPin, simulator, issuingKey } = checkout;

const OWED = 100_00;
const order = (session, fields = {}) => ({
  provider: 'celbux', recipient: '27648302057', voucher_type: '168Cash', amount: OWED, currency: 'ZAR', payout_for: session.id, ...fields,
});
const issue = (body, key = freshKey()) => shop('POST', '/v1/vouchers', body, key);
const ordersOf = (call) => call.path.includes('/createVoucher');
const callsAbout = (text) => simulator.books().calls.filter((call) => ordersOf(call) && call.body.includes(text));
const recorded = async (session) => (await events(session)).filter(({ type }) => type === 'payout.recorded');
const owes = (session, amount) => until(() => shopView(session), ({ amount_owed: owed }) => owed === amount, { within: 60_000 });

/** Returns a canceled session whose R 100.00 the provider does not give back. */
async function owing() {
  const session = await createSession('kora', { amount: 300_00 });
  await redeem(session, { pin: freshPin('kora', 'exact', 100), amount: OWED });
  await cancel(session);
  await owes(session, OWED);
  return session;
}

test('an issued voucher pays out owed money, and shop and shopper see it', async () => {
  const session = await owing();
  const { status, body: voucher } = await issue(order(session));
  assert.deepEqual([status, voucher.status, voucher.payout_for], [201, 'issued', session.id]);
  const { amount_owed, amount_paid_out, payouts: [{ at, ...payout }] } = await shopView(session);
  assert.deepEqual([amount_owed, amount_paid_out], [0, OWED]);
  assert.deepEqual(payout, { id: voucher.id.replace('vo_', 'po_'), amount: OWED, voucher: voucher.id, by: `key:${issuingKey.slice(-4)}` });
  assert.equal((await recorded(session)).length, 1);
  const { words: page } = readPage(await withCookies(send)('GET', session.url.slice(checkout.url.length)));
  assert.match(page, /gave you R\s?100\.00 back as a voucher \(.*\d{4}.*\)\./);
  const { body: { data: ledger } } = await shop('GET', `/v1/checkout_sessions/${session.id}/ledger`);
  assert.deepEqual(ledger.slice(-2).map(({ type, voucher: named }) => [type, named]), [['payout_reserved', voucher.id], ['paid_out', voucher.id]]);
});

test('more than is owed is refused before anything is ordered', async () => {
  const session = await owing();
  const refused = await issue(order(session, { amount: OWED + 1, reference: 'too-much' }));
  assertProblem(refused, 422, 'voucher_not_issued');
  assert.match(refused.body.detail, /100\.01 is more than is owed: ZAR 100\.00/);
  const unknown = { id: `cs_${'0'.repeat(32)}` };
  assertProblem(await issue(order(unknown)), 422, 'voucher_not_issued');
  assertProblem(await issue(order({ id: 'cs_1' })), 400, 'field_invalid', 'payout_for');
  assert.deepEqual(callsAbout('10001'), []);
  await owes(session, OWED);
});

test('of two orders at once for the same money, one is sent', async () => {
  const session = await owing();
  const answers = await Promise.all([issue(order(session)), issue(order(session))]);
  assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 422]);
  const { payouts } = await owes(session, 0);
  assert.equal(payouts.length, 1);
});

test('while the outcome of the order is unknown the money is reserved; then it is recorded once', async () => {
  const session = await owing();
  // The look-ups get no usable answer either, so that the outcome stays unknown until the rule ends.
  proxy.rule = async (call, next) => {
    await next();
    return SERVER_ERROR;
  };
  const key = freshKey();
  const first = await issue(order(session), key);
  assert.equal(first.status, 202);
  assertProblem(await issue(order(session)), 422, 'voucher_not_issued');
  assertProblem(await shop('POST', `/v1/checkout_sessions/${session.id}/payouts`, { amount: 1, note: 'x' }), 409, 'not_owed');
  assert.equal((await recorded(session)).length, 0);
  proxy.rule = pass;
  const { payouts } = await owes(session, 0);
  assert.deepEqual(payouts.map(({ voucher }) => voucher), [first.body.id]);
  assert.equal((await issue(order(session), key)).body.status, 'issued');
  assert.equal((await recorded(session)).length, 1);
  assert.equal(callsAbout(first.body.provider_reference).length, 1);
});

test('what the provider refuses is owed again', async () => {
  const session = await owing();
  const key = freshKey();
  const unanswered = order(session, { recipient: phoneFor('celbux', 'cut_before') });
  await until(() => issue(unanswered, key), ({ status }) => status !== 202, { within: 60_000 });
  assertProblem(await issue(unanswered, key), 422, 'voucher_not_issued');
  await until(() => issue(order(session)), ({ status }) => status === 201);
  const { payouts } = await owes(session, 0);
  assert.equal(payouts.length, 1);
});

test('an order that stops at any moment is taken up again after a power cut', async () => {
  const session = await owing();
  proxy.rule = (call, next) => (ordersOf(call) ? HOLD : next());
  const key = freshKey();
  const lost = issue(order(session), key).catch(() => undefined);
  await until(() => shop('GET', `/v1/checkout_sessions/${session.id}/ledger`), ({ body }) => body.data.at(-1).type === 'payout_reserved');
  await checkout.restart();
  await lost;
  proxy.rule = pass;
  // The provider knows nothing of the order: it counts as not issued, and the money is owed again.
  await until(() => issue(order(session), key), ({ status }) => status === 422, { within: 60_000 });
  await until(() => issue(order(session)), ({ status }) => status === 201, { within: 60_000 });
  const { payouts } = await owes(session, 0);
  assert.equal(payouts.length, 1);
});

test('a voucher named for a payout by hand must be issued, and be worth it', async () => {
  const session = await owing();
  const { body: voucher } = await issue({ ...order(session, { amount: 60_00 }), payout_for: undefined });
  const payOut = (fields) => shop('POST', `/v1/checkout_sessions/${session.id}/payouts`, { note: 'By voucher', ...fields });
  assertProblem(await payOut({ amount: 60_01, voucher: voucher.id }), 400, 'field_invalid', 'voucher');
  assertProblem(await payOut({ amount: 60_00, voucher: `vo_${'0'.repeat(32)}` }), 400, 'field_invalid', 'voucher');
  const { body } = await payOut({ amount: 60_00, voucher: voucher.id });
  assert.deepEqual([body.amount_owed, body.payouts[0].voucher], [40_00, voucher.id]);
});

closingTests(checkout);
