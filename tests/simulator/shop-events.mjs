/** The checkout's events to the shop: verified, processed once, and the latest ones kept for the page. */
import { orderNumber } from './shop-orders.mjs';
import { flawOf } from './shop-webhook.mjs';

const KEPT = 200;
const NO_SECRET = 'this shop has no WEBHOOK_SECRET';

export class ShopEvents {
  #keys;
  #act;
  /**
   * The events by webhook-id. A shop with a database stores the id in the same transaction as the effect of the event, for the
   * 30 days in which an event is retried.
   */
  #seen = new Set();
  #latest = [];
  #refused = { count: 0 };

  /**
   * Creates the list. `keys` are those of WEBHOOK_SECRET; without any, no event is accepted. `act(event)` processes an event and
   * returns a description of its effect.
   */
  constructor({ keys, act }) {
    this.#keys = keys;
    this.#act = act;
  }

  /**
   * Returns `{status, text}` for a webhook. Long work belongs after the answer: an event without an answer within 15 seconds is
   * sent again.
   */
  take({ headers, bytes }) {
    const flaw = this.#keys.length === 0 ? NO_SECRET : flawOf({ headers, bytes, keys: this.#keys });
    const event = flaw ? undefined : parse(bytes);
    if (!event) return this.#refuse(flaw ?? 'the body is not an event');
    const id = headers['webhook-id'];
    if (this.#seen.has(id)) {
      // It is sent again when our answer was lost, or on request: accepted, but its effect is not repeated.
      const known = this.#latest.find((one) => one.id === id);
      if (known) known.times++;
      return { status: 204 };
    }
    // Processed first, then stored: if processing throws, the answer is a 500, and the next delivery processes it.
    const entry = { ...shown(id, event), times: 1, verified: true, ...this.#act(event) };
    this.#seen.add(id);
    this.#latest.push(entry);
    if (this.#latest.length > KEPT) this.#latest.shift();
    return { status: 204 };
  }

  /**
   * Returns the entries of the page and the JSON, newest first. Refused events are only counted: anybody could fill a list of
   * them.
   */
  entries() {
    return structuredClone({ listening: this.#keys.length > 0, refused: this.#refused, events: this.#latest.toReversed() });
  }

  #refuse(reason) {
    this.#refused = { count: this.#refused.count + 1, at: new Date().toISOString(), reason };
    return { status: 400, text: `Refused: ${reason}.` };
  }
}

/**
 * Returns the fields of an event that may be shown, named one by one, so that nothing else gets onto a page. An order is shown by its
 * number only: with the whole reference, anybody could open its checkout.
 */
function shown(id, { type, sequence, created_at, data: { object } }) {
  const about = object.checkout_session ?? object;
  const isVoucher = object.object === 'voucher';
  return {
    id,
    at: new Date().toISOString(),
    created_at: text(created_at),
    type,
    sequence: whole(sequence),
    order: isVoucher ? text(object.reference) : orderNumber(text(about.reference)),
    session: isVoucher ? undefined : text(about.id),
    redemption: object.object === 'redemption' ? text(object.id) : undefined,
    voucher: isVoucher ? text(object.id) : undefined,
    status: text(object.status),
    currency: text(object.currency),
    amount: whole(object.amount),
    amount_received: whole(object.amount_received),
    amount_owed: whole(object.amount_owed),
  };
}

function text(value) {
  return typeof value === 'string' ? value : undefined;
}

function whole(value) {
  return Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

function parse(bytes) {
  try {
    const event = JSON.parse(bytes);
    return typeof event.type === 'string' && typeof event.data.object.id === 'string' ? event : undefined;
  } catch {
    return undefined;
  }
}
