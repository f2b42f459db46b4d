/** Law 10: a person settles what the Worker cannot decide; money is refunded and paid out; each act has its author. */
import assert from 'node:assert/strict';
import { after, afterEach, describe, test } from 'node:test';
import { assertProblem } from '../../../support/answers.mjs';
import { HOLD, pass, startProxy } from '../../../support/proxy.mjs';
import { startCheckout } from '../../../support/checkout.mjs';
import { withCookies } from '../../../support/cookies.mjs';
import { reviewsAt } from '../../../support/review.mjs';
import { until } from '../../../support/until.mjs';
import { USUAL } from '../../../support/usual.mjs';
import { closingTests } from '../../closing.mjs';
import { readPage } from '../../html.mjs';

const PAUSES = [50, 100, 200, 2_900];
const proxy = await startProxy();
const checkout = await startCheckout({
  simulatorUrl: proxy.url,
  limits: { provider_timeout_ms: 3_000, settle_backoff_ms: PAUSES, not_found_grace_ms: 3_001, failed_per_minute: 100, failed_per_session: 100 },
});
const { shop, createSession, redeem, view, shopView, cancel, events, freshKey, freshPin, debitsOf, simulator, apiKey } = checkout;
proxy.target = checkout.simulator.url;
const inReview = reviewsAt(proxy, checkout);
afterEach(() => (proxy.rule = pass));
after(() => proxy.close());

const ACTOR = `key:${apiKey.slice(-4)}`;

/** Fails unless this is a refusal with this code. Returns its sentence. */
async function refusal(answer, status, code, field) {
  const refused = await answer;
  assertProblem(refused, status, code, field);
  return refused.body.detail;
}

const act = ({ id }, path, body, key) => shop('POST', `/v1/checkout_sessions/${id}/${path}`, body, key);
const actOn = (session, { id }, name, body, key) => act(session, `redemptions/${id}/${name}`, body, key);
const ledgerOf = async ({ id }) => (await shop('GET', `/v1/checkout_sessions/${id}/ledger`)).body.data;
const typesOf = async (session) => (await events(session)).map(({ type }) => type);
const callsAbout = (reference) => simulator.books().calls.filter(({ body }) => body.includes(reference));

describe('a payment that waits for a person', () => {
  test('is settled as taken, with its change voucher; shop, shopper and ledger show it', async () => {
    const { session, pin, payment } = await inReview('kora', 'change');
    const [{ change_pin: change }] = debitsOf(pin);
    checkout.change.add(change);
    const key = freshKey();
    const body = { outcome: 'taken', change: { pin: change, amount: 251_00 }, note: 'Kora confirmed it by phone' };
    const answer = await actOn(session, payment, 'resolve', body, key);
    assert.equal(answer.status, 200, answer.text);
    const [{ status, needs_review, resolved }] = answer.body.redemptions;
    assert.deepEqual([answer.body.status, status, needs_review], ['complete', 'succeeded', undefined]);
    assert.deepEqual([resolved.by, resolved.note], [ACTOR, body.note]);
    assert.equal((await actOn(session, payment, 'resolve', body, key)).text, answer.text, 'a repeat gets the same answer');

    const [shown] = (await view(session)).redemptions;
    assert.deepEqual([shown.status, shown.change], ['succeeded', { pin: change, amount: 251_00 }]);
    assert.deepEqual((await typesOf(session)).slice(-3), ['redemption.succeeded', 'redemption.resolved', 'checkout_session.completed']);
    const entry = (await ledgerOf(session)).find(({ type }) => type === 'resolved');
    assert.deepEqual([entry.by, entry.note, entry.redemption], [ACTOR, body.note, payment.id]);
  });

  test('is settled as not taken: the voucher is free for another session at once', async () => {
    const { session, pin, payment } = await inReview('kora', 'error_before');
    const other = await createSession('kora');
    const used = await redeem(other, { pin });
    assert.deepEqual([used.body.redemption.status, used.body.redemption.decline_code], ['not_sent', 'voucher_in_use']);
    const { status, body } = await actOn(session, payment, 'resolve', { outcome: 'not_taken', note: 'Kora has no such charge' });
    assert.deepEqual([status, body.status, body.redemptions[0].status, body.redemptions[0].decline_code], [200, 'open', 'declined', 'not_charged']);
    // The test voucher fails at every charge; the test only needs a charge to be sent.
    const again = await redeem(other, { pin });
    assert.equal(again.body.redemption.status, 'unknown');
    const { redemptions } = await until(() => shopView(other), ({ redemptions: all }) => !/processing|unknown/.test(all.at(-1).status), { within: 60_000 });
    assert.deepEqual(redemptions.map(({ status: now }) => now), ['not_sent', 'declined'], 'the provider knows of no charge');
  });

  test('is looked up at once when a person asks', async () => {
    const { session, payment } = await inReview('kora', 'error_after');
    const { status, body } = await actOn(session, payment, 'ask', { note: 'They say it works again' });
    assert.deepEqual([status, body.status, body.redemptions[0].status], [200, 'complete', 'succeeded']);
    const asked = (await ledgerOf(session)).find(({ type }) => type === 'ask_requested');
    assert.deepEqual([asked.by, asked.note], [ACTOR, 'They say it works again']);
    await refusal(actOn(session, payment, 'ask', {}), 409, 'nothing_to_resolve');
  });

  test('is still looked up when the process stops after the request to ask', async () => {
    const { session, payment } = await inReview('kora', 'error_after');
    let isAsked = false;
    proxy.rule = () => {
      isAsked = true;
      return HOLD;
    };
    const asking = actOn(session, payment, 'ask', {}).catch(() => undefined);
    await until(() => isAsked, Boolean);
    proxy.rule = pass;
    await checkout.restart();
    await asking;
    await until(() => shopView(session), ({ status }) => status === 'complete', { within: 60_000 });
  });

  test('is settled once, although two people do it at the same time', async () => {
    const { session, payment } = await inReview('kora', 'exact');
    const verdicts = [{ outcome: 'taken', note: 'one' }, { outcome: 'not_taken', note: 'other' }];
    const answers = await Promise.all(verdicts.map((body) => actOn(session, payment, 'resolve', body, freshKey())));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409]);
    const refused = answers.find(({ status }) => status === 409);
    assertProblem(refused, 409, 'nothing_to_resolve');
    assert.match(refused.body.detail, new RegExp(`^${ACTOR} has settled this already, at \\d{4}-`));
    assert.equal((await ledgerOf(session)).filter(({ type }) => type === 'resolved').length, 1);
    // The books must match: this voucher was charged.
    const [{ status }] = (await shopView(session)).redemptions;
    if (status !== 'succeeded') {
      await simulator.sendWebhook({ provider: 'kora', url: `${checkout.url}/webhooks/kora`, reference: payment.provider_reference });
      await until(() => shopView(session), ({ redemptions: [one] }) => one.status === 'succeeded', { within: 60_000 });
    }
  });
});

describe('a refund', () => {
  async function paid(provider, scenario) {
    const session = await createSession(provider);
    const pin = freshPin(provider, scenario);
    const { body } = await redeem(session, { pin });
    assert.equal(body.session.status, 'complete');
    return { session, pin, payment: (await shopView(session)).redemptions[0] };
  }

  test('of a whole Celbux payment is made by Celbux; the order stays paid', async () => {
    const { session, pin, payment } = await paid('celbux', 'rest_by_sms');
    const key = freshKey();
    const { status, body, text } = await actOn(session, payment, 'refunds', { note: 'Mugs came back' }, key);
    assert.equal(status, 200, text);
    const [{ refunds, amount_refunded: refunded, status: now }] = body.redemptions;
    assert.deepEqual([body.status, now, refunded, body.amount_refunded], ['complete', 'succeeded', payment.amount, payment.amount]);
    const [{ id, at, ...refund }] = refunds;
    assert.match(id, /^rf_[0-9a-f]{32}$/);
    assert.match(at, /^\d{4}-/);
    assert.deepEqual(refund, { amount: payment.amount, status: 'succeeded', by_provider: true, by: ACTOR, note: 'Mugs came back' });
    assert.notEqual(debitsOf(pin)[0].reversed_by, null);
    assert.ok((await typesOf(session)).includes('redemption.refunded'));
    assert.equal((await actOn(session, payment, 'refunds', { note: 'Mugs came back' }, key)).text, text);
    assertProblem(await actOn(session, payment, 'refunds', { note: 'Once more' }, freshKey()), 409, 'not_refundable');
    assert.equal(callsAbout(payment.provider_reference).filter(({ path }) => path.includes('/reverse')).length, 1);
    assert.equal((await view(session)).status, 'complete');
  });

  test('whose answer from Celbux is lost is looked up, and made once', async () => {
    const { session, pin, payment } = await paid('celbux', 'reverse_silent_after');
    const { body } = await actOn(session, payment, 'refunds', { note: 'Mugs came back' });
    assert.deepEqual([body.status, body.redemptions[0].refunds[0].status], ['complete', 'unknown']);
    const known = await until(() => shopView(session), ({ redemptions: [one] }) => one.refunds[0].status === 'succeeded', { within: 60_000 });
    assert.deepEqual([known.status, known.amount_refunded], ['complete', payment.amount]);
    assert.notEqual(debitsOf(pin)[0].reversed_by, null);
  });

  test('elsewhere is recorded as paid by the shop, in parts, and never beyond what was taken', async () => {
    const { session, payment } = await paid('kora', 'exact');
    const first = await actOn(session, payment, 'refunds', { amount: 49_00, note: 'One mug broke' });
    assert.deepEqual([first.status, first.body.status, first.body.amount_refunded], [200, 'complete', 49_00]);
    const more = await refusal(actOn(session, payment, 'refunds', { amount: 200_01, note: 'x' }), 409, 'not_refundable');
    assert.equal(more, 'ZAR 200.01 is more than is left of this payment: ZAR 200.00.');
    const rest = await actOn(session, payment, 'refunds', { note: 'The other one too' });
    assert.deepEqual([rest.body.amount_refunded, rest.body.redemptions[0].refunds.length], [payment.amount, 2]);
    assertProblem(await actOn(session, payment, 'refunds', { amount: 1, note: 'x' }), 409, 'not_refundable');
    assert.equal((await typesOf(session)).filter((type) => type === 'redemption.refunded').length, 2);
  });

  test('of a session that is not paid, or ended unpaid, is refused', async () => {
    const session = await createSession('kora');
    await redeem(session, { pin: freshPin('kora', 'exact'), amount: 100_00 });
    const [payment] = (await shopView(session)).redemptions;
    assert.match(await refusal(actOn(session, payment, 'refunds', { note: 'x' }), 409, 'not_refundable'), /not paid yet/);
    await cancel(session);
    assert.match(await refusal(actOn(session, payment, 'refunds', { note: 'x' }), 409, 'not_refundable'), /Record a payout/);
  });
});

describe('a payout', () => {
  test('lowers the owed amount, once for each request, and never below zero', async () => {
    const session = await createSession('kora');
    await redeem(session, { pin: freshPin('kora', 'exact'), amount: 100_00 });
    assert.equal((await cancel(session)).body.amount_owed, 100_00);
    const key = freshKey();
    const body = { amount: 60_00, note: 'In cash, at the till' };
    const answers = await Promise.all([act(session, 'payouts', body, key), act(session, 'payouts', body, key)]);
    // The second one is a replay, or is refused because the first one is under way.
    assert.ok(answers.every(({ status }) => status === 200 || status === 409), answers.map(({ text }) => text).join());
    const told = await shopView(session);
    assert.deepEqual([told.amount_owed, told.amount_paid_out, told.payouts.length], [40_00, 60_00, 1]);
    const [{ id, at, ...payout }] = told.payouts;
    assert.match(id, /^po_[0-9a-f]{32}$/);
    assert.match(at, /^\d{4}-/);
    assert.deepEqual(payout, { amount: 60_00, by: ACTOR, note: body.note });
    const more = await refusal(act(session, 'payouts', { amount: 40_01, note: 'x' }), 409, 'not_owed');
    assert.equal(more, 'ZAR 40.01 is more than is owed: ZAR 40.00.');
    // Two members of staff pay out the rest at the same time: one of them is refused.
    const rest = { amount: 40_00, note: 'The rest' };
    const both = await Promise.all([act(session, 'payouts', rest, freshKey()), act(session, 'payouts', rest, freshKey())]);
    assert.deepEqual(both.map(({ status }) => status).sort(), [200, 409]);
    assert.equal((await shopView(session)).amount_owed, 0);
    assert.equal((await typesOf(session)).filter((type) => type === 'payout.recorded').length, 2);
    // The shopper's page says that it was paid back, and when.
    const { words: page } = readPage(await withCookies(checkout.send)('GET', session.url.slice(checkout.url.length)));
    assert.match(page, /Harbour Mugs paid you R\s?100\.00 back \(.*\d{4}.*\)\./);
    assert.doesNotMatch(page, /owes you/);
  });
});

describe('personal data', () => {
  const customer = { email: 'nomsa.dlamini@example.com', phone: '083 765 4321', name: 'Nomsa Dlamini' };
  const metadata = { delivery: '12 Protea Road, Ceres' };
  const typed = { phone: '084 222 3344', email: 'nomsa.private@example.com' };
  const words = ['nomsa.dlamini', '083 765 4321', 'Nomsa Dlamini', 'Protea Road', '27842223344', '0842223344', 'nomsa.private'];

  /** Fails if a word stands in clear in any file of the Worker's storage. */
  function assertNotStored() {
    const files = checkout.readFiles();
    assert.ok(files.some((file) => file.includes('order-personal')), 'the storage is what is searched');
    const found = words.filter((word) => files.some((file) => file.includes(word) || file.includes(Buffer.from(word, 'utf16le'))));
    assert.deepEqual(found, []);
  }

  test('is sealed from the first moment, serves the payment and the shop, and is erased on request', async () => {
    const session = await createSession('kora', { reference: 'order-personal', customer, metadata });
    assertNotStored();
    assert.deepEqual([session.metadata, (await shopView(session)).metadata], [metadata, metadata]);
    const shown = await view(session);
    assert.deepEqual([shown.email, shown.phone], [customer.email, customer.phone]);
    const { body } = await redeem(session, { pin: freshPin('kora', 'exact'), ...typed });
    assert.equal(body.session.status, 'complete');
    assertNotStored();

    const { status, body: erased } = await act(session, 'erase', { note: 'Asked for it by e-mail' });
    assert.deepEqual([status, erased.metadata, erased.status, erased.amount_received], [200, {}, 'complete', erased.amount]);
    const after = await view(session);
    assert.deepEqual([after.email, after.phone, after.status], [undefined, undefined, 'complete']);
    assert.deepEqual((await ledgerOf(session)).at(-1).type, 'erased');
    assert.equal((await act(session, 'erase', undefined)).status, 415, 'a body is JSON');
    assert.equal((await act(session, 'erase', {})).status, 200, 'once more');
    assertNotStored();
  });
});

describe('bad requests', () => {
  test('are met by a clear error, and change nothing', async () => {
    const { session, payment } = await inReview('kora', 'error_before');
    const before = (await ledgerOf(session)).length;
    const unknown = { id: `rd_${'0'.repeat(32)}` };
    const note = 'x';
    for (const [answer, status, code, field] of [
      [actOn(session, unknown, 'resolve', { outcome: 'taken', note }), 404, 'redemption_not_found'],
      [actOn(session, { id: 'rd_1' }, 'ask', {}), 404, 'redemption_not_found'],
      [actOn({ id: `cs_${'0'.repeat(32)}` }, payment, 'ask', {}), 404, 'session_not_found'],
      [actOn(session, payment, 'resolve', { outcome: 'maybe', note }), 400, 'field_invalid', 'outcome'],
      [actOn(session, payment, 'resolve', { outcome: 'taken' }), 400, 'field_missing', 'note'],
      [actOn(session, payment, 'resolve', { outcome: 'taken', note: 'x'.repeat(501) }), 400, 'field_invalid', 'note'],
      [actOn(session, payment, 'resolve', { outcome: 'taken', note, amount: 2.5 }), 400, 'amount_invalid', 'amount'],
      [actOn(session, payment, 'resolve', { outcome: 'taken', note, amount: USUAL.kora.amount + 1 }), 409, 'nothing_to_resolve'],
      [actOn(session, payment, 'resolve', { outcome: 'taken', note, change: { pin: '12' } }), 400, 'field_invalid', 'change.pin'],
      [actOn(session, payment, 'refunds', { note }), 409, 'not_refundable'],
      [act(session, 'payouts', { amount: 1, note }), 409, 'not_owed'],
      [act(session, 'payouts', { amount: 0, note }), 400, 'amount_invalid', 'amount'],
      [act(session, 'payouts', { amount: 1, note, voucher: 'vo_1' }), 400, 'field_invalid', 'voucher'],
      [shop('GET', `/v1/checkout_sessions/${session.id}/payouts`), 405, 'method_not_allowed'],
      [shop('GET', `/v1/checkout_sessions/${session.id}/redemptions/${payment.id}/resolve`), 405, 'method_not_allowed'],
    ]) {
      await refusal(answer, status, code, field);
    }
    const stranger = await checkout.send('POST', `/v1/checkout_sessions/${session.id}/payouts`, { body: { amount: 1, note } });
    assertProblem(stranger, 401, 'api_key_missing');
    assert.equal((await ledgerOf(session)).length, before);
    await actOn(session, payment, 'resolve', { outcome: 'not_taken', note });
  });
});

closingTests(checkout);
