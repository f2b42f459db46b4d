/** Celbux's handling of a well-formed call: its vouchers, its transactions, and their faults. */
import { json, silence } from './answers.mjs';
import { celbuxPhones } from './celbux-phones.mjs';
import { failure } from './celbux-request.mjs';
import { receipt, statement, SUCCESS, Transactions, TT } from './celbux-transactions.mjs';
import { Users } from './celbux-users.mjs';
import { celbuxVouchers, EXACT_VALUE_WHEN_VIEWED_FIRST, OWNER, traitsOf, voucherNumber } from './celbux-vouchers.mjs';
import { faultAnswer } from './faults.mjs';
import { printMajor } from './money.mjs';
import { digits } from './random.mjs';
import { valueWhenAsked } from './voucher-table.mjs';

const PROVIDER = 'celbux';
const { currency } = celbuxVouchers;
const WITHDRAW_FEE = '1000';
/** An HTTP 500 that says nothing about the transaction; a general failure, -7, is another scenario. */
const SYSTEM_ERROR = json(500, { message: 'Internal Server Error' });
const UNLISTED = json(500, { State: 'Error', Status: '-9', Error: 'Transaction could not be processed' });

export class CelbuxBank {
  #transactions = new Transactions();
  /** The traits of the vouchers, by number; their values are in the ledger. */
  #traits = new Map();
  #users;
  #ledger;
  #later;
  #notify;
  #options;
  #community;
  #store;

  constructor({ ledger, later, messages, options, notify, community, store }) {
    this.#ledger = ledger;
    this.#later = later;
    this.#notify = notify;
    this.#options = options;
    this.#community = community;
    this.#store = store;
    this.#users = new Users(messages, { [OWNER]: [community], [celbuxPhones.phoneFor('other_community')]: ['elsewhere'] });
    ledger.openAccount({ provider: PROVIDER, currency, balance: options.celbuxFunds });
  }

  /** Issues a voucher, paid from the merchant's account. Without a recipient, the merchant keeps it. */
  createVoucher({ Username, VoucherType, Amount, Reference }) {
    const scenario = celbuxPhones.read(Username);
    const amount = Number(Amount);
    const act = () => this.#issue({ username: Username, type: VoucherType, amount, reference: Reference, scenario });
    const reason = () => {
      if (Username !== undefined && !this.#users.canReceive(Username)) return failure(-1, 'unknown user, and no valid MSISDN');
      return this.#ledger.funds(PROVIDER) < amount ? failure(-12) : undefined;
    };
    return { ...this.#carryOut(scenario, Reference, reason, act), scenario: scenario?.name ?? null };
  }

  /** Shows a voucher, whatever its scenario. */
  viewVoucher({ VoucherNo }) {
    const { name, find } = this.#find(VoucherNo, (value) => (value === 'asked' ? EXACT_VALUE_WHEN_VIEWED_FIRST : value));
    const voucher = find();
    if (!voucher) return { ...failure(-14), scenario: name, did: 'nothing to show' };
    return { ...json(200, this.#description(voucher)), scenario: name, did: 'told the value, nothing taken' };
  }

  /** Takes an amount off a voucher. */
  pay({ VoucherNo, Amount, Reference }) {
    const amount = Number(Amount);
    const { name, scenario, find } = this.#find(VoucherNo, (value) => valueWhenAsked(value, amount));
    const reason = () => this.#refusal(find(), scenario, amount);
    const act = () => this.#debit(find(), { amount, reference: Reference, scenario });
    return { ...this.#carryOut(scenario, Reference, reason, act), scenario: name };
  }

  /** Looks a transaction up. */
  payment(fields) {
    const transaction = this.#transactions.find(fields);
    if (!transaction) return { ...failure(-6), did: 'no such transaction' };
    const did = transaction.confirmed ? 'told of the transaction' : 'told of the transaction, unconfirmed';
    return { ...json(200, statement(transaction)), scenario: transaction.scenario?.name, did };
  }

  /** Reverses a transaction, once. */
  reverse({ Reference, ...named }) {
    const original = this.#transactions.find(named);
    if (!original) return { ...failure(-6), did: 'no such transaction' };
    const name = original.scenario?.name;
    const answer = this.#reverseOne(original, Reference, name);
    return { ...answer, scenario: name };
  }

  /** Returns the transaction with this reference, or the notification's data for one that never took place. */
  transaction(reference) {
    return this.#transactions.find({ OldReference: reference }) ?? { tid: `1${digits(10)}`, type: TT.pay, reference };
  }

  state() {
    return { transactions: this.#transactions.entries(), users: this.#users.entries() };
  }

  reset() {
    this.#transactions.reset();
    this.#traits.clear();
    this.#users.reset();
  }

  /**
   * Carries a transaction out, unless it is refused, and delivers the answer as its scenario requires. A fault before the money
   * moves takes precedence.
   */
  #carryOut(scenario, reference, reason, act) {
    if (scenario?.fault === 'before') return { ...faultAnswer(scenario, { systemError: SYSTEM_ERROR, unlisted: UNLISTED }), did: 'nothing done' };
    if (scenario?.name === 'general_failure_before') return { ...failure(-7), did: 'nothing done' };
    const refusal = this.#transactions.has(reference) ? failure(-2) : reason();
    if (refusal) return { ...refusal, did: 'refused, nothing done' };

    const { success, did, transaction } = act();
    if (scenario?.name === 'unconfirmed_then_confirmed') {
      transaction.confirmed = false;
      this.#later(this.#options.processingMs, () => (transaction.confirmed = true));
    }
    this.#notify(transaction);
    return { ...this.#delivered(scenario, success), did };
  }

  #delivered(scenario, success) {
    if (scenario?.fault === 'after') return faultAnswer(scenario, { systemError: SYSTEM_ERROR, unlisted: UNLISTED, lost: success });
    if (scenario?.name === 'general_failure_after') return failure(-7);
    if (scenario?.name === 'duplicate_after') return failure(-2);
    return scenario?.name === 'slow' ? { ...success, pauseMs: this.#options.slowMs } : success;
  }

  #issue({ username, type, amount, reference, scenario }) {
    const pin = freshNumber();
    const voucher = this.#ledger.fund({ provider: PROVIDER, pin, scenario: 'created', value: amount });
    const owner = username ?? this.#store;
    const made = { type: TT.create, reference, amount, recipient: owner, voucherType: type };
    const transaction = this.#transactions.add({ ...made, voucher, scenario });
    this.#traits.set(pin, { ...traitsOf(), owner, type, tid: transaction.tid });
    if (username) this.#users.welcome(username, this.#community, voucher, { alwaysNew: scenario?.name === 'new_user' });
    const success = json(200, receipt(transaction, { VoucherNo: pin }));
    return { success, transaction, did: `made a voucher of R ${printMajor(amount)} for ${owner}` };
  }

  /** Returns the documented refusal of a payment; for a locked voucher the document lists none. */
  #refusal(voucher, scenario, amount) {
    if (!voucher) return failure(-14);
    if (this.#traits.get(voucher.pin).locked) return failure(-1, 'the voucher is locked');
    if (scenario?.name === 'wrong_merchant') return failure(-13);
    return voucher.balance < amount ? failure(-12) : undefined;
  }

  #debit(voucher, { amount, reference, scenario }) {
    const { type: voucherType, settles } = this.#traits.get(voucher.pin);
    const made = { type: TT.pay, reference, amount, recipient: this.#store, voucherType };
    const transaction = this.#transactions.add({ ...made, scenario });
    const { tid: providerReference } = transaction;
    transaction.debit = this.#ledger.take(voucher, { amount, reference: reference ?? null, providerReference });
    let did = `took R ${printMajor(amount)}`;
    if (settles && voucher.balance > 0) {
      const rest = this.#ledger.giveChange(transaction.debit, freshNumber());
      this.#tellOwner(rest, 'rest', transaction);
      did += `, sent the rest of R ${printMajor(rest.balance)} by text message`;
    }
    return { success: json(200, receipt(transaction)), transaction, did };
  }

  #reverseOne(original, reference, name) {
    if (name === 'reverse_silent_before') return { ...silence(), did: 'nothing given back' };
    const refusal = this.#reversalRefusal(original, reference, name);
    if (refusal) return { ...refusal, did: 'refused, nothing given back' };

    const { type, amount, recipient, voucherType, scenario } = original;
    const transaction = this.#transactions.add({ type: TT.reverse, reference, amount, recipient, voucherType, scenario });
    original.reverseId = transaction.tid;
    if (type === TT.create) this.#ledger.unfund(original.voucher);
    else this.#giveBack(original.debit, transaction);
    this.#notify(transaction);
    const did = `gave R ${printMajor(amount)} back`;
    return { ...(name === 'reverse_silent_after' ? silence() : json(200, receipt(transaction))), did };
  }

  #reversalRefusal({ type, reverseId, voucher }, reference, name) {
    if (this.#transactions.has(reference)) return failure(-2);
    if (reverseId !== '') return failure(-1, 'already reversed');
    if (name === 'reverse_refused') return failure(-13);
    if (type === TT.reverse) return failure(-1, 'a reversal cannot be reversed');
    return voucher && voucher.balance !== voucher.issued ? failure(-12) : undefined;
  }

  /** Gives the money back to the voucher that it came from or, when that is closed, to a new one, and notifies its owner. */
  #giveBack(debit, transaction) {
    const isClosed = this.#ledger.isClosed(this.#ledger.voucher(PROVIDER, debit.pin));
    const voucher = this.#ledger.reverse(debit, transaction.tid, isClosed ? freshNumber() : undefined);
    if (isClosed) this.#tellOwner(voucher, 'reversal', transaction);
  }

  /** Notifies the owner of a new number. It has the traits of the old one, and is locked where these say so. */
  #tellOwner(voucher, kind, { tid }) {
    const before = this.#traits.get(voucher.changeOf);
    this.#traits.set(voucher.pin, { ...before, locked: before.autoLock, tid });
    this.#users.tell(before.owner, kind, voucher);
  }

  /**
   * Returns `{name, scenario, find}` for a voucher number, hyphens or not. `find` returns the voucher, and issues a test voucher
   * when it is first called; `valueOf` turns the scenario's value into minor units.
   */
  #find(text, valueOf) {
    const pin = voucherNumber(text);
    const { scenario, value } = (pin && celbuxVouchers.read(pin)) ?? {};
    const find = () => this.#findOrIssue(pin, scenario, () => valueOf(value));
    const name = scenario?.name ?? this.#ledger.voucher(PROVIDER, pin)?.scenario ?? 'unknown voucher';
    return { name, scenario, find };
  }

  #findOrIssue(pin, scenario, value) {
    const known = this.#ledger.voucher(PROVIDER, pin);
    if (known || !scenario || scenario.name === 'not_found') return known;
    this.#traits.set(pin, { ...traitsOf(scenario), tid: `1${digits(10)}` });
    return this.#ledger.issue({ provider: PROVIDER, pin, scenario: scenario.name, currency, value: value() });
  }

  #description({ pin, balance }) {
    const { owner, type, locked, autoLock, settles, accumulates, tid } = this.#traits.get(pin);
    const flag = (is) => (is ? '1' : '0');
    return {
      TID: tid,
      Owner: owner,
      VoucherNo: pin,
      VoucherType: type,
      Title: `Voucher ${type} ${currency} ${printMajor(balance)} Number : ${pin}`,
      Amount: String(balance),
      Locked: flag(locked),
      AutoLock: flag(autoLock),
      VSettle: flag(settles),
      VAccumulate: flag(accumulates),
      WithdrawFee: WITHDRAW_FEE,
      ...SUCCESS,
    };
  }
}

/** Returns a number outside the pattern of the test vouchers: 9 in the place of the scenario. */
function freshNumber() {
  return voucherNumber(`1689${digits(9)}`);
}
