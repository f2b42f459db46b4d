// Every state of the checkout has exactly one link back to the shop: the checkout's own, or the shop's. The shop shows the order's
// status from its own server, even when the checkout fails.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { focusAt } from '../browser/keys.mjs';
import { embedded, order } from '../browser/shopper.mjs';
import { pinFor } from '../simulator/pins.mjs';
import { startCheckout } from '../support/checkout.mjs';
import { until } from '../support/until.mjs';

const PENDING = /being confirmed. Please do not pay again/;

let page;
const stack = await startCheckout({ browser: true });
const { browser } = stack;
beforeEach(async () => {
  page = await browser.page({ viewport: { width: 360, height: 740 } });
});
afterEach(async () => {
  await page?.close();
});

const back = () => page.locator('#back');
const checkoutsOwn = () => embedded(page).root.getByRole('button', { name: 'Back to the shop' });
const status = (text) => page.locator('#status', { hasText: text }).waitFor();

/** Checks that the order form is there again, with the focus on its button, and that the address names no order. */
async function assertBackInShop() {
  await focusAt(page, /^pay$/);
  assert.equal(await page.locator('voucher-checkout').count(), 0);
  assert.equal(await back().isVisible(), false);
  assert.equal(new URL(page.url()).search, '');
}

/** Waits until this link back is there, and the other is not. */
async function waitForWayBack(mine, other) {
  await mine.waitFor();
  await other.waitFor({ state: 'hidden' });
}

test('the checkout opens with the focus on its title and its own back link; leaving restores the focus', async () => {
  await order(page, stack);
  await focusAt(page, /^checkout-title$/);
  await waitForWayBack(checkoutsOwn(), back());
  await checkoutsOwn().click();
  await assertBackInShop();
  await status('You left the checkout');
});

test('after a decline the checkout keeps its back link; after a payment the shop shows one, within view', async () => {
  await order(page, stack);
  await embedded(page).pay({ pin: pinFor('kora', 'used', 801) });
  await status('declined');
  await waitForWayBack(checkoutsOwn(), back());
  await embedded(page).pay({ pin: pinFor('kora', 'change', 801) });
  await status('Thank you');
  await waitForWayBack(back(), checkoutsOwn());
  const { y } = await back().boundingBox();
  assert.ok(y >= 0 && y < 740, `at ${y}`);
  await page.reload();
  await embedded(page).notice('good', 'Paid');
  await waitForWayBack(back(), checkoutsOwn());
  await back().click();
  await assertBackInShop();
});

test('the shop has the back link while the outcome is unknown; after a decline the checkout has it again', async () => {
  await order(page, stack);
  await embedded(page).pay({ pin: pinFor('kora', 'error_before', 802) });
  await status(PENDING);
  await waitForWayBack(back(), checkoutsOwn());
  await back().focus();
  await status('declined');
  await waitForWayBack(checkoutsOwn(), back());
  await focusAt(page, /^checkout-title$/);
});

test('left while the outcome is unknown: the shop still warns against paying again', async () => {
  await order(page, stack);
  await embedded(page).pay({ pin: pinFor('kora', 'silent_after', 803) });
  await status(PENDING);
  await back().click();
  await assertBackInShop();
  await status(PENDING);
});

/** Returns the session on the page. */
const session = () =>
  page.locator('voucher-checkout').evaluate((one) => {
    return { id: one.getAttribute('session'), client_secret: one.getAttribute('client-secret'), provider: 'kora' };
  });

/** Orders while the wasm is held back. Returns the session, and a function that lets the wasm fail. */
async function ordered() {
  let fail;
  const failed = new Promise((resolve) => (fail = resolve));
  await page.route(/\.wasm$/, async (route) => {
    await failed;
    await route.abort();
  });
  await order(page, stack);
  await page.locator('voucher-checkout iframe').waitFor();
  return { ...(await session()), fail };
}

/** Pays in another window of the same shopper, the whole amount or a part. */
async function payElsewhere(one, serial, amount) {
  const { status } = await stack.redeem(one, { pin: pinFor('kora', 'exact', serial), amount });
  assert.equal(status, 200);
}

test('the checkout crashes before a payment: shows the problem and the back link', async () => {
  const { fail } = await ordered();
  fail();
  await status('The checkout has a problem (widget_failed). Please try later.');
  await back().click();
  await assertBackInShop();
});

test('the checkout crashes after a partial payment: shows the amount received with the problem', async () => {
  const one = await ordered();
  await payElsewhere(one, 804, 100_00);
  one.fail();
  await status('We have received R 100.00 of R 249.00 so far. The checkout has a problem (widget_failed)');
  await back().waitFor();
});

test('the checkout crashes after the full payment: shows the status from the server', async () => {
  const one = await ordered();
  await payElsewhere(one, 805);
  await page.evaluate(() => {
    const line = document.getElementById('status');
    window.words = [];
    new MutationObserver(() => window.words.push(line.textContent)).observe(line, { childList: true });
  });
  one.fail();
  await status('Thank you. We have received R 249.00');
  assert.doesNotMatch((await page.evaluate(() => window.words)).join(), /problem/);
  await back().waitFor();
});

test('the loader is missing: shows the problem and the back link, and the status of a paid order', async () => {
  await page.route(/\/checkout\.js$/, (route) => route.abort());
  await order(page, stack);
  await status('The checkout cannot be reached');
  await back().click();
  await assertBackInShop();
  await page.locator('#pay').click();
  await status('The checkout cannot be reached');
  await payElsewhere(await session(), 806);
  await page.reload();
  await status('Thank you');
  await back().waitFor();
});

test('the loader hangs: shows the back link', async () => {
  await page.route(/\/checkout\.js$/, () => {});
  await page.goto(`${stack.simulator.url}/`, { waitUntil: 'domcontentloaded' });
  await page.locator('#pay').click();
  await back().waitFor();
  await back().click();
  await assertBackInShop();
});

test('without JavaScript the form leads to the hosted page, and the back link is hidden', async () => {
  await page.close();
  page = await browser.page({ javaScriptEnabled: false });
  await page.goto(`${stack.simulator.url}/`);
  assert.equal(await back().isVisible(), false);
  await page.locator('#pay').click();
  await until(() => page.url(), (url) => /\/pay\/cs_/.test(url));
});
