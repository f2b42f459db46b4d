/** The events to the shop's server: signed, in order, at least once, and free of secrets. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { generateKeyPairSync, randomBytes, verify } from 'node:crypto';
import { after, afterEach, describe, test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { PYTHON, PYTHON_PACKAGES } from '../../../edge/tools/install.mjs';
import { listenLocally } from '../../simulator/listen.mjs';
import { phoneFor } from '../../simulator/pins.mjs';
import { assertProblem } from '../../support/answers.mjs';
import { startCheckout } from '../../support/checkout.mjs';
import { deployedOptions } from '../../support/deployed.mjs';
import { until } from '../../support/until.mjs';
import { closingTests } from '../closing.mjs';

/** The requests that the shop's server received. `answer(request)` returns, or promises, the status of its answer; undefined for no answer. */
const received = [];
let answer = () => 200;
const server = await listenLocally(0, async (request, response) => {
  const parts = [];
  for await (const part of request) parts.push(part);
  const body = Buffer.concat(parts).toString();
  const one = { path: request.url, headers: request.headers, body, event: JSON.parse(body) };
  received.push(one);
  const status = await answer(one);
  if (status === undefined) return;
  response.writeHead(status, status >= 300 && status < 400 ? { location: '/elsewhere' } : {}).end();
});
const HOOK = `http://localhost:${server.port}/hook`;
const SECRET = `whsec_${randomBytes(32).toString('base64')}`;
const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const seed = privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(-32);

const checkout = await startCheckout({
  vars: { WEBHOOK_URL: HOOK, WEBHOOK_SECRET: SECRET, WEBHOOK_SIGNING_KEY: `whsk_${seed.toString('base64')}` },
  limits: { webhook_backoff_ms: [100, 100, 200], settle_backoff_ms: Array(20).fill(300) },
});
after(() => server.close());
afterEach(() => (answer = () => 200));
const { shop, send, createSession, redeem, redeliver, cancel, freshKey, freshPin, change, shopView, view, settled, events: listed } = checkout;

const about = (session) => received.filter(({ event }) => (event.data.object.checkout_session ?? event.data.object).id === session.id);
const told = (session, count) => until(() => about(session), ({ length }) => length >= count);
const types = (events) => events.map(({ event }) => event.type);
const delivered = (session) => until(() => listed(session), (events) => events.length > 0 && events.every(({ delivery }) => delivery.status === 'delivered'));

const statuses = ({ delivery }) => delivery.tries.map(({ status }) => status);
/** While a try without an answer lasts: 15 seconds. */
const IN_TIME = { within: 14_000 };

async function paid() {
  const session = await createSession('kora');
  const { body } = await redeem(session, { pin: freshPin('kora', 'change') });
  assert.equal(body.session.status, 'complete');
  return session;
}

test('a paid session: an event of the redemption, then of the session, each with its object', async () => {
  const session = await paid();
  const events = await told(session, 2);
  assert.deepEqual(types(events), ['redemption.succeeded', 'checkout_session.completed']);
  assert.deepEqual(events.map(({ event }) => event.sequence), [1, 2]);
  const [redemption, completed] = events.map(({ event }) => event);
  assert.match(redemption.id, /^evt_[0-9a-f]{32}$/);
  assert.match(redemption.created_at, /^20\d\d-\d\d-\d\dT/);
  const seen = await shopView(session);
  const { object, checkout_session, ...rest } = redemption.data.object;
  assert.deepEqual([object, checkout_session, rest], ['redemption', { id: session.id, reference: session.reference }, seen.redemptions[0]]);
  const { client_secret, url, ...shown } = seen;
  assert.deepEqual(completed.data.object, shown);
});

test('a shopper pays without waiting for a silent server of the shop', async () => {
  answer = () => undefined;
  const session = await createSession('kora');
  assert.equal((await redeem(session, { pin: freshPin('kora', 'error_after') })).status, 202);
  assert.deepEqual(types(await told(session, 1)), ['redemption.unknown']);
  assert.equal((await settled(session)).status, 'complete');
  // The first event is still on its way, and the second has not begun or is on its way, too.
  const events = await listed(session);
  assert.deepEqual(events.map(({ type, delivery }) => [type, delivery.status]), [
    ['redemption.unknown', 'pending'],
    ['redemption.succeeded', 'pending'],
    ['redemption.resolved', 'pending'],
    ['redemption.needs_review', 'pending'],
    ['checkout_session.completed', 'pending'],
  ]);
  assert.deepEqual(events[0].delivery.tries.map(({ status }) => status), [null]);
  assert.deepEqual(events.at(-1).delivery.tries, []);
});

test('the deployed Worker reaches a server of the shop in its own zone', async () => {
  const { compatibilityFlags: flags } = await deployedOptions();
  assert.ok(flags.includes('global_fetch_strictly_public'), flags.join());
});

describe('signatures', () => {
  test('the published JavaScript library verifies them, unchanged', async () => {
    const [{ headers, body }] = await told(await paid(), 1);
    assert.deepEqual(new Webhook(SECRET).verify(body, headers), JSON.parse(body));
    assert.throws(() => new Webhook(SECRET).verify(`${body} `, headers));
    assert.throws(() => new Webhook(`whsec_${randomBytes(32).toString('base64')}`).verify(body, headers));
  });

  test('the published Python library verifies them, unchanged', { skip: PYTHON() ? false : 'there is no Python with pip here' }, async () => {
    const [{ headers, body }] = await told(await paid(), 1);
    const program = `
import json, sys
from standardwebhooks import Webhook
given = json.load(sys.stdin)
print(json.dumps(Webhook(given["secret"]).verify(given["body"], given["headers"])))
`;
    const run = (text) => spawnSync(PYTHON(), ['-c', program], { input: JSON.stringify({ secret: SECRET, headers, body: text }), encoding: 'utf8', env: { ...process.env, PYTHONPATH: PYTHON_PACKAGES } });
    const fine = run(body);
    assert.equal(fine.status, 0, fine.stderr);
    assert.deepEqual(JSON.parse(fine.stdout), JSON.parse(body));
    assert.match(run(`${body} `).stderr, /No matching signature/);
  });

  test('the second signature is Ed25519, for receivers that should not hold a secret', async () => {
    const [{ headers, body }] = await told(await paid(), 1);
    const text = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
    const signatures = headers['webhook-signature'].split(' ').filter((one) => one.startsWith('v1a,'));
    assert.equal(signatures.length, 1);
    const holds = (what) => verify(null, Buffer.from(what), publicKey, Buffer.from(signatures[0].slice(4), 'base64'));
    assert.deepEqual([holds(text), holds(`${text} `)], [true, false]);
  });
});

test('law 6: no event contains a PIN, a change voucher or a client secret', async () => {
  const sessions = [await paid(), await createSession('wipay'), await createSession('celbux')];
  for (const session of sessions.slice(1)) await redeem(session, { pin: freshPin(session.provider, session.provider === 'wipay' ? 'balance_left' : 'rest_by_sms') });
  for (const session of sessions) await told(session, 2);
  const secrets = [...checkout.typed, ...change, ...checkout.sessions.map(({ client_secret }) => client_secret), SECRET];
  for (const { body, path, headers } of received) {
    for (const secret of secrets) assert.ok(!`${body} ${path} ${JSON.stringify(headers)}`.includes(secret), body);
  }
});

test('a declined payment, an unknown one, and its later outcome', async () => {
  const refused = await createSession('kora');
  await redeem(refused, { pin: freshPin('kora', 'used') });
  assert.deepEqual(types(await told(refused, 1)), ['redemption.declined']);

  const lost = await createSession('kora');
  await redeem(lost, { pin: freshPin('kora', 'cut_after') });
  assert.deepEqual(types(await told(lost, 5)), ['redemption.unknown', 'redemption.succeeded', 'redemption.resolved', 'redemption.needs_review', 'checkout_session.completed']);

  const nothing = await createSession('kora');
  await redeem(nothing, { pin: freshPin('kora', 'cut_before') });
  assert.deepEqual(types(await told(nothing, 3)), ['redemption.unknown', 'redemption.declined', 'redemption.resolved']);
});

test('a canceled session, with its reversed and owed amounts', async () => {
  const session = await createSession('celbux');
  await redeem(session, { pin: freshPin('celbux', 'rest_by_sms'), amount: 100_00 });
  await cancel(session);
  const events = await told(session, 3);
  assert.deepEqual(types(events), ['redemption.succeeded', 'checkout_session.canceled', 'redemption.resolved']);
  assert.equal(events[2].event.data.object.status, 'reversed');
});

describe('the end of a session', { concurrency: true }, () => {
  test('a session that expires by its alarm', async () => {
    const session = await createSession('kora', { expires_in: 5 });
    await redeem(session, { pin: freshPin('kora', 'change'), amount: 100_00 });
    const events = await told(session, 2);
    assert.deepEqual(types(events), ['redemption.succeeded', 'checkout_session.expired']);
    const { status, amount_owed } = events[1].event.data.object;
    assert.deepEqual([status, amount_owed], ['expired', 100_00]);
  });

  test('law 5: a partial payment of an expired session is reversed', async () => {
    const session = await createSession('celbux', { expires_in: 5 });
    const pin = freshPin('celbux', 'rest_by_sms');
    await redeem(session, { pin, amount: 100_00 });
    const events = await told(session, 3);
    assert.deepEqual(types(events), ['redemption.succeeded', 'checkout_session.expired', 'redemption.resolved']);
    const { status, amount_received, amount_owed } = await shopView(session);
    assert.deepEqual([status, amount_received, amount_owed], ['expired', 0, 0]);
    assert.notEqual(checkout.debitsOf(pin)[0].reversed_by, null);
  });
});

test('an issued voucher, without its code', async () => {
  const body = { provider: 'celbux', recipient: '27648302057', voucher_type: '168Cash', amount: 20_00, currency: 'ZAR' };
  const { body: voucher } = await shop('POST', '/v1/vouchers', body, freshKey());
  const [{ event, body: text }] = await until(() => received.filter((one) => one.event.data.object.id === voucher.id), ({ length }) => length > 0);
  assert.deepEqual([event.type, event.sequence, event.data.object.status], ['voucher.issued', 1, 'issued']);
  assert.ok(!text.includes(voucher.voucher_number));
});

test('an ordered voucher whose outcome a person has to find out', async () => {
  const body = {
    ...{ provider: 'odm', denomination_id: 4, merchant_id: 12, recipient_phone: phoneFor('odm', 'wallet_empty'), restricted: true },
    ...{ originating_country: 'US', foreign_currency_amount: '8.85', exchange_rate: '56.5' },
  };
  const { body: voucher } = await shop('POST', '/v1/vouchers', body, freshKey());
  const [{ event }] = await until(() => received.filter((one) => one.event.data.object.id === voucher.id), ({ length }) => length > 0);
  const { status, needs_review: needsReview, provider_message: message } = event.data.object;
  assert.deepEqual([event.type, event.sequence, status, needsReview], ['voucher.needs_review', 1, 'unknown', true]);
  assert.match(message, /balance/i);
});

describe('a shop’s server that fails', () => {
  test('500: the same event is sent again until it is accepted, and the next one does not wait', async () => {
    let failures = 3;
    answer = ({ event }) => (event.type === 'redemption.succeeded' && failures-- > 0 ? 500 : 204);
    const session = await paid();
    const events = await told(session, 5);
    assert.deepEqual(types(events).slice(0, 2), ['redemption.succeeded', 'checkout_session.completed']);
    const repeated = events.filter(({ event }) => event.type === 'redemption.succeeded');
    assert.equal(repeated.length, 4);
    assert.equal(new Set(repeated.map(({ headers }) => headers['webhook-id'])).size, 1);
    assert.equal(new Set(repeated.map(({ body }) => body)).size, 1);
    const [first, second] = await delivered(session);
    assert.deepEqual([first, second].map(statuses), [[500, 500, 500, 204], [204]]);
    for (const { headers, body } of events) new Webhook(SECRET).verify(body, headers);
  });

  test('404 to one type of event holds up no other, and that event arrives once it is accepted', async () => {
    answer = ({ event }) => (event.type === 'redemption.declined' ? 404 : 200);
    const session = await createSession('kora');
    await redeem(session, { pin: freshPin('kora', 'used') });
    await until(() => listed(session), ([declined]) => declined?.delivery.tries.length >= 3);
    const { body } = await redeem(session, { pin: freshPin('kora', 'change') });
    assert.equal(body.session.status, 'complete');
    const [declined, ...others] = await until(() => listed(session), (events) => events.slice(1).every(({ delivery }) => delivery.status === 'delivered'));
    assert.equal(declined.delivery.status, 'pending');
    assert.deepEqual(others.map(({ type, delivery }) => [type, delivery.tries.length]), [['redemption.succeeded', 1], ['checkout_session.completed', 1]]);
    answer = () => 200;
    assert.equal((await delivered(session))[0].delivery.tries.at(-1).status, 200);
  });

  test('the next event goes out while one is without an answer', async () => {
    answer = ({ event }) => (event.type === 'redemption.succeeded' ? undefined : 200);
    const session = await paid();
    const [succeeded, completed] = await until(() => listed(session), ([, last]) => last?.delivery.status === 'delivered', IN_TIME);
    assert.deepEqual([succeeded, completed].map(statuses), [[null], [200]]);
    assert.deepEqual(types(about(session)), ['redemption.succeeded', 'checkout_session.completed']);
  });

  test('a new event goes out while a retry of an earlier one is without an answer', async () => {
    let tries = 0;
    answer = ({ event }) => (event.type !== 'redemption.declined' ? 200 : tries++ === 0 ? 500 : undefined);
    const session = await createSession('kora');
    await redeem(session, { pin: freshPin('kora', 'used') });
    await told(session, 2);
    await redeem(session, { pin: freshPin('kora', 'change') });
    const [declined] = await until(() => listed(session), (events) => events.length === 3 && events.at(-1).delivery.status === 'delivered', IN_TIME);
    assert.deepEqual(statuses(declined), [500, null]);
  });

  test('410: that event is not sent again', async () => {
    answer = ({ event }) => (event.type === 'redemption.succeeded' ? 410 : 200);
    const session = await paid();
    const [first, second] = await until(() => listed(session), ([, last]) => last?.delivery.status === 'delivered');
    assert.deepEqual([first.delivery.status, first.delivery.tries.length, second.delivery.status], ['gone', 1, 'delivered']);
  });

  test('a redirect is not followed, and the event is given up after ten tries', async () => {
    answer = ({ event }) => (event.type === 'redemption.succeeded' ? 302 : 200);
    const session = await paid();
    const [first] = await until(() => listed(session), ([one]) => one?.delivery.status === 'gone');
    assert.deepEqual([first.delivery.tries.length, first.delivery.tries[0].status], [10, 302]);
    assert.deepEqual(received.filter(({ path }) => path !== '/hook'), []);
  });

  test('no answer: the event is sent again after fifteen seconds, and no shopper waits for it', async () => {
    let held = 0;
    // The last event of the previous test may still be on its way.
    answer = ({ event }) => (event.type === 'redemption.succeeded' && held++ === 0 ? undefined : 200);
    const session = await paid();
    await told(session, 1);
    assert.equal((await view(session)).status, 'complete');
    const [first] = await until(() => listed(session), ([one]) => one?.delivery.status === 'delivered');
    const [lost, taken] = first.delivery.tries;
    assert.deepEqual([lost.status, taken.status], [null, 200]);
    const waited = Date.parse(taken.at) - Date.parse(lost.at);
    assert.ok(waited >= 14_000, `${waited} ms`);
  });
});

test('after a power cut during a delivery the event is sent again, and none is lost', async () => {
  answer = () => undefined;
  const session = await paid();
  await told(session, 1);
  answer = () => 200;
  await checkout.restart();
  await delivered(session);
  const events = about(session);
  assert.deepEqual([...new Set(types(events))], ['redemption.succeeded', 'checkout_session.completed']);
  assert.equal(new Set(events.map(({ headers }) => headers['webhook-id'])).size, 2);
});

test('after a power cut between two first attempts the next event goes out, and the first one is sent again', async () => {
  let isNextThere = false;
  answer = ({ event }) => {
    isNextThere ||= event.type === 'checkout_session.completed';
    return isNextThere ? 200 : undefined;
  };
  const session = await createSession('kora');
  await redeem(session, { pin: freshPin('kora', 'change') });
  await told(session, 1);
  await checkout.restart();
  const [first, second] = await delivered(session);
  assert.deepEqual(types(about(session)).slice(-2), ['checkout_session.completed', 'redemption.succeeded']);
  const statuses = first.delivery.tries.map(({ status }) => status);
  assert.deepEqual([statuses[0], statuses.at(-1)], [null, 200]);
  assert.deepEqual(second.delivery.tries.map(({ status }) => status), [200]);
});

test('WEBHOOK_EVENTS: events of other types are listed and not sent, except on request', async () => {
  await checkout.restart({ WEBHOOK_EVENTS: 'checkout_session.completed redemption.declined' });
  const session = await paid();
  const [succeeded, completed] = await until(() => listed(session), ([, last]) => last?.delivery.status === 'delivered');
  assert.deepEqual([succeeded.delivery.status, succeeded.delivery.next_try_at, succeeded.delivery.tries], ['not_wanted', null, []]);
  assert.deepEqual(types(about(session)), ['checkout_session.completed']);
  assert.deepEqual([succeeded.sequence, completed.sequence], [1, 2]);
  await redeliver(session, succeeded.id, freshKey());
  await delivered(session);
  assert.deepEqual(types(about(session)), ['checkout_session.completed', 'redemption.succeeded']);
  await checkout.restart({ WEBHOOK_EVENTS: null });
});

test('during a rotation both keys sign', async () => {
  const newer = `whsec_${randomBytes(32).toString('base64')}`;
  await checkout.restart({ WEBHOOK_SECRET: `${newer} ${SECRET}` });
  const [{ headers, body }] = await told(await paid(), 1);
  for (const secret of [newer, SECRET]) new Webhook(secret).verify(body, headers);
  await checkout.restart({ WEBHOOK_SECRET: SECRET });
});

describe('the shop’s list of events', () => {
  test('lists every try, and sends an event again on request', async () => {
    const session = await paid();
    const [first] = await delivered(session);
    assert.deepEqual(Object.keys(first).sort(), ['created_at', 'delivery', 'id', 'object', 'sequence', 'type']);
    const key = freshKey();
    const { status, body } = await redeliver(session, first.id, key);
    assert.deepEqual([status, body.data[0].delivery.status], [200, 'pending']);
    const events = await told(session, 3);
    assert.equal(events[2].headers['webhook-id'], first.id);
    assert.equal((await delivered(session))[0].delivery.tries.length, 2);
    // A repeated call with the same key takes effect once.
    await redeliver(session, first.id, key);
    assert.equal((await delivered(session))[0].delivery.tries.length, 2);
  });

  test('an event that is asked for during an attempt is sent again after it', async () => {
    const { promise, resolve } = Promise.withResolvers();
    answer = ({ event }) => (event.type === 'redemption.succeeded' ? promise : 200);
    const session = await paid();
    await told(session, 1);
    const [first] = await listed(session);
    await redeliver(session, first.id, freshKey());
    resolve(200);
    await told(session, 3);
    assert.deepEqual((await delivered(session))[0].delivery.tries.map(({ status }) => status), [200, 200]);
  });

  test('requires the API key, and answers 404 to unknown ids', async () => {
    const session = await createSession('kora');
    assert.deepEqual(await listed(session), []);
    assertProblem(await redeliver(session, 'evt_0', freshKey()), 404, 'event_not_found');
    const unknown = `/v1/checkout_sessions/cs_${'0'.repeat(32)}/events`;
    assertProblem(await shop('GET', unknown), 404, 'session_not_found');
    assertProblem(await send('GET', `/v1/checkout_sessions/${session.id}/events`), 401, 'api_key_missing');
    const shopper = { authorization: `Bearer ${session.client_secret}` };
    assertProblem(await send('GET', `/v1/checkout_sessions/${session.id}/events`, { headers: shopper }), 401, 'api_key_invalid');
  });
});

closingTests(checkout);
