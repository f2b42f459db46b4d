/** ODM's vouchers as a merchant sees them, test vouchers and issued ones. Their balances are in the ledger. */
import { printMajor } from './money.mjs';
import { MERCHANTS } from './odm-catalog.mjs';
import { odmTestVouchers } from './odm-test-vouchers.mjs';

const PROVIDER = 'odm';
/** The id in the document's sample; ids grow from here. */
const FIRST_ID = 123;
const VALID_MONTHS = 3;
const DAY_MS = 86_400_000;
const TEST_OWNER = { ownerNumber: '+251911234567', ownerName: 'Abebe Kebede' };
const TEST_MERCHANT = 12;

export class OdmVouchers {
  #records = new Map();
  #nextId = FIRST_ID;
  #ledger;
  #now;

  constructor({ ledger, now }) {
    this.#ledger = ledger;
    this.#now = now;
  }

  /** Issues a voucher, paid from the partner's wallet. */
  issue({ code, scenario, value, recipientPhone, recipientName, ...others }) {
    const account = this.#ledger.fund({ provider: PROVIDER, pin: code, scenario, value });
    this.#add(code, { account, ownerNumber: recipientPhone, ownerName: recipientName ?? null, ...others });
  }

  /**
   * Returns the voucher with this code, or undefined: `account` is its entry in the ledger, `scenario` that of a test voucher. A test
   * voucher is issued when it is first used.
   */
  find(code) {
    const known = this.#records.get(code);
    if (known) return known;
    const { scenario, value } = odmTestVouchers.read(code) ?? {};
    if (!scenario || scenario.name === 'not_found') return undefined;
    const { currency } = odmTestVouchers;
    const account = this.#ledger.issue({ provider: PROVIDER, pin: code, scenario: scenario.name, currency, value });
    return this.#add(code, { account, scenario, ...TEST_OWNER, ...this.#termsOf(scenario) });
  }

  /** Returns the voucher's description, as validation answers it. The document has only the status PARTIALLY_REDEEMED. */
  describe({ id, account, ownerNumber, ownerName, spentBefore = 0, isRestricted, merchantId, expirationDate }) {
    const { pin: code, issued, balance } = account;
    const original = issued + spentBefore;
    return {
      id,
      code,
      ownerNumber,
      ownerName,
      originalAmount: printMajor(original),
      remainingBalance: printMajor(balance),
      totalRedeemed: printMajor(original - balance),
      status: this.#isExpired(expirationDate) ? 'EXPIRED' : statusOf(balance, original),
      isRestricted,
      originatingMerchantId: merchantId,
      originatingMerchantName: MERCHANTS.find((merchant) => merchant.id === merchantId).merchantName,
      expirationDate,
    };
  }

  /** Returns why this merchant cannot take the amount off the voucher; undefined when it can. */
  refusalOf({ account, isRestricted, merchantId: origin, expirationDate }, merchantId, amount) {
    if (isRestricted && origin !== merchantId) return 'Voucher is restricted to another merchant';
    if (this.#isExpired(expirationDate)) return 'Voucher has expired';
    if (account.state === 'held') return 'Voucher is being redeemed';
    return account.balance < amount ? 'Insufficient voucher balance' : undefined;
  }

  reset() {
    this.#records.clear(); // ids go on, so that an id never means two vouchers
  }

  #add(code, record) {
    const numbered = { id: this.#nextId++, ...record };
    this.#records.set(code, numbered);
    return numbered;
  }

  #termsOf({ restrictedTo, spentBefore, isExpired }) {
    const now = this.#now();
    const expirationDate = isExpired ? new Date(now - DAY_MS).toISOString() : monthsOn(new Date(now));
    return { isRestricted: restrictedTo !== undefined, merchantId: restrictedTo ?? TEST_MERCHANT, spentBefore, expirationDate };
  }

  #isExpired(date) {
    return Date.parse(date) < this.#now();
  }
}

/** Returns the end of the day three months later; where that month is shorter, of its last day. */
export function monthsOn(now) {
  const last = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + VALID_MONTHS + 1, 0)).getUTCDate();
  const day = Math.min(now.getUTCDate(), last);
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + VALID_MONTHS, day, 23, 59, 59)).toISOString();
}

function statusOf(balance, original) {
  if (balance === 0) return 'REDEEMED';
  return balance < original ? 'PARTIALLY_REDEEMED' : 'ACTIVE';
}
