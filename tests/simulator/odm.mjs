/**
 * ODM, Ethiopia, ETB. For partners it issues a gift voucher paid from the partner's wallet, and lists the catalog; for merchants it
 * takes vouchers (odm-merchant.mjs). Each of the two has a key pair of its own. Requests are signed; an Idempotency-Key makes them
 * safe to repeat. There is no look-up.
 */
import { randomBytes } from 'node:crypto';
import { json } from './answers.mjs';
import { faultAnswer } from './faults.mjs';
import { CONFLICT, PROCESSING, refusal, SYSTEM_ERROR } from './odm-answers.mjs';
import { DENOMINATIONS, MERCHANTS } from './odm-catalog.mjs';
import { MERCHANT_ID, OdmMerchant } from './odm-merchant.mjs';
import { odmPhones } from './odm-phones.mjs';
import { readIssue, readKey } from './odm-request.mjs';
import { canonicalText, isSigned, isTimely, publicKeyOf } from './odm-signature.mjs';
import { odmTestVouchers } from './odm-test-vouchers.mjs';
import { monthsOn, OdmVouchers } from './odm-vouchers.mjs';
import { bigPin } from './random.mjs';

const PROVIDER = 'odm';
const CURRENCY = 'ETB';
const ISSUE_PATH = '/api/v1/vouchers/issue';
const LISTS = { '/api/v1/gift-denominations': DENOMINATIONS, '/api/v1/merchants': MERCHANTS };
const REFUSALS = {
  forbidden: refusal(403, 'Forbidden'),
  not_entitled: refusal(422, 'Partner is not entitled to purchase Gift Cards'),
  wallet_empty: refusal(409, 'Insufficient partner wallet balance'),
  limit_exceeded: refusal(422, 'Partner limit exceeded'),
};
const UNLISTED = refusal(423, 'The wallet is being reconciled');
const GATEWAYS = { 502: 'Upstream provider failure', 503: 'Service temporarily unavailable', 504: 'Upstream provider timeout' };
const NOTHING = 'nothing issued';

export const odm = {
  id: PROVIDER,
  title: 'ODM',
  mount: '/odm',
  phones: odmPhones,
  vouchers: odmTestVouchers,
  testSecrets: {
    ODM_API_KEY: 'odm-test-key',
    ODM_SIGNING_KEY: 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=',
    ODM_MERCHANT_API_KEY: 'odm-merchant-test-key',
    ODM_MERCHANT_SIGNING_KEY: 'ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=',
  },
  localVars: (base) => ({ ODM_BASE_URL: `${base}/odm/api/v1`, ODM_MERCHANT_ID: String(MERCHANT_ID) }),
  localSecrets: () => ({
    ODM_API_KEY: `odm_${randomBytes(24).toString('hex')}`,
    ODM_SIGNING_KEY: randomBytes(32).toString('base64'),
    ODM_MERCHANT_API_KEY: `odm_merchant_${randomBytes(24).toString('hex')}`,
    ODM_MERCHANT_SIGNING_KEY: randomBytes(32).toString('base64'),
  }),
  open: (room) => new Odm(room),
};

class Odm {
  /** The request sent with each Idempotency-Key, and the voucher issued for it. */
  #requests = new Map();
  #partnerAccess;
  #merchantAccess;
  #merchant;
  #vouchers;
  #ledger;
  #options;

  constructor(room) {
    const { ledger, options } = room;
    this.#ledger = ledger;
    this.#options = options;
    this.#partnerAccess = accessBy('ODM_API_KEY', 'ODM_SIGNING_KEY', options.secrets);
    this.#merchantAccess = accessBy('ODM_MERCHANT_API_KEY', 'ODM_MERCHANT_SIGNING_KEY', options.secrets);
    this.#vouchers = new OdmVouchers({ ledger, now: options.odmNow });
    this.#merchant = new OdmMerchant({ ...room, vouchers: this.#vouchers });
    ledger.openAccount({ provider: PROVIDER, currency: CURRENCY, balance: options.odmWallet });
  }

  /** Answers one call: an answer, or a fault that loses it. */
  handle({ method, path, target, headers, body, bytes }) {
    const call = this.#callAt(path);
    if (!call) return refusal(404, 'Not Found');
    if (method !== call.method) return refusal(405, 'Method Not Allowed');
    const { refused, verified } = this.#authenticate(call.access, { method, target, headers, bytes });
    if (refused) return { ...refused, did: 'refused, nothing done' };
    return { ...call.answer(headers, body, verified), verified };
  }

  /** Returns every voucher issued and every claim, for the books. */
  state() {
    const issued = [...this.#requests].filter(([, { voucher }]) => voucher);
    return {
      issued: issued.map(([key, { at, voucher, phone, denominationId, merchantId, calls, verified }]) => ({
        at,
        voucher_code: voucher.voucherCode,
        serial_number: voucher.serialNumber,
        recipient_phone: phone,
        denomination_id: denominationId,
        merchant_id: merchantId,
        idempotency_key: key,
        calls,
        verified,
      })),
      claims: this.#merchant.state(),
    };
  }

  reset() {
    this.#requests.clear();
    this.#vouchers.reset();
    this.#merchant.reset();
  }

  #callAt(path) {
    const list = LISTS[path];
    if (list) return { method: 'GET', access: this.#partnerAccess, answer: () => json(200, list) };
    if (path === ISSUE_PATH) return { method: 'POST', access: this.#partnerAccess, answer: this.#issueOnce.bind(this) };
    const answer = this.#merchant.callAt(path);
    return answer && { method: 'POST', access: this.#merchantAccess, answer };
  }

  #authenticate(access, { method, target, headers, bytes }) {
    const { 'x-api-key': apiKey, 'x-timestamp': timestamp, 'x-signature': signature, 'idempotency-key': idempotencyKey } = headers;
    if (apiKey !== access.apiKey) return { refused: refusal(401, 'Missing or invalid API key') };
    if (!timestamp || !isTimely(timestamp, this.#options.odmNow())) return { refused: refusal(401, 'Missing or invalid timestamp') };
    const text = canonicalText({ method, target, timestamp, idempotencyKey, bytes });
    if (!signature || !isSigned(text, signature, access.publicKey)) return { refused: refusal(401, 'Missing or invalid signature') };
    return { verified: text };
  }

  /** Issues a voucher for a new key. A known key gets the stored answer, or a refusal. */
  #issueOnce({ 'idempotency-key': header, 'content-type': contentType }, body, verified) {
    const { key, refused } = readKey(header);
    if (refused) return { ...refused, did: NOTHING };
    const known = this.#requests.get(key);
    if (known && known.body !== body) return { ...CONFLICT, did: NOTHING };
    if (known?.voucher) return this.#replay(known);

    const { refused: wrong, request } = readIssue(contentType, body);
    if (wrong) return { ...wrong, did: NOTHING };
    const scenario = odmPhones.read(request.recipientPhone);
    const entry = known ?? { body, calls: 0, isFirst: true };
    const answer = this.#issue({ request, entry, verified, scenario: entry.isFirst ? scenario : onlyRefusal(scenario) });
    entry.calls++;
    if (answer.isKept) this.#requests.set(key, { ...entry, isFirst: false });
    return { ...answer, scenario: scenario?.name ?? null };
  }

  #replay(entry) {
    entry.calls++;
    if (Date.now() < entry.readyAt) return { ...PROCESSING, scenario: entry.scenario, did: 'still processing' };
    return { ...json(200, entry.voucher), scenario: entry.scenario, did: 'answered again, nothing new issued' };
  }

  #issue({ request, entry, verified, scenario }) {
    if (scenario?.fault === 'before') return { ...faultAnswer(scenario, { systemError: SYSTEM_ERROR, unlisted: UNLISTED }), did: NOTHING, isKept: true };
    if (scenario?.gateway) return { ...refusal(scenario.gateway, GATEWAYS[scenario.gateway]), did: NOTHING, isKept: true };
    if (scenario?.refusal) return { ...REFUSALS[scenario.name], did: NOTHING };
    const denomination = DENOMINATIONS.find(({ id, isActive }) => isActive && id === request.denominationId);
    const merchant = MERCHANTS.find(({ id, status }) => status === 'ACTIVE' && id === request.merchantId);
    if (!denomination) return { ...refusal(404, 'Denomination not found'), did: NOTHING };
    if (!merchant) return { ...refusal(404, 'Merchant not found'), did: NOTHING };
    const value = denomination.amountEtb * 100;
    if (this.#ledger.funds(PROVIDER) < value) return { ...REFUSALS.wallet_empty, did: NOTHING };

    const voucher = describe(denomination, merchant, request, scenario, new Date(this.#options.odmNow()));
    const { voucherCode: code, expirationDate } = voucher;
    this.#vouchers.issue({ ...request, code, scenario: scenario?.name ?? 'issued', value, expirationDate });
    Object.assign(entry, {
      at: new Date().toISOString(),
      voucher,
      phone: request.recipientPhone,
      denominationId: denomination.id,
      merchantId: merchant.id,
      scenario: scenario?.name ?? null,
      readyAt: scenario?.name === 'slow' ? Date.now() + this.#options.slowMs : 0,
      verified,
    });
    return { ...this.#delivered(json(200, voucher), scenario), did: `issued a voucher of ETB ${denomination.amountEtb}`, isKept: true };
  }

  #delivered(success, scenario) {
    if (scenario?.fault === 'after') return faultAnswer(scenario, { systemError: SYSTEM_ERROR, unlisted: UNLISTED, lost: success });
    if (scenario?.name === 'processing_409') return PROCESSING;
    return scenario?.name === 'slow' ? { ...success, pauseMs: this.#options.slowMs } : success;
  }
}

/** Returns the credentials of one of the two APIs: its key, and the public key that its signatures are checked with. */
function accessBy(apiKey, signingKey, secrets) {
  return { apiKey: secrets[apiKey], publicKey: publicKeyOf(secrets[signingKey], signingKey) };
}

/** Returns the part of a scenario that still applies when its request is repeated. */
function onlyRefusal(scenario) {
  return scenario?.refusal || scenario?.name === 'finalization_pending' ? scenario : undefined;
}

function describe({ amountEtb }, { merchantName }, { isRestricted }, scenario, now) {
  const day = now.toISOString().slice(0, 10).replaceAll('-', '');
  return {
    voucherCode: bigPin(),
    denominationAmountEtb: amountEtb,
    expirationDate: monthsOn(now),
    serialNumber: `VCH-${day}-${randomBytes(8).toString('hex').toUpperCase()}`,
    merchantName,
    isRestricted,
    transactionStatus: scenario?.name === 'finalization_pending' ? 'FINALIZATION_PENDING' : undefined,
  };
}
