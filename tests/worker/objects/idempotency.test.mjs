/** The shop's `Idempotency-Key`: a repeated call takes effect once, whatever happens to its answer. */
import assert from 'node:assert/strict';
import { after, afterEach, describe, test } from 'node:test';
import { assertProblem } from '../../support/answers.mjs';
import { HOLD, pass, startProxy } from '../../support/proxy.mjs';
import { startCheckout } from '../../support/checkout.mjs';
import { until } from '../../support/until.mjs';
import { closingTests } from '../closing.mjs';

const proxy = await startProxy();
const checkout = await startCheckout({ limits: { provider_timeout_ms: 6_000 }, simulatorUrl: proxy.url });
proxy.target = checkout.simulator.url;
afterEach(() => (proxy.rule = pass));
after(() => proxy.close());
const { shop, freshKey, freshPin, redeem, simulator } = checkout;

const ORDER = { amount: 249_00, currency: 'ZAR', reference: 'order-1' };
const GIFT = {
  provider: 'odm', denomination_id: 4, merchant_id: 12, recipient_phone: '+251911234567', restricted: false,
  originating_country: 'US', foreign_currency_amount: '8.85', exchange_rate: '56.5',
};
const create = (body, key) => shop('POST', '/v1/checkout_sessions', body, key);
const issue = (body, key) => shop('POST', '/v1/vouchers', body, key);
const issuedAtOdm = (key) => simulator.books().providers.odm.issued.filter((one) => one.idempotency_key === key);
const replayed = (answer) => answer.headers.get('idempotent-replayed');

describe('a session', () => {
  test('the same request returns the same session, byte for byte', async () => {
    const key = freshKey();
    const first = await create(ORDER, key);
    assert.deepEqual([first.status, replayed(first)], [201, null]);
    for (const body of [ORDER, JSON.stringify(ORDER, null, 3), { reference: 'order-1', currency: 'ZAR', amount: 249_00 }]) {
      const again = await create(body, key);
      assert.deepEqual([again.status, again.text, replayed(again)], [201, first.text, 'true']);
      assert.equal(again.headers.get('content-type'), 'application/json');
    }
    const session = { ...first.body, provider: 'kora' };
    assert.equal((await redeem(session, { pin: freshPin('kora', 'exact') })).body.session.status, 'complete');
    // The replay returns the first answer; the current state of the session is read by its id.
    assert.equal((await create(ORDER, key)).text, first.text);
    checkout.sessions.push(session);
  });

  test('another body, or another call, under the same key is refused', async () => {
    const key = freshKey();
    const { body } = await create(ORDER, key);
    for (const other of [{ ...ORDER, amount: 249_01 }, { ...ORDER, reference: 'order-2' }, { ...ORDER, description: 'x' }]) {
      assertProblem(await create(other, key), 422, 'idempotency_mismatch');
    }
    assertProblem(await shop('POST', `/v1/checkout_sessions/${body.id}/cancel`, undefined, key), 422, 'idempotency_mismatch');
    assertProblem(await issue(GIFT, key), 422, 'idempotency_mismatch');
  });

  test('a refused request leaves its key unused', async () => {
    const key = freshKey();
    assertProblem(await create({ ...ORDER, currency: 'USD' }, key), 400, 'currency_unsupported', 'currency');
    assertProblem(await create('{', key), 400, 'body_not_json');
    assert.equal((await create(ORDER, key)).status, 201);
    const unknown = `/v1/checkout_sessions/cs_${'0'.repeat(32)}/cancel`;
    const other = freshKey();
    assertProblem(await shop('POST', unknown, undefined, other), 404, 'session_not_found');
    assert.equal((await create(ORDER, other)).status, 201);
  });

  test('ten concurrent requests create one session', async () => {
    const key = freshKey();
    const answers = await Promise.all(Array.from({ length: 10 }, () => create(ORDER, key)));
    const made = answers.filter(({ status }) => status === 201);
    assert.equal(new Set(made.map(({ text }) => text)).size, 1);
    for (const answer of answers.filter(({ status }) => status !== 201)) assertProblem(answer, 409, 'idempotency_in_progress');
    assert.equal(replayed(await create(ORDER, key)), 'true');
  });

  test('an invalid key is refused; calls without a key each take effect', async () => {
    for (const key of ['', 'a b', 'ü', 'x'.repeat(256)]) assertProblem(await create(ORDER, key), 400, 'idempotency_key_invalid', undefined, key);
    const [one, two] = [await create(ORDER), await create(ORDER)];
    assert.notEqual(one.body.id, two.body.id);
  });

  test('two cancellations with one key take effect once', async () => {
    const { body } = await create(ORDER, freshKey());
    const key = freshKey();
    const cancel = () => shop('POST', `/v1/checkout_sessions/${body.id}/cancel`, undefined, key);
    const first = await cancel();
    assert.deepEqual([first.status, first.body.status], [200, 'canceled']);
    const again = await cancel();
    assert.deepEqual([again.text, replayed(again)], [first.text, 'true']);
  });
});

describe('a voucher', () => {
  test('a second call while the first is in flight gets 409', async () => {
    const key = freshKey();
    let release;
    const held = new Promise((resolve) => (release = resolve));
    const calls = proxy.calls.length;
    proxy.rule = async (call, next) => (await held, next());
    const first = issue(GIFT, key);
    await until(() => proxy.calls.length, (count) => count > calls);
    assertProblem(await issue(GIFT, key), 409, 'idempotency_in_progress');
    assertProblem(await issue({ ...GIFT, merchant_id: 13 }, key), 422, 'idempotency_mismatch');
    release();
    const { status, text, body } = await first;
    assert.equal(status, 201);
    assert.equal((await issue(GIFT, key)).text, text);
    assert.equal(issuedAtOdm(body.provider_reference).length, 1);
  });

  // Law 2 for the shop's money: the request is stored before it is sent.
  for (const [name, when] of [['before it reaches the provider', 'before'], ['after the provider has carried it out', 'after']]) {
    test(`after a power cut ${name}: being looked up, then one voucher`, async () => {
      const key = freshKey();
      let cut;
      const arrived = new Promise((resolve) => (cut = resolve));
      proxy.rule = async (call, next) => {
        if (when === 'after') await next();
        cut();
        return HOLD;
      };
      const first = issue(GIFT, key).catch(() => undefined);
      await arrived;
      await checkout.restart();
      await first;
      proxy.rule = pass;
      const again = await issue(GIFT, key);
      assert.equal(again.status, 202);
      assert.ok(['processing', 'unknown'].includes(again.body.status));
      const { body } = await until(() => issue(GIFT, key), ({ status }) => status === 201, { within: 60_000 });
      assert.match(body.voucher_code, /^\d{16}$/);
      assert.equal(issuedAtOdm(body.provider_reference).length, 1);
    });
  }

  test('the same answer after a restart, and with the next sealing key', async () => {
    const key = freshKey();
    const [voucher, session] = [await issue(GIFT, key), await create(ORDER, `${key}-s`)];
    const newer = Buffer.alloc(32, 7).toString('base64');
    await checkout.restart({ SEALING_KEY: `${newer} ${checkout.settings.SEALING_KEY}` });
    assert.equal((await issue(GIFT, key)).text, voucher.text);
    assert.equal((await create(ORDER, `${key}-s`)).text, session.text);
  });

  test('law 6: the stored files do not contain its code', async () => {
    const { body } = await issue(GIFT, freshKey());
    for (const bytes of checkout.readFiles()) assert.ok(!bytes.includes(body.voucher_code));
  });
});

closingTests(checkout);
