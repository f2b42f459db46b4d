// The calls of a shop and its shoppers in a course: while the Worker is down they repeat the same request, or read the session.
import { randomBytes } from 'node:crypto';
import { freshKey } from '../support/client.mjs';
import { attributed } from '../support/reconciliation/attribution.mjs';
import { isOutstanding } from '../support/reconciliation/reconciliation.mjs';
import { until } from '../support/until.mjs';
import { freshPins, USUAL } from '../support/usual.mjs';
import { ask, isOpen } from './orders.mjs';
import { isSettled, sessionOf } from './settling.mjs';
import { verdict } from './staff.mjs';

/** The amount of an order, in minor units, where the course needs no other. */
const AMOUNT = 249_00;

/** Refusals caused by an earlier stop of the Worker: the payment never began, or its session has ended. */
const AFTER_A_STOP = new Set(['session_complete', 'session_canceled', 'session_expired', 'payment_in_progress', 'too_many_attempts']);

/** Returns whether the outcome of a reversal is still being looked up. */
const isReversalOpen = ({ reversal, needs_review }) => /processing|unknown/.test(reversal?.status ?? '') && !needs_review;

/** Returns an unused PIN of this scenario. */
export const fresh = freshPins();

/**
 * The timing of polls. Dozens of courses wait at once, and frequent polling would overload the Worker, so most polls follow a step.
 */
const POLLING = { within: 60_000, every: 3_000 };

/** Returns the calls of one course in `world`. */
export function callsOf(world, course) {
  const { client, online, steps, simulator, faults } = world;
  const known = (look, holds) => until(look, holds, { ...POLLING, woken: () => course.next() });
  const mine = { sessions: [], orders: [] };
  const key = () => {
    const name = freshKey();
    steps.expect(course, name);
    return name;
  };

  async function session(provider, fields = {}) {
    const { currency } = USUAL[provider];
    const order = { amount: AMOUNT, currency, reference: `order-${randomBytes(8).toString('hex')}`, ...fields };
    const made = await client.createSession(order, key());
    world.sessions.push(made);
    mine.sessions.push(made);
    return made;
  }

  /** Redeems a voucher, repeating the request until it is answered. Returns the redemption, if one was begun. */
  async function tryWith(one, provider, pin, amount) {
    const fields = { provider, pin, ...USUAL[provider].contact, ...(amount && { amount }) };
    const { status, body, text } = await client.redeem(one, fields, { key: key() });
    if (status === 200 || status === 202) return body.redemption;
    if (!AFTER_A_STOP.has(body?.code)) world.found(`${course.name}: an answer to a try that should not be`, one.id, text);
    return undefined;
  }

  /** Answers the challenge of a payment, repeating the request until it is answered. Returns the redemption, if the answer contains it. */
  async function answer(one, redemption, typed) {
    const { status, body, text } = await client.answerChallenge(one, redemption, typed, { key: key() });
    if (status === 200 || status === 202) return body.redemption;
    if (!AFTER_A_STOP.has(body?.code)) world.found(`${course.name}: an answer to a code that should not be`, one.id, text);
    return undefined;
  }

  /** Waits until every redemption has its outcome or is in review, and returns the shopper's view. */
  async function settled(one) {
    await known(() => client.shopView(one), ({ redemptions }) => !redemptions.some(isOutstanding));
    return client.view(one);
  }

  /** Redeems a voucher, waits for its outcome, and returns the shopper's view. */
  async function pay(one, provider, pin, amount) {
    await tryWith(one, provider, pin, amount);
    return settled(one);
  }

  const cancel = (one) => client.cancel(one, key());

  /** Sends the provider's webhook about the last payment of a session until the Worker takes it. */
  async function tell(one) {
    const { redemptions } = await client.shopView(one);
    const last = redemptions.at(-1);
    if (!last) return;
    await told({ provider: last.provider, reference: last.provider_reference });
  }

  async function told(wanted) {
    const url = `${world.url}/webhooks/${wanted.provider}`;
    await known(() => online().then(() => simulator.sendWebhook({ ...wanted, url })), ([status]) => status === 200);
  }

  /** Performs a manual act on a session or an ordered voucher. Returns the Worker's view of it. */
  async function act(path, fields = {}) {
    const { status, body, text } = await client.shop('POST', `/v1/${path}`, { note: 'Done by hand', ...fields }, key());
    if (status !== 200) world.found(`${course.name}: ${path} was answered ${status}`, text);
    return body;
  }

  /** Records that owed money was paid out, unless another act on it is under way. Returns the answer. */
  const payOut = ({ id }, amount) => client.shop('POST', `/v1/checkout_sessions/${id}/payouts`, { amount, note: 'Done by hand' }, key());

  /** Asks the providers once more about the payments in review, as a person, and settles them according to the books. */
  async function settleByHand(one) {
    const books = simulator.books();
    for (const payment of attributed(books, [{ ...(await sessionOf(world, one)), shopper: await client.view(one) }]).payments) {
      if (!payment.needs_review) continue;
      const path = `checkout_sessions/${one.id}/redemptions/${payment.id}`;
      await act(`${path}/ask`);
      await act(`${path}/resolve`, verdict(payment, books));
    }
  }

  /**
   * Orders a voucher, and returns the last answer. `hint` sends the provider's webhook about it while its outcome is not known;
   * `hidden` hides the outcome for good, and a person settles the order.
   */
  async function order(body, { hint, hidden } = {}) {
    const one = { key: key(), body, answers: [] };
    if (hidden) faults.hideOrder(one.key);
    world.orders.push(one);
    mine.orders.push(one);
    await ask(world, one);
    const reference = one.last.body?.provider_reference;
    if (hint && isOpen(one.last) && reference) await told({ provider: body.provider, reference });
    await known(() => ask(world, one), (last) => !isOpen(last));
    const { id, needs_review: needsReview, provider_reference: last } = one.last.body ?? {};
    if (!needsReview) return one.last;
    const isIssued = simulator.books().providers.celbux.transactions.some((made) => made.reference === last);
    await act(`vouchers/${id}/ask`);
    await act(`vouchers/${id}/resolve`, { outcome: isIssued ? 'issued' : 'not_issued' });
    return ask(world, one);
  }

  /** Waits until all outcomes of the course are known and the shop has received its events. */
  async function atEnd() {
    for (const one of mine.sessions) {
      const isOver = ({ shop, events }) => isSettled({ shop, events }, world) && !shop.redemptions.some(isReversalOpen);
      const { shop } = await known(() => sessionOf(world, one), isOver);
      if (shop.status !== 'processing') continue;
      // A payment is in review: the shop cancels the session nevertheless.
      await cancel(one);
      await known(() => sessionOf(world, one), isOver);
    }
    const heard = () => [...world.shop.received.values()].map(({ event }) => event.data.object.id);
    for (const { last } of mine.orders) {
      if (last.status === 201) await known(heard, (ids) => ids.includes(last.body.id));
    }
  }

  return { session, tryWith, answer, settled, pay, cancel, act, payOut, settleByHand, tell, order, atEnd, known, hide: faults.hide, deny: faults.deny, block: faults.block, client };
}
