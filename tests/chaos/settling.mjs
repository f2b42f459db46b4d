// Waiting until nothing is outstanding any more, and the last look at everything there is.
import { setTimeout as pause } from 'node:timers/promises';
import { ask, isOpen } from './orders.mjs';

const BESIDE_EACH_OTHER = 8;
const BETWEEN_ROUNDS_MS = 400;

/** Waits until every session, order and event is settled, or `within` is over; gives what is not. */
export async function settle(world, { within, say }) {
  const until = Date.now() + within;
  let sessions = world.sessions;
  let orders = world.orders;
  for (let round = 0; ; round++) {
    sessions = await those(sessions, async (session) => !isSettled(await sessionOf(world, session), world));
    orders = await those(orders, async (one) => isOpen(await ask(world, one)));
    const sending = world.simulator.books().webhooks.filter(({ state }) => state === 'sending').length;
    if (sessions.length + orders.length + sending === 0) return { sessions, orders };
    if (Date.now() > until) return { sessions, orders };
    if (round % 10 === 0) say(`  waiting for ${sessions.length} sessions, ${orders.length} orders, ${sending} notifications`);
    await pause(BETWEEN_ROUNDS_MS);
  }
}

/**
 * The shop ends the sessions in which a payment waits for a person, as it would: what vouchers have paid is given back, or owed. Gives
 * how many.
 */
export async function endWaiting(world) {
  const waiting = await those(world.sessions, async (session) => (await world.client.shopView(session)).status === 'processing');
  await each(waiting, async (session) => {
    const { status, text } = await world.client.cancel(session, `end-${session.id}`);
    if (status !== 200) world.found('a session that waits for a person cannot be ended', session.id, text);
  });
  return waiting.length;
}

/** Everything, as it is at the end: `{shop, shopper, events}` of each session, the answer to each order. */
export async function lastLook(world) {
  const sessions = [];
  await each(world.sessions, async (session) => {
    const { shop, events } = await sessionOf(world, session);
    sessions.push({ shop, events, shopper: await world.client.view(session) });
  });
  const orders = [];
  await each(world.orders, async (one) => orders.push({ ...one, last: await ask(world, one) }));
  return { sessions, orders };
}

export async function sessionOf({ client }, session) {
  const [shop, events] = await Promise.all([client.shopView(session), client.events(session)]);
  return { shop, events };
}

export function isSettled({ shop, events }, { faults }) {
  const hasEnded = /canceled|expired/.test(shop.status);
  const isOutstanding = ({ status, provider, needs_review, reversal, provider_reference: reference }) => {
    if (status === 'processing' || status === 'unknown') return !needs_review;
    // Celbux takes it back: that is still to be begun.
    if (hasEnded && status === 'succeeded' && provider === 'celbux' && !reversal) return true;
    // Nobody is told to look at one that was given back, perhaps: whoever hid the truth knows of it.
    return /processing|unknown/.test(reversal?.status ?? '') && !faults.hidden.has(reference);
  };
  if (shop.redemptions.some(isOutstanding) || events.some(({ delivery }) => delivery.status === 'pending')) return false;
  // What a voucher has paid is given back when the session ends, and that it ended is told.
  const waits = shop.redemptions.some(({ needs_review }) => needs_review);
  if (shop.status === 'expired') return events.some(({ type }) => type === 'checkout_session.expired');
  return shop.status !== 'open' || waits || Date.parse(shop.expires_at) > Date.now() + 600_000;
}

async function those(items, holds) {
  const kept = [];
  await each(items, async (item) => {
    if (await holds(item)) kept.push(item);
  });
  return kept;
}

/** Does it for all of them, some at a time. */
export async function each(items, act) {
  const left = [...items];
  const work = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await act(item);
  };
  await Promise.all(Array.from({ length: BESIDE_EACH_OTHER }, work));
}
