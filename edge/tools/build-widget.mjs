// Builds the files that a shopper's browser loads: www/dist/assets (wasm, its JavaScript, CSS), the loader www/dist/checkout.js,
// and www/dist/assets.json with their names and the style sheet, which the Worker writes into its pages. Prints the size of each
// part, and fails when a budget is exceeded.
//
//   node edge/tools/build-widget.mjs           the smallest wasm: the standard library is built too, a panic is a bare trap
//   node edge/tools/build-widget.mjs --plain   an ordinary release build, without rust-src
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';
import { BINDGEN, BINDGEN_SOURCES, ensureBindgen, ensurePackages, ensureRust } from './install.mjs';
import { skip, step } from './progress.mjs';
import { cargo, run } from './run.mjs';
import { CDYLIB, SMALL, SMALL_TARGET } from './wasm-flags.mjs';
import { ROOT, unlessUnchanged } from './up-to-date.mjs';

const WIDGET = join(ROOT, 'widget');
const PLAIN_TARGET = join(ROOT, 'target', 'widget-plain');
const DIST = join(ROOT, 'www', 'dist');
const WORDS = join(ROOT, 'edge', 'present', 'words');
const SYNTAX = 'es2022';
/** Cargo's arguments for each widget: the usual one, and that of sessions in which a voucher's owner can be sent a code. */
const WIDGETS = [[], ['--features', 'code']];

/**
 * In bytes, brotli 11, with an empty cache: the download of a shopper who pays with the plain form, with the widget, and with the widget
 * for a code; and the loader on a shop's page. The latest figures are in tests/figures/RESULTS.md.
 */
export const BUDGETS = {
  form: { must: 8_000, goal: 5_000 },
  pay: { must: 56_000, goal: 50_000 },
  code: { must: 58_500, goal: 52_000 },
  loader: { must: 1_200, goal: 700 },
};
/** The size of the hosted page's HTML without its texts. The Worker writes it; tests/worker/product/assets.test.mjs checks it. */
export const HTML = 1_900;
/** The bytes that the form for a code adds to it. */
export const CODE_HTML = 300;

/** Builds the parts that are out of date. Throws when a step fails or a budget is exceeded. */
export async function buildWidget({ log = console.log, plain = false } = {}) {
  const list = join(DIST, 'assets.json');
  const names = () => JSON.parse(readFileSync(list, 'utf8'));
  const inputs = ['widget', 'edge/present', 'edge/wire', ...BINDGEN_SOURCES, 'edge/tools/build-widget.mjs', 'edge/tools/function-order.mjs', 'edge/tools/short-names.mjs', 'edge/tools/trim.mjs', 'edge/tools/up-to-date.mjs', 'edge/tools/wasm-flags.mjs', 'edge/tools/wasm-functions.mjs', 'Cargo.toml', 'Cargo.lock', 'rust-toolchain.toml'];
  const known = existsSync(list) ? names() : {};
  const made = [known.js, known.wasm, known.code_js, known.code_wasm, known.proof, known.turnstile, known.loader].filter(Boolean).map((name) => `www/dist${name}`);
  const outputs = ['www/dist/assets.json', 'www/dist/checkout.js', ...made];
  const isNew = await unlessUnchanged('widget', { inputs, outputs, settings: `plain=${plain}` }, async () => {
    const [compiled] = await Promise.all([compile(plain), ensureBindgen(), ensurePackages()]);
    const widgets = await step('trimming the widget', () => Promise.all(compiled.map(async (wasm) => trimmed(await bindings(wasm)))));
    writeFileSync(list, JSON.stringify(await files(widgets), null, 2) + '\n');
  });
  if (!isNew) skip(2);
  weigh(names(), { log, enforce: !plain });
  return names();
}

/** Compiles both widgets, and returns the paths of their wasm. */
async function compile(plain) {
  await ensureRust();
  const env = plain ? { CARGO_TARGET_DIR: PLAIN_TARGET } : SMALL;
  const made = join(plain ? PLAIN_TARGET : SMALL_TARGET, 'wasm32-unknown-unknown', 'release', 'checkout_widget.wasm');
  const paths = [];
  for (const features of WIDGETS) {
    await step('building the widget', (tell) => cargo([...CDYLIB, '-p', 'checkout-widget', ...features], { env, tell }));
    const path = join(SMALL_TARGET, `widget-${paths.length}`, 'checkout_widget.wasm');
    mkdirSync(dirname(path), { recursive: true });
    cpSync(made, path);
    paths.push(path);
  }
  return paths;
}

/** Generates the wasm's JavaScript, and returns the folder of both. */
async function bindings(wasm) {
  const out = join(dirname(wasm), 'bindings');
  await run(BINDGEN, ['browser', wasm, out]);
  return out;
}

/** The file beside a trimmed widget with the name of each cut in its JavaScript and the characters that it has saved. */
export const CUTS = 'cuts.json';

/** Trims the wasm and its JavaScript, and returns both. */
async function trimmed(folder) {
  const { trim } = await import('./trim.mjs');
  const glue = readFileSync(join(folder, 'checkout_widget.js'), 'utf8');
  const out = await trim({ wasm: join(folder, 'checkout_widget_bg.wasm'), glue, bin: join(ROOT, 'node_modules', '.bin'), scratch: folder });
  writeFileSync(join(folder, 'glue.js'), out.glue);
  writeFileSync(join(folder, CUTS), JSON.stringify([...out.saved]));
  return { bytes: out.bytes, glue: join(folder, 'glue.js') };
}

/** Writes the files under names with a hash of their content, removes older ones, and returns the names. */
async function files(widgets) {
  for (const name of ['assets', 'words']) rmSync(join(DIST, name), { recursive: true, force: true });
  mkdirSync(join(DIST, 'assets'), { recursive: true });
  for (const name of readdirSync(DIST)) {
    if (/^checkout\..*js$/.test(name)) rmSync(join(DIST, name));
  }
  const asset = (extension, content) => put(`/assets/checkout.${digest(content)}.${extension}`, content);
  const { build, transform } = await import('esbuild');
  const script = async (name, options) => {
    const { code } = await transform(readFileSync(join(WIDGET, `${name}.js`), 'utf8'), { minify: true, target: SYNTAX, ...options });
    return put(`/assets/${name}.${digest(code)}.js`, code);
  };
  // A Worker and a module of the page, loaded when a payment needs them.
  const [proof, turnstile] = await Promise.all([script('proof'), script('turnstile', { format: 'esm' })]);
  const fileName = (address) => JSON.stringify(address.split('/').at(-1));
  const [usual, withCode] = await Promise.all(widgets.map(async ({ bytes, glue }) => {
    const wasm = asset('wasm', bytes);
    const entry = await build({
      entryPoints: [join(WIDGET, 'entry.js')],
      // The wasm's JavaScript calls these functions by name.
      inject: [join(WIDGET, 'prove.js')],
      alias: { 'widget-glue': glue },
      define: { WASM: fileName(wasm), PROOF: fileName(proof), TURNSTILE: fileName(turnstile) },
      bundle: true,
      minify: true,
      format: 'esm',
      target: SYNTAX,
      write: false,
    });
    return { js: asset('js', Buffer.from(entry.outputFiles[0].contents)), wasm };
  }));
  const loading = await loader(build);
  put('/checkout.js', loading);
  cpSync(WORDS, join(DIST, 'words'), { recursive: true });
  return {
    ...usual,
    code_js: withCode.js,
    code_wasm: withCode.wasm,
    proof,
    turnstile,
    // Inline in the page: a separate file would cost a slow phone a round trip before the first paint.
    style: await style(),
    loader: put(`/checkout.${digest(loading)}.js`, loading),
    loader_integrity: `sha384-${createHash('sha384').update(loading).digest('base64')}`,
  };
}

/** The classic script that runs on the shop's page. */
async function loader(build) {
  const entryPoints = [join(WIDGET, 'loader', 'checkout.js')];
  const { outputFiles } = await build({ entryPoints, bundle: true, minify: true, format: 'iife', target: SYNTAX, write: false });
  return Buffer.from(outputFiles[0].contents);
}

async function style() {
  const { transform } = await import('esbuild');
  const { code } = await transform(readFileSync(join(WIDGET, 'style.css'), 'utf8'), { loader: 'css', minify: true });
  return code;
}

function digest(content) {
  return createHash('sha256').update(content).digest('hex').slice(0, 16);
}

function put(name, content) {
  writeFileSync(join(DIST, name), content);
  return name;
}

/** Prints raw and brotli sizes beside the budgets. With `enforce`, throws when a `must` budget is exceeded. */
function weigh(names, { log, enforce }) {
  const parts = {
    wasm: readFileSync(join(DIST, names.wasm)),
    glue: readFileSync(join(DIST, names.js)),
    css: Buffer.from(names.style ?? ''),
    words: heaviest(),
    loader: readFileSync(join(DIST, names.loader)),
    code_wasm: readFileSync(join(DIST, names.code_wasm)),
    code_glue: readFileSync(join(DIST, names.code_js)),
    code_words: heaviest('pay_part_button'),
  };
  const sizes = Object.fromEntries(Object.entries(parts).map(([name, bytes]) => [name, brotli(bytes)]));
  const row = (name, raw, size, note = '') =>
    log(`${name.padEnd(8)} ${String(raw).padStart(8)} ${String(size).padStart(8)}  ${note}`.trimEnd());
  row('bytes', 'raw', 'brotli');
  for (const [name, bytes] of Object.entries(parts)) row(name, bytes.length, sizes[name]);
  const form = HTML + sizes.css + sizes.words;
  const pay = form + sizes.wasm + sizes.glue;
  const code = HTML + CODE_HTML + sizes.code_wasm + sizes.code_glue + sizes.css + sizes.code_words;
  const broken = [];
  for (const [name, size] of Object.entries({ form, pay, code, loader: sizes.loader })) {
    const { must, goal } = BUDGETS[name];
    const verdict = size > must ? 'over budget' : size > goal ? 'within budget' : 'within goal';
    row(`= ${name}`, '', size, `must ${must}, goal ${goal}: ${verdict}${name === 'loader' ? '' : ` (with ${name === 'code' ? HTML + CODE_HTML : HTML} of HTML)`}`);
    if (size > must) broken.push(`${name}: ${size} > ${must}`);
  }
  if (enforce && broken.length > 0) throw new Error(`over budget: ${broken.join(', ')}`);
}

/** Returns the texts of a language that the widget needs, as a page carries them (edge/present/src/words.rs). */
export function widgetTexts(words, end = 'code_text') {
  return Object.values(words).slice(0, Object.keys(words).indexOf(end));
}

/** Returns the largest texts of all languages. */
function heaviest(end) {
  const words = readdirSync(WORDS).map((name) => JSON.parse(readFileSync(join(WORDS, name))));
  const texts = words.map((words) => Buffer.from(JSON.stringify(widgetTexts(words, end))));
  return texts.reduce((most, text) => (brotli(text) > brotli(most) ? text : most));
}

function brotli(bytes) {
  return brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  buildWidget({ plain: process.argv.includes('--plain') }).catch((error) => {
    console.error(error.message);
    process.exit(1);
  });
}
