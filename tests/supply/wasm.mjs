/** Returns the functions of a wasm with a name section: the `name` and the bytes of code, `size`, of each. */
export function functionsOf(wasm) {
  const at = { position: 8 };
  const sizes = [];
  let imported = 0;
  const names = new Map();
  while (at.position < wasm.length) {
    const kind = wasm[at.position++];
    const length = number(wasm, at);
    const end = at.position + length;
    if (kind === IMPORTS) imported = functionImports(wasm);
    if (kind === CODE) {
      for (let left = number(wasm, at); left > 0; left -= 1) {
        const size = number(wasm, at);
        sizes.push(size);
        at.position += size;
      }
    }
    if (kind === CUSTOM && text(wasm, at) === 'name') readNames(wasm, at, end, names);
    at.position = end;
  }
  if (names.size === 0) throw new Error('The wasm has no names.');
  return sizes.map((size, index) => ({ name: names.get(imported + index) ?? '', size }));
}

const [CUSTOM, IMPORTS, CODE] = [0, 2, 10];
/** The part of the name section with the names of functions. */
const FUNCTION_NAMES = 1;

/** Returns how many functions a wasm imports: their numbers come before those of its own. */
function functionImports(wasm) {
  return WebAssembly.Module.imports(new WebAssembly.Module(wasm)).filter(({ kind }) => kind === 'function').length;
}

function readNames(wasm, at, end, names) {
  while (at.position < end) {
    const part = wasm[at.position++];
    const length = number(wasm, at);
    const next = at.position + length;
    if (part === FUNCTION_NAMES) {
      for (let left = number(wasm, at); left > 0; left -= 1) names.set(number(wasm, at), text(wasm, at));
    }
    at.position = next;
  }
}

function text(wasm, at) {
  const length = number(wasm, at);
  at.position += length;
  return wasm.toString('utf8', at.position - length, at.position);
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
