// The proof of work that a try costs after too many failed ones from its address.
import { createHash } from 'node:crypto';

/** Solves a puzzle, whose second member is the number of zero bits. Returns the value of `Proof-Of-Work`. */
export function solve(puzzle) {
  const bits = Number(puzzle.split('.')[1]);
  for (let nonce = 0; ; nonce++) {
    const proof = `${puzzle}:${nonce}`;
    if (createHash('sha256').update(proof).digest().readUInt32BE() >>> (32 - bits) === 0) return proof;
  }
}
