/** Law 9: the Worker does not serve without a sealing key that a payment, a change voucher or an issued voucher still needs. */
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { after, describe, test } from 'node:test';
import { TEST_CODE } from '../simulator/odm-test-vouchers.mjs';
import { startCheckout } from '../support/checkout.mjs';
import { request } from '../support/client.mjs';
import { indexed, walk } from '../support/index.mjs';
import { pass, startProxy } from '../support/proxy.mjs';
import { SERVER_ERROR } from '../support/review.mjs';
import { until } from '../support/until.mjs';

const newKey = () => randomBytes(32).toString('base64');
const idOf = (key) => createHash('sha256').update(Buffer.from(key, 'base64')).digest('hex').slice(0, 8);

describe('a former sealing key', async () => {
  const proxy = await startProxy();
  const limits = { change_voucher_kept_ms: 25_000, provider_timeout_ms: 4_000, not_found_grace_ms: 4_001, settle_backoff_ms: [50, 100, 600] };
  const checkout = await startCheckout({ simulatorUrl: proxy.url, limits });
  proxy.target = checkout.simulator.url;
  after(() => proxy.close());
  const { url, shop, send, answerChallenge, createSession, redeem, shopView, cancel, issue, freshPin, freshKey, settings, lines, reconfigure, restart } = checkout;
  const older = settings.SEALING_KEY;
  const newer = newKey();
  const keys = async () => (await shop('GET', '/v1/status')).body.sealing_keys;
  const needs = (id) => until(keys, (all) => all.some((key) => key.id === id && key.needed_by.sessions + key.needed_by.vouchers > 0), { every: 100 });
  const isHealthy = (status) => status === 200;
  const isRefused = (status) => status === 503;
  const health = async () => (await request('GET', `${url}/healthz`)).body;
  let review;

  test('is counted by what needs it: unknown outcomes, change vouchers and issued vouchers', async () => {
    assert.deepEqual(await keys(), [{ id: idOf(older), seals: true, needed_by: { sessions: 0, vouchers: 0 } }]);
    // Paid without a change voucher: the session needs no key, and neither does the voucher without a code.
    await redeem(await createSession('kora'), { pin: freshPin('kora', 'exact') });
    const coded = await createSession('odm');
    const { body } = await redeem(coded, { pin: freshPin('odm', 'balance_left') });
    await answerChallenge(coded, body.redemption, { code: TEST_CODE });
    await indexed(checkout, coded, ({ status }) => status === 'complete');
    const paid = await createSession('kora');
    await redeem(paid, { pin: freshPin('kora', 'change') });
    await indexed(checkout, paid, ({ status }) => status === 'complete');
    await until(keys, ([{ needed_by: { sessions } }]) => sessions === 1, { every: 100 });

    const { body: voucher } = await issue({ provider: 'celbux', to_self: true, voucher_type: '168Cash', amount: 2000, currency: 'ZAR' }, freshKey());
    await until(() => walk(checkout, 'vouchers'), (all) => all.some(({ id, status }) => id === voucher.id && status === 'issued'));
    // Celbux's look-up needs no PIN, so only the lock of the voucher needs the key.
    proxy.rule = ({ path }, next) => (!/celbux/.test(path) || /viewVoucher/.test(path) ? next() : SERVER_ERROR);
    review = await createSession('celbux');
    await redeem(review, { pin: freshPin('celbux', 'exact') });
    await indexed(checkout, review, ({ redemptions: [one] }) => one?.needs_review === true);
    proxy.rule = pass;
    await until(keys, ([{ needed_by: { sessions, vouchers } }]) => sessions === 2 && vouchers === 1, { every: 100 });
  });

  test('may become the second key, and seals no more', async () => {
    await restart({ SEALING_KEY: `${newer} ${older}` });
    await until(keys, (all) => all.length === 2 && all[1].needed_by.sessions === 2, { every: 100 });
    const paid = await createSession('kora');
    await redeem(paid, { pin: freshPin('kora', 'change') });
    await needs(idOf(newer));
    assert.deepEqual((await keys()).map(({ id, seals }) => [id, seals]), [[idOf(newer), true], [idOf(older), false]]);
  });

  test('is missed when it is taken away: every route names it with the count, and it heals when it is back', async () => {
    await reconfigure({ SEALING_KEY: newer }, isRefused);
    const { code, detail } = await health();
    assert.equal(code, 'misconfigured');
    assert.match(detail, new RegExp(`^SEALING_KEY lacks the key ${idOf(older)}, which [12] sessions and 1 issued vouchers still need: put it back`));
    for (const [method, path] of [['GET', '/v1/providers'], ['POST', '/v1/checkout_sessions'], ['GET', `/v1/checkout/${review.id}`], ['GET', '/nowhere']]) {
      const answer = await send(method, path, { headers: { authorization: `Bearer ${checkout.apiKey}` } });
      assert.deepEqual([answer.status, answer.body.code], [503, 'misconfigured'], path);
    }
    const told = () => lines.filter((line) => line.includes('"misconfigured"') && line.includes(idOf(older)));
    await until(told, ({ length }) => length > 0);
    assert.ok(told().length <= 2, told().join('\n'));
    await reconfigure({ SEALING_KEY: `${newer} ${older}` }, isHealthy);
    assert.equal((await shop('GET', '/v1/providers')).status, 200);
  });

  test('the first request of a Worker without it is refused as well', async () => {
    await assert.rejects(restart({ SEALING_KEY: newer }), /SEALING_KEY lacks the key/);
  });

  test('can be given up by name, and is listed as lost', async () => {
    await restart({ SEALING_KEYS_LOST: idOf(older) });
    const lost = (await keys()).find(({ id }) => id === idOf(older));
    assert.deepEqual([lost.seals, lost.lost, lost.needed_by.vouchers], [false, true, 1]);
    await restart({ SEALING_KEY: `${newer} ${older}`, SEALING_KEYS_LOST: null });
  });

  test('is needed no longer once outcomes are known, change vouchers are erased and sessions have ended', async () => {
    const { redemptions: [{ id }] } = await shopView(review);
    const settled = await shop('POST', `/v1/checkout_sessions/${review.id}/redemptions/${id}/resolve`, { outcome: 'not_taken', note: 'Celbux says so' });
    assert.equal(settled.status, 200, settled.text);
    // The session can be paid again, with a client secret that comes from the older key.
    await until(keys, (all) => all.find(({ id }) => id === idOf(older)).needed_by.sessions === 1, { within: 60_000, every: 200 });
    assert.equal((await cancel(review)).status, 200);
    await until(keys, (all) => all.every(({ needed_by: { sessions } }) => sessions === 0), { within: 60_000, every: 200 });
    assert.equal((await keys())[1].needed_by.vouchers, 1);
  });
});

test('an index that fails stops no payment: nothing is known to be missing', async () => {
  const { createSession, redeem, freshPin, restart, shop } = await startCheckout({ index: false });
  await redeem(await createSession('kora'), { pin: freshPin('kora', 'change') });
  await restart({ SEALING_KEY: newKey() });
  const { status, body } = await redeem(await createSession('kora'), { pin: freshPin('kora', 'exact') });
  assert.deepEqual([status, body.session.status], [200, 'complete']);
  assert.deepEqual((await shop('GET', '/v1/status')).body.sealing_keys.map(({ needed_by }) => needed_by), [null]);
});
