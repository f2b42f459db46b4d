/** ODM's requirements for its requests: the Idempotency-Key, and the field table of issuing a voucher. */
import { NumberText, readJsonRequest } from './json.mjs';
import { refusal } from './odm-answers.mjs';

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

/** Reads the Idempotency-Key from its header. Returns `{key}`, or `{refused}`, the answer to a missing or malformed one. */
export function readKey(header) {
  const key = header?.trim();
  if (!key) return { refused: refusal(400, 'Idempotency-Key is required') };
  return KEY.test(key) ? { key } : { refused: refusal(400, 'Idempotency-Key is invalid') };
}

/** Reads a request to issue a voucher. Returns `{refused}`, or `{request}` with its fields; the two ids are numbers. */
export function readIssue(contentType, text) {
  const { refused, body } = readFields(contentType, text, RULES);
  if (refused) return { refused };
  const request = { ...body, denominationId: Number(body.denominationId.text), merchantId: Number(body.merchantId.text) };
  return { request };
}

/**
 * Reads a JSON object by rules such as those above. Returns `{body}`, its numbers as `NumberText`, or `{refused}`, the answer that
 * names all faults in the fields.
 */
export function readFields(contentType, text, rules) {
  const { refusal: unreadable, body } = readJsonRequest(contentType, text);
  if (unreadable) return { refused: refusal(400, unreadable) };
  if (body === null || typeof body !== 'object' || Array.isArray(body) || body instanceof NumberText) {
    return { refused: refusal(400, 'Request body must be an object') };
  }
  const wrong = rules.filter(([name, required, test]) => (body[name] === undefined ? required : !test(body[name])));
  return wrong.length > 0 ? { refused: refusal(400, wrong.map(([name, , , must]) => `${name} ${must}`)) } : { body };
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
