// What a shop and its shoppers do in a course, whatever becomes of the Worker: they send the same again, and look.
import { randomBytes } from 'node:crypto';
import { freshKey } from '../support/client.mjs';
import { until } from '../support/until.mjs';
import { freshPins, USUAL } from '../support/usual.mjs';
import { ask, isOpen } from './orders.mjs';
import { isSettled, sessionOf } from './settling.mjs';

/** What an order costs where it does not matter. */
const AMOUNT = 249_00;

/** Refusals that follow from a stop that came before: the payment was never begun, or its session is over. */
const AFTER_A_STOP = new Set(['session_complete', 'session_canceled', 'session_expired', 'payment_in_progress']);

/** Whether it is still being asked whether the money was given back. */
const isAsked = ({ reversal, needs_review }) => /processing|unknown/.test(reversal?.status ?? '') && !needs_review;
const isOutstanding = ({ status, needs_review }) => /processing|unknown/.test(status) && !needs_review;

/** A voucher of this scenario that nobody has used. */
export const fresh = freshPins();

/** Dozens wait at once: looks that come by the clock would be all the load there is, so most come after a step of the course. */
const PATIENCE = { within: 60_000, every: 3_000 };

/** The calls of one course in `world`. */
export function callsOf(world, course) {
  const { client, online, steps, simulator, faults } = world;
  const known = (look, holds) => until(look, holds, { ...PATIENCE, woken: () => course.next() });
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

  /** One try with a voucher, sent again until it is answered; gives the payment, if it was begun. */
  async function tryWith(one, provider, pin, amount) {
    const fields = { provider, pin, ...USUAL[provider].contact, ...(amount && { amount }) };
    const { status, body, text } = await client.redeem(one, fields, { key: key() });
    if (status === 200 || status === 202) return body.redemption;
    if (!AFTER_A_STOP.has(body?.code)) world.found(`${course.name}: an answer to a try that should not be`, one.id, text);
    return undefined;
  }

  /** How the session stands when nothing of it is outstanding, but for what waits for a person. */
  async function settled(one) {
    await known(() => client.shopView(one), ({ redemptions }) => !redemptions.some(isOutstanding));
    return client.view(one);
  }

  /** A try, and how the session stands when its outcome is known. */
  async function pay(one, provider, pin, amount) {
    await tryWith(one, provider, pin, amount);
    return settled(one);
  }

  const cancel = (one) => client.cancel(one, key());

  /** The provider tells of the last payment of a session, until it is heard. */
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

  /** The shop has a voucher issued; `hint` has the provider tell of it while its outcome is not known. */
  async function order(body, { hint } = {}) {
    const one = { key: key(), body, answers: [] };
    world.orders.push(one);
    mine.orders.push(one);
    await ask(world, one);
    const reference = one.last.body?.provider_reference;
    if (hint && isOpen(one.last) && reference) await told({ provider: body.provider, reference });
    await known(() => ask(world, one), (last) => !isOpen(last));
  }

  /** Nothing of the course is outstanding any more: its outcomes are known, and the shop was told of them. */
  async function atEnd() {
    for (const one of mine.sessions) {
      const isOver = ({ shop, events }) => isSettled({ shop, events }, world) && !shop.redemptions.some(isAsked);
      const { shop } = await known(() => sessionOf(world, one), isOver);
      if (shop.status !== 'processing') continue;
      // A payment waits for a person: the shop ends the session all the same.
      await cancel(one);
      await known(() => sessionOf(world, one), isOver);
    }
    const heard = () => [...world.shop.received.values()].map(({ event }) => event.data.object.id);
    for (const { last } of mine.orders) {
      if (last.status === 201) await known(heard, (ids) => ids.includes(last.body.id));
    }
  }

  return { session, tryWith, settled, pay, cancel, tell, order, atEnd, known, hide: faults.hide, deny: faults.deny, client };
}
