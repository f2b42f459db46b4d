// The hosted page with JavaScript: from the shop and back, and reloads.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { pinFor } from '../simulator/pins.mjs';
import { hold } from '../support/browser.mjs';
import { startCheckout } from '../support/checkout.mjs';
import { changePin, hosted, order } from './shopper.mjs';

// Slow enough for a person to reload a page meanwhile.
const SLOW = { limits: { provider_timeout_ms: 8_000 }, simulator: { processingMs: 5_000 } };

let page;
const stack = await startCheckout({ browser: true, ...SLOW });
const { browser, debitsOf } = stack;
afterEach(() => page?.close());

/** Opens the hosted page, and waits for the widget. */
async function opened(options) {
  page = await browser.page();
  await order(page, stack, { mode: 'hosted', ...options });
  await page.waitForURL(/\/pay\/cs_/);
  await page.locator('.enhanced form').waitFor();
  return hosted(page);
}

test('Kora: paid with change, and back to the shop, which asks its own server', async () => {
  const checkout = await opened();
  const pin = pinFor('kora', 'change', 200);
  await checkout.pay({ pin });
  await checkout.notice('good', /Paid/);
  assert.equal(await changePin(checkout), debitsOf(pin)[0].change_pin);
  await page.getByRole('link', { name: /Back to/ }).click();
  await page.locator('[data-status=complete]').waitFor();
  assert.deepEqual(page.errors, []);
});

test('WiPay: paid', async () => {
  const checkout = await opened({ currency: 'TTD' });
  await checkout.pay({ pin: pinFor('wipay', 'exact', 200), phone: '868 622 1234', email: null });
  await checkout.notice('good', /Paid/);
});

test('a reload during the check shows the check, then the outcome', async () => {
  const checkout = await opened();
  const pin = pinFor('kora', 'processing_then_success', 200);
  await checkout.payLate({ pin });
  await page.reload();
  await checkout.notice('wait', /checking/i);
  await checkout.notice('good', /Paid/);
  assert.equal(debitsOf(pin).length, 1);
});

test('too many declines: shows the wait and its length, and nothing is sent', async () => {
  const checkout = await opened();
  for (let i = 0; i < 5; i += 1) {
    const answered = page.waitForResponse(/redemptions$/);
    await checkout.pay({ pin: pinFor('kora', 'not_found', 200 + i) });
    await answered;
    await page.locator('#pin[aria-invalid=true]').waitFor();
  }
  await page.reload();
  await page.getByText(/Wait .*(second|minute)/).first().waitFor();
  const calls = stack.simulator.books().calls.length;
  await checkout.pin().fill(pinFor('kora', 'exact', 299));
  await checkout.payButton().click({ force: true });
  assert.equal(stack.simulator.books().calls.length, calls);
});

test('the text typed before the widget loaded is kept', async () => {
  page = await browser.page();
  const release = await hold(page, /\.wasm$/);
  await order(page, stack, { mode: 'hosted' });
  await page.waitForURL(/\/pay\/cs_/);
  await page.locator('form[method=post] input[name=pin]').fill('1168 6480');
  await page.locator('input[name=phone]').fill('082 1');
  await page.locator('main summary').click();
  await page.locator('input[name=amount]').fill('12,50');
  release();
  await page.locator('.enhanced form').waitFor();
  assert.equal(await hosted(page).pin().inputValue(), '1168 6480');
  assert.equal(await hosted(page).phone().inputValue(), '082 1');
  assert.equal(await hosted(page).amount().inputValue(), '12,50');
  assert.match(await hosted(page).payButton().innerText(), /12.50/);
});

test('without its wasm the page pays by its plain form', async () => {
  page = await browser.page();
  await page.route(/\.wasm$/, (route) => route.abort());
  await order(page, stack, { mode: 'hosted' });
  await page.waitForURL(/\/pay\/cs_/);
  const pin = pinFor('kora', 'exact', 201);
  await hosted(page).pay({ pin });
  await hosted(page).notice('good', /Paid/);
  assert.equal(debitsOf(pin).length, 1);
});
