// The calls of a shop's server and of a shopper's browser to the checkout's API. Each request goes through `send`: `transportTo` returns
// a plain one, and layers.mjs wraps it.
import { randomBytes } from 'node:crypto';

/**
 * Performs one request. `body` is sent as JSON unless it is text, bytes or a stream. Returns `{status, headers, text, body}`;
 * `body` is undefined where the answer is not JSON.
 */
export async function request(method, url, { body, headers = {}, ...more } = {}) {
  const isPlain = body === undefined || typeof body === 'string' || body instanceof Uint8Array || body instanceof ReadableStream;
  const response = await fetch(url, {
    method,
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    body: isPlain ? body : JSON.stringify(body),
    redirect: 'manual',
    ...more,
  });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '') && text !== '';
  return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : undefined };
}

/** Returns a `send(method, path, options)` that performs requests at this address. */
export const transportTo = (url) => (method, path, options) => request(method, url + path, options);

/** Returns an unused `Idempotency-Key`. */
export const freshKey = () => `k-${randomBytes(12).toString('hex')}`;

/** Returns the headers of a shopper's page: the client secret with the page's payer key, which shows the page its own change vouchers. */
export const bearer = ({ id, client_secret: secret }, payer = `payer-of-${id}`) => ({ authorization: `Bearer ${secret}.${payer}` });

/**
 * Returns the calls of a shop with these keys, and of its shoppers. Calls that create or read an object return its body, and throw
 * on any other status. Calls that may be refused return the whole answer.
 */
export function clientOf({ send, apiKey, issuingKey }) {
  /** Sends a call of the shop's server, with the API key that it takes, and with an `Idempotency-Key` when `key` is given. */
  function shop(method, path, body, key, more) {
    const issues = method === 'POST' && path === '/v1/vouchers';
    const headers = { authorization: `Bearer ${issues ? issuingKey : apiKey}`, ...(key !== undefined && { 'idempotency-key': key }) };
    return send(method, path, { body, headers, ...more });
  }

  return {
    send,
    shop,
    createSession: async (order, key) => bodyOf(await shop('POST', '/v1/checkout_sessions', order, key), 201),
    /** Returns a session as the shop's server sees it. */
    shopView: async ({ id }) => bodyOf(await shop('GET', `/v1/checkout_sessions/${id}`)),
    /** Returns the events of a session, delivered or pending. */
    events: async ({ id }) => bodyOf(await shop('GET', `/v1/checkout_sessions/${id}/events`)).data,
    redeliver: ({ id }, event, key) => shop('POST', `/v1/checkout_sessions/${id}/events/${event}/redeliver`, undefined, key),
    cancel: ({ id }, key) => shop('POST', `/v1/checkout_sessions/${id}/cancel`, undefined, key),
    /** Returns a page of a list of the index: `{object, data, has_more}`. */
    list: async (name, filters = {}) => bodyOf(await shop('GET', `/v1/${name}?${new URLSearchParams(filters)}`)),
    /** Orders a voucher. */
    issue: (order, key, more) => shop('POST', '/v1/vouchers', order, key, more),
    /** Returns a session as its shopper sees it. */
    view: async (session) => bodyOf(await send('GET', `/v1/checkout/${session.id}`, { headers: bearer(session) })),
    /** Pays with one voucher. */
    redeem: (session, fields, { key = freshKey(), headers, ...more } = {}) =>
      send('POST', `/v1/checkout/${session.id}/redemptions`, {
        body: fields,
        headers: { ...bearer(session), 'idempotency-key': key, ...headers },
        ...more,
      }),
    /** Answers a payment's challenge: `{code}`, or `{resend: true}` for another one. */
    answerChallenge: (session, { id }, answer, { key = freshKey(), headers, ...more } = {}) =>
      send('POST', `/v1/checkout/${session.id}/redemptions/${id}/challenge`, {
        body: answer,
        headers: { ...bearer(session), 'idempotency-key': key, ...headers },
        ...more,
      }),
  };
}

function bodyOf({ status, text, body }, expected = 200) {
  if (status !== expected) throw new Error(`answered ${status} instead of ${expected}: ${text}`);
  return body;
}
