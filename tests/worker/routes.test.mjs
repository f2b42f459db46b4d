/** The routes: the methods of each address, and unknown addresses. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertProblem } from '../support/answers.mjs';
import { startCheckout } from '../support/checkout.mjs';
import { closingTests } from './closing.mjs';

const UNKNOWN = `cs_${'0'.repeat(32)}`;

const checkout = await startCheckout();
const { send, apiKey } = checkout;
const headers = { authorization: `Bearer ${apiKey}` };

const ROUTES = [
  ['/healthz', 'GET'],
  ['/problems', 'GET'],
  ['/operations/search', 'GET'],
  ['/v1/providers', 'GET'],
  ['/v1/status', 'GET'],
  ['/v1/checkout_sessions', 'GET, POST'],
  [`/v1/checkout_sessions/${UNKNOWN}`, 'GET'],
  [`/v1/checkout_sessions/${UNKNOWN}/cancel`, 'POST'],
  ['/v1/vouchers', 'GET, POST'],
  ['/v1/vouchers/lookup', 'POST'],
  ['/v1/redemptions', 'GET'],
  ['/v1/events', 'GET'],
  ['/v1/search', 'POST'],
  ['/v1/reindex', 'POST'],
  ['/v1/reports/takings', 'GET'],
  ['/v1/exports/redemptions.csv', 'GET'],
  ['/webhooks/kora', 'POST'],
  [`/v1/checkout/${UNKNOWN}`, 'GET'],
  [`/v1/checkout/${UNKNOWN}/redemptions`, 'POST'],
  [`/v1/checkout/${UNKNOWN}/change_vouchers`, 'POST'],
  [`/embed/${UNKNOWN}`, 'GET, POST'],
  [`/pay/${UNKNOWN}`, 'GET, POST'],
];
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

for (const [path, allowed] of ROUTES) {
  const accepted = allowed.includes('GET') ? ['HEAD', ...allowed.split(', ')] : [allowed];
  test(`${path.replace(UNKNOWN, '{id}')} accepts ${allowed}, and answers other methods with 405 and Allow`, async () => {
    for (const method of METHODS.filter((one) => !accepted.includes(one))) {
      const answer = await send(method, path, { headers });
      assert.deepEqual([answer.status, answer.headers.get('allow')], [405, allowed], method);
      if (method !== 'HEAD') assert.equal(answer.body.code, 'method_not_allowed');
    }
  });
}

for (const [path] of ROUTES.filter(([, allowed]) => allowed.includes('GET'))) {
  test(`HEAD ${path.replace(UNKNOWN, '{id}')} answers like GET, without the body`, async () => {
    const [get, head] = [await send('GET', path, { headers }), await send('HEAD', path, { headers })];
    assert.deepEqual([head.status, head.text ?? ''], [get.status, '']);
    for (const name of ['content-type', 'cache-control', 'www-authenticate']) assert.equal(head.headers.get(name), get.headers.get(name), name);
  });
}

test('an unusual method is not treated as a GET', async () => {
  for (const [path, allowed] of ROUTES) {
    for (const method of ['PROPFIND', 'PURGE', 'LOCK', 'SEARCH']) {
      const answer = await send(method, path, { headers });
      assert.deepEqual([answer.status, answer.headers.get('allow')], [405, allowed], `${method} ${path}`);
    }
  }
});

test('an unknown address is not found', async () => {
  const paths = ['/v1', '/v1/', '/v2/checkout_sessions', '/v1/checkout_sessions/a/b', '/v1/checkout', '/v1/vouchers/a/b', '/webhooks', '/embed', '/pay', '/.env', '/.dev.vars', '/healthz/x', `/${'a/'.repeat(200)}`];
  for (const path of paths) {
    for (const method of ['GET', 'POST', 'DELETE']) {
      assertProblem(await send(method, path, { headers }), 404, 'not_found', undefined, `${method} ${path}`);
    }
  }
});

closingTests(checkout);
