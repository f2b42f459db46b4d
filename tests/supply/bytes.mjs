// Measures the bytes that each direct dependency adds to the Worker, the widget and the operations page:
//   npm run dependency-bytes              prints them
//   npm run dependency-bytes -- --write   updates the table in tests/supply/DEPENDENCIES.md
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildAll } from '../../edge/tools/build.mjs';
import { shippedCrates } from '../../edge/tools/sbom.mjs';
import { ROOT } from '../../edge/tools/up-to-date.mjs';
import { functionsOf } from '../../edge/tools/wasm-functions.mjs';

const TABLE = join(ROOT, 'tests/supply/DEPENDENCIES.md');
/** The wasm of each crate before it is trimmed: it has the names of its functions. */
const WASM = {
  'checkout-edge': 'target/small-worker/worker-bindings/index_bg.wasm',
  'checkout-widget': 'target/small/widget-0/bindings/checkout_widget_bg.wasm',
  'checkout-operations': 'target/small/operations-bindings/checkout_operations_bg.wasm',
};
/** The names in symbols for the crates of Rust's own repository. */
const RUST = ['core', 'alloc', 'std', 'compiler_builtins', 'panic_abort', '__rustc'];

async function main() {
  const { values } = parseArgs({ options: { write: { type: 'boolean' } } });
  await buildAll();
  const shipped = await shippedCrates();
  const columns = Object.entries(WASM).map(([artifact, path]) => bytesOf(artifact, readFileSync(join(ROOT, path)), shipped));
  const table = withBytes(readFileSync(TABLE, 'utf8'), columns);
  console.log(table.split('\n').filter((line) => BYTES.test(line)).map((line) => line.replace(/(\| `.*?` \|).*?(?=(\| [\d,–]+ ){3}\|$)/, '$1')).join('\n'));
  if (values.write) writeFileSync(TABLE, table);
}

/** The cells with the bytes at the end of a row. */
const BYTES = /(\| [\d,–]+ ){3}\|$/;

/** Returns the table with these bytes in the row of each crate, in the three columns of Worker, widget and operations page. */
export function withBytes(table, columns) {
  const rows = table.split('\n').map((line) => {
    const [, name] = /^\| `(.+?)`/.exec(line) ?? [];
    return line.replace(BYTES, () => `${columns.map((column) => `| ${column.get(name)?.toLocaleString('en') ?? '–'} `).join('')}|`);
  });
  return rows.join('\n');
}

/**
 * Returns the bytes of code that each direct dependency of our crates in this wasm adds: its own, and those of the crates that only it
 * uses. A function counts for the crate that its name begins with. A function that is generic over our types, or contains a closure of
 * ours, counts as ours, so that the sums are lower bounds of the saving without the dependency.
 */
export function bytesOf(artifact, wasm, shipped) {
  const crates = new Map(shipped.map((crate) => [crate.ref, crate]));
  const root = shipped.find(({ name }) => name === artifact).ref;
  const linked = reached(crates, root);
  const ours = [...linked].filter((ref) => crates.get(ref).isOurs);
  const symbols = new Map([...linked].map((ref) => [crates.get(ref).name.replaceAll('-', '_'), ref]));
  const rust = shipped.find(({ name }) => name === 'rust-std').ref;
  for (const name of RUST) symbols.set(name, rust);
  const own = new Map();
  for (const { name, body } of functionsOf(wasm)) {
    const named = cratesIn(name).map((crate) => symbols.get(crate));
    if (named[0] && !named.some((ref) => ours.includes(ref))) own.set(named[0], (own.get(named[0]) ?? 0) + body.length);
  }
  if (own.size === 0) throw new Error(`The names of the functions of ${artifact} tell no crate.`);
  const direct = new Set(ours.flatMap((ref) => crates.get(ref).uses).filter((ref) => !ours.includes(ref)));
  return new Map(
    [...direct].map((ref) => {
      const without = reached(crates, root, { from: ours, to: ref });
      const gone = [...linked].filter((other) => other === ref || !without.has(other));
      return [crates.get(ref).name, gone.reduce((sum, other) => sum + (own.get(other) ?? 0), 0)];
    }),
  );
}

/** Returns the crates that `root` is linked with if the crates `from` do not use `to`. */
function reached(crates, root, { from = [], to } = {}) {
  const seen = new Set([root]);
  for (const ref of seen) {
    for (const used of crates.get(ref).uses) if (!(used === to && from.includes(ref))) seen.add(used);
  }
  return seen;
}

/** Returns the crates in a function's name, such as `<serde_core[51f0ce2e16e27be2]::de::…>`, in their order. */
export function cratesIn(name) {
  return [...name.matchAll(/(\w+)\[[0-9a-f]{16}\]/g)].map(([, crate]) => crate);
}

if (import.meta.filename === process.argv[1]) {
  main().catch((error) => {
    console.error(error.message);
    process.exit(1);
  });
}
