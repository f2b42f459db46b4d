/**
 * ODM's signature of a request: Ed25519 over five lines. The partner has the private key; ODM's portal has created the pair and
 * keeps the public key.
 */
import { createHash, createPrivateKey, createPublicKey, verify } from 'node:crypto';

/** The bytes before the 32 bytes of an Ed25519 seed in PKCS #8. */
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');
const TOLERANCE_MS = 5 * 60_000;
const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;

/** Returns the private key of a base64 seed of 32 bytes. `name` is the variable of the seed, for the error. */
export function privateKeyOf(seed, name) {
  const bytes = Buffer.from(seed, 'base64');
  if (bytes.length !== 32) throw new RangeError(`${name} must be the base64 of 32 bytes`);
  return createPrivateKey({ key: Buffer.concat([PKCS8_HEAD, bytes]), format: 'der', type: 'pkcs8' });
}

/** Returns the public key of a base64 seed. */
export function publicKeyOf(seed, name) {
  return createPublicKey(privateKeyOf(seed, name));
}

/**
 * Returns the five lines that are signed. `target` is the path with the query as it was sent, without a leading `/api`; without
 * an Idempotency-Key its line is empty; `bytes` are the exact bytes of the body.
 */
export function canonicalText({ method, target, timestamp, idempotencyKey, bytes }) {
  const path = target.replace(/^\/api(?=\/)/, '');
  const hash = createHash('sha256').update(bytes).digest('base64');
  return [method.toUpperCase(), path, timestamp, (idempotencyKey ?? '').trim(), hash].join('\n');
}

/** Returns whether `signature`, in base64, is the signature of this text. */
export function isSigned(text, signature, publicKey) {
  const bytes = Buffer.from(signature, 'base64');
  return bytes.length === 64 && verify(null, Buffer.from(text), publicKey, bytes);
}

/** Returns whether an ISO time is at most five minutes before or after `now`. */
export function isTimely(timestamp, now) {
  return ISO_TIME.test(timestamp) && Math.abs(Date.parse(timestamp) - now) <= TOLERANCE_MS;
}
