// The reckoning: what the providers' books say against what the sessions say, to the cent. Every line is `{name, told,
// problems}`; a problem names what is off by its ids.
import { attributed } from './attribution.mjs';
import { eventLines } from './events.mjs';
import { orderLines } from './orders.mjs';

/**
 * The lines of a run:
 *   books      of the simulator
 *   sessions   `{shop, shopper}` of each: how both see it at the end
 *   hidden     the references, and WiPay's numbers, of which nobody can find out anything
 *   received   what the shop's server was told, by event id; then each session has its `events`, too
 *   orders     what the shop had issued: `{key, body, answers, last}` of each
 * What is known of a run is reckoned: without `received` or `orders`, their lines are left out.
 */
export function reckon({ books, sessions, hidden = new Set(), received, orders }) {
  const money = attributed(books, sessions);
  return [
    booksLine(books),
    ...accounts(money),
    outcomeLine(money),
    sumLine(sessions),
    ownLine(money),
    onceLine(money, books),
    worthLine(money, books),
    changeLine(money, books),
    processingLine(sessions),
    reviewLine(money, hidden),
    ...(received ? [inFlightLine(money, received), ...eventLines({ sessions, received, orders }, money)] : []),
    ...(orders ? orderLines({ orders, books, received, hidden }) : []),
  ];
}

const sum = (items, of) => items.reduce((total, item) => total + of(item), 0);
const isTaken = ({ reversed_by }) => reversed_by === null;
const isReview = ({ needs_review }) => needs_review;
/** Given back, while the answer to that was lost and its truth hidden for good. */
const isPerhapsBack = ({ reversal }) => /unknown|processing/.test(reversal?.status ?? '');

function nameOf({ session, id, provider, provider_reference: reference, status, decline_code: code }) {
  return `${session} ${id} (${provider}, ${reference}, ${code ? `${status} ${code}` : status})`;
}

const asText = (minor) => `${Math.trunc(minor / 100)}.${String(Math.abs(minor) % 100).padStart(2, '0')}`;

/** The simulator's own books. */
export function booksLine({ totals, accounts: own }) {
  const off = [...totals, ...own].filter(({ balanced }) => !balanced);
  return { name: 'the simulator’s own books balance', told: `${totals.length + own.length} accounts`, problems: off.map((one) => JSON.stringify(one)) };
}

/** Per provider and currency: taken = credited + owed + waiting for a person. */
function accounts({ debits, payments }) {
  const providers = [...new Set(payments.map(({ provider }) => provider))].sort();
  return providers.map((provider) => {
    const mine = payments.filter((one) => one.provider === provider);
    const taken = sum(debits.filter((debit) => debit.provider === provider && isTaken(debit)), ({ amount }) => amount);
    const succeeded = mine.filter(({ status }) => status === 'succeeded');
    const owed = sum(succeeded, (one) => one.owed);
    const credited = sum(succeeded, ({ amount }) => amount) - owed;
    // One that is perhaps given back waits for a person, too; its money is credited or owed until then.
    const inDoubt = mine.filter((one) => isReview(one) && one.status !== 'succeeded');
    const review = sum(inDoubt.flatMap((one) => one.debits.filter(isTaken)), ({ amount }) => amount);
    // Listed as owed, and told apart here.
    const back = sum(succeeded.filter(isPerhapsBack), (one) => (one.debits.some(isTaken) ? 0 : one.amount));
    const off = taken - credited - owed - review + back;
    const sums = `taken ${asText(taken)} = credited ${asText(credited)} + owed ${asText(owed)} + for a person ${asText(review)}`;
    const told = back ? `${sums} - perhaps given back ${asText(back)}` : sums;
    return { name: `${provider}, ${mine[0].currency}`, told, problems: off === 0 ? [] : [`${provider} is off by ${asText(off)}`] };
  });
}

/** Each payment by itself: its debits are what it says. */
function outcomeLine({ payments }) {
  const wrong = payments.filter((one) => !isRight(one));
  const problems = wrong.map((one) => `${nameOf(one)} has the debits ${JSON.stringify(one.debits.map(withoutPin))}`);
  return { name: 'each payment is what its provider holds', told: `${payments.length} payments`, problems };
}

function isRight(payment) {
  const { status, debits, amount, fee } = payment;
  const taken = debits.filter(isTaken).length;
  switch (status) {
    case 'succeeded': {
      const [debit] = debits;
      const isOnce = isPerhapsBack(payment) ? debits.length === 1 : taken === 1;
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

/** What a session says it received, has left and owes follows from its payments. */
function sumLine(sessions) {
  const problems = sessions.flatMap(({ shop }) => {
    const { id, status, amount, amount_received, amount_remaining, amount_owed, redemptions } = shop;
    const received = sum(redemptions.filter((one) => one.status === 'succeeded'), (one) => one.amount);
    const surplus = Math.max(0, received - amount);
    // One that ended while a person is asked for still counts as processing.
    const owed = { canceled: [received], expired: [received], processing: [received, surplus] }[status] ?? [surplus];
    const isSum = amount_received === received && amount_remaining === Math.max(0, amount - received) && owed.includes(amount_owed);
    return isSum ? [] : [`${id}: ${JSON.stringify({ status, amount, amount_received, amount_remaining, amount_owed, received })}`];
  });
  return { name: 'each session’s sums follow from its payments', told: `${sessions.length} sessions`, problems };
}

/** Law 2: whatever a provider took or was asked for is known. */
function ownLine({ charges, debits }) {
  const taken = debits.filter(({ payment }) => !payment).map((debit) => `debit ${JSON.stringify(withoutPin(debit))}`);
  const asked = charges.filter(({ payment }) => !payment).map(({ at, provider }) => `charge at ${new Date(at).toISOString()} of ${provider}`);
  return { name: 'each charge was written before it was sent', told: `${charges.length} charges, ${debits.length} debits`, problems: [...taken, ...asked] };
}

/** No payment asked for money twice, and none took it twice. */
function onceLine({ charges, payments }, { debits }) {
  const asked = new Map();
  for (const { payment } of charges.filter((one) => one.payment)) asked.set(payment, (asked.get(payment) ?? 0) + 1);
  const twice = [...asked].filter(([, times]) => times > 1).map(([payment, times]) => `${nameOf(payment)} was asked for ${times} times`);
  const taken = payments.filter((one) => one.debits.length > 1).map((one) => `${nameOf(one)} was taken ${one.debits.length} times`);
  const references = debits.map(({ reference }) => reference).filter((reference) => reference !== null);
  const repeated = references.filter((reference, place) => references.indexOf(reference) !== place).map((reference) => `${reference} was charged twice`);
  return { name: 'no reference is charged twice', told: `${references.length} references`, problems: [...twice, ...taken, ...repeated] };
}

/** No voucher paid for more than it was worth. */
function worthLine({ debits }, { vouchers, funded_vouchers: funded, change_vouchers: change }) {
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

/** Law 4: when a voucher was charged, the payment before it that was charged to it had its outcome. */
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
    // Of one that was not sent after all, because the provider was busy, there is no event.
    const isOther = before && before !== payment && before.status !== 'not_sent';
    if (isOther && (known.get(before.id) ?? Infinity) > at) {
      problems.push(`${nameOf(payment)} was sent at ${new Date(at).toISOString()} while ${nameOf(before)} had no outcome`);
    }
    last.set(voucher, payment);
  }
  const told = `${last.size} vouchers charged, ${charges.length - last.size} times again`;
  return { name: 'one voucher, one attempt in flight', told, problems };
}

/** Every change voucher is shown to its session's shopper until it has paid there, or came to its owner by message. */
function changeLine({ debits }, { change_vouchers: vouchers, messages }) {
  const given = debits.filter(({ change_pin, payment }) => change_pin && payment?.status === 'succeeded');
  const lost = given.filter(({ provider, change_pin: pin, payment }) => {
    const { issued } = vouchers.find((one) => one.provider === provider && one.pin === pin);
    const { session, shown } = payment;
    // One that has paid is no money any more; it stays only where the rest of it may be nowhere else.
    const isUsed = debits.some((one) => one.provider === provider && one.pin === pin && one.payment?.session === session && one.payment.status === 'succeeded');
    if (isUsed) return shown.change?.amount !== undefined;
    if (provider === 'kora') return shown.change?.pin !== pin || shown.change.amount !== issued;
    return shown.rest_by_message !== issued || !messages.some(({ kind, text }) => kind === 'rest' && text.includes(pin));
  });
  const problems = lost.map(({ payment, scenario }) => `${nameOf(payment)}, ${scenario}`);
  return { name: 'each change voucher is shown, or was sent by message', told: `${given.length} change vouchers`, problems };
}

function processingLine(sessions) {
  const problems = [];
  for (const { shop: { id, status, redemptions } } of sessions) {
    const open = redemptions.filter((one) => /processing|unknown/.test(one.status) && !one.needs_review);
    problems.push(...open.map((one) => `${id} ${one.id} (${one.provider}, ${one.status})`));
    if (status === 'processing') problems.push(`${id} is processing`);
  }
  return { name: 'nothing is processing any more', told: `${problems.length}`, problems };
}

/** What waits for a person: only what nobody can find out. */
function reviewLine({ payments }, hidden) {
  const waiting = payments.filter(isReview);
  const reversals = payments.filter(isPerhapsBack);
  const isHidden = ({ provider_reference: reference }) => hidden.has(reference);
  // WiPay knows no reference: there, a voucher's value may be all there is to ask for.
  const problems = [...waiting, ...reversals].filter((one) => one.provider !== 'wipay' && !isHidden(one)).map(nameOf);
  const kinds = ['kora', 'wipay', 'celbux'].map((id) => `${id} ${waiting.filter(({ provider }) => provider === id).length}`);
  const wipay = waiting.filter(({ provider, pins }) => provider === 'wipay' && !pins.some((pin) => hidden.has(pin)));
  const told = `${kinds.join(', ')}, not hidden at wipay ${wipay.length} (${wipay.map(({ id }) => id).join(' ')}); ${reversals.length} reversals`;
  return { name: 'a person is asked only where nobody else can find out', told: told.replace(' ()', ''), problems };
}
