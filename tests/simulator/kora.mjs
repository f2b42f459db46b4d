/**
 * Kora, South Africa, ZAR: charges a voucher, gives change as a new voucher, and looks a charge up by reference. Amounts are
 * minor units inside; on the wire they are JSON numbers in rand, and a string in the look-up.
 */
import { randomBytes, randomInt } from 'node:crypto';
import { json } from './answers.mjs';
import { faultAnswer } from './faults.mjs';
import { NumberText } from './json.mjs';
import { readCharge } from './kora-request.mjs';
import { koraVouchers } from './kora-vouchers.mjs';
import { koraNotice } from './kora-webhook.mjs';
import { parseMajor, printMajor, printShortest } from './money.mjs';
import { bigPin, digits } from './random.mjs';
import { valueWhenAsked } from './voucher-table.mjs';

/** Refusals by scenario, with the document's exact words. */
const REFUSALS = {
  not_found: refusal(400, 'The voucher pin you have entered is invalid.'),
  used: refusal(400, 'The voucher has already been used.'),
  too_small: refusal(402, 'Voucher funds are lower than the transaction amount.'),
  amount_refused: refusal(400, 'The amount provided exceeds the required amount.'),
  inactive: refusal(403, 'The voucher provider is not active for this merchant.'),
  code_unsupported: refusal(400, 'The selected provider code is not supported.'),
};
/** The scenarios that are refused at any balance; the other refusals depend on the voucher. */
const ALWAYS_REFUSED = ['amount_refused', 'inactive', 'code_unsupported'];
const SYSTEM_ERROR = refusal(500, 'An unexpected system error occurred.');
const UNLISTED = refusal(400, 'This voucher cannot be processed at the moment.');
const DUPLICATE = refusal(400, 'Duplicate payment reference');
const SUPPORTED_CODES = ['0001'];
const CHARGE_PATH = '/api/v1/charge/voucher';
const LOOKUP_PATH = /^\/api\/v1\/charges\/([^/]+)$/;
const CHANGE_VALID_YEARS = 3;

export const kora = {
  id: 'kora',
  title: 'Kora',
  mount: '/kora',
  vouchers: koraVouchers,
  testSecrets: { KORA_SECRET_KEY: 'sk_test_simulator' },
  localVars: (base) => ({
    KORA_BASE_URL: `${base}/kora`,
    KORA_PROVIDERS: JSON.stringify([{ code: '0001', label: '1Voucher', pin_pattern: '\\d{16}' }]),
  }),
  localSecrets: () => ({ KORA_SECRET_KEY: `sk_test_${randomBytes(16).toString('hex')}` }),
  open: (room) => new Kora(room),
};

class Kora {
  #charges = new Map();
  #ledger;
  #later;
  #webhooks;
  #options;

  constructor({ ledger, later, webhooks, options }) {
    this.#ledger = ledger;
    this.#later = later;
    this.#webhooks = webhooks;
    this.#options = options;
  }

  /** Answers one call: an answer, or a fault that loses it. */
  handle({ method, path, headers, body }) {
    const lookup = LOOKUP_PATH.exec(path);
    if (path !== CHARGE_PATH && !lookup) return refusal(404, 'Route not found');
    const key = /^Bearer (sk_test_\S+)$/.exec(headers.authorization ?? '')?.[1];
    if (!key) return refusal(401, 'Invalid authorization key');
    if (method !== (lookup ? 'GET' : 'POST')) return refusal(405, 'Method not allowed');
    return lookup ? this.#lookUp(lookup[1]) : this.#charge(headers['content-type'], body, key);
  }

  /** Returns every charge with its state, for the books. */
  state() {
    const charges = [...this.#charges.values()].map(({ reference, transactionReference, status, amount, scenario }) => {
      return { reference, transaction_reference: transactionReference, status, amount, scenario };
    });
    return { charges };
  }

  reset() {
    this.#charges.clear();
  }

  /** Returns the notification of a charge, or of one that never took place. It can be falsified; see koraNotice. */
  notice({ reference, url, ...wanted }) {
    const key = this.#options.secrets.KORA_SECRET_KEY;
    const charge = this.#charges.get(reference) ?? neverMade(reference, key);
    const address = url ?? charge.notificationUrl ?? `${this.#options.checkoutUrl}/webhooks/kora`;
    return koraNotice({ charge, url: address, key: charge.key, ...wanted });
  }

  #notify(charge) {
    if (!this.#options.koraWebhooks || !charge.notificationUrl) return;
    this.#webhooks.send(koraNotice({ charge, url: charge.notificationUrl, key: charge.key }));
  }

  #charge(contentType, body, key) {
    const { refusal: fault, charge: request } = readCharge(contentType, body);
    if (fault) return refusal(400, fault);
    const charge = { ...request, key, asked: request.amount };
    if (charge.currency !== koraVouchers.currency) return refusal(400, 'Currency not supported');

    const { scenario, value } = koraVouchers.read(charge.pin) ?? {};
    const answer = this.#chargeVoucher(charge, scenario, value);
    const name = scenario?.name ?? this.#ledger.voucher('kora', charge.pin)?.scenario;
    return { ...answer, scenario: name ?? 'unknown PIN' };
  }

  #chargeVoucher(charge, scenario, value) {
    if (scenario?.fault === 'before') {
      return { ...faultAnswer(scenario, { systemError: SYSTEM_ERROR, unlisted: UNLISTED }), did: 'nothing taken' };
    }
    if (this.#charges.has(charge.reference)) return { ...DUPLICATE, did: 'nothing taken' };

    const record = {
      ...charge,
      status: 'failed', // the initial status; a refused charge keeps its reference
      scenario: scenario?.name,
      transactionReference: transactionReference(),
      change: undefined,
    };
    this.#charges.set(charge.reference, record);
    const voucher = this.#findVoucher(charge, scenario, value);
    const reason = refusalReason(charge, scenario, voucher);
    if (reason) {
      this.#notify(record);
      return { ...REFUSALS[reason], did: 'refused, nothing taken' };
    }
    if (scenario?.name.startsWith('processing_')) return this.#process(record, voucher, scenario);
    this.#settle(record, voucher);
    return { ...this.#afterSettling(record, scenario), did: describe(record) };
  }

  /** Finds the voucher. A test voucher is issued when it is first used; a change voucher exists already. */
  #findVoucher({ pin, amount }, scenario, value) {
    const known = this.#ledger.voucher('kora', pin);
    if (known || !scenario || scenario.name === 'not_found') return known;
    return this.#ledger.issue({
      provider: 'kora',
      pin,
      scenario: scenario.name,
      currency: koraVouchers.currency,
      value: valueWhenAsked(value, amount),
    });
  }

  /** Takes the money. The rest goes to a change voucher, because a Kora voucher is closed by its first charge. */
  #settle(record, voucher) {
    record.amount = Math.min(record.amount, voucher.balance);
    record.status = 'success';
    const { amount, reference, transactionReference: providerReference } = record;
    const debit = this.#ledger.take(voucher, { amount, reference, providerReference });
    if (voucher.balance > 0) record.change = changeDetails(this.#ledger.giveChange(debit, bigPin()));
    this.#notify(record);
  }

  #process(record, voucher, { name }) {
    record.status = 'processing';
    this.#ledger.hold(voucher);
    this.#later(this.#options.processingMs, () => {
      this.#ledger.release(voucher);
      if (name === 'processing_then_success') this.#settle(record, voucher);
      else this.#fail(record);
    });
    return { ...chargeAnswer('Charge in progress', record), did: 'voucher held, nothing taken yet' };
  }

  #fail(record) {
    record.status = 'failed';
    this.#notify(record);
  }

  #afterSettling(record, scenario) {
    const success = chargeAnswer('Charge Successful', record);
    if (scenario?.fault === 'after') return faultAnswer(scenario, { systemError: SYSTEM_ERROR, unlisted: UNLISTED, lost: success });
    if (scenario?.name === 'reference_used') return DUPLICATE;
    if (scenario?.name === 'slow') return { ...success, pauseMs: this.#options.slowMs };
    return success;
  }

  /** Looks a charge up: by the shop's reference first, then by Kora's own. */
  #lookUp(reference) {
    const record =
      this.#charges.get(reference) ?? [...this.#charges.values()].find((one) => one.transactionReference === reference);
    if (!record) return { ...refusal(404, 'Charge not found'), did: 'no such charge' };
    const data = {
      reference: record.reference,
      transaction_reference: record.transactionReference,
      status: record.status,
      amount: printMajor(record.asked),
      amount_paid: new NumberText(printShortest(record.status === 'success' ? record.amount : 0)),
      fee: new NumberText('0'),
      currency: record.currency,
      description: record.description,
      customer: record.customer,
    };
    return {
      ...json(200, { status: true, message: 'Charge retrieved successfully', data }),
      scenario: record.scenario,
      did: `said ${record.status}`,
    };
  }
}

function refusal(status, message) {
  return json(status, { status: false, message, data: null });
}

/** Returns the name of the refusal, or undefined when the voucher can be charged. */
function refusalReason({ amount, providerCode }, scenario, voucher) {
  if (!SUPPORTED_CODES.includes(providerCode)) return 'code_unsupported';
  if (!voucher) return 'not_found';
  if (ALWAYS_REFUSED.includes(scenario?.name)) return scenario.name;
  if (voucher.state !== 'live') return 'used';
  return voucher.balance < amount && scenario?.name !== 'partial' ? 'too_small' : undefined;
}

function chargeAnswer(message, record) {
  const data = {
    currency: record.currency,
    amount: new NumberText(printShortest(record.amount)),
    fee: new NumberText('0'),
    vat: new NumberText('0'),
    transaction_reference: record.transactionReference,
    payment_reference: record.reference,
    status: record.status,
    voucher: record.change,
    customer: record.customer,
  };
  return json(200, { status: true, message, data });
}

function describe({ amount, change }) {
  const taken = `took R ${printMajor(amount)}`;
  return change ? `${taken}, change voucher of R ${printMajor(parseMajor(change.balance.text))}` : taken;
}

/** Returns a change voucher in the form of the answers. Its expiry is local time without a zone, as in the document. */
function changeDetails({ pin, balance, at }) {
  const made = at.replace('T', ' ').slice(0, 19);
  const expires = `${Number(made.slice(0, 4)) + CHANGE_VALID_YEARS}${made.slice(4)}`;
  return {
    serial_number: made.replace(/\D/g, '') + digits(6),
    balance: new NumberText(printShortest(balance)),
    pin,
    expiry_date: expires,
  };
}

/** Returns the notification's data for a charge that Kora never made. */
function neverMade(reference, key) {
  const amounts = { amount: 100_00, asked: 100_00, currency: koraVouchers.currency };
  return { ...amounts, reference, transactionReference: transactionReference(), status: 'success', key };
}

function transactionReference() {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
  return `KPY-CA-${Array.from({ length: 12 }, () => letters[randomInt(letters.length)]).join('')}`;
}
