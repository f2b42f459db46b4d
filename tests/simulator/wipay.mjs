/**
 * WiPay, Trinidad and Tobago, TTD: takes a total and a flat fee off a voucher, and returns a voucher's value. Form-encoded
 * requests, JSON answers; every business error is HTTP 200. No reference, no look-up, five calls in sixty seconds.
 */
import { randomBytes } from 'node:crypto';
import { json } from './answers.mjs';
import { faultAnswer } from './faults.mjs';
import { parseMajor, printMajor } from './money.mjs';
import { valueWhenAsked } from './voucher-table.mjs';
import { EXACT_VALUE_WHEN_CHECKED_FIRST, wipayVouchers } from './wipay-vouchers.mjs';

const TOTAL = /^-?\d+(?:\.\d{1,2})?$/;
const DETAILS_MAX = 254;
const TOO_MANY = error('Too many attempts');
const UNAUTHORIZED = error('Parameter: account_number is unauthorized');
const SYSTEM_ERROR = json(500, { message: 'Server Error' }); // the document has no HTTP 500: no "status" to read
const UNLISTED = json(200, { status: 'error', msg: 'Voucher could not be processed' });

/** Existing accounts: 4630 of the document, 4631 without the right to take vouchers, and some more merchants. */
const UNAUTHORIZED_ACCOUNT = '4631';
const ACCOUNTS = /^(?:463[01]|46[4-9]\d)$/;

export const wipay = {
  id: 'wipay',
  title: 'WiPay',
  mount: '/wipay',
  vouchers: wipayVouchers,
  testSecrets: {}, // this API has no secrets
  localVars: (base) => ({ WIPAY_BASE_URL: `${base}/wipay`, WIPAY_ACCOUNT_NUMBER: '4630' }),
  localSecrets: () => ({}),
  open: (room) => new WiPay(room),
};

class WiPay {
  #recentCalls = [];
  #ledger;
  #options;

  constructor({ ledger, options }) {
    this.#ledger = ledger;
    this.#options = options;
  }

  /** Answers one call: an answer, or a fault that loses it. */
  handle({ method, path, headers, body }) {
    const act = { '/v1/voucher_pay': this.#pay, '/v1/voucher_check': this.#check }[path];
    if (!act) return json(404, { message: 'Not Found' });
    if (method !== 'POST') return json(405, { message: 'Method Not Allowed' });
    if (this.#exceedsLimit()) return { ...TOO_MANY, did: 'refused: over the limit' };
    return act.call(this, readForm(headers['content-type'], body));
  }

  /** Returns the used part of the limit, for the books. */
  state() {
    const { wipayCalls: limit, wipayPeriodMs } = this.#options;
    const calls_in_period = this.#callsSince(Date.now() - wipayPeriodMs).length;
    return { calls_in_period, limit, period_ms: wipayPeriodMs };
  }

  reset() {
    this.#recentCalls = [];
  }

  /**
   * Counts this call, of either kind and whether refused or not: the document says only "API calls", and this is the strictest
   * reading for a client.
   */
  #exceedsLimit() {
    if (this.#options.wipayCalls === Infinity) return false; // nothing to count in a load test
    const now = Date.now();
    this.#recentCalls = [...this.#callsSince(now - this.#options.wipayPeriodMs), now];
    return this.#recentCalls.length > this.#options.wipayCalls;
  }

  #callsSince(moment) {
    return this.#recentCalls.filter((at) => at > moment);
  }

  #pay(form) {
    const account = form.get('account_number') || form.get('developer_id'); // the parameter's old name
    const refused = checkAccount(account) ?? checkDetails(form.get('details')) ?? checkTotal(form.get('total'));
    if (refused) return { ...error(refused), did: 'refused, nothing taken' };
    const pin = form.get('voucher');
    if (!pin) return { ...error('Parameter: voucher is missing'), did: 'refused, nothing taken' };

    const { scenario, value } = wipayVouchers.read(pin) ?? {};
    const answer = this.#payWith(pin, parseMajor(form.get('total')), scenario, value);
    return { ...answer, scenario: scenario?.name ?? 'unknown voucher' };
  }

  #payWith(pin, total, scenario, value) {
    if (scenario?.fault === 'before') {
      return { ...faultAnswer(scenario, { systemError: SYSTEM_ERROR, unlisted: UNLISTED }), did: 'nothing taken' };
    }
    if (scenario?.name === 'inactive') return { ...UNAUTHORIZED, did: 'refused, nothing taken' };
    if (scenario?.name === 'too_many') return { ...TOO_MANY, did: 'refused, nothing taken' };

    const fee = this.#options.wipayFee;
    const voucher = this.#findVoucher(pin, scenario, () => valueWhenAsked(value, total + fee));
    if (!voucher) return { ...error('Parameter: voucher not found'), did: 'refused, nothing taken' };
    if (voucher.balance < total + fee) {
      return { ...error('Parameter: voucher value insufficient'), did: 'refused, nothing taken' };
    }
    const trxn_id = randomBytes(7).toString('hex').slice(0, 13);
    this.#ledger.take(voucher, { amount: total, fee, reference: null, providerReference: trxn_id });
    const success = json(200, {
      status: 'success',
      msg: 'Voucher payment successful',
      trxn_id,
      value: printMajor(voucher.balance),
    });
    const did = `took TT$ ${printMajor(total)} and TT$ ${printMajor(fee)} fee`;
    if (scenario.fault === 'after') return { ...faultAnswer(scenario, { systemError: SYSTEM_ERROR, unlisted: UNLISTED, lost: success }), did };
    return { ...success, did, pauseMs: scenario.name === 'slow' ? this.#options.slowMs : 0 };
  }

  #check(form) {
    const pin = form.get('voucher');
    if (!pin) return error('Parameter: voucher is missing');
    const { scenario, value } = wipayVouchers.read(pin) ?? {};
    const voucher = this.#findVoucher(pin, scenario, () => (value === 'asked' ? EXACT_VALUE_WHEN_CHECKED_FIRST : value));
    const answer = voucher
      ? json(200, { status: 'success', msg: 'Voucher check successful', value: printMajor(voucher.balance) })
      : error('Parameter: voucher not found');
    return { ...answer, scenario: scenario?.name ?? 'unknown voucher', did: 'told the value, nothing taken' };
  }

  /** Finds the voucher. A test voucher is issued when it is first used. */
  #findVoucher(pin, scenario, value) {
    const known = this.#ledger.voucher('wipay', pin);
    if (known || !scenario || scenario.name === 'not_found') return known;
    const { currency } = wipayVouchers;
    return this.#ledger.issue({ provider: 'wipay', pin, scenario: scenario.name, currency, value: value() });
  }
}

function error(msg) {
  return json(200, { status: 'error', msg });
}

/** Reads a form. Any other body has no parameters for WiPay. */
function readForm(contentType, body) {
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(contentType ?? '');
  return new URLSearchParams(isForm ? body : '');
}

function checkAccount(account) {
  if (!account) return 'Parameter: account_number is missing';
  if (!ACCOUNTS.test(account)) return 'Parameter: account_number not found';
  return account === UNAUTHORIZED_ACCOUNT ? 'Parameter: account_number is unauthorized' : undefined;
}

/** Checks the details. The document limits the length without an error text; these texts follow those for the total. */
function checkDetails(details) {
  return details && [...details].length > DETAILS_MAX ? 'Parameter: details has incorrect format' : undefined;
}

/** Checks the total. Zero is not "greater than 0", and the closest text in the document is that for a negative total. */
function checkTotal(total) {
  if (!total) return 'Parameter: total is missing';
  if (!TOTAL.test(total)) return 'Parameter: total has incorrect format';
  if (total.startsWith('-') || parseMajor(total) === 0) return 'Parameter: total cannot be less than 0';
  return parseMajor(total) === undefined ? 'Parameter: total has incorrect format' : undefined;
}
