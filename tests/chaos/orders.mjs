// Orders of vouchers by the shop: the same order is sent several times, concurrently and afterwards, whatever the answers.
import { setTimeout as pause } from 'node:timers/promises';
import { NoAnswer } from '../support/layers.mjs';
import { drawOrder } from './vouchers.mjs';

/** How often the shop repeats an order whose outcome is not known. */
const MOST_REPEATS = 3;

export async function order(world, number) {
  const chance = world.chance.fork(`order ${number}`);
  const one = { key: `v-${chance.key()}`, body: { ...drawOrder(chance), reference: `voucher-${number}` }, answers: [] };
  world.orders.push(one);
  const copies = chance.pick([1, 1, 2, 3]);
  world.tally.add(`order: sent ${copies} at once`);
  await Promise.all(Array.from({ length: copies }, (_, copy) => (copy === 0 && chance.happens(0.2) ? sendAndLeave(world, chance, one) : ask(world, one))));
  for (let times = 0; times < MOST_REPEATS && isOpen(one.last); times++) {
    if (one.last && one.body.provider === 'celbux' && chance.happens(0.3)) await sendWebhook(world, one);
    await ask(world, one);
    // The shop's program repeats the order later, whatever has happened meanwhile.
    await pause(chance.whole(50, 600));
  }
}

/** Sends the order, again if it was sent before, and records the answer. */
export async function ask(world, one) {
  const { status, body } = await world.client.issue(one.body, one.key);
  one.answers.push({ status, body });
  one.last = { status, body };
  return one.last;
}

/** Returns whether the outcome of an order is still open and not in review. */
export const isOpen = (answer) => answer === undefined || (answer.status === 202 && !answer.body.needs_review);

/** Sends the order and aborts it: the shop's program dies while it waits for the answer. */
async function sendAndLeave({ once, tally }, chance, { key, body }) {
  const leaving = new AbortController();
  const sent = once.issue(body, key, { signal: leaving.signal });
  const ended = sent.catch((error) => {
    if (!(error instanceof NoAnswer)) throw error;
  });
  await Promise.race([ended, pause(chance.whole(1, 500))]);
  leaving.abort();
  await ended;
  tally.add('order: the shop left');
}

async function sendWebhook({ simulator, url, tally }, { last }) {
  const reference = last.body.provider_reference;
  if (!reference) return;
  await simulator.sendWebhook({ provider: 'celbux', reference, url: `${url}/webhooks/celbux` });
  tally.add('notification: of an order');
}
