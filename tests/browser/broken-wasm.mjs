// Builds a widget wasm that traps: at its start, or from a moment that the test chooses.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import binaryen from 'binaryen';
import { ROOT } from '../../edge/tools/up-to-date.mjs';

const { wasm: NAME } = JSON.parse(readFileSync(join(ROOT, 'www/dist/assets.json'), 'utf8'));
const SWITCH = 'broken';
/** The wasm features of the widget's build. With more of them, binaryen writes wasm that browsers cannot read yet. */
const FEATURES = ['BulkMemory', 'NontrappingFPToInt', 'SignExt', 'MutableGlobals', 'ReferenceTypes', 'Multivalue']
  .reduce((all, name) => all | binaryen.Features[name], 0);

/** Returns the wasm with a switch, on from the start or not: while it is on, every call from JavaScript traps. */
function breakable(on) {
  const module = binaryen.readBinary(readFileSync(join(ROOT, 'www/dist', NAME)));
  module.setFeatures(FEATURES);
  module.addGlobal(SWITCH, binaryen.i32, true, module.i32.const(on ? 1 : 0));
  let waysIn = 0;
  for (let i = 0; i < module.getNumExports(); i += 1) {
    const { kind, value } = binaryen.getExportInfo(module.getExportByIndex(i));
    const info = kind === binaryen.ExternalFunction && binaryen.getFunctionInfo(module.getFunction(value));
    if (!info || info.base) continue;
    const entry = binaryen.Function(module.getFunction(value));
    const trap = module.if(module.global.get(SWITCH, binaryen.i32), module.unreachable());
    entry.body = module.block(null, [trap, entry.body], info.results);
    waysIn += 1;
  }
  module.addGlobalExport(SWITCH, SWITCH);
  const bytes = Buffer.from(module.emitBinary());
  module.dispose();
  // Wasm that cannot be parsed at all would be a different test.
  if (waysIn === 0 || !WebAssembly.validate(bytes)) throw new Error('the wasm has no export that could trap');
  return bytes;
}

/** Serves wasm that traps at its start to every page of this context. */
export function trapAtStart(context) {
  return serve(context, breakable(true));
}

/**
 * Serves working wasm to every page of this context, and returns a function that breaks it in a frame: the next call there
 * traps. The function can be given the name of a window event that makes this call.
 */
export async function trapLater(context) {
  await serve(context, breakable(false));
  await context.addInitScript(() => {
    const start = WebAssembly.instantiateStreaming;
    WebAssembly.instantiateStreaming = async (...how) => {
      const started = await start.apply(WebAssembly, how);
      window.breakDown = () => (started.instance.exports.broken.value = 1);
      return started;
    };
  });
  // In one step: any other event in between would trap and leave the page.
  return (frame, event) => frame.evaluate((type) => {
    window.breakDown();
    if (type) setTimeout(() => window.dispatchEvent(new Event(type)));
  }, event);
}

async function serve(context, body) {
  await context.route(/\.wasm$/, (route) => route.fulfill({ body, contentType: 'application/wasm' }));
}
