// A voucher is charged once, whatever the shopper does: double clicks, a key held down, two tabs.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import {
  MODES, arrive, assertNeverUrged, assertPaidOnce, charging, fill, sessionOn, watchedPage, widgetOn,
} from '../browser/watched.mjs';
import { linkOf } from '../browser/sessions.mjs';
import { hold } from '../support/browser.mjs';
import { startCheckout } from '../support/checkout.mjs';

let pages = [];
const stack = await startCheckout({
  browser: true,
  limits: { provider_timeout_ms: 6_000 },
  // Slow enough for the second press to come while the first is under way.
  simulator: { slowMs: 1_000 },
});
const { browser } = stack;
afterEach(async () => {
  await Promise.all(pages.map((page) => page.close()));
  pages = [];
});

const freshPin = (scenario = 'slow') => stack.freshPin('kora', scenario);

async function watched() {
  const page = await watchedPage(browser);
  pages.push(page);
  return page;
}

/** Pays with a voucher in another tab: while it is pending, the payment of this tab is refused. Returns that voucher. */
async function payElsewhere(page, checkout) {
  const pin = freshPin();
  const other = await watched();
  await other.goto(await linkOf(page));
  const elsewhere = await widgetOn(other, 'hosted');
  await Promise.all([fill(checkout, freshPin()), fill(elsewhere, pin)]);
  await elsewhere.payButton().click();
  await charging(stack, pin);
  return pin;
}

/** Opens the same session in two tabs, each with its voucher typed in. */
async function openInTwoTabs(mode, pins) {
  const one = await watched();
  const first = await arrive(one, stack, mode);
  const other = await watched();
  await other.goto(mode === 'hosted' ? await linkOf(one) : one.url());
  const second = await widgetOn(other, mode);
  await Promise.all([fill(first, pins[0]), fill(second, pins[1])]);
  return [first, second];
}

for (const mode of MODES) {
  test(`${mode}: a double click is one payment`, async () => {
    const page = await watched();
    const checkout = await arrive(page, stack, mode);
    const pin = freshPin();
    await fill(checkout, pin);
    await checkout.payButton().dblclick();
    await assertPaidOnce(checkout, stack, pin);
    assert.equal(page.posts, 1);
    await assertNeverUrged(page);
  });

  test(`${mode}: the Enter key held down is one payment`, async () => {
    const page = await watched();
    const checkout = await arrive(page, stack, mode);
    const pin = freshPin();
    await fill(checkout, pin);
    await checkout.phone().focus();
    // From the second on they are the repetitions of a key that is held down.
    for (let times = 0; times < 20; times += 1) await page.keyboard.down('Enter');
    await page.keyboard.up('Enter');
    await assertPaidOnce(checkout, stack, pin);
    assert.equal(page.posts, 1);
    await assertNeverUrged(page);
  });

  test(`${mode}: two tabs pay with the same voucher at the same time: charged once, and both show it`, async () => {
    const pin = freshPin();
    const tabs = await openInTwoTabs(mode, [pin, pin]);
    await Promise.all(tabs.map((checkout) => checkout.payButton().click()));
    for (const checkout of tabs) await assertPaidOnce(checkout, stack, pin);
    assert.deepEqual(pages.map(({ posts }) => posts), [1, 1]);
  });

  test(`${mode}: two tabs pay with two vouchers at the same time: one of them is charged, and both show it`, async () => {
    const pins = [freshPin(), freshPin()];
    const tabs = await openInTwoTabs(mode, pins);
    await Promise.all(tabs.map((checkout) => checkout.payButton().click()));
    for (const checkout of tabs) await assertPaidOnce(checkout, stack, ...pins);
    const { redemptions } = await stack.shopView(await sessionOn(tabs[0]));
    assert.deepEqual(redemptions.map(({ status }) => status), ['succeeded']);
    assert.equal(pins.flatMap(stack.debitsOf).length, 1);
  });
}

test('refused while another voucher is being charged: hides the form until the session is loaded', async () => {
  const page = await watched();
  const checkout = await arrive(page, stack, 'hosted');
  const release = await hold(page, /\/v1\/checkout\/cs_\w+$/);
  await payElsewhere(page, checkout);
  const refused = page.waitForResponse(/redemptions$/);
  await checkout.payButton().click();
  await refused;
  await checkout.notice('wait', 'Another voucher of this order is still being checked');
  try {
    assert.equal(await checkout.payButton().isVisible(), false);
  } finally {
    release();
  }
});

// The request after a refusal is sent once: when its answer is lost, an outdated session stays on the page.
test('refused while another voucher is being charged, and the next answer is lost: shows the outcome', async () => {
  const page = await watched();
  const checkout = await arrive(page, stack, 'hosted');
  await page.route(/\/v1\/checkout\/cs_\w+$/, (route) => route.abort('connectionreset'), { times: 1 });
  const pin = await payElsewhere(page, checkout);
  await checkout.payButton().click();
  await assertPaidOnce(checkout, stack, pin);
});
