/** The simulator's Cloudflare Access: its keys verify its tokens, and its sign-in sets the cookie. */
import assert from 'node:assert/strict';
import { createPublicKey, createVerify } from 'node:crypto';
import { after, test } from 'node:test';
import { request } from '../support/client.mjs';
import { AUDIENCE } from './access.mjs';
import { startSimulator } from './server.mjs';

const CHECKOUT = 'http://localhost:1';
const simulator = await startSimulator({ checkoutUrl: CHECKOUT });
after(() => simulator.close());

const signIn = (query = '') => request('GET', `${simulator.url}/operations${query}`);

/** Returns the claims of a token after a check of its signature with the published keys. */
async function claimsOf(token) {
  const { keys } = (await request('GET', `${simulator.url}/cdn-cgi/access/certs`)).body;
  const [header, claims, signature] = token.split('.');
  const { alg, kid } = JSON.parse(Buffer.from(header, 'base64url'));
  assert.equal(alg, 'RS256');
  const key = createPublicKey({ key: keys.find((key) => key.kid === kid), format: 'jwk' });
  assert.ok(createVerify('sha256').update(`${header}.${claims}`).verify(key, signature, 'base64url'));
  return JSON.parse(Buffer.from(claims, 'base64url'));
}

test('the operations page is opened with the cookie of a sign-in', async () => {
  const answer = await signIn('?email=sipho@example.com');
  assert.deepEqual([answer.status, answer.headers.get('location')], [302, `${CHECKOUT}/operations/`]);
  const [, token, attributes] = /^CF_Authorization=([^;]+); (.*)$/.exec(answer.headers.get('set-cookie'));
  assert.match(attributes, /Path=\/; HttpOnly; SameSite=Lax/);
  const { iss, aud, email, exp, iat } = await claimsOf(token);
  assert.deepEqual([iss, aud, email], [simulator.url, [AUDIENCE], 'sipho@example.com']);
  assert.ok(exp > Date.now() / 1000 && iat <= Date.now() / 1000);
});

test('without an address it signs in one of its own, and it refuses an invalid address', async () => {
  const [, token] = /^CF_Authorization=([^;]+)/.exec((await signIn()).headers.get('set-cookie'));
  assert.equal((await claimsOf(token)).email, 'you@example.com');
  for (const email of ['', 'x', 'a@b;%20Domain=evil', '%0d%0aSet-Cookie:x@y']) {
    const answer = await signIn(`?email=${email}`);
    assert.deepEqual([answer.status, answer.headers.get('set-cookie')], [400, null], email);
  }
});

test('a replaced key is published, and tokens of the earlier one no longer verify', async () => {
  const old = await simulator.access.token();
  await claimsOf(old);
  simulator.access.rotate();
  await claimsOf(await simulator.access.token());
  await assert.rejects(claimsOf(old));
});
