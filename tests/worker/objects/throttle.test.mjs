/** The limits on failed tries of an address and of a phone number, over all sessions. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertProblem } from '../../support/answers.mjs';
import { startCheckout } from '../../support/checkout.mjs';
import { withCookies } from '../../support/cookies.mjs';
import { solve } from '../../support/puzzle.mjs';
import { freshShoppers } from '../../support/usual.mjs';
import { closingTests } from '../closing.mjs';
import { readPage } from '../html.mjs';

const PHONE_MOST = 4;
const SOFT = 3;
const HARD = 8;
const BITS = 8;
const checkout = await startCheckout({
  limits: {
    failed_per_minute: 1_000,
    failed_per_session: 1_000,
    phone_failed_per_minute: PHONE_MOST,
    address_failed_per_hour: SOFT,
    address_failed_per_minute: HARD,
    address_failed_per_hour_most: HARD,
    proof_bits: BITS,
    provider_timeout_ms: 10_000,
  },
});
const { url, send, typed, createSession, redeem, view, freshPin, freshKey, callsWith, restart } = checkout;
const freshShopper = freshShoppers();
/** An address or a phone number that no other test uses. */
const freshAddress = () => ({ headers: freshShopper().headers });
const freshPhone = () => ({ phone: freshShopper().phone });

/** Makes this many sessions fail once each. */
async function fail(times, shopper) {
  for (let time = 0; time < times; time++) {
    const answer = await tryOnce(await createSession('kora'), 'not_found', shopper());
    assert.deepEqual([answer.status, answer.body.redemption?.status], [200, 'declined'], answer.text);
  }
}

const tryOnce = (session, scenario, shopper) => redeem(session, { pin: freshPin('kora', scenario), ...shopper });

/** Sends the same try again with a proof. */
const withProof = ({ headers, ...shopper }, proof) => ({ ...shopper, headers: { ...headers, 'proof-of-work': proof } });

test('law 8: a phone number waits after too many failures, whatever session and address it comes from', async () => {
  const phone = freshPhone();
  await fail(PHONE_MOST, () => ({ ...freshAddress(), ...phone }));
  const session = await createSession('kora');
  const pin = freshPin('kora', 'exact');
  const refused = await redeem(session, { pin, ...freshAddress(), ...phone });
  assertProblem(refused, 429, 'too_many_attempts');
  assert.ok(refused.body.retry_after >= 1 && refused.body.retry_after <= 60, refused.text);
  assert.deepEqual(callsWith(pin), [], 'nothing is sent');
  const other = await redeem(session, { pin, ...freshAddress(), ...freshPhone() });
  assert.equal(other.body.session?.status, 'complete', other.text);
});

test('law 8: a burst of tries counts before its outcomes are known', async () => {
  const phone = freshPhone();
  const sessions = await Promise.all(Array.from({ length: 5 * PHONE_MOST }, () => createSession('kora')));
  const answers = await Promise.all(sessions.map((session) => tryOnce(session, 'not_found', { ...freshAddress(), ...phone })));
  const sent = answers.filter(({ status }) => status === 200);
  assert.equal(sent.length, PHONE_MOST);
  for (const answer of answers.filter((one) => !sent.includes(one))) assertProblem(answer, 429, 'too_many_attempts');
});

test('payments that succeed do not count', async () => {
  const shopper = freshShopper();
  for (let time = 0; time < HARD + 2; time++) {
    const answer = await tryOnce(await createSession('kora'), 'exact', shopper);
    assert.equal(answer.body.session?.status, 'complete', answer.text);
  }
});

test('law 8: past its soft limit an address pays with a proof of work, and past the hard one it waits', async () => {
  const address = freshAddress();
  const shopper = () => ({ ...address, ...freshPhone() });
  await fail(SOFT, shopper);
  const session = await createSession('kora');
  const one = { pin: freshPin('kora', 'exact'), key: freshKey(), ...shopper() };
  const asked = await redeem(session, one);
  assertProblem(asked, 429, 'proof_required');
  assert.equal(asked.body.retry_after, 60);
  assert.deepEqual(callsWith(one.pin), [], 'nothing is sent');
  assert.deepEqual((await view(session)).redemptions, []);

  const { puzzle } = asked.body;
  const other = { pin: freshPin('kora', 'exact'), key: freshKey(), ...shopper() };
  const wrong = [`${puzzle}:`, puzzle.replace(`.${BITS}.`, '.0.'), 'nonsense'];
  for (const proof of wrong) assertProblem(await redeem(session, withProof(one, proof)), 429, 'proof_required');
  assertProblem(await redeem(session, withProof(other, solve(puzzle))), 429, 'proof_required', undefined, 'a proof is for one try');
  const paid = await redeem(session, withProof(one, solve(puzzle)));
  assert.equal(paid.body.session?.status, 'complete', paid.text);

  for (let time = SOFT; time < HARD; time++) {
    const session = await createSession('kora');
    const guess = { pin: freshPin('kora', 'not_found'), key: freshKey(), ...shopper() };
    const { body } = await redeem(session, guess);
    assert.equal((await redeem(session, withProof(guess, solve(body.puzzle)))).body.redemption?.status, 'declined');
  }
  const last = await tryOnce(await createSession('kora'), 'exact', shopper());
  assertProblem(last, 429, 'too_many_attempts');
  assert.ok(last.body.retry_after > 60 && last.body.retry_after <= 3_600, last.text);
  const elsewhere = await tryOnce(await createSession('kora'), 'exact', freshShopper());
  assert.equal(elsewhere.body.session?.status, 'complete', elsewhere.text);
});

test('law 8: an IPv6 network is one address', async () => {
  const network = (host) => ({ headers: { 'cf-connecting-ip': `2001:db8:7:7::${host}` } });
  let host = 0;
  await fail(SOFT, () => ({ ...network((++host).toString(16)), ...freshPhone() }));
  const session = await createSession('kora');
  assertProblem(await tryOnce(session, 'exact', { ...network('ffff'), ...freshPhone() }), 429, 'proof_required');
  const next = { headers: { 'cf-connecting-ip': '2001:db8:7:8::1' } };
  assert.equal((await tryOnce(session, 'exact', { ...next, ...freshPhone() })).body.session?.status, 'complete');
});

test('without JavaScript a shopper past the soft limit waits for a minute instead', async () => {
  const { headers } = freshAddress();
  await fail(SOFT, () => ({ headers, ...freshPhone() }));
  const session = await createSession('kora');
  const browser = withCookies(send);
  const path = session.url.slice(url.length);
  const pin = freshPin('kora', 'exact');
  typed.add(pin);
  const post = async (form) => {
    const body = new URLSearchParams({ ...form.values, pin, phone: freshPhone().phone, email: 'thandi@example.com' }).toString();
    return browser('POST', path, { body, headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' } });
  };
  const { form } = readPage(await browser('GET', path, { headers }));
  const asked = readPage(await post(form));
  assert.match(asked.words, /60 seconds/);
  assert.equal(asked.form.values.attempt, form.values.attempt);
  assert.ok(asked.form.values.proof);
  // A try before the wait is over does not extend it.
  const impatient = readPage(await post(asked.form));
  assert.equal(impatient.form.values.proof, asked.form.values.proof);
  assert.deepEqual(callsWith(pin), [], 'nothing is sent');
  await restart(undefined, 61_000);
  assert.equal((await post(impatient.form)).status, 303);
  assert.equal((await view(session)).status, 'complete');
});

closingTests(checkout);
