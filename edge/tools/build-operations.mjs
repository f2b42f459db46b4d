// Builds the operations page of the shop's staff into www/dist/operations: index.html and, in assets/, the wasm, its JavaScript and the
// style sheet, under names with a hash of their content.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { BINDGEN, BINDGEN_SOURCES, ensureBindgen, ensurePackages, ensureRust } from './install.mjs';
import { skip, step } from './progress.mjs';
import { cargo, run } from './run.mjs';
import { ROOT, unlessUnchanged } from './up-to-date.mjs';
import { BROWSER_FEATURES, CDYLIB, SMALL, SMALL_TARGET } from './wasm-flags.mjs';

const SOURCES = join(ROOT, 'www', 'operations');
const DIST = join(ROOT, 'www', 'dist', 'operations');
const INPUTS = ['www/operations', 'edge/wire', ...BINDGEN_SOURCES, 'edge/tools/build-operations.mjs', 'edge/tools/wasm-flags.mjs', 'Cargo.toml', 'Cargo.lock', 'rust-toolchain.toml', 'package-lock.json'];

/** Builds the page if it is out of date, and prints the size of a new one's files. The widget must be built before: it shares its crates. */
export async function buildOperations({ log = console.log } = {}) {
  const outputs = ['www/dist/operations/index.html', 'www/dist/operations/assets'];
  const isNew = await unlessUnchanged('operations', { inputs: INPUTS, outputs }, async () => {
    await Promise.all([ensureRust(), ensureBindgen(), ensurePackages()]);
    await step('building the operations page', (tell) => cargo([...CDYLIB, '-p', 'checkout-operations'], { env: SMALL, tell }));
    await step('trimming the operations page', trimmed).then(files);
    // Only for a new page, because compression takes four seconds.
    weigh(log);
  });
  if (!isNew) skip(2);
}

/** Generates the wasm's JavaScript, trims the wasm, and returns the paths of both. */
async function trimmed() {
  const folder = join(SMALL_TARGET, 'operations-bindings');
  await run(BINDGEN, ['browser', join(SMALL_TARGET, 'wasm32-unknown-unknown', 'release', 'checkout_operations.wasm'), folder]);
  const [wasm, small] = ['checkout_operations_bg.wasm', 'small.wasm'].map((name) => join(folder, name));
  const features = BROWSER_FEATURES.map((name) => `--enable-${name}`);
  await run(join(ROOT, 'node_modules/.bin/wasm-opt'), ['-Oz', '--strip-debug', '--strip-producers', ...features, wasm, '-o', small]);
  return { wasm: small, glue: join(folder, 'checkout_operations.js') };
}

/** Writes the files, and removes those of an earlier build. */
async function files({ wasm, glue }) {
  rmSync(DIST, { recursive: true, force: true });
  mkdirSync(join(DIST, 'assets'), { recursive: true });
  const { build, transform } = await import('esbuild');
  const address = put('wasm', readFileSync(wasm));
  const entry = await build({
    entryPoints: [join(SOURCES, 'entry.js')],
    alias: { 'operations-glue': glue },
    define: { WASM: JSON.stringify(address), 'import.meta.url': '""' },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    write: false,
  });
  const css = await transform(readFileSync(join(SOURCES, 'style.css'), 'utf8'), { loader: 'css', minify: true });
  const names = { wasm: address, js: put('js', Buffer.from(entry.outputFiles[0].contents)), css: put('css', Buffer.from(css.code)) };
  const page = readFileSync(join(SOURCES, 'index.html'), 'utf8').replace(/\{\{(\w+)\}\}/g, (_, name) => names[name]);
  writeFileSync(join(DIST, 'index.html'), page);
}

/** Writes a file under a name with a hash of its content, and returns its address. */
function put(extension, content) {
  const name = `assets/operations.${createHash('sha256').update(content).digest('hex').slice(0, 16)}.${extension}`;
  writeFileSync(join(DIST, name), content);
  return `/operations/${name}`;
}

function weigh(log) {
  const folder = join(DIST, 'assets');
  const sizes = readdirSync(folder).map((name) => brotliCompressSync(readFileSync(join(folder, name))).length);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  log(`Operations page: ${(total / 1000).toFixed(1)} KB brotli, for staff only`);
}
