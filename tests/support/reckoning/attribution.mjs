// Whose money a debit is: each charge and each debit of the providers' books, with the payment of a session that it was for.

/** WiPay takes so many characters. */
const MOST_DETAILS = 254;

/**
 * `{charges, debits, payments}`. `payments` are the redemptions of all sessions, each with its `session`, `owed` (what of it
 * is the shopper's), `debits` and the `pins` that were charged. `charges` are the calls that ask for money and `debits` the providers' debits, each with
 * its `payment`, undefined when it is of none.
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

  // WiPay knows no reference: its debits of a voucher are those of the calls that took something, in their order.
  const taking = new Map();
  for (const charge of charges.filter(({ provider, took }) => provider === 'wipay' && took)) {
    taking.set(charge.pin, [...(taking.get(charge.pin) ?? []), charge]);
  }
  const debits = books.debits.map((debit) => {
    const payment = debit.provider === 'wipay' ? taking.get(debit.pin)?.shift()?.payment : byReference.get(debit.reference);
    const attributedDebit = { ...debit, payment };
    payment?.debits.push(attributedDebit);
    return attributedDebit;
  });
  return { charges, debits, payments };
}

/** Whether a call to a provider asks for money. */
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

/** What WiPay is told of an order. */
function detailsOf({ shop: { reference }, shopper: { description } }) {
  const details = description === undefined ? reference : `${reference}: ${description}`;
  return [...details].slice(0, MOST_DETAILS).join('');
}

/** A session's payments come one after the other: a call is of the last one that had begun. */
function begunBefore(payments, session, amount, at) {
  const begun = payments.filter((one) => one.session === session && one.provider === 'wipay' && one.created_at <= at);
  const last = begun.at(-1);
  return last?.amount === amount ? last : undefined;
}

/** A session's payments, with what each has paid beyond what is the shop's. */
function paymentsOf(shop, shopper) {
  const hasEnded = shop.amount_owed > 0 && shop.amount_owed === shop.amount_received;
  let room = hasEnded ? 0 : shop.amount;
  return shop.redemptions.map((one) => {
    const paid = one.status === 'succeeded' ? one.amount : 0;
    const owed = Math.max(0, paid - room);
    room -= paid - owed;
    return { ...one, session: shop.id, currency: shop.currency, owed, debits: [], pins: [], shown: shopper.redemptions.find(({ id }) => id === one.id) };
  });
}
