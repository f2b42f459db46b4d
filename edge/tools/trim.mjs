// Trims wasm-bindgen's output: removes unused exports and their code, and shortens the names by which wasm and JavaScript call each
// other. The table in widget/DESIGN.md lists the savings of the large cuts.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import binaryen from 'binaryen';
import { reorderFunctions } from './function-order.mjs';
import { run } from './run.mjs';
import { MODULE, SHORTEN, withShortNames } from './short-names.mjs';
import { BROWSER_FEATURES } from './wasm-flags.mjs';

/**
 * Optimises the wasm at the path `wasm`, and trims it and its `glue` (JavaScript text) together. `bin` is the folder of
 * binaryen's programs, `scratch` one for intermediate files. Returns both, with the characters that each cut has saved; throws when their
 * names do not match.
 */
export async function trim({ wasm, glue, bin, scratch }) {
  const { cut, saved } = cuts();
  // wasm-bindgen exports a class for each Rust struct that JavaScript may hold. The widget has no such struct.
  let text = cut(glue, 'the classes', /^export class \w+ \{\n[^]*?^\}\n/gm);
  text = cut(text, 'their disposal', /^if \(Symbol\.dispose\) .*\n/gm);
  text = cut(text, 'their finalization', /^const \w+Finalization = [^]*?;\n/gm);
  // For browsers that cannot run the wasm at all.
  text = cut(text, 'the old TextEncoder', /^if \(!\('encodeInto' in cachedTextEncoder\)\) \{\n[^]*?^\}\n/m);
  text = cut(text, 'browsers without FinalizationRegistry', /\(typeof FinalizationRegistry === 'undefined'\)\n.*\n {4}: new/, 'new');
  text = cut(text, 'browsers without globalThis', /typeof globalThis === 'undefined' \? undefined : globalThis/, 'globalThis');
  text = cut(text, 'its other names', /const ret = typeof (global|self|window) === 'undefined' \? undefined : \1;\n.*/g, 'return 0;');
  // An old Safari decodes 2 GB at most, which no page reaches.
  text = cut(text, 'the count of decoded bytes', /^let (cachedTextDecoder = .*\n)[^]*?^function decodeText[^]*?^\}\n/m, 'const $1const decodeText = (bytes) => cachedTextDecoder.decode(bytes);\n');
  text = cut(text, 'strings without realloc', /^ {4}if \(realloc === undefined\) \{\n[^]*?^ {4}\}\n/m);
  text = cut(text, 'the guards of views', /if \((cached\w+) === null \|\| .*\) \{/g, 'if ($1?.buffer !== wasm.memory.buffer) {');
  text = cut(text, 'the guards of instanceof', /let result;\s+try \{\s+result = (arg0 instanceof \w+);[^}]*\}[^}]*\}\s+const ret = result;/g, 'const ret = $1;');
  // Its own initialisation accepts an address, a response or bytes, and warns about old callers. entry.js needs only its two halves.
  text = cut(text, 'the initialisation', /^export \{ initSync.*$/m, 'export { __wbg_get_imports as imports, __wbg_finalize_init as finish };');

  const [roots, reached, small, named] = ['roots.json', 'reached.wasm', 'small.wasm', 'named.wasm'].map((name) => join(scratch, name));
  const called = [...new Set([...text.matchAll(/\bwasm\.(\w+)/g)].map(([, name]) => name))];
  const graph = [{ name: 'glue', root: true, reaches: called }, ...called.map((name) => ({ name, export: name }))];
  writeFileSync(roots, JSON.stringify(graph));
  await runBinaryen(bin, 'wasm-metadce', [wasm, '--graph-file', roots, '-g', '-o', reached]);
  const [all, kept] = [parts(wasm), parts(reached)];
  if (kept.exports.size >= all.exports.size || kept.imports.size >= all.imports.size) throw new Error('wasm-metadce removes nothing: every export is called');
  writeFileSync(reached, withoutDead(readFileSync(reached)));
  // Measured: without inlining of functions that have one caller, the wasm compresses better. Rust's stack has the lowest addresses, so
  // no data is below 1024, as --low-memory-unused requires.
  const smallest = ['-Oz', '--one-caller-inline-max-function-size', '30', '--low-memory-unused'];
  const strip = ['--strip-debug', '--strip-producers'];
  await runBinaryen(bin, 'wasm-opt', [reached, ...smallest, '--converge', '--flatten', '--rereloop', '-Oz', ...strip, '-o', small]);
  // Measured: another round saves 350 bytes. Without --converge, which would repeat the new names.
  const printed = await runBinaryen(bin, 'wasm-opt', [small, ...smallest, SHORTEN, '-o', named]);
  // Measured: similar functions as neighbours save 560 bytes.
  await reorderFunctions(named, bin, flags);

  const used = parts(named).imports;
  text = cut(text, 'the prototype', /^ {8}__proto__: null,\n/gm);
  text = withShortNames(text, printed)
    .replace(/^ {8}([\w$]+): [^]*?,\n(?= {8}[\w$]+: | {4}\})/gm, (entry, name) => (used.has(name) || name === MODULE ? entry : ''));
  check(text, parts(named));
  return { bytes: readFileSync(named), glue: shortened(text, cut), saved };
}

/** Writes functions in the shorter ways that the minifier does not know of. */
function shortened(glue, cut) {
  const throwing = /^ {8}([\w$]+): function\(\) \{ return handleError\(function (\(.*?\)) (\{[^]*?^ {8}\}), arguments\); \},$/gm;
  let text = cut(glue, 'arguments passed on', throwing, '        $1: catching($2 => $3),');
  text = cut(text, 'their handler', /^function handleError\(f, args\) (\{\n {4}try \{\n {8}return )f.apply\(this, args\)(;[^]*?^\})$/m, 'const catching = (f) => (...args) => $1f(...args)$2;');
  return cut(text, 'the word function', /^ {8}([\w$]+): function\(/gm, '        $1(');
}

/**
 * Returns a function that replaces what matches, and a map to which it adds the characters saved. It throws when nothing matches:
 * wasm-bindgen's output has changed.
 */
function cuts() {
  const saved = new Map();
  const cut = (text, what, pattern, by = '') => {
    if (text.search(pattern) < 0) throw new Error(`trim finds nothing to cut: ${what}`);
    const shorter = text.replace(pattern, by);
    saved.set(what, text.length - shorter.length);
    return shorter;
  };
  return { cut, saved };
}

/**
 * Empties dead functions that the optimiser must keep because a table refers to them: those of wasm-streams, a dependency of leptos'
 * server functions whose exports are removed, and the standard library's formatting, which only they used.
 */
function withoutDead(wasm) {
  const module = binaryen.readBinary(wasm);
  const emptied = [/wasm_streams/, FORMATTING].map((dead) => empty(module, dead));
  if (emptied.includes(0)) throw new Error('what withoutDead empties is not in the wasm: it has become superfluous, or finds no names');
  const callers = callersOf(module.emitText(), FORMATTING);
  if (callers.length > 0) throw new Error(`withoutDead would break what formats text: ${callers.join(', ')}`);
  const bytes = Buffer.from(module.emitBinary());
  module.dispose();
  const at = bytes.indexOf(DEAD_TEXTS[0]);
  const last = bytes.indexOf(DEAD_TEXTS[1], at);
  const end = last + DEAD_TEXTS[1].length;
  if (at < 0 || last < 0 || end - at > 1_000) throw new Error('the texts of errors of files are not where withoutDead looks for them');
  return bytes.fill(0, at, end);
}

/** The first and the last text of the standard library's errors of files, which only wasm-streams used. */
const DEAD_TEXTS = ['entity not found', 'operation successful'];

/** Matches the names of the standard library's formatting functions. */
const FORMATTING = /\bfmt::|\bcore\[\w+\]::fmt\b/;

/** Empties the functions with these names, and returns their number. */
function empty(module, names) {
  let emptied = 0;
  for (let i = 0; i < module.getNumFunctions(); i += 1) {
    const reference = module.getFunctionByIndex(i);
    const { name, base } = binaryen.getFunctionInfo(reference);
    if (base || !names.test(name)) continue;
    binaryen.Function(reference).body = module.unreachable();
    emptied += 1;
  }
  return emptied;
}

/** Returns the functions that call one of these names, in a module's text. */
function callersOf(text, names) {
  let caller = '';
  const found = new Set();
  for (const line of text.split('\n')) {
    caller = /^ \(func \$("[^"]*"|\S+)/.exec(line)?.[1] ?? caller;
    if (names.test(/\(call \$("[^"]*"|\S+)/.exec(line)?.[1] ?? '')) found.add(caller);
  }
  return [...found];
}

function parts(path) {
  const module = new WebAssembly.Module(readFileSync(path));
  const names = (list) => new Set(list.map(({ name }) => name));
  return { imports: names(WebAssembly.Module.imports(module)), exports: names(WebAssembly.Module.exports(module)) };
}

/** Throws when the names of glue and wasm do not match, as after a change in wasm-bindgen's output. */
function check(glue, { imports, exports }) {
  const given = new Set([...glue.matchAll(/^ {8}([\w$]+): /gm)].map(([, name]) => name));
  const called = [...glue.matchAll(/\bwasm\.([\w$]+)/g)].map(([, name]) => name);
  const missing = [...imports, MODULE].filter((name) => !given.has(name)).concat(called.filter((name) => !exports.has(name)));
  if (missing.length > 0) throw new Error(`wasm and JavaScript do not fit: ${missing.join(', ')}`);
}

/** The options of binaryen's programs for these features. */
const flags = BROWSER_FEATURES.map((name) => `--enable-${name}`);

async function runBinaryen(bin, program, args) {
  return run(join(bin, program), [...args, ...flags]);
}
