/** Random numbers as the providers hand them out. */
import { randomInt } from 'node:crypto';

/** So many decimal digits. */
export function digits(count) {
  return Array.from({ length: count }, () => randomInt(10)).join('');
}

/** 16 digits above 2^53 and odd: a client that reads a PIN as a number loses its last digit and is found out. */
export function bigPin() {
  return `9${1 + randomInt(9)}${digits(13)}${1 + 2 * randomInt(5)}`;
}
