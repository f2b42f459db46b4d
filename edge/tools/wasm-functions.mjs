// Reads and names the functions of a wasm (WebAssembly Core Specification, section 5, "Binary Format").

/** Ids of sections. */
const [CUSTOM, IMPORTS, CODE] = [0, 2, 10];
/** The part of the section "name" with the names of functions. */
const FUNCTION_NAMES = 1;

/** Returns the functions of a wasm: the `name` of each, empty where it has none, and its code, `body`. */
export function functionsOf(wasm) {
  const at = { position: 8 };
  const bodies = [];
  let imported = 0;
  const names = new Map();
  while (at.position < wasm.length) {
    const kind = wasm[at.position++];
    const end = number(wasm, at) + at.position;
    if (kind === IMPORTS) imported = functionImports(wasm);
    if (kind === CODE) for (let left = number(wasm, at); left > 0; left -= 1) bodies.push(bytes(wasm, at));
    if (kind === CUSTOM && String(bytes(wasm, at)) === 'name') readNames(wasm, at, end, names);
    at.position = end;
  }
  return bodies.map((body, index) => ({ name: names.get(imported + index) ?? '', body }));
}

/** Returns a wasm that has no names with these names of its functions. */
export function withNames(wasm, names) {
  const imported = functionImports(wasm);
  const list = names.map((name, index) => [leb(imported + index), vector(Buffer.from(name))]);
  const functions = Buffer.concat([leb(names.length), ...list.flat()]);
  const content = [vector(Buffer.from('name')), Buffer.of(FUNCTION_NAMES), vector(functions)];
  return Buffer.concat([wasm, Buffer.of(CUSTOM), vector(Buffer.concat(content))]);
}

/** Returns how many functions a wasm imports: their numbers come before those of its own. */
function functionImports(wasm) {
  return WebAssembly.Module.imports(new WebAssembly.Module(wasm)).filter(({ kind }) => kind === 'function').length;
}

function readNames(wasm, at, end, names) {
  while (at.position < end) {
    const part = wasm[at.position++];
    const next = number(wasm, at) + at.position;
    if (part === FUNCTION_NAMES) {
      for (let left = number(wasm, at); left > 0; left -= 1) names.set(number(wasm, at), String(bytes(wasm, at)));
    }
    at.position = next;
  }
}

/** Reads bytes after their number. */
function bytes(wasm, at) {
  const length = number(wasm, at);
  at.position += length;
  return wasm.subarray(at.position - length, at.position);
}

/** Reads a number in LEB128. */
function number(wasm, at) {
  let value = 0;
  for (let factor = 1; ; factor *= 128) {
    const byte = wasm[at.position++];
    value += (byte % 128) * factor;
    if (byte < 128) return value;
  }
}

/** Returns bytes after their number. */
function vector(content) {
  return Buffer.concat([leb(content.length), content]);
}

/** Returns a number in LEB128. */
function leb(value) {
  return value < 128 ? Buffer.of(value) : Buffer.concat([Buffer.of(128 + (value % 128)), leb(Math.floor(value / 128))]);
}
