/** Codes of payments that take long, that fail, or that two tabs type: the money is counted once, and the shopper is told the truth. */
import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import { TEST_CODE } from '../../simulator/odm-test-vouchers.mjs';
import { assertProblem } from '../../support/answers.mjs';
import { startCheckout } from '../../support/checkout.mjs';
import { freshKey } from '../../support/client.mjs';
import { pass, startProxy } from '../../support/proxy.mjs';
import { until } from '../../support/until.mjs';
import { USUAL } from '../../support/usual.mjs';
import { closingTests } from '../closing.mjs';

const proxy = await startProxy();
const SETTLING_MS = 9_000;
const checkout = await startCheckout({
  limits: {
    failed_per_minute: 100,
    challenge_resend_ms: 300,
    // Both are over long before a settlement is.
    challenge_ms: 3_000,
    not_found_grace_ms: 3_001,
    provider_timeout_ms: 3_000,
    // Review comes after 15 seconds.
    settle_backoff_ms: Array.from({ length: 30 }, () => 500),
    // The Worker's own limit.
    mask_declines_after: undefined,
    breaker_failures: 2,
  },
  simulator: { processingMs: SETTLING_MS },
  simulatorUrl: proxy.url,
});
proxy.target = checkout.simulator.url;
afterEach(() => (proxy.rule = pass));
after(() => proxy.close());
const { answerChallenge, createSession, debitsOf, freshPin, redeem, settled, shop, shopView, simulator, view } = checkout;

const AMOUNT = USUAL.odm.amount;
const RIGHT = { code: TEST_CODE };
const WRONG = { code: '000000' };
const isVerify = ({ path }) => path.endsWith('/verify');
const isValidation = ({ path }) => path.endsWith('/validate');
const SETTLING = { status: 503, body: '{"message":"Settlement is still in progress"}' };
const claimsOf = (pin) => simulator.books().calls.filter(({ path, body }) => path.endsWith('/claims') && body.includes(pin));

/** Begins a payment up to its code. */
async function begin(scenario = 'balance_left') {
  const session = await createSession('odm');
  const pin = freshPin('odm', scenario);
  const { status, body } = await redeem(session, { pin });
  assert.deepEqual([status, body.redemption.status], [202, 'challenged'], JSON.stringify(body));
  return { session, pin, redemption: body.redemption };
}

test('law 3: a settlement that lasts longer than the code and the grace period is credited, once', async () => {
  const { session, pin, redemption } = await begin('settling_then_completed');
  const { status, body } = await answerChallenge(session, redemption, RIGHT);
  assert.deepEqual([status, body.redemption.status], [202, 'processing']);
  // Until it is over, the voucher pays nothing else.
  await until(() => view(session), () => simulator.books().calls.filter((call) => isVerify(call)).length > 10);
  const elsewhere = await redeem(await createSession('odm'), { pin });
  assert.equal(elsewhere.body.redemption.decline_code, 'voucher_in_use', elsewhere.text);
  assert.equal((await settled(session)).status, 'complete');
  assert.equal((await shopView(session)).redemptions[0].inferred, undefined);
  assert.deepEqual(debitsOf(pin).map(({ amount }) => amount), [AMOUNT]);
});

test('law 3: money spent elsewhere while the code was typed is not credited', async () => {
  const { session, pin, redemption } = await begin();
  proxy.rule = async (call, next) => {
    if (isVerify(call)) return SETTLING;
    const answer = await next();
    if (!isValidation(call)) return answer;
    const voucher = JSON.parse(answer.body);
    return { ...answer, body: JSON.stringify({ ...voucher, remainingBalance: String(voucher.remainingBalance - AMOUNT / 100) }) };
  };
  await answerChallenge(session, redemption, RIGHT);
  const reviewed = await until(() => shopView(session), ({ redemptions }) => redemptions[0].needs_review);
  assert.deepEqual([reviewed.status, reviewed.amount_received, debitsOf(pin).length], ['processing', 0, 0]);
  const path = `/v1/checkout_sessions/${session.id}/redemptions/${redemption.id}/resolve`;
  const { body } = await shop('POST', path, { outcome: 'not_taken', note: 'ODM has no such redemption.' }, freshKey());
  assert.equal(body.status, 'open', JSON.stringify(body));
});

test('settlements in progress are answers: they do not stop the provider’s other payments', async () => {
  const payments = [];
  for (let count = 0; count < 3; count++) payments.push(await begin('settling_then_failed'));
  for (const { session, redemption } of payments) assert.equal((await answerChallenge(session, redemption, RIGHT)).status, 202);
  const { session, redemption } = await begin();
  assert.equal((await answerChallenge(session, redemption, RIGHT)).body.session.status, 'complete');
  for (const one of payments) {
    const { status, redemptions } = await settled(one.session);
    assert.deepEqual([status, redemptions[0].decline_code], ['open', 'provider_unavailable']);
  }
});

test('law 8: the third wrong code is called wrong, where other declines read the same', async () => {
  const { session, redemption } = await begin();
  let answer;
  for (let typed = 0; typed < 3; typed++) answer = await answerChallenge(session, redemption, WRONG);
  assert.deepEqual([answer.status, answer.body.redemption.decline_code], [200, 'code_refused']);
  const { body } = await redeem(session, { pin: freshPin('odm', 'not_found') });
  assert.equal(body.redemption.decline_code, 'voucher_refused');
});

test('two tabs: a right code that is typed while a wrong one is under way is not called wrong, and pays', async () => {
  const { session, pin, redemption } = await begin();
  const held = Promise.withResolvers();
  proxy.rule = async (call, next) => {
    if (isVerify(call)) await held.promise;
    return next();
  };
  const before = proxy.calls.filter(isVerify).length;
  const wrong = answerChallenge(session, redemption, WRONG);
  await until(() => proxy.calls.filter(isVerify).length, (calls) => calls > before);
  const key = freshKey();
  const right = () => answerChallenge(session, redemption, RIGHT, { key });
  assertProblem(await right(), 409, 'payment_in_progress');
  held.resolve();
  assert.equal((await wrong).body.redemption.challenge.tries_left, 2);
  assert.equal((await right()).body.session.status, 'complete');
  assert.equal(debitsOf(pin).length, 1);
});

test('a repeated request for another code sends none', async () => {
  const { session, pin, redemption } = await begin();
  const key = freshKey();
  const resend = () => answerChallenge(session, redemption, { resend: true }, { key });
  await until(resend, ({ status }) => status === 202);
  assert.equal(claimsOf(pin).length, 2);
  const { resend_in: wait } = (await view(session)).redemptions[0].challenge;
  await until(() => view(session), ({ redemptions }) => !(redemptions[0].challenge?.resend_in >= wait));
  assert.equal((await resend()).body.redemption.status, 'challenged');
  assert.equal(claimsOf(pin).length, 2);
});

closingTests(checkout);
