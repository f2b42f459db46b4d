// Orders the functions of a wasm for compression: gzip looks back by 32 KB, so that similar functions must be neighbours.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './run.mjs';
import { functionsOf, withNames } from './wasm-functions.mjs';

/** The length in bytes of the pieces of code by which functions are compared. Measured, as are the next three numbers. */
const PIECE = 6;
/** The number of bytes before a function that it is compared with. */
const WINDOW = 30_000;
/** A piece in more functions than this says nothing about their similarity. */
const COMMON = 50;
/** How much a long function must share: as its number of pieces to the power of this. */
const LENGTH = 0.6;

/** Reorders the functions of the optimised wasm at this path. `bin` is the folder of binaryen's programs. */
export async function reorderFunctions(path, bin, features) {
  const wasm = readFileSync(path);
  const names = [];
  for (const [place, index] of similarOrder(functionsOf(wasm)).entries()) names[index] = String(place).padStart(6, '0');
  writeFileSync(path, withNames(wasm, names));
  await run(join(bin, 'wasm-opt'), [path, '--reorder-functions-by-name', '--strip-debug', '--strip-target-features', ...features, '-o', path]);
}

/** Returns the numbers of the functions in an order in which each follows those that it has most in common with. */
function similarOrder(functions) {
  const pieces = functions.map(piecesOf);
  const users = new Map();
  for (const [index, own] of pieces.entries()) {
    for (const piece of own) users.set(piece, users.get(piece) ?? []).get(piece).push(index);
  }

  const shared = new Float64Array(functions.length);
  const inWindow = new Map();
  /** Moves a function into the window, or out of it. */
  const move = (index, by) => {
    for (const piece of pieces[index]) {
      const before = inWindow.get(piece) ?? 0;
      inWindow.set(piece, before + by);
      // Only the first copy in the window counts, and the last one.
      if (before !== (by > 0 ? 0 : 1)) continue;
      const using = users.get(piece);
      if (using.length <= COMMON) for (const other of using) shared[other] += by;
    }
  };

  const left = new Set(functions.keys());
  const order = [];
  let [oldest, bytes] = [0, 0];
  const weights = pieces.map(({ size }) => (size + 10) ** LENGTH);
  while (left.size > 0) {
    let next;
    for (const index of left) if (next === undefined || shared[index] / weights[index] > shared[next] / weights[next]) next = index;
    left.delete(next);
    order.push(next);
    move(next, 1);
    for (bytes += functions[next].body.length; bytes > WINDOW && oldest < order.length - 1; oldest += 1) {
      move(order[oldest], -1);
      bytes -= functions[order[oldest]].body.length;
    }
  }
  return order;
}

/** Returns the distinct pieces of a function's code, as hashes. */
function piecesOf({ body }) {
  const pieces = new Set();
  for (let at = 0; at + PIECE <= body.length; at += 1) pieces.add(Math.imul(body.readInt32LE(at), 0x9e3779b1) ^ body.readUInt16LE(at + 4));
  return pieces;
}
