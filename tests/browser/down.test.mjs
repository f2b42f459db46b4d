// A provider that does not answer: it cannot be chosen, and where there is no other, the page waits and checks again.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { startCheckout } from '../support/checkout.mjs';
import { hosted } from './shopper.mjs';
import { takeKoraDown } from './down.mjs';

let page;
const stack = await startCheckout({ browser: true, limits: { breaker_failures: 2, breaker_open_ms: 6_000 } });
const { browser } = stack;
afterEach(() => page?.close());

/** Makes Kora fail until the Worker stops calling it, and makes the page check at once, because the pause is short. */
async function takeDownAndRefresh() {
  await takeKoraDown(stack);
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
}

async function opened(providers) {
  const { url } = await stack.createSession('kora', { providers });
  page = await browser.page({ viewport: { width: 360, height: 740 } });
  await page.goto(url);
  await page.locator('.enhanced .summary').first().waitFor();
  return hosted(page);
}

test('a provider that is down cannot be chosen, another one is selected, and it comes back by itself', async () => {
  const checkout = await opened(['kora', 'celbux']);
  await takeDownAndRefresh();
  const kora = checkout.offer(/1Voucher not available at the moment/);
  assert.equal(await kora.isDisabled(), true);
  assert.equal(await checkout.offer('Celbux').isChecked(), true);
  await checkout.pin().fill('168-06000-');
  await checkout.offer(/^1Voucher$/).waitFor();
  assert.equal(await checkout.offer(/^1Voucher$/).isDisabled(), false);
  assert.equal(await checkout.offer('Celbux').isChecked(), true);
  assert.equal((await checkout.pin().inputValue()).replaceAll(/\W/g, ''), '16806000', 'the input stays');
  assert.deepEqual(page.errors, []);
  // Without a payment the next pause would be twice as long.
  assert.equal((await stack.redeem(await stack.createSession('kora'), { pin: stack.freshPin('kora', 'exact') })).status, 200);
});

test('the only provider is down: shows a countdown, then the form', async () => {
  const checkout = await opened(['kora']);
  await takeDownAndRefresh();
  await checkout.notice('wait', /No voucher can be used at the moment. Wait \d+ seconds?/);
  assert.equal(await checkout.pin().isVisible(), false);
  await checkout.pin().waitFor();
  assert.equal(await page.locator('.notice').count(), 0);
  await checkout.pay({ pin: stack.freshPin('kora', 'exact') });
  await checkout.notice('good', /Paid/);
  assert.deepEqual(page.errors, []);
});

test('a provider goes down while the shopper types: nothing is charged, and the same voucher pays later', async () => {
  const checkout = await opened(['kora']);
  await checkout.pin().waitFor();
  await takeKoraDown(stack);
  const pin = stack.freshPin('kora', 'exact');
  await checkout.pay({ pin });
  await checkout.notice('wait', /The voucher was not charged[^]*Wait \d+ seconds?/);
  await checkout.pin().waitFor();
  assert.equal((await checkout.pin().inputValue()).replaceAll(' ', ''), pin);
  await checkout.payButton().click();
  await checkout.notice('good', /Paid/);
  assert.equal(stack.debitsOf(pin).length, 1);
});
