// What workerd loads: the Worker's way in and its Durable Objects, in front of the wasm. A trap spoils the memory of the wasm it
// happened in, so the calls under way fail, the next one runs in a new instance, and each object is made anew there from its
// storage. The build names the classes (tools/build.mjs).
import { WorkerEntrypoint } from 'cloudflare:workers';
import * as wasm from 'worker-glue';

// A trap tells nothing but its stack.
Error.stackTraceLimit = 100;

/** Kept by the crate `worker`, which counts in it how often the wasm was started. */
const state = wasm.__worker_init_state();
/** The instance in which a trap was seen from here. The glue sees those inside its own calls. */
let broken;
/** What makes the calls fail that are under way. In an instance that has trapped, none of them goes on by itself. */
const underWay = new Set();

/** Makes sure that the wasm can be called, and returns which instance of it that is. */
function running() {
  if (broken === state.instanceId) wasm.__wbg_reset_state();
  try {
    // Any call will do: the glue makes a new instance before it when the last one has trapped.
    wasm.__worker_init_state();
  } catch {
    wasm.__wbg_reset_state();
  }
  return state.instanceId;
}

function seen(error) {
  if (!(error instanceof WebAssembly.RuntimeError)) return;
  console.error('Critical', error);
  broken = state.instanceId;
  for (const fail of underWay) fail(new Error('The wasm has trapped.'));
}

// Most traps happen after a call has returned its promise.
addEventListener('error', ({ error }) => seen(error));

async function call(work) {
  let fail;
  const trapped = new Promise((_, reject) => (fail = reject));
  underWay.add(fail);
  try {
    return await Promise.race([new Promise((done) => done(work())), trapped]);
  } catch (error) {
    seen(error);
    throw error;
  } finally {
    underWay.delete(fail);
  }
}

/** The class `Made` of the wasm, for objects that outlive the instance they were made in. */
export function lasting(Made) {
  class Lasting {
    #args;
    #made;
    #instance;

    constructor(...args) {
      this.#args = args;
      this.#current();
    }

    #current() {
      const instance = running();
      if (instance !== this.#instance) this.#made = new Made(...this.#args);
      this.#instance = instance;
      return this.#made;
    }

    static call(object, name, args) {
      return call(() => object.#current()[name](...args));
    }
  }
  for (const name of Object.getOwnPropertyNames(Made.prototype)) {
    if (name === 'constructor' || name === 'free' || name.startsWith('__')) continue;
    Lasting.prototype[name] = function (...args) {
      return Lasting.call(this, name, args);
    };
  }
  return Lasting;
}

export default class extends WorkerEntrypoint {
  fetch(request) {
    running();
    return call(() => wasm.fetch(request, this.env, this.ctx));
  }
}
