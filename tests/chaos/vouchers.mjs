// Draws the vouchers of a run from the simulator's scenarios.
import { pinFor, TEST_PHONES, TEST_PINS } from '../simulator/pins.mjs';

/** Scenarios that pay at once, which about half of all vouchers use. */
const PAYING = {
  kora: ['exact', 'change'],
  wipay: ['exact', 'balance_left'],
  celbux: ['exact', 'rest_by_sms', 'rest_stays', 'reverse_silent_after', 'reverse_refused'],
  odm: ['exact', 'balance_left', 'restricted_here'],
};
const PAYING_SHARE = 0.45;
/** The scenario of WiPay's "too many attempts", which closes its gate for a minute and is drawn seldom. */
const BUSY = 'too_many';
const BUSY_SHARE = 0.001;
/** Scenarios of every provider in which the money is taken and the answer is late or lost. */
const ANSWER_LOST = ['slow', 'error_after', 'silent_after', 'cut_after', 'html_after', 'unlisted_after'];
const FIRST_SERIAL = 1000;

const ALL = grouped(TEST_PINS.filter(({ scenario }) => !scenario.startsWith('sample') && scenario !== BUSY));
const PHONES = grouped(TEST_PHONES);

/** The vouchers of a run, unused or used before. */
export class Vouchers {
  #serials = new Map();
  /** The vouchers that were used or given as change, `{provider, pin}`. */
  #seen = [];
  /** The PIN of each redemption whose id a shopper received. */
  #of = new Map();
  #tally;

  constructor(tally) {
    this.#tally = tally;
  }

  /** Returns the PIN of a voucher for a payment of `amount`; with `answerLost`, one worth more whose answer is late or lost. */
  draw(chance, provider, amount, { answerLost = false } = {}) {
    if (answerLost) {
      const pin = this.#fresh(provider, chance.pick(ANSWER_LOST), 2 * Math.ceil(amount / 100) + 50);
      this.saw(provider, pin);
      return pin;
    }
    if (chance.happens(0.06)) {
      const used = this.#seen.filter((one) => one.provider === provider);
      if (used.length > 0) return this.#tally.add('voucher: used before') && chance.pick(used).pin;
    }
    const isBusy = provider === 'wipay' && chance.happens(BUSY_SHARE);
    const scenario = isBusy ? BUSY : chance.happens(PAYING_SHARE) ? chance.pick(PAYING[provider]) : chance.pick(ALL[provider]).scenario;
    const major = Math.ceil(amount / 100);
    const face = chance.pick([0, 0, 0, major + 5, major + 5 + chance.whole(0, 200), chance.whole(10, 400)]);
    const pin = this.#fresh(provider, scenario, face);
    this.saw(provider, pin);
    return pin;
  }

  /** Returns the PIN of a voucher that pays, worth the first amount charged to it. */
  exact(provider) {
    return this.#fresh(provider, 'exact', 0);
  }

  /** Records the voucher of a payment. */
  usedFor(payment, pin) {
    this.#of.set(payment, pin);
  }

  /** Returns the PIN of a payment's voucher. */
  of(payment) {
    return this.#of.get(payment);
  }

  /** Records a voucher, which may then be tried again. */
  saw(provider, pin) {
    this.#seen.push({ provider, pin });
    if (this.#seen.length > 400) this.#seen.shift();
  }

  #fresh(provider, scenario, face) {
    const kind = `${provider} ${scenario} ${face}`;
    const serial = this.#serials.get(kind) ?? FIRST_SERIAL;
    this.#serials.set(kind, serial + 1);
    return pinFor(provider, scenario, serial, face);
  }
}

/** Returns the body of an order of a voucher at Celbux or ODM, mostly for a recipient whose order fails. */
export function drawOrder(chance) {
  const provider = chance.pick(['celbux', 'odm']);
  const phone = chance.happens(0.75) ? chance.pick(PHONES[provider]).phone : { celbux: '27648302057', odm: '+251911234567' }[provider];
  if (provider === 'celbux') {
    return { provider, recipient: phone, voucher_type: '168Cash', amount: chance.whole(1, 300) * 100, currency: 'ZAR' };
  }
  return {
    provider,
    denomination_id: chance.pick([1, 2, 3, 4, 5]),
    merchant_id: chance.pick([12, 13, 14]),
    recipient_phone: phone,
    restricted: chance.happens(0.5),
    originating_country: 'US',
    foreign_currency_amount: '8.85',
    exchange_rate: '56.5',
  };
}

function grouped(rows) {
  const groups = {};
  for (const row of rows) (groups[row.provider] ??= []).push(row);
  return groups;
}
