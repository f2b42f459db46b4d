/**
 * Verifies that a webhook comes from the checkout: Standard Webhooks (standardwebhooks.com), with nothing but Node's crypto. A
 * shop's server can copy this file as it is.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * The largest difference between the sender's clock and ours. It is also the time in which an eavesdropper could replay the
 * webhook.
 */
const TOLERANCE_S = 5 * 60;

/**
 * Returns the keys of WEBHOOK_SECRET: `whsec_` and base64, or two of them separated by a space, while one is replaced. Throws on
 * any other format: with an empty key, anybody could sign.
 */
export function webhookKeys(secret) {
  return secret.trim().split(/\s+/).map((word) => {
    const [, base64] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(word) ?? [];
    const key = Buffer.from(base64 ?? '', 'base64');
    if (key.length < 24) throw new Error('WEBHOOK_SECRET must be whsec_ and the base64 of 24 bytes or more.');
    return key;
  });
}

/**
 * Returns the flaw of a webhook, in words; undefined when it is genuine. `headers` have names in lower case, `bytes` is the body
 * as received: parsed and printed again, JSON is another text, with another signature.
 */
export function flawOf({ headers, bytes, keys, now = Date.now() }) {
  const id = headers['webhook-id'];
  const timestamp = headers['webhook-timestamp'] ?? '';
  if (!id || !/^\d{1,12}$/.test(timestamp)) return 'webhook-id or webhook-timestamp is missing';
  if (Math.abs(now / 1000 - Number(timestamp)) > TOLERANCE_S) return 'webhook-timestamp is more than five minutes off';
  const expected = keys.map((key) => createHmac('sha256', key).update(`${id}.${timestamp}.`).update(bytes).digest());
  const isGenuine = signatures(headers).some((given) => expected.some((digest) => isSame(given, digest)));
  return isGenuine ? undefined : 'webhook-signature does not fit';
}

/** Returns the signatures of `v1`, the shared secret. There may be several, and others such as `v1a` beside them. */
function signatures(headers) {
  const words = (headers['webhook-signature'] ?? '').split(' ');
  return words.filter((word) => word.startsWith('v1,')).map((word) => Buffer.from(word.slice(3), 'base64'));
}

/** Compares in constant time: the time of a comparison must not reveal how much of a guess is right. */
function isSame(given, digest) {
  return given.length === digest.length && timingSafeEqual(given, digest);
}
