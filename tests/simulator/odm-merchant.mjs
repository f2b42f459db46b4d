/**
 * ODM's merchant API: validates a voucher, makes a claim on it, and takes the money when the claim is verified with the code that
 * ODM has sent to the voucher's owner. A claim alone takes nothing.
 */
import { json, silence } from './answers.mjs';
import { refusal } from './odm-answers.mjs';
import { MERCHANTS } from './odm-catalog.mjs';
import { claimAnswer, readClaim } from './odm-claim-bodies.mjs';
import { OdmClaims } from './odm-claims.mjs';
import { StoredAnswers } from './odm-idempotency.mjs';
import { readValidation, readVerification } from './odm-merchant-request.mjs';
import { failed, OdmRedemptions } from './odm-redemption.mjs';

/** The merchant whose key opens this API. */
export const MERCHANT_ID = 12;

const VALIDATE_PATH = '/api/v1/merchant-api/vouchers/validate';
const CLAIMS_PATH = '/api/v1/merchant-api/claims';
const VERIFY_PATH = /^\/api\/v1\/merchant-api\/claims\/([^/]+)\/verify$/;
const WRONG_CODE = failed('Invalid or expired OTP.', 'OTP_VERIFICATION');
/** Marks a refusal, which leaves the Idempotency-Key unused. */
const REFUSED = { isRefusal: true, did: 'refused, nothing taken' };
const CLAIM_UNLISTED = json(200, { status: 'ACCEPTED' });

export class OdmMerchant {
  #answers = new StoredAnswers();
  #claims;
  #redemptions;
  #vouchers;

  constructor({ vouchers, ...room }) {
    this.#vouchers = vouchers;
    this.#claims = new OdmClaims(room);
    this.#redemptions = new OdmRedemptions(room);
  }

  /** Returns the call at this path, a function of the headers and the body; undefined when there is none. */
  callAt(path) {
    const call = this.#callAt(path);
    if (!call) return undefined;
    return ({ 'idempotency-key': key, 'content-type': contentType }, body) => {
      return this.#answers.once(key, `${path}\n${body}`, (entry) => {
        const { refused: wrong, ...request } = call.read(contentType, body);
        return wrong ? { ...wrong, ...REFUSED } : call.act(request, entry);
      });
    };
  }

  /** Returns every claim, for the books. */
  state() {
    return this.#claims.entries();
  }

  reset() {
    this.#answers.reset();
    this.#claims.reset();
  }

  #callAt(path) {
    if (path === VALIDATE_PATH) return { read: readValidation, act: (request, entry) => this.#validate(request, entry) };
    if (path === CLAIMS_PATH) return { read: readClaim, act: (request, entry) => this.#claim(request, entry) };
    const id = VERIFY_PATH.exec(path)?.[1];
    return id && { read: readVerification, act: (request, entry) => this.#verify(id, request, entry) };
  }

  #validate({ voucherCode }, entry) {
    const voucher = this.#vouchers.find(voucherCode);
    if (!voucher) return refused(404, 'Voucher not found');
    entry.answer = json(200, this.#vouchers.describe(voucher));
    return { ...entry.answer, scenario: nameOf(voucher), did: 'told the value, nothing taken' };
  }

  #claim({ voucherCode, amount }, entry) {
    const voucher = this.#vouchers.find(voucherCode);
    if (!voucher) return refused(404, 'Voucher not found');
    const reason = this.#vouchers.refusalOf(voucher, MERCHANT_ID, amount);
    if (reason) return { ...refused(422, reason), scenario: nameOf(voucher) };
    const { merchantName } = MERCHANTS.find(({ id }) => id === MERCHANT_ID);
    const { id } = this.#claims.make({ voucher, amount, key: entry.key, merchantName });
    entry.answer = voucher.scenario?.name === 'claim_unlisted' ? CLAIM_UNLISTED : claimAnswer(id);
    const answer = voucher.scenario?.name === 'claim_silent' ? silence() : entry.answer;
    return { ...answer, scenario: nameOf(voucher), did: `made claim ${id} and sent its code, nothing taken` };
  }

  #verify(id, { otp }, entry) {
    if (!/^[1-9]\d*$/.test(id)) return refused(400, 'Claim id must be a positive whole number');
    const claim = this.#claims.find(Number(id));
    if (!claim) return refused(404, 'Claim not found');
    return { ...this.#redeem(claim, otp, entry), scenario: nameOf(claim.voucher) };
  }

  #redeem(claim, otp, entry) {
    if (!this.#claims.accepts(claim, otp)) {
      entry.answer = WRONG_CODE;
      return { ...WRONG_CODE, did: 'refused the code, nothing taken' };
    }
    const reason = this.#vouchers.refusalOf(claim.voucher, MERCHANT_ID, claim.amount);
    if (!reason) return this.#redemptions.redeem(claim, entry);
    claim.state = 'failed';
    entry.answer = failed(reason, 'SETTLEMENT');
    return { ...entry.answer, did: 'refused, nothing taken' };
  }
}

function refused(status, message) {
  return { ...refusal(status, message), ...REFUSED };
}

function nameOf({ account }) {
  return account.scenario;
}
