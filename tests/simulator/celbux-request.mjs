/**
 * Celbux's requirements for a request: the fields of each call, all of them strings. Metadata may be an object, too, because the
 * document's table says string and half of its own programs send an object. An empty string counts as a missing field.
 */
import { json } from './answers.mjs';

/** The fields of each call: required and optional. */
const CALLS = {
  createVoucher: [['VoucherType', 'Amount', 'Currency', 'StoreID'], ['Username', 'Reference', 'Metadata']],
  viewVoucher: [['VoucherNo'], ['Metadata']],
  pay: [['VoucherNo', 'Amount', 'Currency', 'StoreID'], ['Reference', 'Metadata']],
  payment: [['StoreID'], ['TID', 'OldReference', 'Metadata']],
  reverse: [['StoreID'], ['TID', 'OldReference', 'Reference', 'Metadata']],
};

/** Whole cents, above zero. */
const AMOUNT = /^[1-9]\d{0,12}$/;

/** Refusals of the platform itself say "Error", those of a transaction "Failed": the documents show both. */
const WORDS = {
  '-1': 'Transaction Failed - Verification',
  '-2': 'Transaction Failed - Duplicate Reference',
  '-3': 'Transaction Failed - Invalid Request Format',
  '-4': 'Transaction Failed - Invalid MEID',
  '-5': 'Transaction Failed - Not Authorised',
  '-6': 'Transaction Failed - Invalid TID',
  '-7': 'Transaction Failed - General Failure',
  '-8': 'Transaction Failed - Invalid Currency',
  '-12': 'Transaction Failed - Insufficient Funds',
  '-13': 'Transaction Failed - Wrong Merchant',
  '-14': 'Transaction Failed - Incorrect Voucher Number',
};

/** Returns a refusal with one of the documented codes; a general failure is HTTP 500, every other HTTP 400. */
export function failure(code, more) {
  const State = code <= -12 ? 'Failed' : 'Error';
  const Error = more ? `${WORDS[code]}: ${more}` : WORDS[code];
  return json(code === -7 ? 500 : 400, { State, Status: String(code), Error });
}

/** Returns the name of the call at this path, or undefined. */
export function callAt(path) {
  const name = path.slice(1);
  return Object.hasOwn(CALLS, name) ? name : undefined;
}

/** Reads the fields of a call. Returns `{fields}`, with `undefined` for missing ones, or `{refusal}`. */
export function readFields(call, contentType, text) {
  if (!/^application\/json\b/i.test(contentType ?? '')) return { refusal: failure(-3, 'Content-Type') };
  let body;
  try {
    body = JSON.parse(text);
  } catch {
    return { refusal: failure(-3, 'the body is not JSON') };
  }
  if (!isObject(body)) return { refusal: failure(-3, 'the body is not an object') };
  const [required, optional] = CALLS[call];
  const fields = {};
  for (const name of [...required, ...optional]) {
    const value = body[name];
    const isRight = typeof value === 'string' || (name === 'Metadata' && isObject(value));
    if (value !== undefined && !isRight) return { refusal: failure(-3, `${name} is not a string`) };
    if (value !== '') fields[name] = value;
  }
  const missing = required.find((name) => fields[name] === undefined);
  if (missing) return { refusal: failure(-1, `${missing} is missing`) };
  if (fields.Amount !== undefined && !AMOUNT.test(fields.Amount)) return { refusal: failure(-3, 'Amount') };
  return { fields };
}

function isObject(value) {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
