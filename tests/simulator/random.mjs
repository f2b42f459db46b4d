/** Random numbers as the providers issue them. */
import { randomInt } from 'node:crypto';

/** Returns this many decimal digits. */
export function digits(count) {
  return Array.from({ length: count }, () => randomInt(10)).join('');
}

/** Returns 16 digits, above 2^53 and odd: a client that reads a PIN as a number corrupts its last digit, and the test fails. */
export function bigPin() {
  return `9${1 + randomInt(9)}${digits(13)}${1 + 2 * randomInt(5)}`;
}
