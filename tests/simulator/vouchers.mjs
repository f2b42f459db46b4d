/**
 * The providers' ledger: every voucher with what is left on it, and every debit. Amounts are integer minor units.
 *
 * The law of these books, per currency: issued = left on test vouchers + left on change vouchers + taken.
 * A change voucher is not new money; its value comes off the voucher it was made from.
 */
export class Ledger {
  #vouchers = new Map();
  #debits = [];
  #changed;

  /** `changed` is called after every entry, so that a test can wait for one instead of sleeping. */
  constructor(changed) {
    this.#changed = changed;
  }

  /** The voucher with this PIN, or undefined when the provider has not issued it yet. */
  voucher(provider, pin) {
    return this.#vouchers.get(keyOf(provider, pin));
  }

  /** Issues a test voucher worth `value`. One worth nothing is born used: it was spent before these books began. */
  issue({ provider, pin, scenario, currency, value }) {
    return this.#add({ provider, pin, scenario, currency, kind: 'test', issued: value, balance: value, changeOf: null });
  }

  /**
   * Takes `amount + fee` off a voucher and returns the debit. Throws when the voucher is not worth that much: a
   * provider must have refused before.
   */
  take(voucher, { amount, fee = 0, reference, providerReference }) {
    const taken = amount + fee;
    if (taken > voucher.balance) throw new RangeError('a voucher cannot be debited below zero');
    voucher.balance -= taken;
    voucher.state = voucher.balance === 0 ? 'used' : 'live';
    const debit = {
      provider: voucher.provider,
      pin: voucher.pin,
      scenario: voucher.scenario,
      currency: voucher.currency,
      reference,
      providerReference,
      amount,
      fee,
      taken,
      changePin: null,
      at: new Date().toISOString(),
    };
    this.#debits.push(debit);
    this.#changed();
    return debit;
  }

  /** Closes the debited voucher and issues a change voucher, with the PIN given, worth what was left on it. */
  giveChange(debit, pin) {
    const closed = this.voucher(debit.provider, debit.pin);
    const { provider, currency, balance } = closed;
    closed.balance = 0;
    closed.state = 'used';
    debit.changePin = pin;
    return this.#add({
      provider,
      pin,
      scenario: 'change_voucher',
      currency,
      kind: 'change',
      issued: balance,
      balance,
      changeOf: closed.pin,
    });
  }

  /** Keeps a voucher from being spent while a charge on it is being processed. */
  hold(voucher) {
    voucher.state = 'held';
    this.#changed();
  }

  /** Gives a held voucher back, with nothing taken. */
  release(voucher) {
    voucher.state = 'live';
    this.#changed();
  }

  /** Forgets every voucher and debit. Test vouchers come back, with their full value, when they are next used. */
  reset() {
    this.#vouchers.clear();
    this.#debits = [];
    this.#changed();
  }

  /** A copy of the books for `books.json`; see README.md for its shape. */
  entries() {
    const vouchers = [...this.#vouchers.values()];
    return {
      totals: totalsOf(vouchers, this.#debits),
      vouchers: vouchers.filter(({ kind }) => kind === 'test').map(withoutKind),
      change_vouchers: vouchers.filter(({ kind }) => kind === 'change').map(withoutKind),
      debits: this.#debits.map(({ providerReference, changePin, ...debit }) => ({
        ...debit,
        provider_reference: providerReference,
        change_pin: changePin,
      })),
    };
  }

  #add(entry) {
    const state = entry.balance === 0 ? 'used' : 'live';
    const voucher = { ...entry, state, at: new Date().toISOString() };
    this.#vouchers.set(keyOf(entry.provider, entry.pin), voucher);
    this.#changed();
    return voucher;
  }
}

function keyOf(provider, pin) {
  return `${provider} ${pin}`;
}

function withoutKind({ kind, changeOf, ...voucher }) {
  return kind === 'change' ? { ...voucher, change_of: changeOf } : voucher;
}

/** Per currency, in minor units: issued, left on test vouchers, left on change vouchers, taken, and whether it adds up. */
function totalsOf(vouchers, debits) {
  const currencies = [...new Set(vouchers.map(({ currency }) => currency))].sort();
  return currencies.map((currency) => {
    const mine = vouchers.filter((voucher) => voucher.currency === currency);
    const tests = mine.filter(({ kind }) => kind === 'test');
    const change = sum(mine.filter(({ kind }) => kind === 'change').map(({ balance }) => balance));
    const issued = sum(tests.map((voucher) => voucher.issued));
    const balances = sum(tests.map(({ balance }) => balance));
    const taken = sum(debits.filter((debit) => debit.currency === currency).map((debit) => debit.taken));
    return { currency, issued, balances, change, taken, balanced: issued === balances + change + taken };
  });
}

function sum(amounts) {
  return amounts.reduce((total, amount) => total + amount, 0);
}
