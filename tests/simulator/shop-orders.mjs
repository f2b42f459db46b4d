/** The demo shop's orders, in memory, and which of them are delivered: once each, whoever says first that it is paid. */

export class ShopOrders {
  #orders = new Map();

  add(order) {
    this.#orders.set(order.reference, order);
  }

  /** The order, or undefined. `paid` is what was said of its session when it was complete, `delivered_by` by whom. */
  get(reference) {
    return this.#orders.get(reference);
  }

  /** Does what an event asks for. Gives what was done, in words, and the currency of the order that it is about. */
  hear({ type, data: { object } }) {
    const order = this.#orders.get((object.checkout_session ?? object).reference);
    if (!order) return object.object === 'voucher' ? {} : { did: 'An order that this shop does not know.' };
    const { currency } = order;
    if (type !== 'checkout_session.completed') return { currency };
    return { currency, did: this.deliver(order, object, 'event') };
  }

  /**
   * Delivers the order of a session that is complete. `by` is "event" or "question": an event may be late, so the shop
   * asks, too, and the one that comes second finds it done. Gives what was done, in words.
   */
  deliver(order, session, by) {
    if (order.paid) return 'The order had been delivered before.';
    // The reference alone is not enough: another session may bear it, with another price.
    const isItsSession = session.id === order.id && session.amount === order.amount && session.currency === order.currency;
    if (!isItsSession || session.status !== 'complete') return 'Nothing: this is not what the order costs.';
    order.paid = session;
    order.delivered_by = by;
    return 'The order was delivered.';
  }
}

/** The order's number for people. The whole reference is known to its shopper alone. */
export function orderNumber(reference) {
  return reference?.slice(0, 8).toUpperCase();
}
