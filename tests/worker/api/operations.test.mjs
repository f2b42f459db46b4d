/** The state of the deployment: the providers with their breakers, the sealing keys, the index and the waiting items. */
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { after, test } from 'node:test';
import { webhookSecrets } from '../../../edge/tools/local-config.mjs';
import { assertProblem } from '../../support/answers.mjs';
import { startCheckout } from '../../support/checkout.mjs';
import { indexed } from '../../support/index.mjs';
import { pass, startProxy } from '../../support/proxy.mjs';
import { SERVER_ERROR } from '../../support/review.mjs';

const proxy = await startProxy();
const limits = { breaker_failures: 1, breaker_open_ms: 60_000, provider_timeout_ms: 4_000 };
const vars = { ...webhookSecrets(), WEBHOOK_URL: `${proxy.url}/nowhere` };
const checkout = await startCheckout({ limits, vars, simulatorUrl: proxy.url });
proxy.target = checkout.simulator.url;
after(() => proxy.close());
const { shop, send, settings, createSession, redeem, cancel, freshPin } = checkout;

const idOf = (key) => createHash('sha256').update(Buffer.from(key, 'base64')).digest('hex').slice(0, 8);

test('every configured provider is listed, with a closed breaker and its brake off', async () => {
  const { status, body } = await shop('GET', '/v1/status');
  assert.equal(status, 200);
  const { body: configured } = await shop('GET', '/v1/providers');
  assert.deepEqual(body.providers, configured.data.map(({ id }) => ({ id, breaker: 'closed', brake: 'off' })));
  assert.deepEqual([body.object, body.sealing_keys], ['status', [{ id: idOf(settings.SEALING_KEY), seals: true, needed_by: { sessions: 0, vouchers: 0 } }]]);
});

test('what waits is counted, with the time since when', async () => {
  const { body: before } = await shop('GET', '/v1/status');
  assert.deepEqual([before.index.status, before.timezone], ['ok', 'UTC']);
  assert.deepEqual(before.waiting, {
    redemptions_needing_review: 0, vouchers_needing_review: 0, oldest_at: null,
    owed_sessions: 0, oldest_owed_at: null, undelivered_events: 0, oldest_undelivered_at: null,
  });
  const session = await createSession('kora');
  await redeem(session, { pin: freshPin('kora', 'exact'), amount: 100_00 });
  await cancel(session);
  const { amount_owed: owed } = await indexed(checkout, session, ({ status }) => status === 'canceled');
  assert.equal(owed, 100_00);
  const { body: { waiting, index } } = await shop('GET', '/v1/status');
  // Nobody listens at WEBHOOK_URL.
  assert.deepEqual([waiting.owed_sessions, waiting.undelivered_events], [1, 2]);
  for (const at of [waiting.oldest_owed_at, waiting.oldest_undelivered_at, index.newest_change_at]) {
    assert.ok(Date.parse(at) >= Date.parse(session.created_at) && Date.parse(at) <= Date.now(), at);
  }
});

test('an open breaker is reported with the time until it is tried', async () => {
  proxy.rule = ({ path }, next) => (path.includes('charge/voucher') ? SERVER_ERROR : next());
  assert.equal((await redeem(await createSession('kora'), { pin: freshPin('kora', 'exact') })).status, 202);
  proxy.rule = pass;
  const { body } = await shop('GET', '/v1/status');
  const { breaker, retry_after: wait } = body.providers.find(({ id }) => id === 'kora');
  assert.equal(breaker, 'open');
  assert.ok(wait > 50 && wait <= 60, `${wait}`);
  assert.equal(body.providers.find(({ id }) => id === 'celbux').breaker, 'closed');
});

test('while a sealing key is replaced, both are listed by their ids', async () => {
  const newer = randomBytes(32).toString('base64');
  const older = settings.SEALING_KEY;
  await checkout.restart({ SEALING_KEY: `${newer} ${older}` });
  const { body, text } = await shop('GET', '/v1/status');
  assert.deepEqual(body.sealing_keys.map(({ id, seals }) => [id, seals]), [[idOf(newer), true], [idOf(older), false]]);
  assert.ok(!text.includes(newer) && !text.includes(older));
  await checkout.restart({ SEALING_KEY: older });
});

test('it requires the API key', async () => {
  assertProblem(await send('GET', '/v1/status'), 401, 'api_key_missing');
  assertProblem(await send('POST', '/v1/status'), 405, 'method_not_allowed');
});
