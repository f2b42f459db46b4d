// Removes unused exports to JavaScript: classes of the crates `worker` and `wasm-streams`. The linker and
// the bundler keep them, because each could be called from outside.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './run.mjs';
import { ROOT } from './up-to-date.mjs';

/** Returns wasm-bindgen's JavaScript without the classes that neither it nor one of the `kept` names uses. */
export function withoutUnusedClasses(glue, kept) {
  const names = [...glue.matchAll(/^(?:export )?class (\w+) \{$/gm)].map(([, name]) => name);
  return names.filter((name) => !kept.includes(name)).reduce(withoutUnusedClass, glue);
}

function withoutUnusedClass(glue, name) {
  const own = [
    new RegExp(`^(?:export )?class ${name} \\{\\n[^]*?^\\}\\n`, 'm'),
    new RegExp(`^if \\(Symbol\\.dispose\\) ${name}\\..*\\n`, 'm'),
    new RegExp(`^const ${name}Finalization = [^]*?^\\}\\);\\n`, 'm'),
  ];
  const rest = own.reduce((text, part) => text.replace(part, ''), glue);
  return new RegExp(`\\b${name}(Finalization)?\\b`).test(rest) ? glue : rest;
}

/**
 * Returns wasm-bindgen's JavaScript without the ways to free an object by hand. workerd calls none of them; what it drops is freed by the
 * object's finalization.
 */
export function withoutFree(glue) {
  const cut = glue.replace(/^ {4}free\(\) \{\n[^]*?^ {4}\}\n/gm, '').replace(/^if \(Symbol\.dispose\) .*\n/gm, '');
  if (cut === glue || /\.free\(/.test(cut)) throw new Error('wasm-bindgen has changed how objects are freed: look at withoutFree().');
  return cut;
}

/** Removes every export of the wasm that this JavaScript does not name, with the functions that only such an export calls. */
export async function removeUnusedExports(wasm, js, features) {
  const exported = WebAssembly.Module.exports(new WebAssembly.Module(readFileSync(wasm))).map(({ name }) => name);
  const named = new Set(readFileSync(js, 'utf8').match(/\w+/g));
  const graph = exported.filter((name) => named.has(name)).map((name) => ({ name: `export ${name}`, export: name, root: true }));
  const plan = `${wasm}.exports.json`;
  writeFileSync(plan, JSON.stringify(graph));
  await run(join(ROOT, 'node_modules/.bin/wasm-metadce'), [wasm, '--graph-file', plan, '-o', wasm, '--debuginfo', ...features]);
}
