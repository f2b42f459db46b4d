/** The order of the functions in a wasm. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import binaryen from 'binaryen';
import { reorderFunctions } from '../../edge/tools/function-order.mjs';
import { functionsOf } from '../../edge/tools/wasm-functions.mjs';
import { ROOT } from '../../edge/tools/up-to-date.mjs';

test('similar functions become neighbours, and every export still calls its own', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'order-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const module = new binaryen.Module();
  const { i32 } = module;
  const kinds = [(n) => i32.const(n), (n) => i32.mul(i32.add(i32.const(1_000_000), i32.const(2_000_000)), i32.const(n))];
  const count = 60;
  for (let n = 0; n < count; n += 1) {
    const parts = Array.from({ length: 8 }, () => module.drop(kinds[n % 2](7_000_000)));
    module.addFunction(`f${n}`, binaryen.none, binaryen.i32, [], module.block(null, [...parts, module.return(kinds[n % 2](n))]));
    module.addFunctionExport(`f${n}`, `f${n}`);
  }
  const path = join(folder, 'small.wasm');
  writeFileSync(path, module.emitBinary());
  const changes = () => functionsOf(readFileSync(path)).map(({ body }) => body.length > 60).filter((isLong, n, all) => n > 0 && isLong !== all[n - 1]).length;
  assert.equal(changes(), count - 1);

  await reorderFunctions(path, join(ROOT, 'node_modules/.bin'), ['--enable-multivalue']);
  assert.equal(changes(), 1);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(path)));
  for (let n = 0; n < count; n += 1) assert.equal(exports[`f${n}`](), n % 2 ? 3_000_000 * n | 0 : n);
});
