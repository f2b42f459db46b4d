/** Ids that cannot be made up: a request with the id of no session of ours reaches no object, and costs no more than one for no address. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { after, test } from 'node:test';
import { ROOT } from '../../../edge/tools/up-to-date.mjs';
import { transportTo } from '../../support/client.mjs';
import { COUNTS, countingWorker } from '../../support/wrapped.mjs';
import { startCheckout } from '../../support/checkout.mjs';
import { closingTests } from '../closing.mjs';
import { routesOf } from '../route-table.mjs';

const folder = mkdtempSync(join(tmpdir(), 'counting-worker-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const checkout = await startCheckout({ entry: await countingWorker(relative(ROOT, folder)) });
const { send, createSession, view } = checkout;
const counts = async () => (await transportTo(checkout.url)('GET', COUNTS)).body;

const madeUp = (prefix) => `${prefix}_${randomBytes(16).toString('hex')}`;
const secret = () => `${randomBytes(24).toString('base64url')}.payer`;

/** The routes that a shopper's browser asks with the id of a session. */
const ROUTES = routesOf(readFileSync(join(ROOT, 'edge/src/routes.rs'), 'utf8')).filter(({ segments: [first, second] }) => {
  return first === 'embed' || first === 'pay' || (first === 'v1' && second === 'checkout');
});

/** Asks a route for a session that nobody has created. */
function ask({ method, segments }) {
  const session = madeUp('cs');
  const path = segments.map((segment, place) => segment ?? (place === segments.indexOf(null) ? session : madeUp('rd'))).join('/');
  const isForm = ['embed', 'pay'].includes(segments[0]);
  const type = isForm ? 'application/x-www-form-urlencoded' : 'application/json';
  const key = secret();
  const headers = { authorization: `Bearer ${key}`, 'idempotency-key': madeUp('key'), cookie: `__Host-pay-${session.slice(3)}=${key}`, 'content-type': type };
  const body = isForm ? new URLSearchParams({ key, attempt: 'a1' }).toString() : {};
  return send(method, `/${path}${isForm ? `?key=${key}` : ''}`, method === 'POST' ? { headers, body } : { headers });
}

test('no object is asked for a session that does not exist, by any route of a shopper', async () => {
  assert.ok(ROUTES.length >= 8, `${ROUTES.length}`);
  await view(await createSession('kora'));
  const before = await counts();
  assert.equal(Object.keys(before.Checkout).length, 1);
  for (const route of ROUTES) {
    const { status } = await ask(route);
    // The iframe's page is the same for every id: its script asks for the session.
    const isPage = route.method !== 'POST' && route.segments[0] === 'embed';
    assert.ok(isPage ? status === 200 : [400, 401, 403, 404].includes(status), `${route.method} ${route.segments.join('/')}: ${status}`);
  }
  assert.deepEqual(await counts(), before);
});

test('a made-up id costs no more than an address that does not exist', async () => {
  const TIMES = 300;
  const took = async (path) => {
    const began = performance.now();
    const { status } = await send('GET', path, { headers: { authorization: `Bearer ${secret()}` } });
    assert.equal(status, 404);
    return performance.now() - began;
  };
  const [nowhere, nobody] = [[], []];
  for (let times = 0; times < TIMES; times++) {
    nowhere.push(await took(`/v1/nowhere/${madeUp('cs')}`));
    nobody.push(await took(`/v1/checkout/${madeUp('cs')}`));
  }
  const median = (all) => all.toSorted((a, b) => a - b)[TIMES / 2];
  assert.ok(median(nobody) < 2 * median(nowhere), `${median(nobody)} ms, ${median(nowhere)} ms`);
});

closingTests(checkout);
