// Builds the Worker: `node edge/tools/build.mjs`, also run by wrangler before every dev session and deploy. Builds the widget
// first, because the Worker's pages contain its hashed file names. Skips every step that is up to date.
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { buildOperations } from './build-operations.mjs';
import { buildWidget } from './build-widget.mjs';
import { reorderFunctions } from './function-order.mjs';
import { BINDGEN, BINDGEN_SOURCES, ensureBindgen, ensureRust, ensureTools } from './install.mjs';
import { placeLoaders, releasedLoaders } from './loaders.mjs';
import { expect, say, skip, step } from './progress.mjs';
import { cargo, cargoAhead, run } from './run.mjs';
import { buildSbom } from './sbom.mjs';
import { SCRIPTS, listScripts } from './scripts.mjs';
import { SHORTEN, withShortNames } from './short-names.mjs';
import { removeUnusedExports, withoutFree, withoutUnusedClasses } from './unused.mjs';
import { ROOT, unlessUnchanged } from './up-to-date.mjs';
import { CDYLIB, SMALL } from './wasm-flags.mjs';

/** npm packages, Rust, bindgen; build and trim the widget, the operations page and the Worker; the Worker's crates; the SBOM. */
const STEPS = 11;
/** Design budgets for the Worker, gzip, in bytes. */
const MUST = 450_000;
const GOAL = 350_000;
const WASM = 'edge/build/index_bg.wasm';
/** A target folder separate from the widget's, so that both build at the same time. Cargo would build their common crates twice anyway. */
const WORKER_TARGET = join(ROOT, 'target', 'small-worker');
/** The folder of binaryen's programs. */
const BINARYEN = join(ROOT, 'node_modules/.bin');
/** The wasm features that wasm-bindgen's output uses, for wasm-opt. */
const WASM_FEATURES = [
  'bulk-memory', 'exception-handling', 'multivalue', 'mutable-globals', 'nontrapping-float-to-int', 'reference-types',
  'sign-ext',
].map((feature) => `--enable-${feature}`);

/**
 * Builds everything that is deployed: the widget's files, the operations page and other pages in `www/dist`, the Worker in `edge/build`. A step waits only for
 * the steps whose output it needs.
 */
export async function buildAll() {
  expect(STEPS);
  await Promise.all([ensureTools(), buildWidget({ log: say }), buildAhead()]);
  const dist = join(ROOT, 'www/dist');
  const outputs = ['_headers', SCRIPTS, ...releasedLoaders()].map((name) => `www/dist/${name}`);
  const inputs = ['www/public', 'www/loaders', 'www/dist/assets.json', 'edge/tools/scripts.mjs'];
  await unlessUnchanged('pages', { inputs, outputs }, () => {
    cpSync(join(ROOT, 'www/public'), dist, { recursive: true });
    placeLoaders({ dist });
    listScripts({ dist });
  });
  await Promise.all([buildOperations({ log: say }), buildWorkerIfNew(), buildSbom()]);
  checkSize();
}

async function buildWorkerIfNew() {
  const isNew = await unlessUnchanged('worker', { inputs: WORKER_INPUTS, outputs: [WASM, 'edge/build/index.js'] }, buildWorker);
  if (!isNew) skip(2);
}

/** The inputs of the Worker's build. */
export const WORKER_INPUTS = [
  'edge/src', 'edge/core', 'edge/present', 'edge/wire', 'edge/build.rs', 'edge/entry.js', 'edge/Cargo.toml', ...BINDGEN_SOURCES, 'edge/tools/build.mjs', 'edge/tools/function-order.mjs', 'edge/tools/short-names.mjs', 'edge/tools/unused.mjs', 'edge/tools/wasm-flags.mjs', 'edge/tools/wasm-functions.mjs', 'Cargo.toml', 'Cargo.lock',
  'rust-toolchain.toml', 'www/dist/assets.json', 'package-lock.json',
];

/**
 * Builds a Worker for tests, which is never deployed, in `edge/build-<name>`: with `features` of `edge/Cargo.toml`, or from the sources
 * in the folder that `sources()` returns. A change of `settings` rebuilds it. Returns the path of its entry from the root. The widget
 * and the pages must be built before.
 */
export async function buildTestWorker(name, { features = [], sources = () => ROOT, settings = '' }) {
  const folder = `edge/build-${name}`;
  const entry = `${folder}/index.js`;
  await unlessUnchanged(`worker-${name}`, { inputs: WORKER_INPUTS, outputs: [entry], settings }, async () => {
    // A separate folder: a deploy build that runs at the same time must not pick up this output.
    const target = join(ROOT, 'target', 'small-tests');
    const chosen = features.flatMap((feature) => ['--features', feature]);
    place(await compiled(`building the Worker ${name}`, target, chosen, sources()), folder);
  });
  return entry;
}

/** Builds the crates of a first build during the widget's build. The Worker itself needs the names of the widget's files. */
async function buildAhead() {
  if (existsSync(WORKER_TARGET)) return skip(1);
  await ensureRust();
  const env = { ...SMALL, CARGO_TARGET_DIR: WORKER_TARGET };
  await step("building the Worker's crates", (tell) => cargoAhead([...CDYLIB, '-p', 'checkout-edge'], { env, tell }));
}

async function buildWorker() {
  const made = await compiled('building the Worker', WORKER_TARGET);
  const small = `${made.wasm}.small`;
  // Measured: without inlining of functions that have one caller, gzip saves 30 KB more. Similar functions as neighbours save 23 KB. The
  // linker puts the end of the stack at the lowest addresses, which no pointer has; this option saves 2 KB. Short names save 6 KB.
  const smallest = ['-Os', '--low-memory-unused', '--one-caller-inline-max-function-size', '30', SHORTEN];
  const args = [...smallest, '--strip-debug', '--strip-producers', ...WASM_FEATURES, made.wasm, '-o', small];
  const printed = await step('trimming the Worker', async () => {
    const printed = await run(join(BINARYEN, 'wasm-opt'), args);
    await reorderFunctions(small, BINARYEN, WASM_FEATURES);
    return printed;
  });
  writeFileSync(made.glue, withShortNames(readFileSync(made.glue, 'utf8'), printed));
  await bundle(made.glue, made.js);
  place({ ...made, wasm: small }, 'edge/build');
}

/** Compiles the Worker and generates the JavaScript that workerd loads. Returns the paths of both. */
async function compiled(title, target, features = [], sources = ROOT) {
  await ensureBindgen();
  const args = ['--manifest-path', join(sources, 'Cargo.toml'), '-p', 'checkout-edge', ...features];
  await step(title, (tell) => cargo([...CDYLIB, ...args], { env: { ...SMALL, CARGO_TARGET_DIR: target }, tell }));
  const folder = join(target, 'worker-bindings');
  await run(BINDGEN, ['worker', join(target, 'wasm32-unknown-unknown/release/checkout_edge.wasm'), folder]);
  const [glue, js, wasm] = ['index.js', 'bundle.js', 'index_bg.wasm'].map((name) => join(folder, name));
  prepare(glue);
  await bundle(glue, js);
  await removeUnusedExports(wasm, js, WASM_FEATURES);
  return { glue, js, wasm };
}

/** Checks what wasm-bindgen's JavaScript exports, adds the guard against traps, and removes what nothing uses. */
function prepare(path) {
  const glue = readFileSync(path, 'utf8');
  const { functions, objects } = exportsOf(glue);
  const unknown = functions.filter((name) => !ENTERED.includes(name));
  if (unknown.length > 0) throw new Error(`edge/entry.js must let workerd call what the Worker exports, too: ${unknown.join(', ')}`);
  writeFileSync(path, withoutFree(withoutUnusedClasses(guarded(glue), objects)).replace('import source ', 'import '));
}

/** Bundles wasm-bindgen's JavaScript and ours (edge/entry.js) into one file. */
async function bundle(path, outfile) {
  const { objects } = exportsOf(readFileSync(path, 'utf8'));
  const classes = objects.map((name) => `export const ${name} = lasting(wasm.${name});`);
  const { build } = await import('esbuild');
  await build({
    stdin: {
      contents: ["import * as wasm from 'worker-glue';", "import { lasting } from './entry.js';", "export { default } from './entry.js';", ...classes].join('\n'),
      resolveDir: join(ROOT, 'edge'),
    },
    alias: { 'worker-glue': path },
    external: ['cloudflare:*', './index_bg.wasm'],
    bundle: true,
    minify: true,
    format: 'esm',
    outfile,
  });
}

/** The exports that edge/entry.js calls. */
const ENTERED = ['fetch', 'scheduled', '__worker_init_state', '__wbg_reset_state'];

/** Returns the exports of wasm-bindgen's JavaScript: its functions, and its Durable Objects, the classes with a method `fetch`. */
function exportsOf(glue) {
  const functions = [...glue.matchAll(/^export function (\w+)/gm)].map(([, name]) => name);
  const classes = [...glue.matchAll(/^export class (\w+) \{\n([^]*?)^\}/gm)];
  const objects = classes.filter(([, , body]) => /^ {4}fetch\(/m.test(body)).map(([, name]) => name);
  if (objects.length === 0) throw new Error('wasm-bindgen has written no Durable Object.');
  return { functions, objects };
}

/**
 * Returns the glue with a check for a trap before each closure compares instances. Without it, the first closure called after a trap
 * would run in the new instance with an address from the old one's memory.
 */
function guarded(glue) {
  const guarded = glue.replace(/^( *)if \(state\.instance !== __wbg_instance_id\) \{$/gm, '$1__wbg_call_guard();\n$&');
  if (guarded === glue) throw new Error('wasm-bindgen has changed how it checks closures: look at guarded() in edge/tools/build.mjs.');
  return guarded;
}

/** Moves the output to the folder that wrangler expects. */
function place({ js, wasm }, folder) {
  mkdirSync(join(ROOT, folder), { recursive: true });
  renameSync(wasm, join(ROOT, folder, 'index_bg.wasm'));
  renameSync(js, join(ROOT, folder, 'index.js'));
}

function checkSize() {
  const bytes = [WASM, 'edge/build/index.js'].map((path) => gzipSync(readFileSync(join(ROOT, path)), { level: 9 }).length);
  const total = bytes.reduce((sum, part) => sum + part, 0);
  const raw = statSync(join(ROOT, WASM)).size;
  say(`Worker: ${kb(total)} gzip (must ${kb(MUST)}, goal ${kb(GOAL)}); wasm ${kb(raw)} raw`);
  if (total > MUST) throw new Error('The Worker is over its budget.');
}

const kb = (bytes) => `${(bytes / 1000).toFixed(1)} KB`;

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    await buildAll();
  } catch (error) {
    console.error(`Build failed: ${error.message}`);
    process.exit(1);
  }
}
