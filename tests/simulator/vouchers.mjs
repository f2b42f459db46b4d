/**
 * The providers' ledger: every voucher with its balance, every debit, and the merchant's own accounts. Amounts are integer minor
 * units.
 *
 * The invariant of these books, per currency: issued = balances of vouchers + balances of change vouchers + taken. A change
 * voucher is not new money; its value comes off the voucher that it was made from. A reversed debit does not count as taken. And
 * per account: opening balance = balance + paid out for vouchers.
 */
export class Ledger {
  #vouchers = new Map();
  #debits = [];
  #accounts = new Map();
  #changed;

  /** Creates an empty ledger. `changed` is called after every entry, so that a test can wait for one instead of sleeping. */
  constructor(changed) {
    this.#changed = changed;
  }

  /** Returns the voucher with this PIN, or undefined when the provider has not issued it yet. */
  voucher(provider, pin) {
    return this.#vouchers.get(keyOf(provider, pin));
  }

  /** Issues a test voucher worth `value`. One worth nothing is used from the start: it was spent before these books began. */
  issue({ provider, pin, scenario, currency, value }) {
    return this.#add({ provider, pin, scenario, currency, kind: 'test', issued: value, balance: value, changeOf: null });
  }

  /** Opens the merchant's account at a provider. A reset fills it up again. */
  openAccount({ provider, currency, balance }) {
    this.#accounts.set(provider, { provider, currency, opened: balance, balance });
  }

  /** Returns the balance of the merchant's account. */
  funds(provider) {
    return this.#accounts.get(provider).balance;
  }

  /** Issues a voucher paid from the merchant's account. Throws when the account has too little. */
  fund({ provider, pin, scenario, value }) {
    const account = this.#accounts.get(provider);
    if (value > account.balance) throw new RangeError('an account cannot be overdrawn');
    account.balance -= value;
    const { currency } = account;
    return this.#add({ provider, pin, scenario, currency, kind: 'funded', issued: value, balance: value, changeOf: null });
  }

  /** Takes an untouched funded voucher back: its value returns to the account, and it counts as never issued. */
  unfund(voucher) {
    if (voucher.kind !== 'funded' || voucher.balance !== voucher.issued) throw new RangeError('not an untouched funded voucher');
    this.#accounts.get(voucher.provider).balance += voucher.balance;
    Object.assign(voucher, { issued: 0, balance: 0, state: 'reversed' });
    this.#changed();
  }

  /**
   * Takes `amount + fee` off a voucher and returns the debit. Throws when the voucher is not worth that much: a provider must
   * have refused before.
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
      reversedBy: null,
      at: new Date().toISOString(),
    };
    this.#debits.push(debit);
    this.#changed();
    return debit;
  }

  /** Closes the debited voucher and issues a change voucher, with the given PIN, worth its remaining balance. */
  giveChange(debit, pin) {
    const closed = this.voucher(debit.provider, debit.pin);
    const { provider, currency, balance } = closed;
    closed.balance = 0;
    closed.state = 'used';
    debit.changePin = pin;
    return this.#addChange(closed, pin, balance);
  }

  /** Returns whether this voucher was closed because a change voucher replaced it. */
  isClosed({ provider, pin }) {
    return [...this.#vouchers.values()].some((one) => one.provider === provider && one.changeOf === pin);
  }

  /** Gives the amount of a debit back: to its voucher, or, when a PIN is given, to a new one that replaces it. */
  reverse(debit, reversedBy, pin) {
    if (debit.reversedBy !== null) throw new RangeError('a debit is reversed once');
    debit.reversedBy = reversedBy;
    const voucher = this.voucher(debit.provider, debit.pin);
    if (pin) return this.#addChange(voucher, pin, debit.taken);
    voucher.balance += debit.taken;
    voucher.state = 'live';
    this.#changed();
    return voucher;
  }

  /** Prevents a voucher from being spent while a charge on it is being processed. */
  hold(voucher) {
    voucher.state = 'held';
    this.#changed();
  }

  /** Releases a held voucher, with nothing taken. */
  release(voucher) {
    voucher.state = 'live';
    this.#changed();
  }

  /** Forgets every voucher and debit. Test vouchers are issued again, with their full value, when they are next used. */
  reset() {
    this.#vouchers.clear();
    this.#debits = [];
    for (const account of this.#accounts.values()) account.balance = account.opened;
    this.#changed();
  }

  /** Returns a copy of the books for `books.json`; see README.md for its shape. */
  entries() {
    const vouchers = [...this.#vouchers.values()];
    return {
      totals: totalsOf(vouchers, this.#debits),
      accounts: [...this.#accounts.values()].map((account) => withPaidOut(account, vouchers)),
      vouchers: vouchers.filter(({ kind }) => kind === 'test').map(withoutKind),
      funded_vouchers: vouchers.filter(({ kind }) => kind === 'funded').map(withoutKind),
      change_vouchers: vouchers.filter(({ kind }) => kind === 'change').map(withoutKind),
      debits: this.#debits.map(({ providerReference, changePin, reversedBy, ...debit }) => ({
        ...debit,
        provider_reference: providerReference,
        change_pin: changePin,
        reversed_by: reversedBy,
      })),
    };
  }

  #addChange({ provider, currency, pin: changeOf }, pin, value) {
    const scenario = 'change_voucher';
    return this.#add({ provider, pin, scenario, currency, kind: 'change', issued: value, balance: value, changeOf });
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

/** Returns an account with the amount paid out for vouchers; the two sides are counted apart, so that they can disagree. */
function withPaidOut(account, vouchers) {
  const mine = vouchers.filter(({ provider, kind }) => provider === account.provider && kind === 'funded');
  const paid_out = sum(mine.map(({ issued }) => issued));
  return { ...account, paid_out, balanced: account.opened === account.balance + paid_out };
}

/**
 * Returns the totals per currency, in minor units: issued, left on vouchers, left on change vouchers, taken, and whether they
 * balance.
 */
function totalsOf(vouchers, debits) {
  const currencies = [...new Set(vouchers.map(({ currency }) => currency))].sort();
  return currencies.map((currency) => {
    const mine = vouchers.filter((voucher) => voucher.currency === currency);
    const first = mine.filter(({ kind }) => kind !== 'change');
    const change = sum(mine.filter(({ kind }) => kind === 'change').map(({ balance }) => balance));
    const issued = sum(first.map((voucher) => voucher.issued));
    const balances = sum(first.map(({ balance }) => balance));
    const taken = sum(debits.filter((debit) => debit.currency === currency && debit.reversedBy === null).map((debit) => debit.taken));
    return { currency, issued, balances, change, taken, balanced: issued === balances + change + taken };
  });
}

function sum(amounts) {
  return amounts.reduce((total, amount) => total + amount, 0);
}
