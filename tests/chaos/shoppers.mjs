// Realistic shoppers: they pay with several vouchers, use the balance of a voucher and their change vouchers, leave in the
// middle, come back, and try a voucher in several windows at once. They never try another voucher while one is being processed.
import { serve } from './staff.mjs';
import { begin, cancel, tryOne, typeCode, waitUntilProcessed } from './tries.mjs';

const MOST_VOUCHERS = 5;
/** The share of visits in which several sessions use one voucher, and in which one order is paid with many small vouchers. */
const CROWDS = 0.14;
const PURSES = 0.015;
/** The amount that each small voucher pays, in minor units. */
const SMALL = 1_00;
/** The most vouchers that a session takes. */
const LIMIT = 10;
/** The most small vouchers tried in one order: twice as many as a session takes. */
const OPENED = 20;

/** Plays one visit to the shop: usually one session, sometimes several with one voucher. */
export async function visit(world, number) {
  const chance = world.chance.fork(`visit ${number}`);
  const provider = chance.pick(['kora', 'wipay', 'celbux', 'odm']);
  if (chance.happens(CROWDS)) return shareVoucher(world, chance, provider, number);
  if (chance.happens(PURSES)) return payWithSmallVouchers(world, chance, provider, number);
  const session = await begin(world, chance, provider, `order-${number}`);
  const offered = session.currency === 'ZAR' && chance.happens(0.4) ? ['kora', 'celbux'] : [provider];
  for (let vouchers = 0; vouchers < MOST_VOUCHERS; vouchers++) {
    const seen = await world.client.view(session);
    if (seen.status !== 'open') break;
    await tryOne(world, chance, session, { provider: chance.pick(offered), seen, ...offeredVoucher(world, chance, seen) });
    await typeCode(world, chance, session);
    if (!(await waitUntilProcessed(world, chance, session))) break;
    if (chance.happens(0.2)) await sendWebhook(world, chance, session);
    if (chance.happens(0.07)) await cancel(world, session);
    if (vouchers > 0 && chance.happens(0.2)) break;
  }
  if (chance.happens(0.1)) await cancel(world, session);
  await serve(world, chance, session);
}

/** Returns a voucher that the page offers to use: one declined as too small, with its balance, or a change voucher. */
function offeredVoucher({ tally, vouchers }, chance, { redemptions }) {
  const last = redemptions.at(-1);
  if (last?.usable && chance.happens(0.6)) {
    const pin = vouchers.of(last.id);
    if (pin) return tally.add('voucher: what is on it') && { provider: last.provider, pin, amount: last.usable };
  }
  const paid = redemptions.findLast(({ change }) => change);
  if (paid && chance.happens(0.5)) return tally.add('voucher: the change of this order') && { provider: paid.provider, pin: paid.change.pin };
  return {};
}

/** Tries the same voucher in several sessions at once; often one whose answer is late or lost. */
async function shareVoucher(world, chance, provider, number) {
  const count = chance.whole(2, 4);
  world.tally.add('client: one voucher in several sessions');
  const numbers = Array.from({ length: count }, (_, place) => `order-${number}-${place}`);
  const sessions = await Promise.all(numbers.map((name) => begin(world, chance.fork(name), provider, name)));
  const pin = world.vouchers.draw(chance, provider, sessions[0].amount, { answerLost: chance.happens(0.5) });
  await Promise.all(sessions.map(async (session, place) => {
    const own = chance.fork(`session ${place}`);
    for (let tries = 0; tries < 2; tries++) {
      const seen = await world.client.view(session);
      if (seen.status !== 'open') break;
      await tryOne(world, own, session, { provider, seen, pin });
      await typeCode(world, own, session);
      if (!(await waitUntilProcessed(world, own, session))) break;
    }
    if (own.happens(0.15)) await cancel(world, session);
  }));
}

/** Pays an order with one small voucher after the other, until the session takes no more. */
async function payWithSmallVouchers(world, chance, provider, number) {
  const session = await begin(world, chance, provider, `order-${number}`, { amount: 100_00 });
  for (let opened = 0; opened < OPENED; opened++) {
    const seen = await world.client.view(session);
    if (seen.status !== 'open') break;
    await tryOne(world, chance, session, { provider, seen, pin: world.vouchers.exact(provider), amount: SMALL });
    await typeCode(world, chance, session);
    if (!(await waitUntilProcessed(world, chance, session))) break;
    if (seen.vouchers_left === 0) break;
  }
  const { redemptions } = await world.client.view(session);
  if (redemptions.filter(({ status }) => status === 'succeeded').length > LIMIT) world.found('more vouchers than a session takes', session.id);
  if (chance.happens(0.3)) await cancel(world, session);
}

/** Sends a provider's webhook: repeated, late, with another outcome, or before the answer. */
async function sendWebhook(world, chance, session) {
  const { redemptions } = await world.client.shopView(session);
  const told = redemptions.filter(({ provider }) => provider === 'kora' || provider === 'celbux');
  if (told.length === 0) return;
  const { provider, provider_reference: reference } = chance.pick(told);
  const wanted = { provider, reference, times: chance.whole(1, 3), url: `${world.url}/webhooks/${provider}` };
  if (provider === 'kora') wanted.event = chance.pick([undefined, 'charge.success', 'charge.failed']);
  await world.simulator.sendWebhook(wanted);
  world.tally.add(`notification: ${wanted.event ?? 'as it is'}, ${wanted.times} times`);
}
