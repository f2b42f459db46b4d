/** Turnstile while a provider's brake is on: a person need not wait for the next try. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { assertProblem } from '../../support/answers.mjs';
import { startCheckout } from '../../support/checkout.mjs';
import { solve } from '../../support/puzzle.mjs';
import { startTurnstile } from '../../support/turnstile.mjs';
import { until } from '../../support/until.mjs';
import { freshShoppers } from '../../support/usual.mjs';
import { closingTests } from '../closing.mjs';

const turnstile = await startTurnstile();
after(() => turnstile.close());
const checkout = await startCheckout({
  limits: { brake_after_failed: 1, address_failed_per_hour: 1, provider_timeout_ms: 10_000 },
  vars: turnstile.vars,
});
const { lines, send, createSession, redeem, view, freshPin, callsWith } = checkout;
const freshShopper = freshShoppers();

/** Returns a session that has just failed, with its shopper: the brake holds it back for a minute. */
async function braked() {
  const [session, shopper] = [await createSession('kora'), freshShopper()];
  const { body } = await redeem(session, { pin: freshPin('kora', 'not_found'), ...shopper });
  assert.equal(body.redemption.status, 'declined');
  return { session, shopper };
}

/** Tries to pay, with a proof if one is given. */
function pay({ session, shopper }, proof, pin = freshPin('kora', 'exact')) {
  const headers = { ...shopper.headers, ...(proof && { 'proof-of-work': proof }) };
  return redeem(session, { pin, ...shopper, headers });
}

/** Fails unless the shopper is asked to show that a person is there, or to wait. */
function assertAsked(answer) {
  assertProblem(answer, 429, 'proof_required');
  assert.equal(answer.body.puzzle, `${turnstile.origin}/turnstile/v0/api.js?render=explicit#${turnstile.site}`);
  assert.ok(answer.body.retry_after > 30 && answer.body.retry_after <= 60, answer.text);
}

test('law 8: while the brake is on, a person pays at once, and one token is good for one try', async () => {
  const one = await braked();
  const pin = freshPin('kora', 'exact');
  assertAsked(await pay(one, undefined, pin));
  assert.deepEqual([callsWith(pin), turnstile.asked], [[], []], 'nothing is sent anywhere');
  const token = turnstile.token(one.session);
  const wrong = await pay(one, token, freshPin('kora', 'not_found'));
  assert.equal(wrong.body.redemption.status, 'declined', wrong.text);
  assertAsked(await pay(one, token));
  // The address needs a proof of work by now; a person needs none.
  const paid = await pay(one, turnstile.token(one.session), pin);
  assert.deepEqual([paid.status, paid.body.session?.status], [200, 'complete'], paid.text);
});

test('law 8: the token of another session, a made-up one, a proof of work and the puzzle itself count as none', async () => {
  const [one, other] = [await braked(), await braked()];
  const asked = turnstile.asked.length;
  for (const proof of [turnstile.token(other.session), '0.made-up']) assertAsked(await pay(one, proof));
  assert.equal(turnstile.asked.length, asked + 2);
  for (const reason of ['of another session, or of none', 'timeout-or-duplicate']) {
    await until(() => lines.some((line) => line.includes(`"event":"turnstile"`) && line.includes(`"reason":"${reason}"`)), Boolean);
  }
  const { puzzle } = (await pay(one)).body;
  for (const proof of [puzzle, `${puzzle}:`, solve('1764504000000.1.mac')]) assertAsked(await pay(one, proof));
  assert.equal(turnstile.asked.length, asked + 2, 'Cloudflare is asked about tokens only');
  assert.equal((await view(one.session)).redemptions.length, 1);
});

test('law 8: without an answer of Turnstile the shopper waits', async () => {
  const one = await braked();
  turnstile.isSilent = true;
  try {
    assertAsked(await pay(one, turnstile.token(one.session)));
  } finally {
    turnstile.isSilent = false;
  }
});

test('the pages allow its script and frame only where the widget runs', async () => {
  const session = await createSession('kora');
  const policy = async (path) => (await send('GET', path, { headers: { accept: 'text/html' } })).headers.get('content-security-policy');
  const allows = new RegExp(`script-src 'self' 'wasm-unsafe-eval' ${turnstile.origin}; connect-src 'self'; frame-src ${turnstile.origin};`);
  const { pathname, search } = new URL(session.url);
  // As of a browser without cookies, so that the page does not redirect.
  const hosted = `${pathname}${search}&c=0`;
  assert.match(await policy(hosted), allows);
  assert.match(await policy(`/embed/${session.id}`), allows);
  assert.ok(!(await policy(`${hosted}&plain`)).includes(turnstile.origin));
});

closingTests(checkout);
