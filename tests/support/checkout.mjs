// A complete checkout for a test file: everything that start.mjs starts, the client of its shop and shoppers, and a record of
// their calls. Every answer is checked against the rules for all answers.
import { after } from 'node:test';
import { bare } from './answers.mjs';
import { clientOf, freshKey, transportTo } from './client.mjs';
import { withRules } from './layers.mjs';
import { start } from './start.mjs';
import { until } from './until.mjs';
import { freshPins, USUAL } from './usual.mjs';

/**
 * Starts a checkout as `start(options)` does, and stops it when the file's tests are over. `layer` is put around the transport of its
 * client.
 */
export async function startCheckout({ layer = (send) => send, ...options } = {}) {
  const running = await start(options);
  after(() => running.stop());
  return Object.assign(running, callsOf(running, layer));
}

function callsOf({ url, apiKey, issuingKey, simulator }, layer) {
  /** The sessions created, the PINs typed, and the PINs of the change vouchers. */
  const sessions = [];
  const typed = new Set();
  const change = new Set();
  const client = clientOf({ send: withRules(layer(transportTo(url)), { apiKey, typed, change }), apiKey, issuingKey });
  let orders = 0;

  /** Creates a session in this provider's currency; `fields` are added to the order. */
  async function createSession(provider, fields = {}) {
    const { currency, amount } = USUAL[provider];
    const session = await client.createSession({ amount, currency, reference: `order-${++orders}`, ...fields });
    sessions.push(session);
    return { ...session, provider };
  }

  /** Pays with one voucher, as typed by the shopper. */
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
    /** Waits until no outcome is outstanding, and returns the shopper's view. */
    settled: (session) => until(() => client.view(session), ({ status }) => status !== 'processing', { within: 60_000 }),
    /** Returns an unused PIN. */
    freshPin: freshPins(),
    /** Returns the calls in the providers' books that hold this PIN, or all calls. */
    callsWith: (pin) => simulator.books().calls.filter(({ body }) => pin === undefined || body.includes(pin)),
    /** Returns the debits of this voucher in the providers' books. */
    debitsOf: (pin) => simulator.books().debits.filter((debit) => bare(debit.pin) === bare(pin)),
  };
}

/** Returns whether this is a whole PIN; tests also send malformed ones. */
const isWhole = (pin) => typeof pin === 'string' && bare(pin).length >= 12;
