// The reconciliation: compares the providers' books with the sessions, to the cent. Every line is `{name, told, problems}`; a
// problem names the mismatch by its ids.
import { attributed } from './attribution.mjs';
import { eventLines } from './events.mjs';
import { orderLines } from './orders.mjs';

/**
 * Returns the lines of a run:
 *   books      the books of the simulator
 *   sessions   `{shop, shopper}` of each: both views at the end
 *   hidden     the references, and WiPay's voucher numbers, whose outcome cannot be found out
 *   received   the events that the shop's server received, by id; each session then has its `events`, too
 *   orders     the vouchers that the shop ordered: `{key, body, answers, last}` of each
 * Without `received` or `orders`, their lines are left out.
 */
export function reconcile({ books, sessions, hidden = new Set(), received, orders }) {
  const money = attributed(books, sessions);
  return [
    booksLine(books),
    ...accounts(money),
    outcomeLine(money),
    sumLine(sessions),
    writtenFirstLine(money),
    onceLine(money, books),
    valueLine(money, books),
    changeLine(money, books),
    processingLine(sessions),
    reviewLine(money, hidden),
    ...(received ? [inFlightLine(money, received), ...eventLines({ sessions, received, orders }, money)] : []),
    ...(orders ? orderLines({ orders, books, received, hidden }) : []),
  ];
}

const sum = (items, of) => items.reduce((total, item) => total + of(item), 0);
const isTaken = ({ reversed_by }) => reversed_by === null;
/** Returns whether a person has to find out the outcome. An unknown change voucher does not make the outcome uncertain. */
export const isInReview = ({ needs_review, change_unknown }) => needs_review && !change_unknown;
/** Returns whether the outcome of a payment is pending and not in review. */
export const isOutstanding = ({ status, needs_review }) => /processing|unknown|challenged/.test(status) && !needs_review;
/** Returns whether a reversal was requested whose outcome is not known. */
const isReversalInDoubt = ({ reversal }) => /unknown|processing/.test(reversal?.status ?? '');

function nameOf({ session, id, provider, provider_reference: reference, status, decline_code: code }) {
  return `${session} ${id} (${provider}, ${reference}, ${code ? `${status} ${code}` : status})`;
}

const asText = (minor) => `${Math.trunc(minor / 100)}.${String(Math.abs(minor) % 100).padStart(2, '0')}`;

/** Checks that the simulator's own books balance. */
export function booksLine({ totals, accounts: own }) {
  const off = [...totals, ...own].filter(({ balanced }) => !balanced);
  return { name: 'the simulator’s own books balance', told: `${totals.length + own.length} accounts`, problems: off.map((one) => JSON.stringify(one)) };
}

/** Returns the refund that the provider was asked for, if there is one. */
const providerRefund = ({ refunds = [] }) => refunds.find((refund) => refund.by_provider);
/** Returns whether the provider has given the whole charge back after the session was complete. */
const isGivenBack = (payment) => providerRefund(payment)?.status === 'succeeded';

/** Checks, per provider and currency: taken = credited + owed + paid out + in review. */
function accounts({ debits, payments }) {
  const providers = [...new Set(payments.map(({ provider }) => provider))].sort();
  return providers.map((provider) => {
    const mine = payments.filter((one) => one.provider === provider);
    const taken = sum(debits.filter((debit) => debit.provider === provider && isTaken(debit)), ({ amount }) => amount);
    const succeeded = mine.filter((one) => one.status === 'succeeded' && !isGivenBack(one));
    const owed = sum(succeeded, (one) => one.owed);
    const paidOut = sum(succeeded, (one) => one.paidOut);
    const credited = sum(succeeded, ({ amount }) => amount) - owed - paidOut;
    // A payment whose reversal is in doubt is in review, too; its money counts as credited or owed until then.
    const inDoubt = mine.filter((one) => isInReview(one) && one.status !== 'succeeded');
    const review = sum(inDoubt.flatMap((one) => one.debits.filter(isTaken)), ({ amount }) => amount);
    // Reversals in doubt that took effect: their money still counts as credited or owed.
    const back = sum(succeeded.filter(isReversalInDoubt), (one) => (one.debits.some(isTaken) ? 0 : one.amount));
    const off = taken - credited - owed - paidOut - review + back;
    const parts = [`credited ${asText(credited)}`, `owed ${asText(owed)}`, ...(paidOut ? [`paid out ${asText(paidOut)}`] : []), `in review ${asText(review)}`];
    const sums = `taken ${asText(taken)} = ${parts.join(' + ')}`;
    const told = back ? `${sums} - possibly reversed ${asText(back)}` : sums;
    return { name: `${provider}, ${mine[0].currency}`, told, problems: off === 0 ? [] : [`${provider} is off by ${asText(off)}`] };
  });
}

/** Checks that the debits of each payment match its status, amount and fee. */
function outcomeLine({ payments }) {
  const wrong = payments.filter((one) => !isRight(one));
  const problems = wrong.map((one) => `${nameOf(one)} has the debits ${JSON.stringify(one.debits.map(withoutPin))}`);
  return { name: 'each payment matches its provider’s debits', told: `${payments.length} payments`, problems };
}

function isRight(payment) {
  const { status, debits, amount, fee } = payment;
  const taken = debits.filter(isTaken).length;
  switch (status) {
    case 'succeeded': {
      const [debit] = debits;
      const isOnce = isReversalInDoubt(payment) ? debits.length === 1 : taken === (isGivenBack(payment) ? 0 : 1) && debits.length === 1;
      return isOnce && debit.amount === amount && (fee === undefined || fee === debit.fee);
    }
    case 'reversed':
      return debits.length === 1 && taken === 0;
    case 'declined':
      return taken === 0;
    case 'not_sent':
      return debits.length === 0;
    default:
      return taken <= 1;
  }
}

const withoutPin = ({ pin, change_pin, payment, ...debit }) => debit;

/** Checks that the amounts of each session follow from its payments, refunds and payouts. */
function sumLine(sessions) {
  const problems = sessions.flatMap(({ shop }) => {
    const { id, status, amount, amount_received, amount_remaining, amount_owed, amount_refunded, amount_paid_out, redemptions, payouts } = shop;
    const paid = redemptions.filter((one) => one.status === 'succeeded');
    const received = sum(paid, (one) => one.amount);
    const refunded = sum(paid, (one) => one.amount_refunded ?? 0);
    const paidOut = sum(payouts, (payout) => payout.amount);
    const price = ['canceled', 'expired'].includes(status) ? 0 : amount;
    const expected = {
      amount_received: received,
      amount_remaining: Math.max(0, amount - received),
      amount_refunded: refunded,
      amount_paid_out: paidOut,
      amount_owed: Math.max(0, received - price - refunded - paidOut),
    };
    const told = { amount_received, amount_remaining, amount_refunded, amount_paid_out, amount_owed };
    const isTooMuch = refunded + paidOut > received || paid.some(isRefundedTooMuch);
    const isSum = Object.entries(expected).every(([name, value]) => told[name] === value);
    return isSum && !isTooMuch ? [] : [`${id} (${status}, ${amount}): ${JSON.stringify(told)} instead of ${JSON.stringify(expected)}`];
  });
  return { name: 'each session’s amounts follow from its payments', told: `${sessions.length} sessions`, problems };
}

/** Returns whether more was refunded than was taken, or `amount_refunded` is not the sum of the refunds that succeeded. */
function isRefundedTooMuch({ amount, amount_refunded: refunded = 0, refunds = [] }) {
  const done = sum(refunds.filter(({ status }) => status === 'succeeded'), (refund) => refund.amount);
  return refunded !== done || done > amount;
}

/** Checks law 2: every charge and every debit belongs to a known payment. */
function writtenFirstLine({ charges, debits }) {
  const taken = debits.filter(({ payment }) => !payment).map((debit) => `debit ${JSON.stringify(withoutPin(debit))}`);
  const asked = charges.filter(({ payment }) => !payment).map(({ at, provider }) => `charge at ${new Date(at).toISOString()} of ${provider}`);
  return { name: 'each charge was written before it was sent', told: `${charges.length} charges, ${debits.length} debits`, problems: [...taken, ...asked] };
}

/** Checks that no payment was charged or debited twice. */
function onceLine({ charges, payments }, { debits }) {
  const asked = new Map();
  for (const { payment } of charges.filter((one) => one.payment)) asked.set(payment, (asked.get(payment) ?? 0) + 1);
  const twice = [...asked].filter(([, times]) => times > 1).map(([payment, times]) => `${nameOf(payment)} was charged ${times} times`);
  const taken = payments.filter((one) => one.debits.length > 1).map((one) => `${nameOf(one)} was debited ${one.debits.length} times`);
  const references = debits.map(({ reference }) => reference).filter((reference) => reference !== null);
  const repeated = references.filter((reference, place) => references.indexOf(reference) !== place).map((reference) => `${reference} was charged twice`);
  return { name: 'no reference is charged twice', told: `${references.length} references`, problems: [...twice, ...taken, ...repeated] };
}

/** Checks that no voucher paid more than its value. */
function valueLine({ debits }, { vouchers, funded_vouchers: funded, change_vouchers: change }) {
  const paid = new Map();
  for (const debit of debits.filter(({ payment }) => payment?.status === 'succeeded')) {
    const voucher = `${debit.provider} ${debit.pin}`;
    paid.set(voucher, [...(paid.get(voucher) ?? []), debit]);
  }
  const all = [...vouchers, ...funded, ...change];
  const problems = all.flatMap(({ provider, pin, issued }) => {
    const of = paid.get(`${provider} ${pin}`) ?? [];
    const credited = sum(of, ({ payment, fee }) => payment.amount + fee);
    return credited > issued ? [`a voucher worth ${issued} has paid ${credited}: ${of.map(({ payment }) => nameOf(payment)).join(', ')}`] : [];
  });
  return { name: 'no voucher is credited beyond its value', told: `${all.length} vouchers`, problems };
}

/** Checks law 4: when a voucher was charged, the previous payment with it had its outcome. */
function inFlightLine({ charges }, received) {
  const known = new Map();
  for (const { event } of received.values()) {
    const { id } = event.data.object;
    if (/^redemption\.(succeeded|declined)$/.test(event.type)) known.set(id, Math.min(known.get(id) ?? Infinity, Date.parse(event.created_at)));
  }
  const last = new Map();
  const problems = [];
  for (const { provider, pin, at, payment } of charges.filter((one) => one.payment)) {
    const voucher = `${provider} ${pin.toLowerCase()}`;
    const before = last.get(voucher);
    // A payment that was not sent, because the provider was busy, has no event.
    const isOther = before && before !== payment && before.status !== 'not_sent';
    if (isOther && (known.get(before.id) ?? Infinity) > at) {
      problems.push(`${nameOf(payment)} was sent at ${new Date(at).toISOString()} while ${nameOf(before)} had no outcome`);
    }
    last.set(voucher, payment);
  }
  const told = `${last.size} vouchers charged, ${charges.length - last.size} times again`;
  return { name: 'one voucher, one attempt in flight', told, problems };
}

/**
 * Checks that every change voucher is shown to its session's shopper until it has paid there, was sent by message, or is reported as
 * unknown.
 */
function changeLine({ debits }, { change_vouchers: vouchers, messages }) {
  const given = debits.filter((debit) => debit.change_pin && debit.payment?.status === 'succeeded' && isTaken(debit));
  const lost = given.filter(({ provider, change_pin: pin, payment }) => {
    const { issued } = vouchers.find((one) => one.provider === provider && one.pin === pin);
    const { session, shown } = payment;
    // A change voucher that has paid here has no amount any more; its PIN stays only where no other voucher may hold the rest.
    const isUsed = debits.some((one) => one.provider === provider && one.pin === pin && one.payment?.session === session && one.payment.status === 'succeeded');
    if (payment.change_unknown) return shown.change !== undefined || !shown.change_unknown;
    if (isUsed) return shown.change?.amount !== undefined;
    // A reader who has not paid sees that there is one.
    if (provider === 'kora') return !['', pin].includes(shown.change?.pin) || shown.change.amount !== issued;
    return shown.rest_by_message !== issued || !messages.some(({ kind, text }) => kind === 'rest' && text.includes(pin));
  });
  const problems = lost.map(({ payment, scenario }) => `${nameOf(payment)}, ${scenario}`);
  return { name: 'each change voucher is shown, was sent by message, or is said to be unknown', told: `${given.length} change vouchers`, problems };
}

function processingLine(sessions) {
  const problems = [];
  for (const { shop: { id, status, redemptions } } of sessions) {
    const open = redemptions.filter(isOutstanding);
    problems.push(...open.map((one) => `${id} ${one.id} (${one.provider}, ${one.status})`));
    if (status === 'processing') problems.push(`${id} is processing`);
  }
  return { name: 'no payment is processing', told: `${problems.length}`, problems };
}

/**
 * The providers at which a look-up returns nothing but the voucher's value. It decides only while nobody else can have used the voucher;
 * a code of ODM is sent again before, unless the session has ended.
 */
const BY_BALANCE = new Set(['wipay', 'odm']);

/** Checks that only payments whose outcome cannot be found out are in review. */
function reviewLine({ payments }, hidden) {
  const waiting = payments.filter(isInReview);
  const reversals = payments.filter(isReversalInDoubt);
  const isHidden = ({ provider_reference: reference }) => hidden.has(reference);
  const problems = [...waiting, ...reversals].filter((one) => !BY_BALANCE.has(one.provider) && !isHidden(one)).map(nameOf);
  const kinds = ['kora', 'wipay', 'celbux', 'odm'].map((id) => `${id} ${waiting.filter(({ provider }) => provider === id).length}`);
  const late = waiting.filter((one) => BY_BALANCE.has(one.provider) && !isHidden(one) && !one.pins.some((pin) => hidden.has(pin)));
  const inferred = payments.filter((one) => one.inferred).length;
  const told = `${kinds.join(', ')}; by the balance ${late.length} could not be decided, and ${inferred} were credited; ${reversals.length} reversals`;
  return { name: 'only payments with a hidden outcome are in review', told, problems };
}
