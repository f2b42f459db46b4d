/**
 * Law 2: a charge is stored before it is sent, an outcome before it is reported. The Worker is killed while the provider's answer is
 * outstanding, and settles the payment from its stored state.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { assertProblem, lasting } from '../../support/answers.mjs';
import { HOLD, pass, startProxy } from '../../support/proxy.mjs';
import { startCheckout } from '../../support/checkout.mjs';
import { isCharge } from '../../support/reconciliation/attribution.mjs';
import { closingTests } from '../closing.mjs';

const proxy = await startProxy();
const checkout = await startCheckout({ simulatorUrl: proxy.url, limits: { provider_timeout_ms: 10_000 } });
const { createSession, redeem, view, shopView, settled, freshPin, debitsOf } = checkout;
proxy.target = checkout.simulator.url;
after(() => proxy.close());

const isCheck = ({ path }) => path.endsWith('/voucher_check');

/** Payments in flight when the power fails, with the outstanding call, and whether the money moves. */
const UNDER_WAY = [
  { name: 'Kora, money moved', provider: 'kora', at: isCharge, moves: true, ends: 'succeeded' },
  { name: 'Kora, money not moved', provider: 'kora', at: isCharge, moves: false, ends: 'declined', code: 'not_charged' },
  { name: 'WiPay, money moved', provider: 'wipay', at: isCharge, moves: true, ends: 'succeeded' },
  { name: 'WiPay, money not moved', provider: 'wipay', at: isCharge, moves: false, ends: 'declined', code: 'not_charged' },
  { name: 'WiPay, before the payment', provider: 'wipay', at: isCheck, moves: false, ends: 'not_sent', code: 'provider_unavailable' },
];

describe('law 2: after a power cut', { concurrency: true }, () => {
  /** Payments whose outcome the browser received before the power cut. */
  const told = [];

  before(async () => {
    for (const scenario of ['change', 'not_found']) {
      const session = await createSession('kora');
      await redeem(session, { pin: freshPin('kora', scenario) });
      told.push({ session, view: await view(session) });
    }
    const twice = await createSession('kora');
    for (const amount of [100_00, undefined]) await redeem(twice, { pin: freshPin('kora', 'exact'), amount });
    told.push({ session: twice, view: await view(twice) });
    for (const one of UNDER_WAY) Object.assign(one, { pin: freshPin(one.provider, one.provider === 'kora' ? 'change' : 'balance_left'), key: one.name.replace(/\W/g, '-') });
    proxy.rule = async (call, next) => {
      const one = UNDER_WAY.find(({ pin, at }) => call.body.includes(pin) && at(call));
      if (!one) return next();
      one.received = call;
      if (one.moves) await next();
      return HOLD;
    };
    await Promise.all(UNDER_WAY.map(async (one) => (one.session = await createSession(one.provider))));
    const asked = UNDER_WAY.map(({ session, pin, key }) => redeem(session, { pin, key }).then(({ status }) => `was told ${status}`, () => 'was told nothing'));
    await Promise.all(UNDER_WAY.map(({ pin, at }) => proxy.received((call) => call.body.includes(pin) && at(call))));
    await checkout.restart();
    proxy.rule = pass;
    assert.deepEqual(await Promise.all(asked), UNDER_WAY.map(() => 'was told nothing'));
    // The stored state, before any further call.
    await Promise.all(UNDER_WAY.map(async (one) => (one.found = await shopView(one.session))));
  });

  for (const one of UNDER_WAY) {
    test(`${one.name}: the attempt and its reference are stored`, () => {
      const { status, redemptions, amount_received } = one.found;
      assert.deepEqual([status, redemptions.length, amount_received], ['processing', 1, 0]);
      assert.match(redemptions[0].status, /^(processing|unknown)$/);
      assert.match(redemptions[0].provider_reference, /^[0-9a-f]{32}-1$/);
      if (one.provider === 'kora') assert.equal(redemptions[0].provider_reference, JSON.parse(one.received.body).reference);
    });

    test(`${one.name}: a repeated request sends nothing, another voucher has to wait, and the outcome is looked up`, async () => {
      const again = await redeem(one.session, { pin: one.pin, key: one.key });
      assert.deepEqual([again.status, again.headers.get('idempotent-replayed')], [202, 'true']);
      assertProblem(await redeem(one.session, { pin: freshPin(one.provider, 'exact') }), 409, 'payment_in_progress');

      const { redemptions, amount_received, status } = await settled(one.session);
      assert.deepEqual([redemptions.length, redemptions[0].status, redemptions[0].decline_code], [1, one.ends, one.code]);
      assert.deepEqual([status, amount_received], one.moves ? ['complete', one.session.amount] : ['open', 0]);
      assert.equal(debitsOf(one.pin).length, one.moves ? 1 : 0);
      // Only the answer to the charge, or a webhook, has the change voucher.
      if (one.moves && one.provider === 'kora') assert.equal(redemptions[0].change_unknown, true);
      const sent = proxy.calls.filter((call) => isCharge(call) && call.body.includes(one.pin));
      assert.equal(sent.length, one.at === isCheck ? 0 : 1, 'the charge is sent once in total, before and after the cut');
    });
  }

  test('outcomes that the browser received stay, with the change voucher and the ends of PINs', async () => {
    assert.notEqual(told[0].view.redemptions[0].change, undefined);
    for (const { pin_end } of told[2].view.redemptions) assert.match(pin_end, /^\d{4}$/);
    for (const { session, view: before } of told) assert.deepEqual(lasting(await view(session)), lasting(before));
  });
});

describe('a browser that leaves while its voucher is being charged', { concurrency: true }, () => {
  for (const [provider, at, scenario] of [['kora', isCharge, 'change'], ['wipay', isCharge, 'balance_left'], ['wipay', isCheck, 'balance_left']]) {
    test(`${provider}, ${at.name}: the payment is settled, and charged at most once`, async () => {
      const session = await createSession(provider);
      const pin = freshPin(provider, scenario);
      const leaving = new AbortController();
      const before = proxy.rule;
      proxy.rule = async (call, next) => {
        if (!call.body.includes(pin) || !at(call) || leaving.signal.aborted) return before(call, next);
        leaving.abort();
        return next();
      };
      await assert.rejects(redeem(session, { pin, signal: leaving.signal }), { name: 'AbortError' });
      const { redemptions } = await settled(session);
      const taken = debitsOf(pin).length;
      assert.equal(redemptions.length, 1);
      assert.equal(redemptions[0].status, taken ? 'succeeded' : 'not_sent');
      assert.ok(taken <= 1 && (taken === 1 || at === isCheck));
    });
  }
});

closingTests(checkout);
