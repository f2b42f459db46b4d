// Attributes each charge and each debit of the providers' books to the payment of a session that it was for.

/** The most characters of details that WiPay takes. */
const MOST_DETAILS = 254;

/**
 * Returns `{charges, debits, payments}`. `payments` are the redemptions of all sessions, each with its `session`, `owed` and
 * `paidOut` (its parts that are owed to the shopper and that were paid out, in minor units), `debits` and the `pins` that were charged. `charges` are the calls that ask for
 * money and `debits` the providers' debits, each with its `payment`; undefined where no payment matches.
 */
export function attributed(books, sessions) {
  const payments = sessions.flatMap(({ shop, shopper }) => paymentsOf(shop, shopper));
  const byReference = new Map(payments.map((payment) => [payment.provider_reference, payment]));
  const byOrder = new Map(sessions.map((session) => [detailsOf(session), session.shop.id]));

  const charges = books.calls.filter(isCharge).map((call) => {
    const { provider, pin, reference, details, amount } = chargeOf(call);
    const payment = provider === 'wipay' ? begunBefore(payments, byOrder.get(details), amount, call.at) : byReference.get(reference);
    payment?.pins.push(pin);
    return { provider, pin, at: Date.parse(call.at), took: /^took /.test(call.did ?? ''), payment };
  });

  // WiPay has no references: its debits of a voucher belong, in order, to the calls that took money.
  const taking = new Map();
  for (const charge of charges.filter(({ provider, took }) => provider === 'wipay' && took)) {
    taking.set(charge.pin, [...(taking.get(charge.pin) ?? []), charge]);
  }
  const debits = books.debits.map((debit) => {
    const payment = debit.provider === 'wipay' ? taking.get(debit.pin)?.shift()?.payment : byReference.get(debit.reference.replace(/-o\d+$/, ''));
    const attributedDebit = { ...debit, payment };
    payment?.debits.push(attributedDebit);
    return attributedDebit;
  });
  return { charges, debits, payments };
}

/** Returns whether a call to a provider asks for money. ODM's codes are not among them: one may be sent again, and is taken once. */
export const isCharge = ({ path }) => /\/(charge\/voucher|voucher_pay|pay)(\?|$)/.test(path);

function chargeOf({ provider, body }) {
  if (provider === 'wipay') {
    const form = new URLSearchParams(body);
    return { provider, pin: form.get('voucher'), details: form.get('details'), amount: Math.round(Number(form.get('total')) * 100) };
  }
  const said = JSON.parse(body);
  if (provider === 'celbux') return { provider, pin: said.VoucherNo.replaceAll('-', ''), reference: said.Reference };
  return { provider, pin: /"pin":"(\w+)"/.exec(body)?.[1], reference: said.reference };
}

/** Returns the details of an order as WiPay receives them. */
function detailsOf({ shop: { reference }, shopper: { description } }) {
  const details = description === undefined ? reference : `${reference}: ${description}`;
  return [...details].slice(0, MOST_DETAILS).join('');
}

/** Returns the last WiPay payment of the session that had begun by then: a session's payments come one after the other. */
function begunBefore(payments, session, amount, at) {
  const begun = payments.filter((one) => one.session === session && one.provider === 'wipay' && one.created_at <= at);
  const last = begun.at(-1);
  return last?.amount === amount ? last : undefined;
}

/** Returns a session's payments, each with the parts of its amount that are owed to the shopper and that were paid out. */
function paymentsOf(shop, shopper) {
  let room = ['canceled', 'expired'].includes(shop.status) ? 0 : shop.amount;
  let out = shop.amount_paid_out;
  return shop.redemptions.map((one) => {
    const paid = one.status === 'succeeded' ? one.amount - (one.amount_refunded ?? 0) : 0;
    const surplus = Math.max(0, paid - room);
    room -= paid - surplus;
    const paidOut = Math.min(surplus, out);
    out -= paidOut;
    const shown = shopper.redemptions.find(({ id }) => id === one.id);
    return { ...one, session: shop.id, currency: shop.currency, owed: surplus - paidOut, paidOut, debits: [], pins: [], shown };
  });
}
