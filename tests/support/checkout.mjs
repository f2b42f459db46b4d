// A whole checkout for a test file: what start.mjs starts, the client of its shop and shoppers, and a record of what they did. Every
// answer they get is held against the rules that hold for all answers.
import { after } from 'node:test';
import { bare } from './answers.mjs';
import { clientOf, freshKey, transportTo } from './client.mjs';
import { withRules } from './layers.mjs';
import { start } from './start.mjs';
import { until } from './until.mjs';
import { freshPins, USUAL } from './usual.mjs';

/** Starts it as `start(options)` does, and stops it when the file's tests are over. */
export async function startCheckout(options) {
  const running = await start(options);
  after(() => running.stop());
  return Object.assign(running, callsOf(running));
}

function callsOf({ url, apiKey, simulator }) {
  /** The sessions made, the PINs typed and the PINs given out as change. */
  const sessions = [];
  const typed = new Set();
  const change = new Set();
  const client = clientOf({ send: withRules(transportTo(url), { apiKey, typed, change }), apiKey });
  let orders = 0;

  /** A session of this provider's currency; `fields` are added to what the shop says. */
  async function createSession(provider, fields = {}) {
    const { currency, amount } = USUAL[provider];
    const session = await client.createSession({ amount, currency, reference: `order-${++orders}`, ...fields });
    sessions.push(session);
    return { ...session, provider };
  }

  /** A try with one voucher, as the shopper types it. */
  function redeem(session, { pin, key, headers, signal, ...fields } = {}) {
    if (isWhole(pin)) typed.add(bare(pin));
    const { provider } = session;
    return client.redeem(session, { provider, pin, ...USUAL[provider].contact, ...fields }, { key, headers, signal });
  }

  return {
    ...client,
    sessions,
    typed,
    change,
    createSession,
    redeem,
    freshKey,
    /** The shopper's view as soon as no outcome is outstanding any more. */
    settled: (session) => until(() => client.view(session), ({ status }) => status !== 'processing', { within: 30_000 }),
    /** A PIN that nobody has used yet. */
    freshPin: freshPins(),
    /** The calls that a provider's books hold for this PIN, or all of them. */
    callsWith: (pin) => simulator.books().calls.filter(({ body }) => pin === undefined || body.includes(pin)),
    /** What a provider's books say was taken from this voucher. */
    debitsOf: (pin) => simulator.books().debits.filter((debit) => bare(debit.pin) === bare(pin)),
  };
}

/** Whether this is a PIN, and not a mistake that a test makes on purpose. */
const isWhole = (pin) => typeof pin === 'string' && bare(pin).length >= 12;
