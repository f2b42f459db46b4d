/** ODM's requirements for a request to issue a voucher: the field table of its document. */
import { NumberText, readJsonRequest } from './json.mjs';

const KEY = /^[A-Za-z0-9\-_:.]{1,255}$/;

/** The rules of the fields, in the order of the document. Each is `[name, required, test, requirement]`. */
const RULES = [
  ['denominationId', true, isAtLeastOne, 'must be a number not less than 1'],
  ['merchantId', true, isAtLeastOne, 'must be a number not less than 1'],
  ['recipientPhone', true, isText(32), 'must be a string of 1 to 32 characters'],
  ['recipientName', false, (value) => value === null || isText(255, 0)(value), 'must be a string of at most 255 characters or null'],
  ['isRestricted', true, (value) => typeof value === 'boolean', 'must be a boolean'],
  ['originatingCountry', true, isText(255), 'must be a string of 1 to 255 characters'],
  ['foreignCurrencyAmount', true, isAboveZero, 'must be a number greater than 0'],
  ['exchangeRate', true, isAboveZero, 'must be a number greater than 0'],
];

/** Returns whether this can be an Idempotency-Key. */
export function isKey(text) {
  return KEY.test(text);
}

/**
 * Reads a request. Returns `{refusal}`, a message or a list of all faults in the fields, or `{request}` with its fields; the two
 * ids are numbers.
 */
export function readIssue(contentType, text) {
  const { refusal, body } = readJsonRequest(contentType, text);
  if (refusal) return { refusal };
  if (body === null || typeof body !== 'object' || Array.isArray(body) || body instanceof NumberText) {
    return { refusal: 'Request body must be an object' };
  }
  const wrong = RULES.filter(([name, required, test]) => (body[name] === undefined ? required : !test(body[name])));
  if (wrong.length > 0) return { refusal: wrong.map(([name, , , must]) => `${name} ${must}`) };
  const request = { ...body, denominationId: Number(body.denominationId.text), merchantId: Number(body.merchantId.text) };
  return { request };
}

function isAtLeastOne(value) {
  return value instanceof NumberText && Number(value.text) >= 1;
}

function isAboveZero(value) {
  return value instanceof NumberText && Number(value.text) > 0;
}

function isText(max, min = 1) {
  return (value) => typeof value === 'string' && [...value].length >= min && [...value].length <= max;
}
