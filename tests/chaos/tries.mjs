// Creates sessions and tries vouchers, in all the ways in which shoppers send a request.
import { setTimeout as pause } from 'node:timers/promises';
import { TEST_CODE } from '../simulator/odm-test-vouchers.mjs';
import { NoAnswer } from '../support/layers.mjs';
import { USUAL } from '../support/usual.mjs';

/** The ways in which a shopper sends a try, with their weights. */
const MANNERS = { once: 52, 'twice at once': 10, 'thrice at once': 3, 'again afterwards': 12, leaves: 15, 'leaves, and sends again': 8 };
/** The times that a shopper waits at "processing" before leaving the page, in milliseconds. */
const WAITS_MS = [0, 500, 2_000, 6_000, 12_000];
/** The error codes of tries that began no redemption. */
const NOT_BEGUN = new Set([
  ...['payment_in_progress', 'session_complete', 'session_canceled', 'session_expired'],
  ...['amount_above_remaining', 'amount_below_remaining', 'too_many_vouchers'],
  ...['provider_busy', 'provider_down', 'too_many_attempts'],
]);

/** Creates a session as the shop; the call is sent twice now and then. */
export async function begin(world, chance, provider, reference, fields = {}) {
  const amount = chance.whole(20, 300) * 100 + chance.pick([0, 0, 1, 50, 99]);
  const body = { amount, currency: USUAL[provider].currency, reference, ...fields };
  if (!fields.expires_in && chance.happens(0.08)) body.expires_in = chance.whole(1, 5);
  const call = () => world.client.createSession(body, `s-${reference}`);
  const [session, again] = await Promise.all([call(), chance.happens(0.05) ? call() : undefined]);
  if (again && again.id !== session.id) world.found('one key made two sessions', session.id, again.id);
  world.sessions.push(session);
  return session;
}

/**
 * Tries one voucher in one of MANNERS. `pin` is the voucher, and `amount` the amount in minor units; both are random by default.
 */
export async function tryOne(world, chance, session, { provider, seen, pin, amount = amountOf(chance, seen) }) {
  for (const { provider: of, change } of seen.redemptions) if (change) world.vouchers.saw(of, change.pin);
  const fields = { provider, pin: pin ?? world.vouchers.draw(chance, provider, amount), ...USUAL[provider].contact };
  if (amount !== seen.amount_remaining) fields.amount = world.tally.add('voucher: a part of the order') && amount;
  const manner = world.tally.add(`sent: ${chance.weighted(MANNERS)}`).slice(6);
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
  // Without any answer, the shopper sends the same request again, or looks at the session.
  if (answers.every((id) => id === undefined) && chance.happens(0.4)) answers.push(await send());
  const ids = [...new Set(answers.filter(Boolean))];
  if (ids[0]) world.vouchers.usedFor(ids[0], fields.pin);
  if (ids.length > 1) world.found('one key began two payments', session.id, ...ids);
}

const amountOf = (chance, { amount_remaining: rest }) => (chance.happens(0.35) ? chance.whole(1, rest) : rest);

/** Returns the id of the try's redemption; undefined when no answer came or none was begun. */
async function answerTo(world, session, key, fields, signal) {
  try {
    const { status, body, text } = await world.once.redeem(session, fields, { key, signal });
    if (status === 200 || status === 202) return body.redemption.id;
    world.tally.add(`refused: ${body?.code ?? status}`);
    if (!NOT_BEGUN.has(body?.code)) world.found('an answer to a try that should not be', session.id, text);
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    if (!signal?.aborted) await world.online();
  }
  return undefined;
}

/**
 * Types the code of a payment that waits for one: sometimes a wrong one first, in two tabs at once, after requesting another one, or not at
 * all.
 */
export async function typeCode(world, chance, session) {
  for (let typed = 0; typed < 4; typed++) {
    const waiting = (await world.client.view(session)).redemptions.find(({ status }) => status === 'challenged');
    if (!waiting || chance.happens(0.06)) return;
    const answer = chance.happens(0.06) ? { resend: true } : { code: chance.happens(0.15) ? '000000' : TEST_CODE };
    const kind = answer.resend ? 'wanted once more' : answer.code === TEST_CODE ? 'right' : 'wrong';
    world.tally.add(`code: ${kind}`);
    const send = (key) => codeAnswered(world, session, waiting, answer, key);
    const key = `o-${chance.key()}`;
    const tabs = chance.happens(0.12) ? [send(key), send(`o-${chance.key()}`)] : [send(key)];
    await Promise.all(tabs);
    if (chance.happens(0.1)) await send(key);
  }
}

async function codeAnswered(world, session, waiting, answer, key) {
  try {
    const { status, body, text } = await world.once.answerChallenge(session, waiting, answer, { key });
    if (status !== 200 && status !== 202 && !NOT_BEGUN.has(body?.code)) world.found('an answer to a code that should not be', session.id, text);
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    await world.online();
  }
}

/** Polls until nothing is processing any more, and returns true; false when the shopper leaves before. */
export async function waitUntilProcessed(world, chance, session) {
  const until = Date.now() + chance.pick(WAITS_MS);
  for (let wait = 120; ; wait = Math.min(wait * 1.6, 900)) {
    const { status } = await world.client.view(session);
    if (status !== 'processing') return true;
    if (Date.now() > until) break;
    await pause(wait);
  }
  world.tally.add('client: left while processing');
  return false;
}

export async function cancel({ client, tally }, session) {
  const { status, body } = await client.cancel(session, `c-${session.id}`);
  tally.add(`cancel: ${status === 200 ? 'done' : body.code}`);
}
