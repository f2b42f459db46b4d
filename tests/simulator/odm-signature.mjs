/**
 * ODM's signature of a request: Ed25519 over five lines. The partner has the private key; ODM's portal has made the pair and
 * keeps the public one.
 */
import { createHash, createPrivateKey, createPublicKey, verify } from 'node:crypto';

/** What stands before the 32 bytes of an Ed25519 seed in PKCS #8. */
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');
const TOLERANCE_MS = 5 * 60_000;
const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;

/** The private key of a base64 seed of 32 bytes. */
export function privateKeyOf(seed) {
  const bytes = Buffer.from(seed, 'base64');
  if (bytes.length !== 32) throw new RangeError('ODM_SIGNING_KEY must be the base64 of 32 bytes');
  return createPrivateKey({ key: Buffer.concat([PKCS8_HEAD, bytes]), format: 'der', type: 'pkcs8' });
}

/** The public key that belongs to a base64 seed. */
export function publicKeyOf(seed) {
  return createPublicKey(privateKeyOf(seed));
}

/**
 * The five lines that are signed. `target` is the path with the query as it was sent, of which a leading `/api` does not
 * count; without an Idempotency-Key its line is empty; `bytes` is the body to the byte.
 */
export function canonicalText({ method, target, timestamp, idempotencyKey, bytes }) {
  const path = target.replace(/^\/api(?=\/)/, '');
  const hash = createHash('sha256').update(bytes).digest('base64');
  return [method.toUpperCase(), path, timestamp, (idempotencyKey ?? '').trim(), hash].join('\n');
}

/** Whether `signature`, in base64, is the one of this text. */
export function isSigned(text, signature, publicKey) {
  const bytes = Buffer.from(signature, 'base64');
  return bytes.length === 64 && verify(null, Buffer.from(text), publicKey, bytes);
}

/** Whether an ISO time is within five minutes of `now`, either way. */
export function isTimely(timestamp, now) {
  return ISO_TIME.test(timestamp) && Math.abs(Date.parse(timestamp) - now) <= TOLERANCE_MS;
}
