/** Law 5: a canceled session's payments are reversed where the provider can reverse them, and are owed where it cannot. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { startCheckout } from '../../../support/checkout.mjs';
import { until } from '../../../support/until.mjs';
import { USUAL } from '../../../support/usual.mjs';
import { closingTests } from '../../closing.mjs';

const checkout = await startCheckout({ limits: { provider_timeout_ms: 2_500, failed_per_minute: 100, failed_per_session: 100 } });
const { createSession, redeem, view, shopView, cancel, freshKey, freshPin, debitsOf, simulator } = checkout;

const PART = 100_00;
const callsAbout = (reference) => simulator.books().calls.filter(({ body }) => body.includes(reference));

/** Creates a session and pays a part of it with a voucher of this scenario. */
async function partPaid(scenario, provider = 'celbux') {
  const session = await createSession(provider);
  const pin = freshPin(provider, scenario);
  const { body } = await redeem(session, { pin, amount: PART });
  assert.deepEqual([body.redemption.status, body.session.amount_remaining], ['succeeded', USUAL[provider].amount - PART]);
  return { session, pin };
}

const reversalOf = ({ redemptions }) => redemptions[0].reversal?.status;

describe('cancelling a session reverses its Celbux payments', () => {
  test('reversed: amount_received and amount_owed are 0', async () => {
    const { session, pin } = await partPaid('rest_by_sms');
    const key = freshKey();
    const { status, body, text } = await cancel(session, key);
    assert.equal(status, 200);
    assert.deepEqual([body.status, body.amount_received, body.amount_owed, body.redemptions[0].status], ['canceled', 0, 0, 'reversed']);
    const [call] = callsAbout(body.redemptions[0].reversal.provider_reference);
    assert.equal(call.path, '/celbux/reverse?ns=sandbox');
    assert.deepEqual(JSON.parse(call.body), {
      StoreID: 'Store1', OldReference: body.redemptions[0].provider_reference, Reference: body.redemptions[0].reversal.provider_reference,
    });
    assert.notEqual(debitsOf(pin)[0].reversed_by, null);
    const shopper = await view(session);
    assert.deepEqual([shopper.status, shopper.redemptions[0].status, 'rest_by_message' in shopper.redemptions[0]], ['canceled', 'reversed', false]);
    // Neither the same request nor one with another key reverses the payment a second time.
    assert.equal((await cancel(session, key)).text, text);
    await cancel(session, freshKey());
    assert.equal(callsAbout(body.redemptions[0].reversal.provider_reference).length, 1);
  });

  test('reverse_silent_after: unknown at first, looked up, and reversed once', async () => {
    const { session, pin } = await partPaid('reverse_silent_after');
    const { body } = await cancel(session);
    assert.deepEqual([body.status, body.amount_owed, reversalOf(body)], ['canceled', PART, 'unknown']);
    const known = await until(() => shopView(session), ({ redemptions }) => redemptions[0].status === 'reversed');
    assert.deepEqual([known.amount_received, known.amount_owed], [0, 0]);
    assert.equal(callsAbout('OldReference').filter(({ path, body: sent }) => path.includes('/reverse') && sent.includes(known.redemptions[0].provider_reference)).length, 1);
    assert.notEqual(debitsOf(pin)[0].reversed_by, null);
  });

  test('a failed reversal is tried again, at most three times, then the money is owed', async () => {
    const { session } = await partPaid('reverse_silent_before');
    const { body } = await cancel(session);
    assert.deepEqual([body.status, body.amount_owed, reversalOf(body)], ['canceled', PART, 'unknown']);
    const known = await until(() => shopView(session), (seen) => reversalOf(seen) === 'refused', { within: 60_000 });
    assert.deepEqual([known.status, known.amount_owed, known.redemptions[0].status], ['canceled', PART, 'succeeded']);
    const sent = callsAbout(known.redemptions[0].reversal.provider_reference);
    assert.equal(sent.length, 3);
  });

  test('a refused reversal: the money is owed', async () => {
    const { session, pin } = await partPaid('reverse_refused');
    const { body } = await cancel(session);
    assert.deepEqual([body.status, body.amount_received, body.amount_owed, reversalOf(body)], ['canceled', PART, PART, 'refused']);
    assert.equal(debitsOf(pin)[0].reversed_by, null);
  });

  test('a reversal refused because of an expired token is sent again, and reported to the shop meanwhile', async () => {
    const { session, pin } = await partPaid('rest_by_sms');
    const token = checkout.settings.CELBUX_TOKEN;
    await checkout.restart({ CELBUX_TOKEN: 'expired-token' });
    const { body } = await cancel(session);
    const [{ needs_review, reversal }] = body.redemptions;
    assert.deepEqual([body.amount_owed, reversal.status, reversal.provider_message, needs_review], [PART, 'blocked', 'Transaction Failed - Verification: bad token', true]);
    assert.equal((await view(session)).redemptions[0].needs_review, true);
    await checkout.restart({ CELBUX_TOKEN: token });
    const known = await until(() => shopView(session), ({ redemptions }) => redemptions[0].status === 'reversed', { within: 60_000 });
    assert.deepEqual([known.amount_owed, 'needs_review' in known.redemptions[0]], [0, false]);
    assert.notEqual(debitsOf(pin)[0].reversed_by, null);
  });

  test('Kora has no reversal: the money is owed', async () => {
    const { session } = await partPaid('change', 'kora');
    const { body } = await cancel(session);
    assert.deepEqual([body.status, body.amount_owed, body.redemptions[0].status, 'reversal' in body.redemptions[0]], ['canceled', PART, 'succeeded', false]);
  });

  test('after a power cut during the reversal, its outcome is looked up', async () => {
    const { session, pin } = await partPaid('reverse_silent_after');
    const cut = cancel(session).catch(() => undefined);
    await simulator.until((books) => books.debits.some((debit) => debit.pin === pin && debit.reversed_by !== null));
    await checkout.restart();
    await cut;
    const known = await until(() => shopView(session), ({ redemptions }) => redemptions[0].status === 'reversed', { within: 60_000 });
    assert.deepEqual([known.status, known.amount_owed], ['canceled', 0]);
  });
});

closingTests(checkout);
