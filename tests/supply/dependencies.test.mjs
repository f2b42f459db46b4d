// The table of direct dependencies, tests/supply/DEPENDENCIES.md, and the measurement of its bytes.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import binaryen from 'binaryen';
import { ROOT } from '../../edge/tools/up-to-date.mjs';
import { bytesOf, withBytes } from './bytes.mjs';
import { directCrates, directPackages } from './direct.mjs';
import { functionsOf } from '../../edge/tools/wasm-functions.mjs';

const [, shipped, build, tests] = readFileSync(join(ROOT, 'tests/supply/DEPENDENCIES.md'), 'utf8').split(/^## .*$/m);

/** Returns the rows of a table as lists of cells; the first cell is the name. */
const rowsOf = (table) => table.split('\n').filter((line) => line.startsWith('| `')).map((line) => line.slice(2, -2).split(' | '));
const namesIn = (table) => rowsOf(table).map(([name]) => name.replaceAll('`', ''));

test('every direct dependency has one row, and every row is a direct dependency', () => {
  const crates = directCrates();
  const linked = crates.filter(({ isLinked }) => isLinked).map(({ name }) => name);
  const others = [...crates.filter(({ isLinked }) => !isLinked).map(({ name }) => name), ...directPackages()];
  assert.deepEqual(namesIn(shipped).sort(), ['rust-std', ...linked].sort());
  assert.deepEqual([...namesIn(build), ...namesIn(tests)].sort(), others.sort());
});

test('every row says what for and why, and a shipped crate has its bytes where it is linked', () => {
  const rows = [...rowsOf(shipped), ...rowsOf(build), ...rowsOf(tests)];
  for (const [name, purpose, reason] of rows) assert.ok(purpose?.length > 3 && reason?.length > 3, name);
  for (const [name, , , ...bytes] of rowsOf(shipped)) {
    assert.equal(bytes.length, 3, name);
    for (const cell of bytes) assert.match(cell, /^(–|\d{1,3}(,\d{3})*)$/, name);
    assert.ok(bytes.some((cell) => cell !== '–'), name);
  }
});

/** A wasm with a function of each name, whose code has as many instructions as the number says. */
function wasmWith(functions) {
  const module = new binaryen.Module();
  module.addFunctionImport('imported', 'host', 'imported', binaryen.none, binaryen.none);
  for (const [name, length] of functions) {
    module.addFunction(name, binaryen.none, binaryen.none, [], module.block(null, Array.from({ length }, () => module.nop())));
  }
  binaryen.setDebugInfo(true);
  return Buffer.from(module.emitBinary());
}

test('the code of a wasm is measured by function', () => {
  const functions = functionsOf(wasmWith([['short', 1], ['long', 300]]));
  assert.deepEqual(functions.map(({ name }) => name), ['short', 'long']);
  assert.equal(functions[1].body.length - functions[0].body.length, 299);
});

test('a crate has its own bytes and those of the crates that only it brings', () => {
  const crate = (name, uses, isOurs = false) => ({ ref: name, name, uses, isOurs });
  const crates = [
    crate('app', ['rust-std', 'our-core', 'parser'], true),
    crate('our-core', ['rust-std', 'cipher'], true),
    crate('parser', ['rust-std', 'common']),
    crate('cipher', ['rust-std', 'common', 'block']),
    crate('common', []),
    crate('block', []),
    crate('rust-std', []),
  ];
  const hash = '[0123456789abcdef]';
  const wasm = wasmWith([
    [`app${hash}::main`, 100],
    [`cipher${hash}::seal`, 20],
    [`block${hash}::round`, 30],
    [`common${hash}::copy`, 40],
    [`<parser${hash}::Parser>::read`, 50],
    [`parser${hash}::read::<our_core${hash}::Order>`, 60],
    [`core${hash}::fmt::write`, 70],
  ]);
  const frame = functionsOf(wasm)[0].body.length - 100;
  assert.deepEqual(Object.fromEntries(bytesOf('app', wasm, crates)), {
    'rust-std': 70 + frame,
    'parser': 50 + frame,
    'cipher': 20 + 30 + 2 * frame,
  });
});

test('bytes are written into the row of their crate', () => {
  const table = '| Crate | What for | Why this one | Worker | Widget | Operations |\n| `a` | x | y | – | 1 | 2 |\n| `b` | x | y | 3,000 | – | – |';
  const columns = [new Map([['a', 1234]]), new Map(), new Map([['a', 5], ['b', 6]])];
  assert.equal(withBytes(table, columns), table.replace('– | 1 | 2', '1,234 | – | 5').replace('3,000 | – | –', '– | – | 6'));
});
