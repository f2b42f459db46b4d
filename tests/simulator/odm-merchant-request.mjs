/** ODM's requirements for the requests of a merchant whose bodies its document shows: validating a voucher, verifying a claim. */
import { readFields } from './odm-request.mjs';

const CODE_MAX = 32;

/** The rule of a voucher code: 16 digits, with hyphens or without. */
export const CODE_RULE = ['voucherCode', true, isVoucherCode, 'must be a string of 16 digits'];

const OTP_RULE = ['otp', true, (value) => typeof value === 'string' && /^\d{6}$/.test(value), 'must be a string of 6 digits'];

/** Reads a request to validate a voucher. Returns `{refused}` or `{voucherCode}`. */
export function readValidation(contentType, text) {
  const { refused, body } = readFields(contentType, text, [CODE_RULE]);
  return refused ? { refused } : { voucherCode: readVoucherCode(body.voucherCode) };
}

/** Reads a request to verify a claim. Returns `{refused}` or `{otp}`. */
export function readVerification(contentType, text) {
  const { refused, body } = readFields(contentType, text, [OTP_RULE]);
  return refused ? { refused } : { otp: body.otp };
}

/** Returns the 16 digits of a voucher code. */
export function readVoucherCode(text) {
  return text.replaceAll('-', '');
}

function isVoucherCode(value) {
  return typeof value === 'string' && value.length <= CODE_MAX && /^\d{16}$/.test(readVoucherCode(value));
}
