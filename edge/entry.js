// The entry module that workerd loads: the Worker's handlers and its Durable Objects, in front of the wasm. A trap leaves the
// memory of its wasm instance corrupt, so the pending calls fail, the next call runs in a new instance, and each object is built
// again there from its storage. The build names the classes (tools/build.mjs).
import { WorkerEntrypoint } from 'cloudflare:workers';
import * as wasm from 'worker-glue';

// A trap reports only its stack.
Error.stackTraceLimit = 100;

/** The state of the crate `worker`, which counts the starts of the wasm. */
const state = wasm.__worker_init_state();
/** The instance in which this module saw a trap. The glue sees the traps inside its own calls. */
let broken;
/** The functions that fail the pending calls. In an instance that has trapped, none of these calls resumes by itself. */
const underWay = new Set();

/** Ensures that the wasm can be called, and returns the number of its instance. */
function running() {
  if (broken === state.instanceId) wasm.__wbg_reset_state();
  try {
    // Any call will do: the glue starts a new instance before it when the last one has trapped.
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

/** Wraps the class `Made` of the wasm for objects that outlive the instance that built them. */
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

  scheduled(event) {
    running();
    return call(() => wasm.scheduled(event, this.env, this.ctx));
  }
}
