// Short names for what wasm and JavaScript call of each other. wasm-bindgen's hold hashes, which no compression shortens.

/** The pass of wasm-opt that shortens them in the wasm and prints the new names as JSON. */
export const SHORTEN = '--minify-imports-and-exports-and-modules';

/** The name that wasm-opt gives the only module of imports. */
export const MODULE = 'a';

/** Returns wasm-bindgen's JavaScript with the names that wasm-opt has printed, as lines; throws when it lacks one of them. */
export function withShortNames(glue, printed) {
  const names = JSON.parse(printed.join('\n'));
  const imports = new Map(names.imports.map(([, long, short]) => [long, short]));
  const exports = new Map(names.exports);
  const missing = new Set(imports.keys());
  const text = glue
    .replace(/^ {8}"\.\/\w+_bg\.js": import0,/m, `        ${MODULE}: import0,`)
    .replace(/^ {8}(\w+): /gm, (entry, long) => {
      missing.delete(long);
      return imports.has(long) ? `        ${imports.get(long)}: ` : entry;
    })
    .replace(/\bwasm\.(\w+)/g, (call, long) => `wasm.${exports.get(long) ?? long}`);
  if (missing.size > 0 || !text.includes(`        ${MODULE}: import0,`)) {
    throw new Error(`wasm-bindgen's JavaScript has changed: look at withShortNames(), which does not find ${[...missing].join(', ') || 'the imports'}`);
  }
  return text;
}
