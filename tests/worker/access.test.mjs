/** The callers of the merchant's API: only its server by the key, and its staff by a sign-in at Cloudflare Access. */
import assert from 'node:assert/strict';
import { createHmac, generateKeyPairSync } from 'node:crypto';
import { after, beforeEach, test } from 'node:test';
import { assertProblem } from '../support/answers.mjs';
import { startCheckout } from '../support/checkout.mjs';
import { pass, startProxy } from '../support/proxy.mjs';
import { start } from '../support/start.mjs';
import { freshKey } from '../simulator/access.mjs';
import { closingTests } from './closing.mjs';

const proxy = await startProxy();
const checkout = await startCheckout({ simulatorUrl: proxy.url, vars: { ACCESS_TEAM_DOMAIN: proxy.url } });
const { url, apiKey, simulator, settings, send, createSession } = checkout;
const { access } = simulator;
proxy.target = simulator.url;
after(() => proxy.close());
beforeEach(() => (proxy.rule = pass));

/** Returns a token that the Worker accepts, with these changes. */
const token = ({ claims, ...changes } = {}) => access.token({ ...changes, claims: { iss: proxy.url, ...claims } });
const status = (headers) => send('GET', '/v1/status', { headers });
/** Returns the headers of a request behind Access. */
const assertion = (text) => ({ 'cf-access-jwt-assertion': text });
/** Returns the headers of a GET of the operations page. */
const page = (text) => ({ cookie: `theme=dark; CF_Authorization=${text}; x=1`, 'sec-fetch-site': 'same-origin', 'x-requested-with': 'operations' });
const fetches = () => proxy.calls.filter(({ path }) => path === '/cdn-cgi/access/certs').length;
/** Returns a token with another part in place of its header, claims (0, 1) or signature (2). */
const withPart = (text, place, part) => text.split('.').map((old, i) => (i === place ? part : old)).join('.');
const partOf = (text, place) => JSON.parse(Buffer.from(text.split('.')[place], 'base64url'));
const kidOf = (text) => partOf(text, 0).kid;
const encoded = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

test('staff are signed in by the header of Access and by its cookie', async () => {
  assert.equal((await status(assertion(await token()))).status, 200);
  assert.equal((await status(page(await token()))).status, 200);
  assert.equal((await status(assertion(await token({ claims: { aud: ['other', settings.ACCESS_AUD] } })))).status, 200);
});

test('the keys of Access are fetched once for many requests', async () => {
  const good = await token();
  const before = fetches();
  const answers = await Promise.all(Array.from({ length: 12 }, () => status(assertion(good))));
  assert.deepEqual(answers.map(({ status }) => status), Array(12).fill(200));
  assert.equal(fetches(), before);
});

test('each token that is not good is refused with its reason', async () => {
  const good = await token();
  const now = Math.floor(Date.now() / 1000);
  const other = await freshKey();
  const kid = kidOf(good);
  const hs256 = () => {
    const signed = `${encoded({ alg: 'HS256', kid })}.${good.split('.')[1]}`;
    return `${signed}.${createHmac('sha256', 'secret').update(signed).digest('base64url')}`;
  };
  for (const [name, text, reason] of [
    ['expired', await token({ claims: { exp: now - 1 } }), /expired/],
    ['without an end', await token({ claims: { exp: undefined } }), /expired/],
    ['of tomorrow', await token({ claims: { nbf: now + 86_400 } }), /not valid yet/],
    ['of another application', await token({ claims: { aud: ['f'.repeat(64)] } }), /another application/],
    ['of another team', await token({ claims: { iss: 'https://evil.cloudflareaccess.com' } }), /another team/],
    ['of a service', await token({ claims: { email: undefined, common_name: 'robot' } }), /no e-mail/],
    ['with the name of a key', await token({ claims: { email: 'key:6789' } }), /no e-mail/],
    ['signed by another key under its own id', await token({ key: other }), /does not publish/],
    ['signed by another key under the id of the right one', await token({ key: { ...other, id: kid } }), /signature/],
    ['without a key', await token({ header: { kid: undefined } }), /does not publish/],
    ['alg none', `${encoded({ alg: 'none', kid })}.${good.split('.')[1]}.`, /RS256/],
    ['alg none with a signature', withPart(good, 0, encoded({ alg: 'none', kid })), /RS256/],
    ['alg HS256', hs256(), /RS256/],
    ['alg RS512', await token({ header: { alg: 'RS512' } }), /RS256/],
    ['with other claims under the same signature', withPart(good, 1, encoded({ ...partOf(good, 1), email: 'boss@example.com' })), /signature/],
    ['without a signature', withPart(good, 2, ''), /signature/],
    ['cut', good.slice(0, -20), /signature|Web Token/],
    ['two parts', good.split('.').slice(0, 2).join('.'), /Web Token/],
    ['four parts', `${good}.e30`, /Web Token/],
    ['other text', 'hello', /Web Token/],
    ['an API key', apiKey, /Web Token/],
    ['nested arrays', withPart(good, 1, Buffer.from('['.repeat(2_000)).toString('base64url')), /Web Token/],
    ['9 KB', withPart(good, 1, 'a'.repeat(9_000)), /longer than 8 KB/],
  ]) {
    for (const headers of [assertion(text), page(text)]) {
      const answer = await status(headers);
      assertProblem(answer, 401, 'access_token_invalid', undefined, `${name}: ${answer.text}`);
      assert.match(answer.body.detail, reason, name);
    }
  }
});

test('a request that may come from a foreign page is refused', async () => {
  const good = await token();
  const cookie = `CF_Authorization=${good}`;
  const marked = { 'x-requested-with': 'operations' };
  for (const headers of [
    { cookie },
    { cookie, ...marked },
    { cookie, origin: url },
    { cookie, 'sec-fetch-site': 'same-origin' },
    { cookie, ...marked, 'sec-fetch-site': 'same-site' },
    { cookie, ...marked, 'sec-fetch-site': 'cross-site' },
    { cookie, ...marked, 'sec-fetch-site': 'none' },
    { cookie, 'x-requested-with': 'XMLHttpRequest', origin: url },
    { cookie, ...marked, origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' },
    { cookie, ...marked, origin: 'null' },
    { cookie, ...marked, origin: simulator.url },
    { ...assertion(good), origin: 'https://evil.example' },
    { ...assertion(good), origin: 'null' },
    { ...assertion(good), 'sec-fetch-site': 'cross-site' },
    { ...assertion(good), 'sec-fetch-site': 'same-site' },
    { ...assertion(good), 'sec-fetch-site': 'none' },
  ]) {
    assertProblem(await status(headers), 403, 'origin_not_allowed', undefined, JSON.stringify(headers));
  }
  assert.equal((await status({ cookie, ...marked, origin: url })).status, 200);
});

test('a form of a foreign page changes nothing with the cookie of a member of staff', async () => {
  const session = await createSession('kora');
  const cancel = (headers) => send('POST', `/v1/checkout_sessions/${session.id}/cancel`, { headers });
  const cookie = `CF_Authorization=${await token()}`;
  assertProblem(await cancel({ cookie, origin: 'https://evil.example', 'content-type': 'text/plain' }), 403, 'origin_not_allowed');
  assertProblem(await cancel({ cookie, origin: url }), 403, 'origin_not_allowed');
  assert.equal((await checkout.shopView(session)).status, 'open');
  assert.equal((await cancel({ cookie, origin: url, 'x-requested-with': 'operations' })).status, 200);
  assert.equal((await checkout.shopView(session)).status, 'canceled');
});

test('only the key of the shop’s server creates sessions and issues vouchers', async () => {
  const headers = { ...assertion(await token()), 'idempotency-key': 'k-1' };
  const order = { amount: 249_00, currency: 'ZAR', reference: 'order-1' };
  assertProblem(await send('POST', '/v1/checkout_sessions', { headers, body: order }), 401, 'api_key_missing');
  assertProblem(await send('POST', '/v1/vouchers', { headers, body: {} }), 401, 'api_key_missing');
});

test('a sign-in does not make a wrong API key good', async () => {
  const headers = { ...assertion(await token()), authorization: 'Bearer wrong' };
  assertProblem(await status(headers), 401, 'api_key_invalid');
});

test('a new key of Access is fetched when a token names it, and then no more than once a minute', async () => {
  await checkout.restart();
  const old = await token();
  assert.equal((await status(assertion(old))).status, 200);
  access.rotate();
  const before = fetches();
  const forged = await Promise.all(Array.from({ length: 5 }, async () => status(assertion(await token({ key: await freshKey() })))));
  assert.deepEqual(forged.map(({ status }) => status), Array(5).fill(401));
  assert.equal(fetches(), before, 'the keys were fetched less than a minute ago');
  await checkout.restart();
  assert.equal((await status(assertion(await token()))).status, 200);
  assert.equal((await status(assertion(old))).status, 401);
});

test('keys that cannot be fetched are an error of their own', async () => {
  const good = await token();
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const short = { kid: kidOf(good), kty: 'RSA', alg: 'RS256', use: 'sig', ...publicKey.export({ format: 'jwk' }) };
  for (const [name, rule] of [
    ['an error', () => ({ status: 500, body: '' })],
    ['a redirect', () => ({ status: 302, headers: { location: `${simulator.url}/cdn-cgi/access/certs` }, body: '' })],
    ['a page', () => ({ status: 200, body: '<html>' })],
    ['no keys', () => ({ status: 200, body: '{"keys":[]}' })],
    ['a key of 1,024 bits', () => ({ status: 200, body: JSON.stringify({ keys: [short] }) })],
    ['too many bytes', () => ({ status: 200, body: `{"keys":[],"x":"${'x'.repeat(70_000)}"}` })],
  ]) {
    proxy.rule = rule;
    await checkout.restart();
    assertProblem(await status(assertion(good)), 503, 'access_unavailable', undefined, name);
    assert.equal((await status({ authorization: `Bearer ${apiKey}` })).status, 200, 'the shop’s server needs none of this');
  }
});

test('without Access a sign-in counts for nothing', async () => {
  await checkout.restart({ ACCESS_TEAM_DOMAIN: null, ACCESS_AUD: null });
  assertProblem(await status(assertion(await token())), 401, 'api_key_missing');
  assertProblem(await status(page(await token())), 401, 'api_key_missing');
});

test('law 9: half of the variables of Access are refused', async () => {
  for (const name of ['ACCESS_TEAM_DOMAIN', 'ACCESS_AUD']) {
    await assert.rejects(start({ vars: { [name]: null } }), new RegExp(`refuses its configuration: ${name} is not set`));
  }
});

closingTests(checkout);
