/**
 * ASSUMED: the bodies of the call that makes a claim. ODM's public pages name the call and break off before its bodies, so ODM must
 * confirm these two. The amount is a JSON number as in issuing; of the answer, only the id is certain, from the path of the next call.
 */
import { json } from './answers.mjs';
import { NumberText } from './json.mjs';
import { parseMajor } from './money.mjs';
import { CODE_RULE, readVoucherCode } from './odm-merchant-request.mjs';
import { readFields } from './odm-request.mjs';

const RULES = [CODE_RULE, ['amount', true, isAmount, 'must be a number greater than 0 with at most 2 decimals']];

/** Reads a request for a claim. Returns `{refused}`, or `{voucherCode, amount}`, the amount in minor units. */
export function readClaim(contentType, text) {
  const { refused, body } = readFields(contentType, text, RULES);
  if (refused) return { refused };
  return { voucherCode: readVoucherCode(body.voucherCode), amount: parseMajor(body.amount.text) };
}

/** Returns the answer to a request for a claim. */
export function claimAnswer(id) {
  return json(200, { id });
}

function isAmount(value) {
  return value instanceof NumberText && parseMajor(value.text) > 0;
}
