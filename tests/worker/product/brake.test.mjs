/** The brake of a provider: while most tries fail, a session that has paid nothing gets one try a minute. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { webhookSecrets } from '../../../edge/tools/local-config.mjs';
import { TEST_CODE } from '../../simulator/odm-test-vouchers.mjs';
import { listenLocally } from '../../simulator/listen.mjs';
import { assertProblem } from '../../support/answers.mjs';
import { startCheckout } from '../../support/checkout.mjs';
import { until } from '../../support/until.mjs';
import { freshShoppers } from '../../support/usual.mjs';
import { closingTests } from '../closing.mjs';

const AFTER = 4;
/** The causes reported to the shop's server. */
const told = [];
const server = await listenLocally(0, async (request, response) => {
  const parts = [];
  for await (const part of request) parts.push(part);
  const { type, data } = JSON.parse(Buffer.concat(parts));
  if (type === 'operations.attention') told.push(...data.object.causes);
  response.writeHead(200).end();
});
after(() => server.close());
const checkout = await startCheckout({
  limits: { brake_after_failed: AFTER, failed_per_minute: 1_000, provider_timeout_ms: 10_000 },
  vars: { ...webhookSecrets(), WEBHOOK_URL: `http://localhost:${server.port}/events` },
});
const { shop, createSession, redeem, answerChallenge, freshPin, callsWith, restart, runSchedule } = checkout;
const freshShopper = freshShoppers();

/** Returns new sessions, all of one shard: the digit after `cs_`. */
async function sessionsOfShard(count, provider = 'kora') {
  const byShard = new Map();
  for (;;) {
    const session = await createSession(provider);
    const shard = session.id[3];
    byShard.set(shard, [...(byShard.get(shard) ?? []), session]);
    if (byShard.get(shard).length === count) return byShard.get(shard);
  }
}

const tryOnce = (session, scenario) => redeem(session, { pin: freshPin('kora', scenario), ...freshShopper() });
const statusOf = async (id) => (await shop('GET', '/v1/status')).body.providers.find((provider) => provider.id === id);

test('law 8: guessing turns the brake on; shoppers pay on, and a session that has paid nothing gets one try a minute', async () => {
  assert.equal((await statusOf('kora')).brake, 'off');
  const [mistyping, paying, partly, ...guessing] = await sessionsOfShard(AFTER + 3);
  const part = await redeem(partly, { pin: freshPin('kora', 'exact'), amount: 100_00, ...freshShopper() });
  assert.equal(part.body.redemption.status, 'succeeded', part.text);
  for (const session of guessing) assert.equal((await tryOnce(session, 'not_found')).body.redemption.status, 'declined');
  assert.equal((await statusOf('kora')).brake, 'on');
  assert.equal((await statusOf('wipay')).brake, 'off');

  assert.equal((await tryOnce(paying, 'exact')).body.session.status, 'complete');
  assert.equal((await tryOnce(mistyping, 'not_found')).body.redemption.status, 'declined');
  const pin = freshPin('kora', 'exact');
  const held = await redeem(mistyping, { pin, ...freshShopper() });
  assertProblem(held, 429, 'too_many_attempts');
  assert.ok(held.body.retry_after > 50 && held.body.retry_after <= 60, held.text);
  assert.deepEqual(callsWith(pin), [], 'nothing is sent');
  // A session that has paid something counts as honest.
  assert.equal((await tryOnce(partly, 'not_found')).body.redemption.status, 'declined');
  assert.equal((await tryOnce(partly, 'exact')).body.session.status, 'complete');

  const elsewhere = await other(mistyping);
  for (let time = 0; time < 2; time++) assert.equal((await tryOnce(elsewhere, 'not_found')).body.redemption.status, 'declined');
});

test('law 8: a shopper types the code of a voucher at once while the brake is on', async () => {
  const [paying, wrong, ...guessing] = await sessionsOfShard(AFTER + 2, 'odm');
  const phones = Array.from({ length: AFTER + 2 }, (_, place) => ({ ...freshShopper(), phone: `09112345${10 + place}` }));
  const guess = (session, place) => redeem(session, { pin: freshPin('odm', 'not_found'), ...phones[place] });
  for (const [place, session] of guessing.entries()) assert.equal((await guess(session, place)).body.redemption.status, 'declined');
  assert.equal((await statusOf('odm')).brake, 'on');
  for (const [place, [session, codes]] of [[paying, [TEST_CODE]], [wrong, ['000000', TEST_CODE]]].entries()) {
    const shopper = phones[AFTER + place];
    const { body } = await redeem(session, { pin: freshPin('odm', 'exact'), ...shopper });
    assert.equal(body.redemption.status, 'challenged', JSON.stringify(body));
    const answers = [];
    for (const code of codes) answers.push(await answerChallenge(session, body.redemption, { code }, { headers: shopper.headers }));
    assert.equal(answers.at(-1).body.session?.status, 'complete', answers.at(-1).text);
  }
});

/** Returns a new session of another shard. */
async function other({ id }) {
  for (;;) {
    const session = await createSession('kora');
    if (session.id[3] !== id[3]) return session;
  }
}

test('it outlasts the process, is reported to the shop, and is off again when the guessing ends', async () => {
  await restart();
  assert.equal((await statusOf('kora')).brake, 'on');
  await runSchedule();
  const [cause] = await until(() => told.filter((one) => one.cause === 'guessing'), ({ length }) => length > 0);
  assert.deepEqual(cause, { cause: 'guessing', provider: 'kora' });
  await restart(undefined, 11 * 60_000);
  assert.equal((await statusOf('kora')).brake, 'off');
});

closingTests(checkout);
