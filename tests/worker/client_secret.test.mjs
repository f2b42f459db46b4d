/** The client secret on the hosted page: exchanged for a cookie at the first visit, so that no address of the page contains it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertProblem, lasting } from '../support/answers.mjs';
import { startCheckout } from '../support/checkout.mjs';
import { hostedPath, withCookies } from '../support/cookies.mjs';
import { USUAL } from '../support/usual.mjs';
import { closingTests } from './closing.mjs';
import { readPage } from './html.mjs';

const DAY = 86_400;
const checkout = await startCheckout({ limits: { secret_kept_days: 10, provider_timeout_ms: 10_000 } });
const { url, send, typed, createSession, view, freshPin, freshKey, callsWith } = checkout;

const linkOf = (session) => session.url.slice(url.length);
const nameOf = ({ id }) => `__Host-pay-${id.slice(3)}`;
const cookieOf = (session) => ({ cookie: `${nameOf(session)}=${session.client_secret}.payer` });
const locationOf = ({ status, headers }) => {
  assert.equal(status, 303);
  return headers.get('location');
};
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

/** Returns a payment by the plain form of this page. */
async function filled(page, pin) {
  typed.add(pin);
  return new URLSearchParams({ ...readPage(page).form.values, ...USUAL.kora.contact, pin }).toString();
}

test('the first visit sets the cookie, and leads to the address without the key', async () => {
  const session = await createSession('kora');
  for (const method of ['GET', 'HEAD']) {
    const answer = await send(method, `${linkOf(session)}&locale=fr&accent=%23aabbcc`);
    assert.match(locationOf(answer), new RegExp(`^/pay/${session.id}\\?locale=fr&accent=%23aabbcc&c=\\d+-[0-9a-f]{64}$`));
    assert.equal(answer.text, '');
    const [cookie, ...more] = answer.headers.getSetCookie();
    assert.deepEqual(more, []);
    const [value, ...attributes] = cookie.split('; ');
    assert.match(value, new RegExp(`^${nameOf(session)}=${session.client_secret}\\.[0-9a-f]{32}$`));
    assert.deepEqual(attributes, [`Max-Age=${40 * DAY}`, 'Path=/', 'Secure', 'HttpOnly', 'SameSite=Lax']);
  }
});

test('with the cookie the page shows the session, and contains the client secret nowhere', async () => {
  const session = await createSession('kora');
  const browser = withCookies(send);
  for (const path of [linkOf(session), hostedPath(session), `${hostedPath(session)}?plain`, linkOf(session)]) {
    const answer = await browser('GET', path);
    const { words, data } = readPage(answer);
    assert.match(words, /To pay R 249\.00/);
    assert.ok(!answer.text.includes(session.client_secret), path);
    assert.equal(data?.client_secret, undefined);
  }
});

test('the original link opens the page again, without a ticket for a browser that has the cookie', async () => {
  const session = await createSession('kora');
  const again = await send('GET', `${linkOf(session)}&plain`, { headers: cookieOf(session) });
  assert.equal(locationOf(again), `/pay/${session.id}?plain`);
  const bare = await send('GET', linkOf(session), { headers: cookieOf(session) });
  assert.equal(locationOf(bare), `/pay/${session.id}`);
  const [cookie] = bare.headers.getSetCookie();
  assert.ok(cookie.startsWith(`${nameOf(session)}=${session.client_secret}.payer;`), 'the payer key stays');
});

test('many sessions are open in one browser at once, each by its own cookie', async () => {
  const browser = withCookies(send);
  const sessions = [];
  for (const amount of [100_00, 200_00, 300_00]) sessions.push(await createSession('kora', { amount }));
  for (const session of sessions) await browser('GET', linkOf(session));
  for (const session of sessions) {
    const { words } = readPage(await browser('GET', hostedPath(session)));
    assert.ok(words.includes(`To pay R ${session.amount / 100}.00`), words);
  }
});

test('the oldest cookies of a browser give way when there are too many', async () => {
  const session = await createSession('kora');
  const others = Array.from({ length: 31 }, (_, i) => `__Host-pay-${i.toString(16).padStart(32, '0')}`);
  const cookie = ['other=1', ...others.map((name) => `${name}=x`)].join('; ');
  const removed = (await send('GET', linkOf(session), { headers: { cookie } })).headers.getSetCookie().slice(0, -1);
  assert.deepEqual(removed, others.slice(0, 2).map((name) => `${name}=; Max-Age=0; Path=/; Secure; HttpOnly; SameSite=Lax`));
});

test('the plain form pays by the cookie, and leads back to the address without the key', async () => {
  const session = await createSession('kora');
  const browser = withCookies(send);
  const body = await filled(await browser('GET', linkOf(session)), freshPin('kora', 'exact'));
  const answer = await browser('POST', `${hostedPath(session)}?locale=fr&c=1-2`, { body, headers: { ...FORM, origin: 'null', 'sec-fetch-site': 'same-origin' } });
  assert.equal(locationOf(answer), `/pay/${session.id}?locale=fr`);
  assert.equal((await view(session)).status, 'complete');
});

test('a form of another page pays nothing, whatever its cookie', async () => {
  const session = await createSession('kora');
  const browser = withCookies(send);
  const pin = freshPin('kora', 'exact');
  const body = await filled(await browser('GET', linkOf(session)), pin);
  for (const headers of [
    { origin: 'https://shop.example' },
    { origin: 'null', 'sec-fetch-site': 'same-site' },
    { origin: url, 'sec-fetch-site': 'cross-site' },
  ]) {
    assert.equal((await browser('POST', hostedPath(session), { body, headers: { ...FORM, ...headers } })).status, 403);
  }
  assert.deepEqual(callsWith(pin), []);
});

test('the widget pays by the cookie', async () => {
  const session = await createSession('kora');
  const headers = cookieOf(session);
  const seen = await send('GET', `/v1/checkout/${session.id}`, { headers: { ...headers, 'sec-fetch-site': 'same-origin' } });
  assert.deepEqual(lasting(seen.body), lasting(await view(session)));
  const fields = { provider: 'kora', ...USUAL.kora.contact };
  const pay = (pin, more) => {
    typed.add(pin);
    const body = { ...fields, pin };
    return send('POST', `/v1/checkout/${session.id}/redemptions`, { body, headers: { ...headers, 'idempotency-key': freshKey(), ...more } });
  };
  const pin = freshPin('kora', 'exact');
  for (const foreign of [
    {},
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'none' },
    { origin: url, 'sec-fetch-site': 'cross-site' },
    { origin: 'https://shop.example' },
    { origin: 'null', 'sec-fetch-site': 'same-origin' },
  ]) {
    assertProblem(await pay(pin, foreign), 403, 'origin_not_allowed');
  }
  assert.deepEqual(callsWith(pin), []);
  assert.equal((await pay(freshPin('kora', 'exact', 100), { origin: url, 'sec-fetch-site': 'same-origin' })).status, 200);
});

test('a browser without Sec-Fetch-Site pays by its origin, and reads without it', async () => {
  const session = await createSession('kora');
  const headers = cookieOf(session);
  assert.equal((await send('GET', `/v1/checkout/${session.id}`, { headers })).status, 200);
  const pin = freshPin('kora', 'exact');
  typed.add(pin);
  const body = { provider: 'kora', ...USUAL.kora.contact, pin };
  const paid = await send('POST', `/v1/checkout/${session.id}/redemptions`, { body, headers: { ...headers, origin: url, 'idempotency-key': freshKey() } });
  assert.equal(paid.body.session.status, 'complete');
});

test('a foreign page cannot read by the cookie', async () => {
  const session = await createSession('kora');
  const headers = { ...cookieOf(session), 'sec-fetch-site': 'same-site' };
  assertProblem(await send('GET', `/v1/checkout/${session.id}`, { headers }), 403, 'origin_not_allowed');
});

test('a cookie with another secret, or of another session, opens nothing', async () => {
  const [session, other] = [await createSession('kora'), await createSession('kora')];
  for (const cookie of [`${nameOf(session)}=${other.client_secret}.x`, `${nameOf(other)}=${other.client_secret}.x`, `${nameOf(session)}=`, `${nameOf(session)}=.${session.client_secret}`]) {
    const page = await send('GET', hostedPath(session), { headers: { cookie } });
    assert.equal(page.status, 401);
    assert.doesNotMatch(page.text, /249/);
    assert.equal((await send('GET', `/v1/checkout/${session.id}`, { headers: { cookie } })).status, 401);
  }
});

test('a browser that refuses the cookie is led back to the address with the key, where the plain form pays', async () => {
  const session = await createSession('kora');
  const ticket = locationOf(await send('GET', `${linkOf(session)}&locale=en`));
  const path = locationOf(await send('GET', ticket));
  assert.equal(path, `/pay/${session.id}?locale=en&key=${session.client_secret}&c=0`);
  const page = await send('GET', path);
  assert.equal(page.status, 200);
  assert.equal(readPage(page).data.client_secret, session.client_secret);
  const answer = await send('POST', path, { body: await filled(page, freshPin('kora', 'exact')), headers: FORM });
  assert.equal(locationOf(answer), path);
  assert.match(readPage(await send('GET', path)).words, /Paid/);
});

test('the ticket of a redirect opens no other session, and nothing a minute later', async () => {
  const [session, other] = [await createSession('kora'), await createSession('kora')];
  const ticket = new URL(locationOf(await send('GET', linkOf(session))), url).searchParams.get('c');
  const [at, mac] = ticket.split('-');
  for (const path of [
    `/pay/${other.id}?c=${ticket}`,
    `/pay/${session.id}?c=${Number(at) + 1}-${mac}`,
    `/pay/${session.id}?c=${Number(at) - 120}-${mac}`,
    `/pay/${session.id}?c=`,
    `/pay/${session.id}?c=-`,
    `/pay/${session.id}?c=99999999999999999999-${mac}`,
  ]) {
    assert.equal((await send('GET', path)).status, 401, path);
  }
  await checkout.restart(undefined, 61_000);
  assert.equal((await send('GET', `/pay/${session.id}?c=${ticket}`)).status, 401);
});

closingTests(checkout);
