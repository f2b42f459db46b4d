/** Payments with ODM's vouchers: a code goes to the voucher's owner, and the money is taken when the shopper types it. */
import assert from 'node:assert/strict';
import { after, afterEach, describe, test } from 'node:test';
import { TEST_CODE } from '../../../simulator/odm-test-vouchers.mjs';
import { assertProblem } from '../../../support/answers.mjs';
import { startCheckout } from '../../../support/checkout.mjs';
import { freshKey } from '../../../support/client.mjs';
import { pass, startProxy } from '../../../support/proxy.mjs';
import { until } from '../../../support/until.mjs';
import { USUAL } from '../../../support/usual.mjs';
import { closingTests } from '../../closing.mjs';

const proxy = await startProxy();
const LIMITS = { failed_per_minute: 100, failed_per_session: 100, challenge_ms: 15_000, challenge_resend_ms: 3_000 };
const checkout = await startCheckout({ limits: LIMITS, simulatorUrl: proxy.url });
proxy.target = checkout.simulator.url;
afterEach(() => (proxy.rule = pass));
after(() => proxy.close());
const { answerChallenge, cancel, createSession, debitsOf, freshPin, redeem, settled, shopView, simulator, view } = checkout;

const AMOUNT = USUAL.odm.amount;
const RIGHT = { code: TEST_CODE };
const WRONG = { code: '000000' };
const isVerify = ({ path }) => path.endsWith('/verify');
const isClaim = ({ path }) => path.endsWith('/claims');
const claimsOf = (pin) => simulator.books().calls.filter((call) => isClaim(call) && call.body.includes(pin));
/** Returns the calls that sent a code for this voucher. */
function codesOf(pin) {
  const ids = simulator.books().providers.odm.claims.filter((claim) => claim.voucher_code === pin).map(({ id }) => `/claims/${id}/`);
  return proxy.calls.filter(({ path }) => ids.some((id) => path.includes(id)));
}

/** Begins a payment up to its code. */
async function begin(scenario = 'balance_left', face) {
  const session = await createSession('odm');
  const pin = freshPin('odm', scenario, face);
  const { status, body } = await redeem(session, { pin });
  assert.deepEqual([status, body.redemption.status, body.session.status], [202, 'challenged', 'processing'], JSON.stringify(body));
  return { session, pin, redemption: body.redemption };
}

const only = async (session) => (await view(session)).redemptions.at(-1);

test('the code pays, once, and the rest stays on the voucher', async () => {
  const { session, pin, redemption } = await begin();
  const { expires_in, resend_in, ...challenge } = redemption.challenge;
  assert.deepEqual(challenge, { sent_to: '67', tries_left: 3 });
  assert.ok(expires_in > 0 && expires_in <= 15);
  assert.ok(resend_in >= 1 && resend_in <= 3);
  assert.deepEqual(debitsOf(pin), [], 'a claim takes nothing');
  assert.equal((await shopView(session)).redemptions[0].status, 'challenged');
  const { status, body } = await answerChallenge(session, redemption, RIGHT);
  assert.deepEqual([status, body.redemption.status, body.session.status], [200, 'succeeded', 'complete']);
  assert.equal(body.redemption.voucher_balance, 251_00);
  assert.deepEqual(debitsOf(pin).map(({ amount }) => amount), [AMOUNT]);
  assert.match((await shopView(session)).redemptions[0].provider_transaction, /^TB-/);
});

test('nothing of the voucher’s owner but two digits reaches the browser or the shop', async () => {
  const { session, redemption } = await begin();
  const seen = JSON.stringify([await view(session), await shopView(session), redemption]);
  assert.equal(/251911234567|Abebe/.test(seen), false);
});

test('a wrong code can be typed again; the third one ends the payment, and the session takes another voucher', async () => {
  const { session, pin, redemption } = await begin();
  for (const left of [2, 1]) {
    const { status, body } = await answerChallenge(session, redemption, WRONG);
    assert.deepEqual([status, body.redemption.status, body.redemption.challenge.tries_left], [202, 'challenged', left]);
  }
  const { status, body } = await answerChallenge(session, redemption, WRONG);
  assert.deepEqual([status, body.redemption.status, body.redemption.decline_code], [200, 'declined', 'code_refused']);
  assert.equal(body.session.status, 'open');
  assert.deepEqual(debitsOf(pin), []);
  const again = await redeem(session, { pin });
  assert.equal(again.body.redemption.status, 'challenged');
  await answerChallenge(session, again.body.redemption, RIGHT);
  assert.equal((await view(session)).status, 'complete');
});

test('a right code after a wrong one pays', async () => {
  const { session, redemption, pin } = await begin();
  await answerChallenge(session, redemption, WRONG);
  const { body } = await answerChallenge(session, redemption, RIGHT);
  assert.equal(body.redemption.status, 'succeeded');
  assert.equal(debitsOf(pin).length, 1);
});

test('what cannot be a code is refused, and reaches no provider', async () => {
  const { session, pin, redemption } = await begin();
  for (const code of ['', '12345', '1234567', 'abcdef', '12345x']) {
    const answer = await answerChallenge(session, redemption, { code });
    assertProblem(answer, 400, 'code_invalid', 'code');
  }
  assertProblem(await answerChallenge(session, redemption, {}), 400, 'field_missing', 'code');
  assertProblem(await answerChallenge(session, redemption, { code: 123456 }), 400, 'field_invalid', 'code');
  assertProblem(await answerChallenge(session, redemption, { code: '123456', pin: '1' }), 400, 'field_unknown', 'pin');
  assertProblem(await answerChallenge(session, { id: `rd_${'0'.repeat(32)}` }, RIGHT), 404, 'redemption_not_found');
  assertProblem(await answerChallenge(session, { id: 'x' }, RIGHT), 404, 'redemption_not_found');
  assertProblem(await answerChallenge({ ...session, client_secret: 'x' }, redemption, RIGHT), 401, 'client_secret_invalid');
  assert.equal(codesOf(pin).length, 0);
  await cancel(session);
});

test('the same key is answered with the state; with another code it is refused', async () => {
  const { session, pin, redemption } = await begin();
  const key = freshKey();
  await answerChallenge(session, redemption, RIGHT, { key });
  const { status, body, headers } = await answerChallenge(session, redemption, RIGHT, { key });
  assert.deepEqual([status, body.redemption.status, headers.get('idempotent-replayed')], [200, 'succeeded', 'true']);
  assertProblem(await answerChallenge(session, redemption, WRONG, { key }), 422, 'idempotency_mismatch');
  assert.deepEqual([debitsOf(pin).length, codesOf(pin).length], [1, 1]);
});

test('two tabs type the code at once: it is sent once', async () => {
  const { session, pin, redemption } = await begin();
  const answers = await Promise.all(Array.from({ length: 6 }, () => answerChallenge(session, redemption, RIGHT)));
  for (const { status } of answers) assert.ok([200, 202, 409].includes(status), String(status));
  await until(() => view(session), ({ status }) => status === 'complete');
  assert.deepEqual([debitsOf(pin).length, codesOf(pin).length], [1, 1]);
});

test('another code is sent after a pause, three at most, and pays', async () => {
  const { session, pin, redemption } = await begin();
  assertProblem(await answerChallenge(session, redemption, { resend: true }), 429, 'too_many_attempts');
  for (const sent of [2, 3]) {
    const { body } = await until(() => answerChallenge(session, redemption, { resend: true }), ({ status }) => status === 202);
    assert.equal(body.redemption.status, 'challenged');
    assert.equal(claimsOf(pin).length, sent);
  }
  assert.equal((await only(session)).challenge.resend_in, undefined);
  assertProblem(await answerChallenge(session, redemption, { resend: true }), 429, 'too_many_attempts');
  const keys = claimsOf(pin).map(({ headers }) => headers['idempotency-key']);
  assert.equal(new Set(keys).size, 3);
  const { body } = await answerChallenge(session, redemption, RIGHT);
  assert.equal(body.redemption.status, 'succeeded');
  assert.equal(debitsOf(pin).length, 1);
});

test('without a code the payment ends, nothing is taken, and the same voucher pays again', async () => {
  const { session, pin } = await begin();
  const ended = await until(() => view(session), ({ status }) => status === 'open');
  assert.deepEqual([ended.redemptions[0].status, ended.redemptions[0].decline_code], ['not_sent', 'code_not_entered']);
  assert.deepEqual(debitsOf(pin), []);
  const { body } = await redeem(session, { pin });
  assert.equal(body.redemption.status, 'challenged');
  await cancel(session);
});

test('another voucher takes the place of one whose code was not typed', async () => {
  const { session, pin } = await begin();
  const other = freshPin('odm', 'balance_left');
  const { body } = await redeem(session, { pin: other });
  assert.equal(body.redemption.status, 'challenged');
  assert.deepEqual(body.session.redemptions.map(({ status }) => status), ['not_sent', 'challenged']);
  await answerChallenge(session, body.redemption, RIGHT);
  assert.deepEqual([debitsOf(pin).length, debitsOf(other).length], [0, 1]);
});

test('a canceled session takes no code', async () => {
  const { session, pin, redemption } = await begin();
  await cancel(session);
  const answer = await answerChallenge(session, redemption, RIGHT);
  assert.ok(answer.status === 409 || answer.body.redemption.status === 'not_sent', JSON.stringify(answer.body));
  await until(() => only(session), ({ status }) => status === 'not_sent');
  assert.equal(codesOf(pin).length, 0);
});

test('law 4: a voucher that waits for its code pays in no other session', async () => {
  const { session, pin } = await begin();
  const other = await createSession('odm');
  const { body } = await redeem(other, { pin });
  assert.deepEqual([body.redemption.status, body.redemption.decline_code], ['not_sent', 'voucher_in_use']);
  await cancel(session);
});

describe('refused before a claim', () => {
  const REFUSED = { not_found: 'voucher_not_found', used: 'voucher_used', too_small: 'insufficient_funds', expired: 'voucher_refused', restricted_elsewhere: 'voucher_refused' };
  for (const [scenario, code] of Object.entries(REFUSED)) {
    test(scenario, async () => {
      const session = await createSession('odm');
      const pin = freshPin('odm', scenario);
      const { status, body } = await redeem(session, { pin });
      assert.deepEqual([status, body.redemption.status, body.redemption.decline_code], [200, 'declined', code]);
      assert.deepEqual(claimsOf(pin), []);
      if (scenario === 'too_small') assert.deepEqual([body.redemption.voucher_balance, body.redemption.usable], [10_00, 10_00]);
    });
  }
});

describe('a claim that is not confirmed takes nothing', () => {
  for (const scenario of ['claim_silent', 'claim_unlisted']) {
    test(scenario, async () => {
      const session = await createSession('odm');
      const pin = freshPin('odm', scenario);
      const { status, body } = await redeem(session, { pin });
      assert.deepEqual([status, body.redemption.status, body.redemption.decline_code], [200, 'not_sent', 'provider_unavailable']);
      assert.deepEqual([body.session.status, debitsOf(pin).length], ['open', 0]);
    });
  }
});

describe('law 3: a code without an answer is sent again under the same key until the outcome is known', () => {
  const taken = ['processing_409', 'slow', 'settling_then_completed', 'error_before', 'error_after', 'silent_before', 'silent_after', 'cut_before', 'cut_after', 'html_before', 'html_after', 'unlisted_before', 'unlisted_after'];
  for (const scenario of taken) {
    test(scenario, async () => {
      const { session, pin, redemption } = await begin(scenario);
      await answerChallenge(session, redemption, RIGHT);
      const { status } = await settled(session);
      assert.equal(status, 'complete');
      assert.deepEqual(debitsOf(pin).map(({ amount }) => amount), [AMOUNT]);
      const keys = new Set(codesOf(pin).map(({ headers }) => headers['idempotency-key']));
      assert.equal(keys.size, 1);
    });
  }

  test('settling_then_failed', async () => {
    const { session, pin, redemption } = await begin('settling_then_failed');
    await answerChallenge(session, redemption, RIGHT);
    const { status, redemptions } = await settled(session);
    assert.deepEqual([status, redemptions[0].status], ['open', 'declined']);
    assert.deepEqual(debitsOf(pin), []);
  });
});

test('a code that is no longer valid, and a claim that allows one try, end without a charge', async () => {
  for (const scenario of ['code_expired', 'one_try']) {
    const { session, pin, redemption } = await begin(scenario);
    for (let typed = 1; typed <= 3; typed++) await answerChallenge(session, redemption, scenario === 'one_try' && typed > 1 ? RIGHT : WRONG);
    assert.equal((await only(session)).decline_code, 'code_refused');
    assert.deepEqual(debitsOf(pin), []);
  }
});

test('a voucher that is restricted to this merchant pays', async () => {
  const { session, redemption } = await begin('restricted_here');
  const { body } = await answerChallenge(session, redemption, RIGHT);
  assert.equal(body.session.status, 'complete');
});

closingTests(checkout);
