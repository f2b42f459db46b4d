/** Takes the money of a verified claim, at once or after a settlement, and answers as the voucher's scenario requires. */
import { json } from './answers.mjs';
import { faultAnswer } from './faults.mjs';
import { printMajor } from './money.mjs';
import { PROCESSING, refusal, SYSTEM_ERROR } from './odm-answers.mjs';

/** The id and the number of the transaction in the document's sample; both grow from here. */
const FIRST_ID = 9801;
const FIRST_TRANSACTION = 125;
const UNLISTED = refusal(423, 'The redemption could not be processed');
const SETTLING = refusal(503, 'Settlement is still in progress, retry after a short delay');

/** Returns the answer to a verification that took nothing. The document has only the stage OTP_VERIFICATION. */
export function failed(reason, stage) {
  return json(200, { status: 'FAILED', failure: { reason, stage } });
}

export class OdmRedemptions {
  #count = 0;
  #ledger;
  #later;
  #options;

  constructor({ ledger, later, options }) {
    this.#ledger = ledger;
    this.#later = later;
    this.#options = options;
  }

  /** Takes the money of a claim whose code was right. `entry` is that of the request's Idempotency-Key. */
  redeem(claim, entry) {
    const { scenario } = claim.voucher;
    if (scenario?.fault === 'before' && entry.isFirst) {
      return { ...faultAnswer(scenario, { systemError: SYSTEM_ERROR, unlisted: UNLISTED }), did: 'nothing taken' };
    }
    if (scenario?.settlesTo) return this.#settle(claim, entry);
    this.#complete(claim, entry);
    const did = `took ETB ${printMajor(claim.amount)}`;
    if (scenario?.fault === 'after') {
      return { ...faultAnswer(scenario, { systemError: SYSTEM_ERROR, unlisted: UNLISTED, lost: entry.answer }), did };
    }
    if (scenario?.name === 'processing_409') return { ...PROCESSING, did };
    if (scenario?.name !== 'slow') return { ...entry.answer, did };
    entry.readyAt = Date.now() + this.#options.slowMs;
    return { ...entry.answer, did, pauseMs: this.#options.slowMs };
  }

  /** Holds the voucher until the settlement ends; then the money is taken, or the claim has failed. */
  #settle(claim, entry) {
    const { account, scenario } = claim.voucher;
    claim.state = 'settling';
    entry.answer = SETTLING;
    this.#ledger.hold(account);
    this.#later(this.#options.processingMs, () => {
      this.#ledger.release(account);
      if (scenario.settlesTo === 'completed') this.#complete(claim, entry);
      else {
        claim.state = 'failed';
        entry.answer = failed('Settlement failed.', 'SETTLEMENT');
      }
    });
    return { ...SETTLING, did: 'still settling' };
  }

  #complete(claim, entry) {
    const now = new Date(this.#options.odmNow());
    const { account, spentBefore = 0 } = claim.voucher;
    const number = this.#count++;
    const day = now.toISOString().slice(2, 10).replaceAll('-', '');
    const telebirrRef = `TB-${day}-${String(FIRST_TRANSACTION + number).padStart(6, '0')}`;
    claim.state = 'completed';
    this.#ledger.take(account, { amount: claim.amount, reference: entry.key, providerReference: telebirrRef });
    const redemption = {
      id: FIRST_ID + number,
      redeemedAmount: printMajor(claim.amount),
      telebirrRef,
      voucherRemainingBalance: printMajor(account.balance),
      voucherOriginalAmount: printMajor(account.issued + spentBefore),
      redeemedAt: now.toISOString(),
    };
    entry.answer = json(200, { status: 'COMPLETED', redemption });
  }
}
