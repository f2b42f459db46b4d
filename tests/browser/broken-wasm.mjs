// The widget's wasm, made so that it traps: at its start, or from a moment on that the test chooses.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import binaryen from 'binaryen';
import { ROOT } from '../../edge/tools/up-to-date.mjs';

const { wasm: NAME } = JSON.parse(readFileSync(join(ROOT, 'www/dist/assets.json'), 'utf8'));
const SWITCH = 'broken';
/** What the widget is built with. More, and binaryen writes what no browser reads yet. */
const FEATURES = ['BulkMemory', 'NontrappingFPToInt', 'SignExt', 'MutableGlobals', 'ReferenceTypes', 'Multivalue']
  .reduce((all, name) => all | binaryen.Features[name], 0);

/** The wasm with a switch, on from the start or not: while it is on, every way in from JavaScript is a trap. */
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
  // Wasm that cannot be read at all would be another test.
  if (waysIn === 0 || !WebAssembly.validate(bytes)) throw new Error('the wasm has no way in that could trap');
  return bytes;
}

/** Serves wasm that traps at its start to every page of this context. */
export function trapAtStart(context) {
  return serve(context, breakable(true));
}

/**
 * Serves wasm to every page of this context that works until the function that this returns is called with a frame: the next
 * thing that happens there is a trap, for which it can name an event of the window.
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
  // In one go: whatever else happens in between would be the trap, and leave the page.
  return (frame, event) => frame.evaluate((type) => {
    window.breakDown();
    if (type) setTimeout(() => window.dispatchEvent(new Event(type)));
  }, event);
}

async function serve(context, body) {
  await context.route(/\.wasm$/, (route) => route.fulfill({ body, contentType: 'application/wasm' }));
}
