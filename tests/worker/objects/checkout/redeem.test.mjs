/** The same request twice, and many requests at once: a voucher is charged once. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { after, afterEach, describe, test } from 'node:test';
import { ROOT } from '../../../../edge/tools/up-to-date.mjs';
import { assertProblem, lasting } from '../../../support/answers.mjs';
import { startCheckout } from '../../../support/checkout.mjs';
import { transportTo } from '../../../support/client.mjs';
import { pass, startProxy } from '../../../support/proxy.mjs';
import { isCharge } from '../../../support/reconciliation/attribution.mjs';
import { until } from '../../../support/until.mjs';
import { freshShoppers, USUAL } from '../../../support/usual.mjs';
import { HOLD, PASS, RELEASE, holdingWorker } from '../../../support/wrapped.mjs';
import { closingTests } from '../../closing.mjs';

const checkout = await startCheckout({ limits: { provider_timeout_ms: 10_000 }, simulator: { slowMs: 4_000, processingMs: 3_000 } });
const { createSession, redeem, view, settled, cancel, freshPin, debitsOf, callsWith } = checkout;

const folder = mkdtempSync(join(tmpdir(), 'holding-worker-'));
const proxy = await startProxy();
afterEach(() => (proxy.rule = pass));
after(() => proxy.close());
after(() => rmSync(folder, { recursive: true, force: true }));
const PHONE_MOST = 4;
/** A checkout whose throttles answer when they are told to. */
const held = await startCheckout({
  entry: await holdingWorker(relative(ROOT, folder)),
  limits: { provider_timeout_ms: 20_000, phone_failed_per_minute: PHONE_MOST },
  simulatorUrl: proxy.url,
});
proxy.target = held.simulator.url;
const freshShopper = freshShoppers();

const isReplay = ({ headers }) => headers.get('idempotent-replayed') === 'true';
const shown = ({ body }) => ({ ...body, session: lasting(body.session) });
const chargesOf = (pin) => callsWith(pin).filter(isCharge);
const times = (count, act) => Promise.all(Array.from({ length: count }, (_, i) => act(i)));

for (const [provider, scenario, status] of [['kora', 'change', 'succeeded'], ['wipay', 'balance_left', 'succeeded'], ['kora', 'not_found', 'declined'], ['kora', 'partial', 'succeeded']]) {
  test(`${provider} ${scenario}: the same key and body get the same answer, and nothing is sent again`, async () => {
    const session = await createSession(provider);
    const pin = freshPin(provider, scenario);
    const first = await redeem(session, { pin, key: 'same' });
    assert.equal(first.body.redemption.status, status);
    assert.equal(isReplay(first), false);
    const sent = callsWith(pin).length;
    for (let more = 0; more < 3; more++) {
      const again = await redeem(session, { pin, key: 'same' });
      assert.equal(again.status, 200);
      assert.ok(isReplay(again));
      assert.deepEqual(shown(again), shown(first));
    }
    assert.equal(callsWith(pin).length, sent);
    assert.equal((await view(session)).redemptions.length, 1);
  });
}

test('the same PIN in another spelling is the same body', async () => {
  const session = await createSession('kora');
  const pin = freshPin('kora', 'exact');
  await redeem(session, { pin, key: 'same' });
  assert.ok(isReplay(await redeem(session, { pin: pin.replace(/(.{4})/g, '$1 '), phone: ' 0821234567 ', key: 'same' })));
  assert.equal(chargesOf(pin).length, 1);
});

test('the same key with another body is refused, and nothing is sent', async () => {
  const session = await createSession('kora', { customer: { email: 'thandi@example.com' } });
  const [pin, other] = [freshPin('kora', 'partial'), freshPin('kora', 'exact')];
  const body = { pin, key: 'same', email: 'thandi@example.com', amount: 249_00 };
  await redeem(session, body);
  const others = [{ pin: other }, { phone: '0821234568' }, { email: 'else@example.com' }, { email: undefined }, { amount: 100_00 }, { amount: undefined }, { provider_code: '0001' }, { provider: 'wipay' }];
  for (const change of others) {
    assertProblem(await redeem(session, { ...body, ...change }), 422, 'idempotency_mismatch', undefined, JSON.stringify(change));
  }
  assert.deepEqual(callsWith(other), []);
  assert.equal(callsWith(pin).length, 1);
});

test('the same key in another session is a new request', async () => {
  const [first, second] = [await createSession('kora'), await createSession('kora')];
  const pins = [freshPin('kora', 'exact'), freshPin('kora', 'exact')];
  await redeem(first, { pin: pins[0], key: 'same' });
  const answer = await redeem(second, { pin: pins[1], key: 'same' });
  assert.deepEqual([isReplay(answer), answer.body.session.status], [false, 'complete']);
});

test('a key is remembered after the session has ended', async () => {
  const session = await createSession('kora');
  const pin = freshPin('kora', 'used');
  const first = await redeem(session, { pin, key: 'same' });
  await cancel(session);
  const again = await redeem(session, { pin, key: 'same' });
  assert.deepEqual([again.status, isReplay(again), again.body.session.status], [200, true, 'canceled']);
  assert.deepEqual(again.body.redemption, first.body.redemption);
});

test('a repeated request gets 202 while the outcome is unknown, and the outcome afterwards', async () => {
  const session = await createSession('kora');
  const pin = freshPin('kora', 'processing_then_success');
  const request = { pin, key: 'same' };
  assert.equal((await redeem(session, request)).status, 202);
  const early = await redeem(session, request);
  assert.deepEqual([early.status, isReplay(early), early.body.redemption.status], [202, true, 'processing']);
  await settled(session);
  const later = await redeem(session, request);
  assert.deepEqual([later.status, isReplay(later), later.body.redemption.status], [200, true, 'succeeded']);
  assert.equal(chargesOf(pin).length, 1);
});

// All of them wait for slow answers.
describe('many requests at once', { concurrency: true }, () => {
  for (const provider of ['kora', 'wipay']) {
    test(`${provider}: a request repeated while the first is in flight charges once`, async () => {
      const session = await createSession(provider);
      const pin = freshPin(provider, 'slow');
      const answers = await times(8, () => redeem(session, { pin, key: 'same' }));
      const first = answers.find(({ status }) => status === 200);
      assert.equal(first.body.redemption.status, 'succeeded');
      for (const other of answers.filter((one) => one !== first)) {
        // Before the first request is stored there is nothing to replay.
        if (!isReplay(other)) {
          assertProblem(other, 409, 'payment_in_progress');
          continue;
        }
        assert.equal(other.body.redemption.id, first.body.redemption.id);
        assert.deepEqual([other.status, other.body.redemption.status], [202, 'processing']);
      }
      assert.equal(chargesOf(pin).length, 1);
      assert.equal(debitsOf(pin).length, 1);
    });

    test(`${provider}: ten vouchers at once on one session: one is charged, the others get payment_in_progress`, async () => {
      const session = await createSession(provider);
      const pins = Array.from({ length: 10 }, () => freshPin(provider, 'slow'));
      const answers = await times(10, (i) => redeem(session, { pin: pins[i] }));
      const paid = answers.filter(({ status }) => status === 200);
      assert.equal(paid.length, 1);
      assert.equal(paid[0].body.session.status, 'complete');
      for (const refused of answers.filter((one) => one !== paid[0])) assertProblem(refused, 409, 'payment_in_progress');
      assert.equal(pins.flatMap(chargesOf).length, 1);
      assert.equal(pins.flatMap(debitsOf).length, 1);
      assert.equal((await view(session)).redemptions.length, 1);
    });

    test(`${provider}: one voucher under ten keys at once is charged once`, async () => {
      const session = await createSession(provider);
      const pin = freshPin(provider, 'slow');
      const answers = await times(10, () => redeem(session, { pin }));
      assert.deepEqual(answers.map(({ status }) => status).sort(), [200, ...Array(9).fill(409)]);
      assert.equal(chargesOf(pin).length, 1);
    });
  }

  test('concurrent partial payments never exceed the price', async () => {
    const session = await createSession('kora', { amount: 100_00 });
    const pins = Array.from({ length: 6 }, () => freshPin('kora', 'slow', 60));
    const answers = await times(6, (i) => redeem(session, { pin: pins[i], amount: 60_00 }));
    assert.equal(answers.filter(({ status }) => status === 200).length, 1);
    assertProblem(await redeem(session, { pin: freshPin('kora', 'exact'), amount: 60_00 }), 400, 'amount_above_remaining', 'amount');
    const { amount_received, amount_remaining } = await view(session);
    assert.deepEqual([amount_received, amount_remaining], [60_00, 40_00]);
  });
});

describe('the voucher is claimed while the throttles are asked', () => {
  const inUse = ({ body }) => body.redemption?.decline_code === 'voucher_in_use';
  const tell = async (address) => (await transportTo(held.url)('GET', address)).body.waiting;

  /** Returns a shopper with an address and a phone number of their own, in the provider's country. */
  function shopperOf(provider) {
    const { phone, headers } = freshShopper();
    return { headers, phone: USUAL[provider].contact.phone.slice(0, 6) + phone.slice(-4) };
  }

  /** Begins a payment whose throttles do not answer yet. Returns its `answer`, which is still to come. */
  async function begin(session, pin, shopper = shopperOf(session.provider)) {
    await tell(HOLD);
    const answer = held.redeem(session, { pin, ...shopper });
    await until(() => tell(HOLD), (waiting) => waiting > 0);
    await tell(PASS);
    return { answer };
  }

  /** Pays by a session of its own. */
  async function payElsewhere(pin, provider = 'kora') {
    return held.redeem(await held.createSession(provider), { pin, ...shopperOf(provider) });
  }

  /** Fails unless another session pays by the voucher of a payment whose throttles do not answer. */
  async function assertClaimsLate(session, shopper) {
    const { provider } = session;
    const pin = held.freshPin(provider, 'exact');
    const { answer } = await begin(session, pin, shopper);
    assert.equal((await payElsewhere(pin, provider)).body.session.status, 'complete');
    await tell(RELEASE);
    assert.equal((await answer).body.redemption.status, 'declined');
    assert.equal(held.debitsOf(pin).length, 1);
  }

  test('law 4: another session cannot use it meanwhile, and the first one pays', async () => {
    const pin = held.freshPin('kora', 'exact');
    const { answer } = await begin(await held.createSession('kora'), pin);
    await until(() => payElsewhere(pin), inUse);
    await tell(RELEASE);
    assert.equal((await answer).body.session.status, 'complete');
    assert.equal(held.debitsOf(pin).length, 1);
  });

  test('law 4: when the throttles take too long, the voucher is free, and the late payment claims it again', async () => {
    const pin = held.freshPin('kora', 'exact');
    const session = await held.createSession('kora');
    const { answer } = await begin(session, pin);
    let charged;
    const isCharged = new Promise((resolve) => (charged = resolve));
    let finish;
    const isFinished = new Promise((resolve) => (finish = resolve));
    proxy.rule = async (call, next) => {
      if (!isCharge(call) || !call.body.includes(pin)) return next();
      charged();
      await isFinished;
      return next();
    };
    const paid = until(() => payElsewhere(pin), (one) => !inUse(one), { within: 30_000 });
    await isCharged;
    await tell(RELEASE);
    assert.ok(inUse(await answer), 'the first session does not charge beside the second one');
    finish();
    assert.equal((await paid).body.session.status, 'complete');
    assert.deepEqual([held.debitsOf(pin).length, (await held.view(session)).status], [1, 'open']);
  });

  test('law 4: a late request is not held up by the claim of the one that followed it', async () => {
    const pin = held.freshPin('kora', 'exact');
    const session = await held.createSession('kora');
    const shopper = shopperOf('kora');
    const { answer: late } = await begin(session, pin, shopper);
    await tell(HOLD);
    // Refused as long as the first one is the one that admits.
    const again = until(() => held.redeem(session, { pin, ...shopper }), ({ body }) => body.code !== 'payment_in_progress', { within: 30_000 });
    await until(() => tell(HOLD), (waiting) => waiting > 2, { within: 30_000 });
    await tell(PASS);
    await tell(RELEASE);
    const { body } = await late;
    assert.equal(body.session.status, 'complete', JSON.stringify(body));
    await tell(RELEASE);
    await again;
    assert.equal(held.debitsOf(pin).length, 1);
  });

  test('a session that has failed claims nothing before the throttles have answered', async () => {
    const shopper = shopperOf('kora');
    const session = await held.createSession('kora');
    assert.equal((await held.redeem(session, { pin: held.freshPin('kora', 'not_found'), ...shopper })).body.redemption.status, 'declined');
    await assertClaimsLate(session, shopper);
  });

  test('a session that was refused claims nothing before the throttles have answered', async () => {
    const shopper = shopperOf('kora');
    for (let tries = 0; tries < PHONE_MOST; tries++) {
      await held.redeem(await held.createSession('kora'), { pin: held.freshPin('kora', 'not_found'), ...shopper });
    }
    const session = await held.createSession('kora');
    const pin = held.freshPin('kora', 'exact');
    assertProblem(await held.redeem(session, { pin, ...shopper }), 429, 'too_many_attempts');
    assert.equal((await payElsewhere(pin)).body.session.status, 'complete', 'the refused payment leaves the voucher free');
    await assertClaimsLate(session);
  });
});

closingTests(checkout);
closingTests(held);
