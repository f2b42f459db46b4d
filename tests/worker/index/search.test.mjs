/** Searches by telephone number, e-mail address and PIN. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { before, test } from 'node:test';
import { assertProblem } from '../../support/answers.mjs';
import { startCheckout } from '../../support/checkout.mjs';
import { indexed } from '../../support/index.mjs';
import { until } from '../../support/until.mjs';

const checkout = await startCheckout();
const { shop, send, settings, createSession, redeem, freshPin, readFiles } = checkout;

const customer = { phone: '082 765 4321', email: 'Sipho@Example.com', name: 'Sipho Nkosi' };
const search = (body) => shop('POST', '/v1/search', body);
const ids = (objects) => objects.map(({ id }) => id);

let first, second, pin;
before(async () => {
  pin = freshPin('kora', 'exact');
  first = await createSession('kora', { customer });
  await redeem(first, { pin, amount: 100_00 });
  second = await createSession('kora', { customer: { phone: '+27 82 765 4321' } });
  await createSession('kora', { customer: { phone: '082 765 4322', email: 'other@example.com' } });
  await indexed(checkout, first, ({ redemptions }) => redemptions.length > 0);
  await indexed(checkout, second);
});

test('a session is found by telephone number, however it is written', async () => {
  for (const phone of ['0827654321', '+27827654321', '0027 (82) 765-4321']) {
    const { status, body } = await search({ phone });
    assert.deepEqual([status, body.object, ids(body.sessions), body.redemptions], [200, 'search_result', [second.id, first.id], []], phone);
  }
  assert.deepEqual(ids((await search({ phone: '0827654321', limit: 1 })).body.sessions), [second.id]);
  assert.deepEqual((await search({ phone: '0820000000' })).body.sessions, []);
});

test('a session is found by what its shopper typed at a payment, until that is erased', async () => {
  const session = await createSession('kora');
  await redeem(session, { pin: freshPin('kora', 'exact'), phone: '083 111 2222', email: 'lerato@example.com' });
  await indexed(checkout, session, ({ status }) => status === 'complete');
  for (const body of [{ phone: '+27831112222' }, { email: 'Lerato@example.com' }]) {
    assert.deepEqual(ids((await search(body)).body.sessions), [session.id]);
  }
  assert.equal((await shop('POST', `/v1/checkout_sessions/${session.id}/erase`, { note: 'asked for it' })).status, 200);
  await until(() => search({ phone: '+27831112222' }), ({ body: { sessions } }) => sessions.length === 0);
  assert.deepEqual((await search({ email: 'lerato@example.com' })).body.sessions, []);
});

test('a session is found by e-mail address', async () => {
  assert.deepEqual(ids((await search({ email: 'sipho@example.com' })).body.sessions), [first.id]);
  assert.deepEqual((await search({ email: 'nobody@example.com' })).body.sessions, []);
});

test('law 6: a payment is found by its PIN, and no answer contains it', async () => {
  for (const body of [{ pin }, { pin, provider: 'kora' }, { pin: pin.replace(/(.{4})(?=.)/g, '$1 ') }]) {
    const answer = await search(body);
    assert.equal(answer.status, 200, answer.text);
    assert.deepEqual(ids(answer.body.sessions), [first.id]);
    assert.deepEqual(answer.body.redemptions.map(({ checkout_session: { id } }) => id), [first.id]);
    assert.ok(!answer.text.includes(pin));
  }
  assert.deepEqual((await search({ pin, provider: 'celbux' })).body.redemptions, []);
  assert.deepEqual((await search({ pin: freshPin('kora', 'exact') })).body.redemptions, []);
});

test('while a sealing key is replaced, what was stored under the older one is found', async () => {
  const older = settings.SEALING_KEY;
  await checkout.restart({ SEALING_KEY: `${randomBytes(32).toString('base64')} ${older}` });
  assert.deepEqual(ids((await search({ phone: '0827654321' })).body.sessions), [second.id, first.id]);
  assert.deepEqual(ids((await search({ pin })).body.sessions), [first.id]);
  await checkout.restart({ SEALING_KEY: older });
});

test('a search that cannot be one is refused by its field', async () => {
  for (const [body, code, field] of [
    [{}, 'field_invalid', 'phone'],
    [{ phone: '0827654321', pin }, 'field_invalid', 'phone'],
    [{ phone: '12' }, 'phone_invalid', 'phone'],
    [{ phone: 827654321 }, 'field_invalid', 'phone'],
    [{ email: 'nobody' }, 'email_invalid', 'email'],
    [{ pin: '1' }, 'pin_invalid', 'pin'],
    [{ pin, provider: 'nobody' }, 'provider_not_allowed', 'provider'],
    [{ phone: '0827654321', provider: 'kora' }, 'field_unknown', 'provider'],
    [{ phone: '0827654321', limit: 101 }, 'field_invalid', 'limit'],
    [{ name: 'Sipho' }, 'field_unknown', 'name'],
  ]) {
    assertProblem(await search(body), 400, code, field, JSON.stringify(body));
  }
  assertProblem(await send('POST', '/v1/search', { body: {} }), 401, 'api_key_missing');
  assertProblem(await send('GET', '/v1/search'), 405, 'method_not_allowed');
});

test('law 11: the index has no number, address or name in clear', async () => {
  const files = Buffer.concat(readFiles().filter((bytes) => bytes.includes('CREATE TABLE contacts')));
  assert.ok(files.includes(first.id), 'these are the files of the index');
  for (const personal of ['7654321', '765 4321', 'ipho', pin]) assert.ok(!files.includes(personal), personal);
});
