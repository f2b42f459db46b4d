/**
 * Kora's notification of a charge: `{event, data}`, with the HMAC of `JSON.stringify(data)` alone in a header, made with the
 * secret key. It is repeated until the answer is exactly 200. The document has no sample for vouchers; the fields are those of a
 * general pay-in, and those that the document promises for a voucher: the payment method and the change voucher.
 */
import { createHmac } from 'node:crypto';
import { printMajor } from './money.mjs';
import { writeJson } from './json.mjs';

/** Returns the hex HMAC-SHA256 for `x-korapay-signature`. */
export function koraSignature(text, key) {
  return createHmac('sha256', key).update(text).digest('hex');
}

/**
 * Returns the notification of a charge. By default it reports the charge's status. `event` sets another outcome, `data` replaces
 * single fields before signing. `raw` is sent as the whole body, `signed` is the text that is signed instead; `tamper` falsifies
 * the signed notification: "signature", "no_signature" or "amount".
 */
export function koraNotice({ charge, url, key, event = eventOf(charge), data: changes, raw, signed, tamper }) {
  const data = { ...dataOf(charge, event), ...changes };
  let body = raw ?? JSON.stringify({ event, data });
  const signature = koraSignature(signed ?? JSON.stringify(raw === undefined ? data : dataIn(raw)), key);
  if (tamper === 'amount') body = JSON.stringify({ event, data: { ...data, amount: '0.01' } });
  const headers = { 'x-korapay-signature': tamper === 'signature' ? spoiled(signature) : signature };
  if (tamper === 'no_signature') delete headers['x-korapay-signature'];
  return { provider: 'kora', url, event, reference: charge.reference, headers, body, isTaken: (status) => status === 200 };
}

function eventOf({ status }) {
  return status === 'success' ? 'charge.success' : 'charge.failed';
}

function dataOf(charge, event) {
  const isSuccess = event === 'charge.success';
  const isPart = charge.amount < charge.asked;
  return {
    reference: charge.transactionReference,
    currency: charge.currency,
    amount: printMajor(charge.amount),
    amount_expected: printMajor(charge.asked),
    fee: '0',
    status: isSuccess ? 'success' : 'failed',
    payment_reference: charge.reference,
    transaction_status: isSuccess ? (isPart ? 'underpaid' : 'success') : 'failed',
    payment_method: 'voucher',
    // Plain numbers, as in every JavaScript program.
    voucher: isSuccess && charge.change ? JSON.parse(writeJson(charge.change)) : undefined,
    metadata: charge.metadata,
  };
}

/** Returns the text that Kora signs for this body; undefined when the body is not JSON. */
function dataIn(raw) {
  try {
    return JSON.parse(raw)?.data ?? null;
  } catch {
    return null;
  }
}

function spoiled(signature) {
  return (signature.startsWith('0') ? '1' : '0') + signature.slice(1);
}
