// Waits until everything is settled, and reads the final state.
import { setTimeout as pause } from 'node:timers/promises';
import { concurrently } from '../support/concurrently.mjs';
import { isOutstanding } from '../support/reconciliation/reconciliation.mjs';
import { ask, isOpen } from './orders.mjs';

const CONCURRENCY = 8;
const BETWEEN_ROUNDS_MS = 400;

/** Waits until every session, order and event is settled, or `within` milliseconds are over. Returns the unsettled ones. */
export async function settle(world, { within, say }) {
  const until = Date.now() + within;
  let sessions = world.sessions;
  let orders = world.orders;
  for (let round = 0; ; round++) {
    sessions = await filtered(sessions, async (session) => !isSettled(await sessionOf(world, session), world));
    orders = await filtered(orders, async (one) => isOpen(await ask(world, one)));
    const sending = world.simulator.books().webhooks.filter(({ state }) => state === 'sending').length;
    if (sessions.length + orders.length + sending === 0) return { sessions, orders };
    if (Date.now() > until) return { sessions, orders };
    if (round % 10 === 0) say(`  waiting for ${sessions.length} sessions, ${orders.length} orders, ${sending} notifications`);
    await pause(BETWEEN_ROUNDS_MS);
  }
}

/**
 * Cancels, as the shop would, the sessions in which a payment is in review: their payments are reversed or owed. Returns the
 * number of those sessions.
 */
export async function endWaiting(world) {
  const waiting = await filtered(world.sessions, async (session) => (await world.client.shopView(session)).status === 'processing');
  await forEachConcurrently(waiting, async (session) => {
    const { status, text } = await world.client.cancel(session, `end-${session.id}`);
    if (status !== 200) world.found('a session with a payment in review cannot be ended', session.id, text);
  });
  return waiting.length;
}

/** Returns the final state: `{shop, shopper, events}` of each session, and the answer to each order. */
export async function finalState(world) {
  const sessions = [];
  await forEachConcurrently(world.sessions, async (session) => {
    const { shop, events } = await sessionOf(world, session);
    sessions.push({ shop, events, shopper: await world.client.view(session) });
  });
  const orders = [];
  await forEachConcurrently(world.orders, async (one) => orders.push({ ...one, last: await ask(world, one) }));
  return { sessions, orders };
}

export async function sessionOf({ client }, session) {
  const [shop, events] = await Promise.all([client.shopView(session), client.events(session)]);
  return { shop, events };
}

export function isSettled({ shop, events }, { faults }) {
  const hasEnded = /canceled|expired/.test(shop.status);
  const isWaitedFor = (payment) => {
    const { status, provider, reversal, provider_reference: reference } = payment;
    if (isOutstanding(payment)) return true;
    // Celbux can reverse it, and the reversal has not begun yet.
    if (hasEnded && status === 'succeeded' && provider === 'celbux' && !reversal) return true;
    // A reversal in doubt carries no review flag; the ones whose outcome is hidden for good are known here.
    return /processing|unknown/.test(reversal?.status ?? '') && !faults.hidden.has(reference);
  };
  if (shop.redemptions.some(isWaitedFor) || events.some(({ delivery }) => delivery.status === 'pending')) return false;
  // When a session expires its payments are reversed, and an event reports that it expired.
  const waits = shop.redemptions.some(({ needs_review }) => needs_review);
  if (shop.status === 'expired') return events.some(({ type }) => type === 'checkout_session.expired');
  return shop.status !== 'open' || waits || Date.parse(shop.expires_at) > Date.now() + 600_000;
}

async function filtered(items, holds) {
  const kept = [];
  await forEachConcurrently(items, async (item) => {
    if (await holds(item)) kept.push(item);
  });
  return kept;
}

/** Calls `act` for each item, CONCURRENCY at a time. */
export const forEachConcurrently = (items, act) => concurrently(CONCURRENCY, items, act);
