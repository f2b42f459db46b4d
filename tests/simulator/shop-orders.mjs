/** The demo shop's orders, in memory, and which of them are delivered: once each, whichever source reports the payment first. */

export class ShopOrders {
  #orders = new Map();

  add(order) {
    this.#orders.set(order.reference, order);
  }

  /** Returns the order, or undefined. `paid` is the report of its complete session, `delivered_by` the source of the report. */
  get(reference) {
    return this.#orders.get(reference);
  }

  /** Processes an event. Returns its effect, in words, and the currency of its order. */
  hear({ type, data: { object } }) {
    const order = this.#orders.get((object.checkout_session ?? object).reference);
    if (!order) return object.object === 'voucher' ? {} : { did: 'An order that this shop does not know.' };
    const { currency } = order;
    if (type !== 'checkout_session.completed') return { currency };
    return { currency, did: this.deliver(order, object, 'event') };
  }

  /**
   * Delivers the order of a complete session. `by` is "event" or "question": an event may be late, so the shop also queries the
   * session, and the later of the two has no effect. Returns the effect, in words.
   */
  deliver(order, session, by) {
    if (order.paid) return 'The order had been delivered before.';
    // The reference alone is not enough: another session may have it, with another price.
    const isItsSession = session.id === order.id && session.amount === order.amount && session.currency === order.currency;
    if (!isItsSession || session.status !== 'complete') return 'Nothing: this is not what the order costs.';
    order.paid = session;
    order.delivered_by = by;
    return 'The order was delivered.';
  }
}

/** Returns the order's number for people. The whole reference is known to its shopper alone. */
export function orderNumber(reference) {
  return reference?.slice(0, 8).toUpperCase();
}
