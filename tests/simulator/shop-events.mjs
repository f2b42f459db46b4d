/** The events that the checkout tells the shop: proved, acted on once, and the latest ones kept for the page. */
import { orderNumber } from './shop-orders.mjs';
import { flawOf } from './shop-webhook.mjs';

const KEPT = 200;
const NO_SECRET = 'this shop has no WEBHOOK_SECRET';

export class ShopEvents {
  #keys;
  #act;
  /**
   * By webhook-id. A shop with a database keeps the id in the same transaction as what it does about the event, for the 30
   * days that an event is tried.
   */
  #seen = new Set();
  #latest = [];
  #refused = { count: 0 };

  /** `keys` are those of WEBHOOK_SECRET; without any, no event is believed. `act(event)` gives what it did, to be shown. */
  constructor({ keys, act }) {
    this.#keys = keys;
    this.#act = act;
  }

  /**
   * `{status, text}` for a webhook. Work that takes long belongs behind the answer: who does not answer within 15 seconds is
   * told again.
   */
  take({ headers, bytes }) {
    const flaw = this.#keys.length === 0 ? NO_SECRET : flawOf({ headers, bytes, keys: this.#keys });
    const event = flaw ? undefined : parse(bytes);
    if (!event) return this.#refuse(flaw ?? 'the body is not an event');
    const id = headers['webhook-id'];
    if (this.#seen.has(id)) {
      // It is sent again when our answer was lost, or when somebody asked for it: taken, but nothing is done twice.
      const known = this.#latest.find((one) => one.id === id);
      if (known) known.times++;
      return { status: 204 };
    }
    // First acted on, then remembered: if acting throws, the answer is a 500, and the next try finds it undone.
    const entry = { ...shown(id, event), times: 1, verified: true, ...this.#act(event) };
    this.#seen.add(id);
    this.#latest.push(entry);
    if (this.#latest.length > KEPT) this.#latest.shift();
    return { status: 204 };
  }

  /** What the page and the JSON show, newest first. Refused ones are counted only: anybody could fill a list of them. */
  entries() {
    return structuredClone({ listening: this.#keys.length > 0, refused: this.#refused, events: this.#latest.toReversed() });
  }

  #refuse(reason) {
    this.#refused = { count: this.#refused.count + 1, at: new Date().toISOString(), reason };
    return { status: 400, text: `Refused: ${reason}.` };
  }
}

/**
 * What may be shown of an event, named one by one, so that nothing else gets onto a page. Of an order there is only its
 * number: with the whole reference, anybody could open its checkout.
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
