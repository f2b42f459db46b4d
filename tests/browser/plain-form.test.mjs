// The hosted page with JavaScript switched off: a plain form, and plain pages for every outcome.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { pinFor } from '../simulator/pins.mjs';
import { startCheckout } from '../support/checkout.mjs';
import { changePin, hosted } from './shopper.mjs';

let page;
const stack = await startCheckout({ browser: true });
const { browser } = stack;
afterEach(() => page?.close());

/** Orders in the demo shop, whose form works without JavaScript, too, and leads to the hosted page. */
async function opened(currency = 'ZAR') {
  page = await browser.page({ javaScriptEnabled: false });
  await page.goto(`${stack.simulator.url}/`);
  await page.locator(`input[name=currency][value=${currency}]`).check({ force: true });
  await page.locator('#pay').click();
  await page.waitForURL(/\/pay\/cs_/);
  return hosted(page);
}

test('Kora: paid with change, which a reload shows again', async () => {
  const checkout = await opened();
  const pin = pinFor('kora', 'change', 300);
  await checkout.pay({ pin });
  await checkout.notice('good', /Paid/);
  const change = await changePin(checkout);
  await page.goto(page.url());
  assert.equal(await changePin(checkout), change);
  assert.equal(stack.debitsOf(pin).length, 1);
});

test('WiPay: paid, and shows the fee and the remaining balance', async () => {
  const checkout = await opened('TTD');
  await checkout.pay({ pin: pinFor('wipay', 'balance_left', 300), phone: '868 622 1234', email: null });
  await checkout.notice('good', /Paid/);
  await page.getByText(/Left on your voucher/).waitFor();
});

test('declined: the PIN is marked, tied to the reason and empty, and the other fields keep their text', async () => {
  const checkout = await opened();
  const pin = pinFor('kora', 'used', 301);
  await checkout.pay({ pin });
  await checkout.notice('bad', 'not charged');
  await checkout.errorAt('pin', /already been used/);
  assert.equal(await checkout.pin().inputValue(), '');
  assert.equal(await checkout.phone().inputValue(), '082 123 4567');
  assert.equal(await checkout.email().inputValue(), 'thandi@example.com');
  assert.ok(!(await page.content()).replaceAll(/\s/g, '').includes(pin));
  await checkout.pay({ pin: pinFor('kora', 'exact', 301) });
  await checkout.notice('good', /Paid/);
});

test('declined for too little value: the amount is marked, and another voucher pays', async () => {
  const checkout = await opened();
  await checkout.pay({ pin: pinFor('kora', 'too_small', 300) });
  await checkout.errorAt('amount', /not enough money/);
  assert.equal(await checkout.pin().inputValue(), '');
  await checkout.pay({ pin: pinFor('kora', 'exact', 300) });
  await checkout.notice('good', /Paid/);
});

test('unknown, then paid: the page refreshes by itself', async () => {
  const checkout = await opened();
  await checkout.pay({ pin: pinFor('kora', 'silent_after', 300) });
  await checkout.notice('good', /Paid/);
});

test('a mistake shows an error at its field, and the other fields keep their text', async () => {
  const checkout = await opened();
  await checkout.pay({ pin: '1234', phone: '082 123 4567', email: 'thandi@example.com' });
  await checkout.errorAt('pin', /too short/);
  assert.equal(await checkout.pin().inputValue(), '');
  assert.equal(await checkout.phone().inputValue(), '082 123 4567');
});
