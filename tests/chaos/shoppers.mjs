// Shoppers as they are: they pay with several vouchers, press twice, leave in the middle, come back, and try a voucher in two
// shops' windows at once. What they never do is to try another voucher while one is being processed.
import { setTimeout as pause } from 'node:timers/promises';
import { NoAnswer } from './client.mjs';
import { CURRENCY, TYPED } from './vouchers.mjs';

/** How a shopper sends a try. */
const MANNERS = { once: 52, 'twice at once': 10, 'thrice at once': 3, 'again afterwards': 12, leaves: 15, 'leaves, and sends again': 8 };
/** How long a shopper looks at "processing" before leaving the page, in milliseconds. */
const PATIENCE = [0, 500, 2_000, 6_000, 12_000];
const MOST_VOUCHERS = 5;
/** Answers to a try that say that nothing was begun. */
const NOT_BEGUN = new Set([
  ...['payment_in_progress', 'session_complete', 'session_canceled', 'session_expired'],
  ...['amount_above_remaining', 'provider_busy', 'too_many_attempts'],
]);

/** One visit to the shop: usually one session, sometimes several with one voucher. */
export async function visit(world, number) {
  const chance = world.chance.fork(`visit ${number}`);
  const provider = chance.pick(['kora', 'wipay', 'celbux']);
  if (chance.happens(0.1)) return crowd(world, chance, provider, number);
  const session = await begin(world, chance, provider, `order-${number}`);
  const offered = session.currency === 'ZAR' && chance.happens(0.4) ? ['kora', 'celbux'] : [provider];
  for (let vouchers = 0; vouchers < MOST_VOUCHERS; vouchers++) {
    const seen = await world.client.view(session);
    if (seen.status !== 'open') break;
    await tryOne(world, chance, session, chance.pick(offered), seen);
    if (!(await isCalm(world, chance, session))) break;
    if (chance.happens(0.2)) await tellOfIt(world, chance, session);
    if (chance.happens(0.07)) await cancel(world, session);
    if (vouchers > 0 && chance.happens(0.2)) break;
  }
  if (chance.happens(0.1)) await cancel(world, session);
}

/** The same voucher, tried from several sessions at once. */
async function crowd(world, chance, provider, number) {
  const count = chance.whole(2, 4);
  world.tally.add('client: one voucher in several sessions');
  const numbers = Array.from({ length: count }, (_, place) => `order-${number}-${place}`);
  const sessions = await Promise.all(numbers.map((name) => begin(world, chance.fork(name), provider, name)));
  const pin = world.vouchers.draw(chance, provider, sessions[0].amount);
  await Promise.all(sessions.map(async (session, place) => {
    const own = chance.fork(`session ${place}`);
    for (let tries = 0; tries < 2; tries++) {
      const seen = await world.client.view(session);
      if (seen.status !== 'open') break;
      await tryOne(world, own, session, provider, seen, pin);
      if (!(await isCalm(world, own, session))) break;
    }
    if (own.happens(0.15)) await cancel(world, session);
  }));
}

/** A session, made by the shop; the call is sent twice now and then. */
async function begin(world, chance, provider, reference) {
  const body = { amount: chance.whole(20, 300) * 100 + chance.pick([0, 0, 1, 50, 99]), currency: CURRENCY[provider], reference };
  if (chance.happens(0.08)) body.expires_in = chance.whole(1, 5);
  const call = () => world.client.shop('POST', '/v1/checkout_sessions', body, `s-${reference}`);
  const [{ body: session, status, text }, again] = await Promise.all([call(), chance.happens(0.05) ? call() : undefined]);
  if (status !== 201) throw new Error(`no session: ${text}`);
  if (again && again.body.id !== session.id) world.found('one key made two sessions', session.id, again.body.id);
  world.sessions.push(session);
  return session;
}

/** Sends one try, in one of the manners. */
async function tryOne(world, chance, session, provider, seen, pin) {
  const change = seen.redemptions.find((one) => one.provider === provider && one.change)?.change.pin;
  if (change) world.vouchers.saw(provider, change);
  const amount = chance.happens(0.35) ? chance.whole(1, seen.amount_remaining) : seen.amount_remaining;
  const fields = { provider, pin: pin ?? world.vouchers.draw(chance, provider, amount), ...TYPED[provider] };
  if (amount !== seen.amount_remaining) fields.amount = amount;
  const manner = world.tally.add(`sent: ${chance.weighed(MANNERS)}`).slice(6);
  const key = `k-${chance.key()}`;
  world.begin();
  const send = (signal) => answerTo(world, session, key, fields, signal);
  const several = { 'twice at once': 2, 'thrice at once': 3 }[manner] ?? 1;
  const leaving = new AbortController();
  const sent = Array.from({ length: several }, () => send(leaving.signal));
  if (manner.startsWith('leaves')) {
    await Promise.race([...sent, pause(chance.whole(1, 900))]);
    leaving.abort();
  }
  const answers = await Promise.all(sent);
  if (manner === 'again afterwards' || manner === 'leaves, and sends again') answers.push(await send());
  // No answer at all: whoever does not know whether it was heard sends the same again, or looks.
  if (answers.every((id) => id === undefined) && chance.happens(0.4)) answers.push(await send());
  const ids = [...new Set(answers.filter(Boolean))];
  if (ids.length > 1) world.found('one key began two payments', session.id, ...ids);
}

/** The id of the payment that this try is, or undefined when nothing was heard or begun. */
async function answerTo(world, session, key, fields, signal) {
  try {
    const { status, body, text } = await world.client.redeem(session, key, fields, signal);
    if (status === 200 || status === 202) return body.redemption.id;
    world.tally.add(`refused: ${body?.code ?? status}`);
    if (!NOT_BEGUN.has(body?.code)) world.found('an answer to a try that should not be', session.id, text);
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    if (!signal?.aborted) await world.client.online();
  }
  return undefined;
}

/** Looks until nothing is processed any more. False when the shopper has lost patience before. */
async function isCalm(world, chance, session) {
  const until = Date.now() + chance.pick(PATIENCE);
  for (let wait = 120; ; wait = Math.min(wait * 1.6, 900)) {
    const { status } = await world.client.view(session);
    if (status !== 'processing') return true;
    if (Date.now() > until) break;
    await pause(wait);
  }
  world.tally.add('client: left while processing');
  return false;
}

async function cancel({ client, tally }, { id }) {
  const { status, body } = await client.shop('POST', `/v1/checkout_sessions/${id}/cancel`, undefined, `c-${id}`);
  tally.add(`cancel: ${status === 200 ? 'done' : body.code}`);
}

/** A provider's notification: again, late, of another ending, or before there is an answer. */
async function tellOfIt(world, chance, session) {
  const { redemptions } = await world.client.shopView(session);
  const told = redemptions.filter(({ provider }) => provider !== 'wipay');
  if (told.length === 0) return;
  const { provider, provider_reference: reference } = chance.pick(told);
  const wanted = { provider, reference, times: chance.whole(1, 3), url: `${world.url}/webhooks/${provider}` };
  if (provider === 'kora') wanted.event = chance.pick([undefined, 'charge.success', 'charge.failed']);
  await world.simulator.sendWebhook(wanted);
  world.tally.add(`notification: ${wanted.event ?? 'as it is'}, ${wanted.times} times`);
}
