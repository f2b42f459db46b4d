/** The two calls a shop's server makes to the checkout Worker. The shop's key stays here. */
import { randomUUID } from 'node:crypto';
import { parseJson } from './json.mjs';

const TIMEOUT_MS = 10_000;

/** A failed call: `message` is for people, `status` is the shop's answer to its own browser. */
export class CheckoutError extends Error {
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export class CheckoutClient {
  #checkoutUrl;
  #apiKey;

  constructor({ checkoutUrl, apiKey }) {
    this.#checkoutUrl = checkoutUrl;
    this.#apiKey = apiKey;
  }

  /** Creates a session from `{amount, currency, reference, ...}`, amount in minor units, and returns it. */
  createSession(order) {
    return this.#call('POST', '/v1/checkout_sessions', order);
  }

  /** Returns the session as the Worker has it now. */
  session(id) {
    return this.#call('GET', `/v1/checkout_sessions/${encodeURIComponent(id)}`);
  }

  async #call(method, path, body) {
    const headers = { authorization: `Bearer ${this.#apiKey ?? ''}`, accept: 'application/json' };
    if (body) Object.assign(headers, { 'content-type': 'application/json', 'idempotency-key': randomUUID() });
    let response;
    let answer;
    try {
      const signal = AbortSignal.timeout(TIMEOUT_MS);
      response = await fetch(this.#checkoutUrl + path, { method, headers, body: body && JSON.stringify(body), signal });
      answer = parseJson(await response.text());
    } catch {
      const message = `The checkout at ${this.#checkoutUrl} cannot be reached. Is it running?`;
      throw new CheckoutError(503, 'checkout_unreachable', message);
    }
    if (!response.ok) throw refused(response.status, answer);
    if (!answer) throw new CheckoutError(502, 'checkout_unreadable', 'The checkout answered with something other than JSON.');
    return answer;
  }
}

/** Returns an error in words, from the problem document of RFC 9457 where the Worker sent one. */
function refused(status, problem) {
  const { title = `HTTP ${status}`, detail, code = 'checkout_refused' } = problem ?? {};
  const hint = status === 401 ? " The shop's MERCHANT_API_KEY and the checkout's must be the same." : '';
  const reason = detail && detail !== title ? `${title}: ${detail}` : title;
  return new CheckoutError(502, code, `The checkout refused. ${reason}${/[.!?]$/.test(reason) ? '' : '.'}${hint}`);
}
