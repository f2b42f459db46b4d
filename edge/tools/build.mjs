// Builds the Worker: `node edge/tools/build.mjs`, also run by wrangler before every dev session and deploy. Builds the widget
// first, because its hashed file names stand in the Worker's pages. Does nothing that is already done.
import { spawn } from 'node:child_process';
import { cpSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { SMALL } from './wasm-flags.mjs';
import { ROOT, unlessUnchanged } from './up-to-date.mjs';
import { ensureTools } from './install.mjs';

/** Design budgets for the Worker, gzip, in bytes. */
const MUST = 450_000;
const GOAL = 350_000;
const WASM = 'edge/build/index_bg.wasm';
/** What wasm-bindgen's output uses, for wasm-opt. */
const WASM_FEATURES = [
  'bulk-memory', 'exception-handling', 'multivalue', 'mutable-globals', 'nontrapping-float-to-int', 'reference-types',
  'sign-ext',
];

/** Everything that is deployed: the widget's files and pages in `www/dist`, the Worker in `edge/build`. */
export async function buildAll() {
  await ensureTools();
  // It needs npm packages, which are there only now.
  const { buildWidget } = await import('./build-widget.mjs');
  await buildWidget();
  await unlessUnchanged('pages', { inputs: ['www/public', 'www/dist/assets.json'], outputs: ['www/dist/_headers'] }, () =>
    cpSync(join(ROOT, 'www/public'), join(ROOT, 'www/dist'), { recursive: true }),
  );
  await unlessUnchanged('worker', { inputs: WORKER_INPUTS, outputs: [WASM, 'edge/build/index.js'] }, buildWorker);
  checkSize();
}

const WORKER_INPUTS = [
  'edge/src', 'edge/core', 'edge/present', 'edge/wire', 'edge/build.rs', 'edge/Cargo.toml', 'edge/tools/build.mjs', 'edge/tools/wasm-flags.mjs', 'Cargo.toml', 'Cargo.lock',
  'rust-toolchain.toml', 'www/dist/assets.json', 'package-lock.json',
];

/**
 * A Worker for tests, built with a feature of `edge/Cargo.toml` that is never deployed. Returns the path of its entry from the root.
 * The widget and the pages must be built.
 */
export async function buildTestWorker(feature) {
  const folder = `build-${feature}`;
  const entry = `edge/${folder}/index.js`;
  await unlessUnchanged(`worker-${feature}`, { inputs: WORKER_INPUTS, outputs: [entry] }, async () => {
    console.log(`Building the Worker with ${feature} …`);
    // In a folder of its own: a build for deploying that runs beside this one must not find what this one leaves.
    const target = { CARGO_TARGET_DIR: join(ROOT, 'target', `small-${feature}`) };
    await workerBuild(['--release', '--out-dir', folder, '.', '--features', feature], target);
  });
  return entry;
}

async function buildWorker() {
  console.log('Building the Worker (about two minutes the first time) …');
  await workerBuild(['--release']);
  const small = join(ROOT, `${WASM}.small`);
  const features = WASM_FEATURES.map((feature) => `--enable-${feature}`);
  await run(bin('wasm-opt'), ['-Oz', '--strip-debug', '--strip-producers', ...features, join(ROOT, WASM), '-o', small]);
  renameSync(small, join(ROOT, WASM));
}

const workerBuild = (args, env = {}) =>
  run(join(ROOT, '.tools/bin/worker-build'), args, {
    ...SMALL,
    ...env,
    WASM_BINDGEN_BIN: join(ROOT, '.tools/bin/wasm-bindgen'),
    WASM_OPT_BIN: bin('wasm-opt'),
    ESBUILD_BIN: bin('esbuild'),
  });

function checkSize() {
  const bytes = [WASM, 'edge/build/index.js'].map((path) => gzipSync(readFileSync(join(ROOT, path)), { level: 9 }).length);
  const total = bytes.reduce((sum, part) => sum + part, 0);
  const raw = statSync(join(ROOT, WASM)).size;
  console.log(`Worker: ${kb(total)} gzip (must ${kb(MUST)}, goal ${kb(GOAL)}); wasm ${kb(raw)} raw`);
  if (total > MUST) throw new Error('The Worker is over its budget.');
}

const kb = (bytes) => `${(bytes / 1000).toFixed(1)} KB`;
const bin = (name) => join(ROOT, 'node_modules/.bin', name);

/** Runs a program in `edge/` and shows its words; an exit code other than 0 is an error. */
function run(program, args, env = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: join(ROOT, 'edge'), env: { ...process.env, ...env }, stdio: ['ignore', 'inherit', 'inherit'] });
    child.on('error', reject);
    child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`${program} ended with ${code}`))));
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    await buildAll();
  } catch (error) {
    console.error(`Build failed: ${error.message}`);
    process.exit(1);
  }
}
