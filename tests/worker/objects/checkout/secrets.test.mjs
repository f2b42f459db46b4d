/** Law 5: a change voucher is shown to its shopper for the retention time, and is then erased; so is the end of a PIN. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startCheckout } from '../../../support/checkout.mjs';
import { until } from '../../../support/until.mjs';
import { closingTests } from '../../closing.mjs';

const checkout = await startCheckout({ limits: { change_voucher_kept_ms: 9_000 } });
const { url, createSession, redeem, view, freshPin, debitsOf, simulator, shopView } = checkout;

test('law 5: a change voucher is shown on every view, also after a power cut, until its retention ends', async () => {
  const session = await createSession('kora');
  const pin = freshPin('kora', 'change');
  await redeem(session, { pin });
  const shown = async () => (await view(session)).redemptions[0].change?.pin;
  assert.equal(await shown(), debitsOf(pin)[0].change_pin);
  assert.equal(await shown(), debitsOf(pin)[0].change_pin);
  await until(shown, (change) => change === undefined);
  const { status, redemptions } = await view(session);
  assert.deepEqual([status, redemptions[0].status], ['complete', 'succeeded']);

  // A later repeated webhook does not restore it.
  const [{ provider_reference: reference }] = (await shopView(session)).redemptions;
  assert.deepEqual(await simulator.sendWebhook({ provider: 'kora', url: `${url}/webhooks/kora`, reference }), [200]);
  await checkout.restart();
  assert.equal(await shown(), undefined);
});

test('an alarm erases a change voucher', async () => {
  const session = await createSession('kora');
  const pin = freshPin('kora', 'change');
  await redeem(session, { pin });
  const other = await createSession('kora');
  await redeem(other, { pin: freshPin('kora', 'change') });
  // The second change voucher is the newer one: once it is erased, the first one must be, without any request for its session.
  await until(async () => (await view(other)).redemptions[0].change, (change) => change === undefined);
  assert.equal((await view(session)).redemptions[0].change, undefined);
});

test('law 6: vouchers of one kind are distinguished by the end of their PINs, for the shopper alone and until the retention ends', async () => {
  const session = await createSession('kora');
  const ends = async () => (await view(session)).redemptions.map(({ pin_end }) => pin_end);
  const [first, refused, second] = [freshPin('kora', 'exact'), freshPin('kora', 'used'), freshPin('kora', 'exact')];
  await redeem(session, { pin: first, amount: 100_00 });
  assert.deepEqual(await ends(), [undefined], 'one voucher needs no telling apart');
  await redeem(session, { pin: refused });
  const { body } = await redeem(session, { pin: second });
  const told = [first.slice(-4), undefined, second.slice(-4)];
  assert.equal(body.redemption.pin_end, told[2]);
  assert.deepEqual(await ends(), told);
  assert.doesNotMatch(JSON.stringify(await shopView(session)), /pin_end/);
  await until(ends, (left) => left.every((end) => end === undefined));
});

// In this file every change voucher is erased in the end.
closingTests(checkout, { without: ['each change voucher is shown, was sent by message, or is said to be unknown'] });
