/** Authentication and request bodies: every refusal with its exact status, code and field. */
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { assertProblem } from '../support/answers.mjs';
import { startCheckout } from '../support/checkout.mjs';
import { request } from '../support/client.mjs';
import { closingTests } from './closing.mjs';

const MAX_BODY = 16 * 1024;
const UNKNOWN = `cs_${'0'.repeat(32)}`;

const checkout = await startCheckout();
const { url, apiKey, settings, simulator, send, shop, createSession, redeem, freshPin } = checkout;

/** A session, and another one of the same shop. */
let session;
let other;
before(async () => {
  session = await createSession('kora');
  other = await createSession('kora');
});

const bearer = (token) => ({ authorization: `Bearer ${token}` });
const order = { amount: 249_00, currency: 'ZAR', reference: 'order-1' };
const attempt = () => ({ provider: 'kora', pin: '1168648096792943', phone: '0821234567', email: 'a@example.com' });

/** Returns the calls of the shop's server. */
const shopCalls = (id) => [
  ['GET', '/v1/providers'],
  ['POST', '/v1/checkout_sessions', order],
  ['GET', `/v1/checkout_sessions/${id}`],
  ['POST', `/v1/checkout_sessions/${id}/cancel`],
];

/** Returns the calls of the shopper's browser. */
const browserCalls = (id) => [
  ['GET', `/v1/checkout/${id}`],
  ['POST', `/v1/checkout/${id}/redemptions`, attempt()],
];

test('the shop’s calls require the API key', async () => {
  const wrong = [
    [{}, 'api_key_missing'],
    [{ authorization: '' }, 'api_key_missing'],
    [{ authorization: 'Bearer' }, 'api_key_missing'],
    [{ authorization: 'Bearer  ' }, 'api_key_missing'],
    [{ authorization: `Basic ${apiKey}` }, 'api_key_missing'],
    [{ authorization: apiKey }, 'api_key_missing'],
    [bearer('x'), 'api_key_invalid'],
    [bearer(apiKey.slice(0, -1)), 'api_key_invalid'],
    [bearer(`${apiKey}0`), 'api_key_invalid'],
    [bearer(apiKey.toUpperCase()), 'api_key_invalid'],
    [bearer(session.client_secret), 'api_key_invalid'],
    [bearer(settings.KORA_SECRET_KEY), 'api_key_invalid'],
  ];
  for (const [method, path, body] of shopCalls(session.id)) {
    for (const [headers, code] of wrong) {
      assertProblem(await send(method, path, { body, headers }), 401, code, undefined, `${method} ${path} ${JSON.stringify(headers)}`);
    }
  }
  assert.equal((await send('GET', '/v1/providers', { headers: { authorization: `bearer ${apiKey}` } })).status, 200);
});

test('a browser’s calls require the client secret of their session', async () => {
  const wrong = [
    [{}, 'client_secret_missing'],
    [{ authorization: `Basic ${session.client_secret}` }, 'client_secret_missing'],
    [bearer('x'), 'client_secret_invalid'],
    [bearer(other.client_secret), 'client_secret_invalid'],
    [bearer(apiKey), 'client_secret_invalid'],
    [bearer(session.client_secret.slice(0, -1)), 'client_secret_invalid'],
    [bearer(session.client_secret.toLowerCase()), 'client_secret_invalid'],
  ];
  for (const [method, path, body] of browserCalls(session.id)) {
    for (const [headers, code] of wrong) {
      const answer = await send(method, path, { body, headers: { ...headers, 'idempotency-key': 'k' } });
      assertProblem(answer, 401, code, undefined, `${method} ${path} ${JSON.stringify(headers)}`);
    }
  }
});

test('an unknown session is not found, whatever its id looks like', async () => {
  const hex = session.id.slice(3);
  const ids = [UNKNOWN, 'cs_', hex, `cs_${hex}0`, `cs_${hex.slice(1)}`, `CS_${hex}`, `cs_${'G'.repeat(32)}`, 'cs_%00', '..%2f..', "cs_'--", 'x'.repeat(2_000)];
  if (hex !== hex.toUpperCase()) ids.push(`cs_${hex.toUpperCase()}`);
  for (const id of ids) {
    for (const [method, path, body] of shopCalls(id).slice(2)) {
      assertProblem(await shop(method, path, body), 404, 'session_not_found', undefined, `${method} ${path}`);
    }
    for (const [method, path, body] of browserCalls(id)) {
      const answer = await send(method, path, { body, headers: { ...bearer(session.client_secret), 'idempotency-key': 'k' } });
      assertProblem(answer, 404, 'session_not_found', undefined, `${method} ${path}`);
    }
  }
});

test('a page of a foreign origin cannot call with a shopper’s secret', async () => {
  const headers = { ...bearer(session.client_secret), 'idempotency-key': 'k' };
  for (const [method, path, body] of browserCalls(session.id)) {
    for (const origin of ['https://evil.example', 'null', simulator.url, 'http://localhost', `${url}.evil.example`, url.toUpperCase()]) {
      assertProblem(await send(method, path, { body, headers: { ...headers, origin } }), 403, 'origin_not_allowed', undefined, origin);
    }
  }
  assert.equal((await send('GET', `/v1/checkout/${session.id}`, { headers: { ...headers, origin: url } })).status, 200);
  for (const header of ['access-control-allow-origin', 'access-control-allow-credentials']) {
    const answer = await send('GET', `/v1/checkout/${session.id}`, { headers: { ...headers, origin: url } });
    assert.equal(answer.headers.get(header), null);
  }
});

/** Returns both calls that take a body, as functions of the body and of headers. */
const posts = () => [
  (body, headers) => send('POST', '/v1/checkout_sessions', { body, headers: { ...bearer(apiKey), ...headers }, duplex: 'half' }),
  (body, headers) =>
    send('POST', `/v1/checkout/${session.id}/redemptions`, {
      body,
      headers: { ...bearer(session.client_secret), 'idempotency-key': 'k-body', ...headers },
      duplex: 'half',
    }),
];

test('a body that is not a JSON object is refused', async () => {
  const bodies = ['', ' ', 'hello', '{', '{"a":1', '[]', '[{}]', '"text"', '7', 'null', 'true', '{"a":1}{', "{'a':1}", '{"a":NaN}', '[['.repeat(5_000)];
  for (const post of posts()) {
    for (const body of [...bodies, new Uint8Array([0x7b, 0xff, 0xfe, 0x7d])]) {
      assertProblem(await post(body), 400, 'body_not_json', undefined, String(body).slice(0, 20));
    }
  }
});

test('a body of another media type is refused', async () => {
  for (const post of posts()) {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/jsonp', 'application/problem+json', '']) {
      assertProblem(await post('{}', { 'content-type': type }), 415, 'media_type_unsupported', undefined, type);
    }
    for (const type of ['application/json; charset=utf-8', 'APPLICATION/JSON', 'application/json ;charset="utf-8"']) {
      assertProblem(await post('{}', { 'content-type': type }), 400, 'field_missing', (await post('{}')).body.field, type);
    }
  }
});

test('a body of more than 16 KB is refused, with and without a Content-Length', async () => {
  const padded = (fields, length) => JSON.stringify(fields).padEnd(length);
  const inChunks = (text) => new Blob([text]).stream();
  for (const [post, fields] of [[posts()[0], order], [posts()[1], { ...attempt(), extra: 1 }]]) {
    for (const wrap of [(text) => text, inChunks]) {
      assertProblem(await post(wrap(padded(fields, MAX_BODY + 1))), 413, 'body_too_large');
      // Not much larger: the runtime closes the connection when a client keeps sending long after the answer.
      assertProblem(await post(wrap(padded(fields, 3 * MAX_BODY))), 413, 'body_too_large');
      // A body of exactly 16 KB is read.
      const { status, body } = await post(wrap(padded(fields, MAX_BODY)));
      assert.ok(status === 201 || body.code === 'field_unknown', JSON.stringify(body));
    }
  }
});

test('a redemption needs a valid Idempotency-Key', async () => {
  const path = `/v1/checkout/${session.id}/redemptions`;
  const ask = (headers) => send('POST', path, { body: attempt(), headers: { ...bearer(session.client_secret), ...headers } });
  assertProblem(await ask({}), 400, 'idempotency_key_invalid');
  for (const key of ['', ' ', 'a b', 'a,b', 'ü', 'a/b', 'k"', '<script>', 'x'.repeat(256)]) {
    assertProblem(await ask({ 'idempotency-key': key }), 400, 'idempotency_key_invalid', undefined, key);
  }
  const longest = 'aZ09-_:.'.repeat(32).slice(0, 255);
  const { status } = await redeem(await createSession('kora'), { pin: freshPin('kora', 'exact'), key: longest });
  assert.equal(status, 200);
});

test('every problem’s type links to its entry in the list of error codes', async () => {
  const { status, text } = await send('GET', '/problems');
  assert.equal(status, 200);
  const { body } = await send('GET', '/v1/providers');
  const [page, place] = body.type.split('#');
  assert.equal(page, '/problems');
  assert.ok(text.includes(`id="${place}"`));
  assert.ok(text.includes(body.title));
});

test('no provider was called for any of these refusals', () => {
  assert.deepEqual(checkout.callsWith('1168648096792943'), []);
});

test('a body that does not end is refused', { timeout: 60_000 }, async () => {
  let pieces;
  const pull = async (controller) => {
    pieces ??= setInterval(() => controller.enqueue(new TextEncoder().encode(' ')), 250);
  };
  const body = new ReadableStream({ pull, cancel: () => clearInterval(pieces) });
  const { status, body: problem } = await send('POST', '/webhooks/kora', { body, duplex: 'half', headers: { 'content-type': 'application/json' } });
  clearInterval(pieces);
  assert.deepEqual([status, problem.code], [408, 'body_too_slow']);
});

describe('a large body that is refused early is answered, and the connection lives', () => {
  const TWO_MEGABYTES = 2_000_000;
  const json = { 'content-type': 'application/json' };
  for (const [name, method, path, headers, status] of [
    ['a wrong path', 'POST', '/nowhere', json, 404],
    ['a wrong method', 'PUT', '/v1/checkout_sessions', json, 405],
    ['no key', 'POST', '/v1/checkout_sessions', json, 401],
    ['an unknown provider', 'POST', '/webhooks/nobody', json, 404],
    ['another media type', 'POST', '/webhooks/kora', { 'content-type': 'text/plain' }, 415],
    ['too large', 'POST', '/webhooks/kora', json, 413],
  ]) {
    test(`${name}, in chunks`, async () => {
      const answers = await Promise.all(Array.from({ length: 24 }, () => statusOf(method, path, headers)));
      assert.deepEqual(answers, Array(24).fill(status));
    });
  }

  /** Sends two megabytes without a Content-Length, and returns the status of the answer or the code of the error. */
  async function statusOf(method, path, headers) {
    let sent = 0;
    const pull = (controller) => {
      if (sent >= TWO_MEGABYTES) return controller.close();
      controller.enqueue(new Uint8Array(10_000).fill(97));
      sent += 10_000;
    };
    try {
      return (await request(method, url + path, { headers, body: new ReadableStream({ pull }), duplex: 'half' })).status;
    } catch (error) {
      return error.cause?.code ?? error.message;
    }
  }
});

closingTests(checkout);
