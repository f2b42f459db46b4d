/** A crowd at WiPay, whose calls are few: a phone number that does not wait as it was told comes after the shoppers who do. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertProblem } from '../../support/answers.mjs';
import { startCheckout } from '../../support/checkout.mjs';
import { until } from '../../support/until.mjs';
import { closingTests } from '../closing.mjs';

const checkout = await startCheckout({
  limits: { provider_calls_per_period: undefined, phone_failed_per_minute: 100, provider_timeout_ms: 10_000 }, simulator: { wipayCalls: 5 },
});
const { createSession, redeem, freshPin, restart } = checkout;
let addresses = 0;

/** Tries a voucher in a new session from a new address. */
async function tryOnce(phone, scenario) {
  const headers = { 'cf-connecting-ip': `10.1.${++addresses >> 8}.${addresses & 255}` };
  return redeem(await createSession('wipay'), { pin: freshPin('wipay', scenario), phone, headers });
}

const GUESSER = '8686220001';
const guess = () => tryOnce(GUESSER, 'not_found');
const isAdmitted = ({ status }) => status === 200;

test('law 8: a guesser who hammers leaves the calls of a payment to a shopper who has just come', async () => {
  // The first guesses take the calls, and the following ones are refused within seconds.
  const first = [];
  for (let times = 0; times < 12; times++) first.push(await guess());
  const admitted = first.filter(isAdmitted).length;
  assert.ok(admitted > 0 && admitted < 5, `${admitted}`);
  for (const answer of first.slice(admitted)) assertProblem(answer, 429, 'provider_busy');
  // About a minute later all calls are free again, and the guesser gets one of them.
  await until(guess, isAdmitted, { within: 90_000, every: 500 });
  // The wait that he is told now is the one that must outlast the restart.
  assertProblem(await guess(), 429, 'provider_busy');
  // A guesser whose object has slept is known as well.
  await restart();
  for (let times = 0; times < 6; times++) assertProblem(await guess(), 429, 'provider_busy');
  // A shopper who comes now pays at once.
  const { status, body, text } = await tryOnce('8686229999', 'exact');
  assert.deepEqual([status, body.session?.status], [200, 'complete'], text);
});

closingTests(checkout);
