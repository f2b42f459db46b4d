/** What a trap of the wasm spoils: the call that it happened in, and nothing after it. */
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../../edge/tools/up-to-date.mjs';
import { startCheckout } from '../support/checkout.mjs';
import { until } from '../support/until.mjs';
import { closingTests } from './closing.mjs';

const checkout = await startCheckout({ entry: workerThatTraps() });
const { url, lines, createSession, redeem, view, settled, freshPin, debitsOf } = checkout;

/** The Worker that is deployed, but for traps on demand. Returns the path of its entry from the root. */
function workerThatTraps() {
  const folder = '.tools/worker-that-traps';
  mkdirSync(join(ROOT, folder), { recursive: true });
  copyFileSync(join(ROOT, 'edge/build/index_bg.wasm'), join(ROOT, folder, 'index_bg.wasm'));
  let js = readFileSync(join(ROOT, 'edge/build/index.js'), 'utf8');
  const [, wasm] = /(\w+)=\w+\.exports[,;]/.exec(js);
  // An address out of bounds, whatever the size of the memory; and right behind it a closure of the instance that is spoilt by then.
  const trap = `console.log("trapping"),queueMicrotask(globalThis.closure),${wasm}.checkout_fetch(-16,null);`;
  const insert = (place, code) => {
    assert.match(js, place);
    js = js.replace(place, code);
  };
  insert(/__wbg_queueMicrotask_\w+:function\((\w+)\)\{(?=queueMicrotask)/, '$&globalThis.closure=$1;');
  // Where the wasm reads the address of a request, and where an object looks for its storage.
  insert(/__wbg_url_\w+:function\(\w+,(\w+)\)\{/, `$&if($1.url.endsWith("?trap=here"))${trap}if($1.url.endsWith("?trap=object"))globalThis.trapObject=true;`);
  insert(/__wbg_sql_\w+:function\(\w+\)\{/, `$&if(globalThis.trapObject){globalThis.trapObject=false;${trap}}`);
  writeFileSync(join(ROOT, folder, 'index.js'), js);
  return `${folder}/index.js`;
}

const status = async (path, headers) => (await fetch(url + path, { headers })).status;

test('a request that traps fails, and the next ones are answered', async () => {
  for (let time = 0; time < 3; time += 1) {
    assert.equal(await status('/healthz?trap=here'), 500);
    assert.equal(await status('/healthz'), 200);
  }
});

test('an object that traps is made anew from its storage', async () => {
  const session = await createSession('kora');
  const before = await view(session);
  const headers = { authorization: `Bearer ${session.client_secret}` };
  assert.notEqual(await status(`/v1/checkout/${session.id}?trap=object`, headers), 200);
  assert.deepEqual(await view(session), before);
});

test('objects from before a trap elsewhere go on with what they have stored', async () => {
  const session = await createSession('wipay');
  const before = await view(session);
  assert.equal(await status('/healthz?trap=here'), 500);
  assert.deepEqual(await view(session), before);
});

test('a payment that is at its provider while another request traps is found out about', async () => {
  const session = await createSession('kora');
  const pin = freshPin('kora', 'slow');
  // The runtime's own error page, which is no answer of the Worker's.
  const lost = assert.rejects(redeem(session, { pin }), /500/);
  await until(() => debitsOf(pin), (debits) => debits.length === 1);
  assert.equal(await status('/healthz?trap=here'), 500);
  await lost;
  assert.equal((await settled(session)).status, 'complete');
});

test('nothing trapped but what was made to, and no closure ran in another instance than its own', async () => {
  const count = (pattern) => lines.filter((line) => pattern.test(line)).length;
  const made = count(/^trapping$/);
  assert.ok(made > 0);
  await until(() => count(/Uncaught Error: Cannot invoke closure from previous WASM instance/), (refused) => refused === made);
  assert.equal(count(/Uncaught RuntimeError/), made);
});

closingTests(checkout);
