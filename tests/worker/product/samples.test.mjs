/** The samples of edge/API.md have the members of real answers. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createPublicKey, randomBytes, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ROOT } from '../../../edge/tools/up-to-date.mjs';
import { listenLocally } from '../../simulator/listen.mjs';
import { startCheckout } from '../../support/checkout.mjs';
import { indexed } from '../../support/index.mjs';
import { until } from '../../support/until.mjs';
import { closingTests } from '../closing.mjs';

const received = [];
const server = await listenLocally(0, async (request, response) => {
  const parts = [];
  for await (const part of request) parts.push(part);
  received.push({ headers: request.headers, body: Buffer.concat(parts).toString() });
  response.writeHead(200).end();
});
after(() => server.close());
const signingKey = `whsk_${randomBytes(32).toString('base64')}`;
const checkout = await startCheckout({
  limits: { attention_after_ms: 1 },
  vars: {
    WEBHOOK_URL: `http://localhost:${server.port}/hook`,
    WEBHOOK_SECRET: `whsec_${randomBytes(32).toString('base64')}`,
    WEBHOOK_SIGNING_KEY: signingKey,
  },
});
const { url, send, shop, createSession, redeem, cancel, freshKey, freshPin, shopView } = checkout;

const page = readFileSync(join(ROOT, 'edge/API.md'), 'utf8');
const samples = [...page.matchAll(/```json\n([^]*?)```/g)].map(([, json]) => JSON.parse(json));
const [problem, session, reversal, refund, event, events, attention, issued, lookedUp, list, found, takings, providers, status] = samples;

/** Returns the names and types of all members of a value; of a list, those of its first item. */
function shape(value) {
  if (Array.isArray(value)) return value.slice(0, 1).map(shape);
  if (value === null || typeof value !== 'object') return value === null ? 'null' : typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, shape(one)]));
}

const isLike = (real, sample) => assert.deepEqual(shape(real), shape(sample));

test('a problem, a paid session and its events', async () => {
  assert.equal(samples.length, 14);
  isLike((await shop('POST', '/v1/checkout_sessions', { amount: -1, currency: 'ZAR', reference: 'order-1' })).body, problem);
  const paid = await createSession('kora', { metadata: { cart: '17' } });
  await redeem(paid, { pin: freshPin('kora', 'change') });
  isLike(await shopView(paid), session);
  const list = async () => (await shop('GET', `/v1/checkout_sessions/${paid.id}/events`)).body;
  isLike(await until(list, ({ data }) => data.length === 2 && data.every(({ delivery }) => delivery.status === 'delivered')), events);
  isLike(JSON.parse(received[0].body), event);
});

test('owed money, reported to the staff', async () => {
  const half = await createSession('kora');
  await redeem(half, { pin: freshPin('kora', 'exact'), amount: 100_00 });
  await cancel(half);
  await indexed(checkout, half, ({ amount_owed: owed }) => owed === 100_00);
  await checkout.runSchedule();
  const told = () => received.map(({ body }) => JSON.parse(body)).find(({ type }) => type === attention.type);
  isLike(await until(told, Boolean), attention);
  await shop('POST', `/v1/checkout_sessions/${half.id}/payouts`, { amount: 100_00, note: 'Paid back in cash' });
});

test('a reversed payment', async () => {
  const half = await createSession('celbux');
  await redeem(half, { pin: freshPin('celbux', 'rest_stays'), amount: 100_00 });
  const { body } = await cancel(half);
  isLike(body.redemptions[0].reversal, reversal);
});

test('a refunded payment', async () => {
  const paid = await createSession('celbux');
  await redeem(paid, { pin: freshPin('celbux', 'rest_stays') });
  const [{ id }] = (await shopView(paid)).redemptions;
  const { body } = await shop('POST', `/v1/checkout_sessions/${paid.id}/redemptions/${id}/refunds`, { note: 'Two mugs came back' });
  isLike(body.redemptions[0].refunds[0], refund);
});

test('an issued voucher, a looked-up voucher and the providers', async () => {
  const order = { provider: 'celbux', recipient: '27648302057', voucher_type: '168Cash', amount: 2000, currency: 'ZAR', reference: 'refund-17' };
  isLike((await shop('POST', '/v1/vouchers', order, freshKey())).body, issued);
  isLike((await shop('POST', '/v1/vouchers/lookup', { provider: 'wipay', voucher_number: freshPin('wipay', 'exact') })).body, lookedUp);
  isLike((await shop('GET', '/v1/providers')).body, providers);
});

test('an empty list and an empty search', async () => {
  isLike((await shop('GET', '/v1/checkout_sessions?status=expired')).body, list);
  isLike((await shop('POST', '/v1/search', { phone: '0829999999' })).body, found);
});

test('the takings of a day, and the state of the deployment', async () => {
  const today = new Date().toISOString().slice(0, 10);
  const day = () => shop('GET', `/v1/reports/takings?from=${today}&to=${today}`);
  isLike((await until(day, ({ body }) => body.data.length > 0)).body, takings);
  // Events that are on their way count as undelivered, and a payout is on its way to the index.
  const body = { documentURL: `${url}/pay/cs_1`, effectiveDirective: 'script-src-elem', blockedURL: 'https://cdn.example/a.js' };
  await send('POST', '/v1/csp_reports', { body: JSON.stringify([{ body }]), headers: { 'content-type': 'application/reports+json' } });
  const state = () => shop('GET', '/v1/status');
  isLike((await until(state, ({ body: { waiting } }) => waiting?.undelivered_events === 0 && waiting.owed_sessions === 0)).body, status);
});

test('the command prints the public key that verifies v1a', (t) => {
  if (spawnSync('openssl', ['version']).status !== 0) return t.skip('there is no openssl');
  const [, command] = /```sh\n(echo whpk_[^]*?)```/.exec(page);
  const { stdout } = spawnSync('sh', ['-c', command], { env: { ...process.env, WEBHOOK_SIGNING_KEY: signingKey }, encoding: 'utf8' });
  const [, x] = /^whpk_(\S{44})\n$/.exec(stdout) ?? assert.fail(stdout);
  const key = createPublicKey({ format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(x, 'base64').toString('base64url') } });
  const { headers, body } = received[0];
  const [, signature] = /(?:^| )v1a,(\S+)/.exec(headers['webhook-signature']);
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  assert.ok(verify(null, Buffer.from(signed), key, Buffer.from(signature, 'base64')));
});

closingTests(checkout);
