/** A trap of the wasm fails the call in which it happens, and no later call. */
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../../edge/tools/up-to-date.mjs';
import { lasting } from '../support/answers.mjs';
import { startCheckout } from '../support/checkout.mjs';
import { request } from '../support/client.mjs';
import { until } from '../support/until.mjs';
import { closingTests } from './closing.mjs';

const checkout = await startCheckout({ entry: buildTrappingWorker(), simulator: { slowMs: 3_500 } });
const { url, lines, createSession, redeem, view, settled, freshPin, debitsOf } = checkout;

/** Writes a copy of the deployed Worker that traps on demand. Returns the path of its entry from the root. */
function buildTrappingWorker() {
  const folder = '.tools/worker-that-traps';
  mkdirSync(join(ROOT, folder), { recursive: true });
  copyFileSync(join(ROOT, 'edge/build/index_bg.wasm'), join(ROOT, folder, 'index_bg.wasm'));
  let js = readFileSync(join(ROOT, 'edge/build/index.js'), 'utf8');
  // The build shortens the names of imports and exports, so that their code tells what they are.
  const [, fetchOfObject] = /fetch\(\w+\)\{.*?\w+=(\w+\.\w+)\(this\.__wbg_ptr,/.exec(js);
  // Reads an address out of bounds for any memory size, and calls a closure of the trapped instance right after it.
  const trap = `console.log("trapping"),queueMicrotask(globalThis.closure),${fetchOfObject}(-16,null);`;
  const insert = (place, code) => {
    assert.match(js, place);
    js = js.replace(place, code);
  };
  insert(/function\((\w+)\)\{(?=queueMicrotask\()/, '$&globalThis.closure=$1;');
  // The places where the wasm reads the address of a request, and where an object gets its storage.
  insert(/function\(\w+,(\w+)\)\{(?=let \w+=\1\.url,)/, `$&if($1.url.endsWith("?trap=here"))${trap}if($1.url.endsWith("?trap=object"))globalThis.trapObject=true;`);
  insert(/function\((\w+)\)\{(?=return \1\.sql\b)/, `$&if(globalThis.trapObject){globalThis.trapObject=false;${trap}}`);
  writeFileSync(join(ROOT, folder, 'index.js'), js);
  return `${folder}/index.js`;
}

const status = async (path, headers) => (await request('GET', url + path, { headers })).status;

test('a request that traps fails, and the next ones are answered', async () => {
  for (let time = 0; time < 3; time += 1) {
    assert.equal(await status('/healthz?trap=here'), 500);
    assert.equal(await status('/healthz'), 200);
  }
});

test('an object that traps is recreated from its storage', async () => {
  const session = await createSession('kora');
  const before = await view(session);
  const headers = { authorization: `Bearer ${session.client_secret}` };
  assert.notEqual(await status(`/v1/checkout/${session.id}?trap=object`, headers), 200);
  assert.deepEqual(lasting(await view(session)), lasting(before));
});

test('objects that existed before a trap elsewhere continue with their stored state', async () => {
  const session = await createSession('wipay');
  const before = await view(session);
  assert.equal(await status('/healthz?trap=here'), 500);
  assert.deepEqual(lasting(await view(session)), lasting(before));
});

test('a payment in flight is resolved after another request traps', async () => {
  const session = await createSession('kora');
  const pin = freshPin('kora', 'slow');
  // The runtime's own error page, not an answer of the Worker.
  const lost = assert.rejects(redeem(session, { pin }), /500/);
  await until(() => debitsOf(pin), (debits) => debits.length === 1);
  assert.equal(await status('/healthz?trap=here'), 500);
  await lost;
  assert.equal((await settled(session)).status, 'complete');
});

test('only the planted traps occurred, and no closure ran in an instance other than its own', async () => {
  const count = (pattern) => lines.filter((line) => pattern.test(line)).length;
  const made = count(/^trapping$/);
  assert.ok(made > 0);
  await until(() => count(/uncaught exception; desc = Error: Cannot invoke closure from previous WASM instance/), (refused) => refused === made);
  assert.equal(count(/uncaught exception; desc = RuntimeError/), made);
});

closingTests(checkout);
