/** Law 4: one voucher, one attempt in flight, worldwide. */
import assert from 'node:assert/strict';
import { after, afterEach, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { HOLD, pass, startProxy } from '../../support/proxy.mjs';
import { startCheckout } from '../../support/checkout.mjs';
import { isCharge } from '../../support/reconciliation/attribution.mjs';
import { SERVER_ERROR } from '../../support/review.mjs';
import { until } from '../../support/until.mjs';
import { closingTests } from '../closing.mjs';

const limits = { provider_timeout_ms: 3_000, failed_per_minute: 100, failed_per_session: 100 };
const { checkout, proxy } = await startBehindProxy(limits);
// A held answer stays in time here, however slow the machine is.
const patient = await startBehindProxy({ ...limits, provider_timeout_ms: 30_000 });
const MASKED_MS = 100;
const masking = await startBehindProxy({ ...limits, provider_timeout_ms: 30_000, mask_declines_after: 1, masked_answer_ms: MASKED_MS });
const { createSession, redeem, view, settled, freshPin, debitsOf } = checkout;

const LEAVES_SOMETHING = { kora: 'change', wipay: 'balance_left', celbux: 'rest_stays' };
const PROVIDERS = Object.keys(LEAVES_SOMETHING);

/** Starts a checkout whose calls to the providers pass a proxy. Returns both. */
async function startBehindProxy(limits) {
  const proxy = await startProxy();
  const checkout = await startCheckout({ limits, simulatorUrl: proxy.url });
  proxy.target = checkout.simulator.url;
  afterEach(() => (proxy.rule = pass));
  after(() => proxy.close());
  return { checkout, proxy };
}

/** Makes the next charge fail, and all calls after it, so that its outcome stays unknown. */
function loseCharge() {
  let isLost = false;
  proxy.rule = (call, next) => {
    isLost ||= isCharge(call);
    return isLost ? SERVER_ERROR : next();
  };
}

/** Fails unless the redemption was refused unsent, because the voucher is in use elsewhere. */
function assertInUse({ status, body }) {
  assert.deepEqual([status, body.redemption.status, body.redemption.decline_code], [200, 'not_sent', 'voucher_in_use']);
  assert.equal(body.session.status, 'open');
}

test('law 8: the masked decline of a voucher in use takes as long as one of the provider, also when its answers are slow', async () => {
  const { checkout, proxy } = masking;
  const { createSession, redeem, freshPin, debitsOf } = checkout;
  const held = freshPin('kora', 'exact');
  let release;
  const isReleased = new Promise((resolve) => (release = resolve));
  proxy.rule = async (call, next) => {
    if (isCharge(call)) await (call.body.includes(held) ? isReleased : pause(10 * MASKED_MS));
    return next();
  };
  const paying = redeem(await createSession('kora'), { pin: held });
  await proxy.received(isCharge);
  const session = await createSession('kora');
  await redeem(session, { pin: freshPin('kora', 'not_found') });
  const timed = async (pin) => {
    const began = performance.now();
    const { body } = await redeem(session, { pin });
    return { took: performance.now() - began, ...body.redemption };
  };
  const [unknown, inUse] = [await timed(freshPin('kora', 'not_found')), await timed(held)];
  assert.deepEqual([inUse.status, inUse.decline_code], [unknown.status, unknown.decline_code]);
  assert.ok(inUse.took > 0.7 * unknown.took && inUse.took < 1.5 * unknown.took, `${inUse.took} and ${unknown.took} ms`);
  release();
  assert.equal((await paying).body.session.status, 'complete');
  assert.equal(debitsOf(held).length, 1);
});

for (const provider of PROVIDERS) {
  describe(provider, () => {
    test('law 4: a voucher used by eight sessions at once is charged once', async () => {
      const { checkout, proxy } = patient;
      const { createSession, redeem, freshPin, callsWith, debitsOf } = checkout;
      const pin = freshPin(provider, 'exact', 125);
      let release;
      const held = new Promise((resolve) => (release = resolve));
      proxy.rule = async (call, next) => {
        if (isCharge(call)) await held;
        return next();
      };
      const sessions = await Promise.all(Array.from({ length: 8 }, () => createSession(provider, { amount: 120_00 })));
      let told = 0;
      const answers = sessions.map((session) => redeem(session, { pin }).then((answer) => (told++, answer)));
      await until(() => told, (count) => count === 7);
      release();
      const all = await Promise.all(answers);
      assert.deepEqual(all.map(({ body }) => body.redemption.status).sort(), [...Array(7).fill('not_sent'), 'succeeded']);
      all.filter(({ body }) => body.redemption.status === 'not_sent').forEach(assertInUse);
      assert.deepEqual([callsWith(pin).filter(isCharge).length, debitsOf(pin).length], [1, 1]);
    });

    test('law 4: an unknown outcome locks the voucher for other sessions, and its resolution unlocks it', async () => {
      const pin = freshPin(provider, LEAVES_SOMETHING[provider]);
      loseCharge();
      const [one, two] = [await createSession(provider), await createSession(provider)];
      assert.equal((await redeem(one, { pin })).body.redemption.status, 'unknown');
      assertInUse(await redeem(two, { pin }));
      proxy.rule = pass;
      assert.equal((await settled(one)).redemptions[0].decline_code, 'not_charged');
      // Nothing was sent for the one that had to wait, so it tries again.
      const { body } = await redeem(two, { pin });
      assert.equal(body.redemption.status, 'succeeded');
      assert.deepEqual([(await view(one)).amount_received, debitsOf(pin).length], [0, 1]);
    });
  });
}

test('law 4: the lock holds after a power cut, and while the sealing key is rotated', async () => {
  const pin = freshPin('wipay', 'balance_left');
  proxy.rule = (call, next) => (isCharge(call) ? HOLD : next());
  const one = await createSession('wipay');
  redeem(one, { pin }).catch(() => undefined);
  await until(() => proxy.calls.filter((call) => isCharge(call) && call.body.includes(pin)).length, (count) => count === 1);
  const newer = Buffer.alloc(32, 9).toString('base64');
  // The provider answers nothing from here on, so the outcome stays open until the other session tries, however long the restart
  // takes.
  proxy.rule = () => HOLD;
  await checkout.restart({ SEALING_KEY: `${newer} ${checkout.settings.SEALING_KEY}` });
  const two = await createSession('wipay');
  assertInUse(await redeem(two, { pin }));
  proxy.rule = pass;
  await settled(one);
  assert.equal((await redeem(two, { pin })).body.redemption.status, 'succeeded');
  assert.equal(debitsOf(pin).length, 1);
});

test('law 4: one charge is not credited to both a lost payment and a later one', async () => {
  const pin = freshPin('wipay', 'balance_left', 125);
  const [one, two] = [await createSession('wipay'), await createSession('wipay')];
  let lost = 0;
  proxy.rule = (call, next) => (isCharge(call) && lost++ === 0 ? { status: 502, body: '' } : next());
  assert.equal((await redeem(one, { pin })).body.redemption.status, 'unknown');
  // The other session keeps trying; its charge of the same amount can come only after the first outcome is known.
  await until(() => redeem(two, { pin }), ({ body }) => body.redemption.status === 'succeeded', { within: 60_000 });
  const first = await settled(one);
  assert.deepEqual([first.amount_received, first.redemptions[0].decline_code], [0, 'not_charged']);
  assert.equal(debitsOf(pin).length, 1);
});

test('law 4: a PIN in another spelling is the same voucher', async () => {
  const pin = freshPin('wipay', 'balance_left');
  loseCharge();
  const [one, two] = [await createSession('wipay'), await createSession('wipay')];
  await redeem(one, { pin });
  assertInUse(await redeem(two, { pin: pin.toUpperCase() }));
  proxy.rule = pass;
  await settled(one);
});

closingTests(checkout);
closingTests(patient.checkout);
closingTests(masking.checkout);
