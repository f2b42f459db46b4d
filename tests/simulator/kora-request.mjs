/**
 * Kora's requirements for a charge request: the fields of its document, their types, and the stricter metadata limits of its
 * checkout. The document does not give the message for a malformed request; the messages here are the simulator's own, in the
 * document's error shape.
 */
import { NumberText, readJsonRequest } from './json.mjs';
import { parseMajor } from './money.mjs';

const EMAIL = /^[^\s@]+@[^\s@]+$/;
/** A leading plus is optional: the document's own sample is not a valid E.164 number, so only the length is checked. */
const PHONE = /^\+?\d{9,15}$/;
const METADATA_KEY = /^[A-Za-z0-9-]{1,20}$/;
const METADATA_KEYS_MAX = 5;

/** The rules of a charge's fields, in the order of the document. Each is `[path, required, test, requirement]`. */
const RULES = [
  ['amount', true, isAmount, 'a number above zero with at most two decimals'],
  ['currency', true, isText, 'a string'],
  ['merchant_bears_cost', true, (value) => typeof value === 'boolean', 'a boolean'],
  ['notification_url', false, isHttpUrl, 'a URL'],
  ['description', false, isText, 'a string'],
  ['reference', true, isText, 'a string'],
  ['voucher.pin', true, isPin, 'a string or a whole number'],
  ['voucher.phone_number', true, (value) => PHONE.test(value), 'a phone number'],
  ['voucher.provider_code', true, isText, 'a string'],
  ['customer.name', false, isText, 'a string'],
  ['customer.email', true, (value) => typeof value === 'string' && EMAIL.test(value), 'an e-mail address'],
  ['metadata', false, isMetadata, 'an object of 1 to 5 keys, each of 1 to 20 letters, digits or hyphens'],
];

/**
 * Reads a charge request. Returns `{refusal}` with the message of the first fault, or `{charge}` with the amount in minor units
 * and the PIN as the digits that were sent, whether as a string or as a number.
 */
export function readCharge(contentType, text) {
  const { refusal, body } = readJsonRequest(contentType, text);
  if (refusal) return { refusal };
  for (const [path, required, test, must] of RULES) {
    const value = at(body, path);
    if (value === undefined && !required) continue;
    if (value === undefined) return { refusal: `${path} is required` };
    if (!test(value)) return { refusal: `${path} must be ${must}` };
  }
  return {
    charge: {
      amount: parseMajor(body.amount.text),
      currency: body.currency,
      reference: body.reference,
      description: body.description,
      pin: body.voucher.pin.text ?? body.voucher.pin,
      providerCode: body.voucher.provider_code,
      customer: { name: body.customer.name, email: body.customer.email },
      notificationUrl: body.notification_url,
      metadata: JSON.parse(text).metadata,
    },
  };
}

function at(body, path) {
  return path.split('.').reduce((value, field) => (isObject(value) ? value[field] : undefined), body);
}

function isObject(value) {
  return value !== null && typeof value === 'object' && !Array.isArray(value) && !(value instanceof NumberText);
}

function isText(value) {
  return typeof value === 'string' && value !== '';
}

function isAmount(value) {
  return value instanceof NumberText && parseMajor(value.text) > 0;
}

/** Returns whether this is a PIN. The document's table says number, its sample is a string: both are accepted. */
function isPin(value) {
  return isText(value) || (value instanceof NumberText && /^\d+$/.test(value.text));
}

function isHttpUrl(value) {
  return isText(value) && /^https?:\/\/\S+$/.test(value);
}

function isMetadata(value) {
  if (!isObject(value)) return false;
  const keys = Object.keys(value);
  return keys.length >= 1 && keys.length <= METADATA_KEYS_MAX && keys.every((key) => METADATA_KEY.test(key));
}
