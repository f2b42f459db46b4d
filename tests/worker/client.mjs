// The shop and its shopper as HTTP clients. Every answer they get is held against the rules that hold for all answers.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after } from 'node:test';
import { pinFor } from '../simulator/pins.mjs';
import { assertProper, bare } from './answers.mjs';
import { startStack } from './stack.mjs';
import { until } from '../support/until.mjs';

/** What a shopper of each provider types besides the PIN, and what orders cost there. */
export const USUAL = {
  kora: { currency: 'ZAR', amount: 249_00, phone: '0821234567', email: 'thandi@example.com' },
  wipay: { currency: 'TTD', amount: 120_00, phone: '8686221234' },
  celbux: { currency: 'ZAR', amount: 249_00, phone: '0821234567' },
};

/**
 * Starts a whole checkout for a test file, and stops it when the file's tests are over. Returns the stack with the calls
 * of `callsOf`.
 */
export async function startCheckout(options) {
  const stack = await startStack({ ...options, vars: { SHOP_NAME: 'Test Shop', ...options?.vars } });
  after(() => stack.stop());
  return Object.assign(stack, callsOf(stack));
}

function callsOf({ url, apiKey, simulator }) {
  /** The sessions made, the PINs typed and the PINs given out as change. */
  const sessions = [];
  const typed = new Set();
  const change = new Set();
  let serial = 1000;

  /** One request. `body` is sent as JSON unless it is text, bytes or a stream. */
  async function send(method, path, { body, headers = {}, ...more } = {}) {
    const plain = body === undefined || typeof body === 'string' || body instanceof Uint8Array || body instanceof ReadableStream;
    const response = await fetch(url + path, {
      method,
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      body: plain ? body : JSON.stringify(body),
      redirect: 'manual',
      ...more,
    });
    const text = await response.text();
    const answer = { status: response.status, headers: response.headers, text, body: parsed(response, text) };
    for (const one of changesIn(answer.body)) change.add(one);
    assertProper(answer, { method, path, typed: [...typed].filter((pin) => !change.has(pin)) });
    return answer;
  }

  /** A request of the shop's server, with an `Idempotency-Key` when there is one. */
  async function shop(method, path, body, key) {
    const headers = { authorization: `Bearer ${apiKey}`, ...(key !== undefined && { 'idempotency-key': key }) };
    const answer = await send(method, path, { body, headers });
    for (const pin of change) assert.ok(!answer.text.includes(pin), `the shop was told a change PIN at ${path}`);
    return answer;
  }

  /** A session of this provider's currency; `fields` are added to what the shop says. */
  async function createSession(provider, fields = {}) {
    const { currency, amount } = USUAL[provider];
    const answer = await shop('POST', '/v1/checkout_sessions', { amount, currency, reference: 'order-1', ...fields });
    assert.equal(answer.status, 201, answer.text);
    sessions.push(answer.body);
    return { ...answer.body, provider };
  }

  const bearer = ({ client_secret }) => ({ authorization: `Bearer ${client_secret}` });
  const viewed = (session) => send('GET', `/v1/checkout/${session.id}`, { headers: bearer(session) });

  /** A try with one voucher, as the shopper types it. */
  function redeem(session, { pin, key = `k-${randomBytes(8).toString('hex')}`, headers, signal, ...fields } = {}) {
    const { phone, email } = USUAL[session.provider];
    if (isWhole(pin)) typed.add(bare(pin));
    return send('POST', `/v1/checkout/${session.id}/redemptions`, {
      body: { provider: session.provider, pin, phone, email, ...fields },
      headers: { ...bearer(session), 'idempotency-key': key, ...headers },
      signal,
    });
  }

  async function view(session) {
    const answer = await viewed(session);
    assert.equal(answer.status, 200, answer.text);
    return answer.body;
  }

  return {
    sessions,
    typed,
    change,
    send,
    shop,
    createSession,
    redeem,
    /** The shopper's view of a session. */
    view,
    /** The shop's view of a session. */
    shopView: async ({ id }) => (await shop('GET', `/v1/checkout_sessions/${id}`)).body,
    cancel: ({ id }, key) => shop('POST', `/v1/checkout_sessions/${id}/cancel`, undefined, key),
    /** A key that was never used. */
    freshKey: () => `k-${randomBytes(8).toString('hex')}`,
    /** The shopper's view as soon as no outcome is outstanding any more. */
    settled: (session) => until(() => view(session), ({ status }) => status !== 'processing', { within: 30_000 }),
    /** A PIN that nobody has used yet. */
    freshPin: (provider, scenario, faceMajor) => pinFor(provider, scenario, serial++, faceMajor),
    /** The calls that a provider's books hold for this PIN, or all of them. */
    callsWith: (pin) => simulator.books().calls.filter(({ body }) => pin === undefined || body.includes(pin)),
    /** What a provider's books say was taken from this voucher. */
    debitsOf: (pin) => simulator.books().debits.filter((debit) => debit.pin === pin),
  };
}

function parsed(response, text) {
  return /json/.test(response.headers.get('content-type') ?? '') && text !== '' ? JSON.parse(text) : undefined;
}

/** Whether this is a PIN, and not a mistake that a test makes on purpose. */
const isWhole = (pin) => typeof pin === 'string' && bare(pin).length >= 12;

/** The PINs of change vouchers in a view or in the answer to a redemption. */
function changesIn(body) {
  const redemptions = [body?.redemption, ...(body?.redemptions ?? []), ...(body?.session?.redemptions ?? [])];
  return redemptions.flatMap((one) => one?.change?.pin ?? []);
}
