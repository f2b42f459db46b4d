// Nothing in the checkout moves between its states: every visible element keeps its place, also when an answer is late.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { startCheckout } from '../support/checkout.mjs';
import { open, SHOP, withCelbux, withoutCelbux } from './sessions.mjs';
import { shifted, STILL, watchShifts } from './shifts.mjs';
import { hosted } from './shopper.mjs';

const SCREENS = {
  'a phone': { viewport: { width: 360, height: 740 }, locale: 'en' },
  'a phone, right to left': { viewport: { width: 360, height: 740 }, locale: 'ar' },
  'a desktop': { viewport: { width: 1280, height: 800 }, locale: 'en' },
};

/** `npm run looks` covers all of them. */
const SOME = process.env.LANGUAGES === 'all' ? Object.keys(SCREENS) : ['a phone'];

const CONTACT = { phone: '082 123 4567', email: 'thandi@example.com' };
const good = '.notice.good h2';
/** The elements that the heading "Paid" moves: it has one line more than the notice about a part. */
const HEADING = /^(div#receipts|p)\b/;

/** The courses of a payment. `pay(scenario)` sends a voucher and waits for the selector. */
const WAYS = {
  'refused, and then paid': async ({ pay }) => {
    await pay('used', '#pin[aria-invalid=true]');
    await pay('exact', good);
  },
  'too little on it, and the rest by another one': async ({ pay, checkout, look }) => {
    await pay('too_small', '#amount[aria-invalid=true]');
    await checkout.amount().fill('10');
    await look.anew();
    await checkout.payButton().click();
    await look.until('.notice.good');
    await pay('exact', good, { but: HEADING });
  },
  'late, and not charged': async ({ pay, look }) => {
    await pay('error_before', '.notice.wait');
    await look.until('.notice.bad');
  },
  'late, and paid': async ({ pay }) => pay('processing_then_success', good),
  'a part, one that is refused, and the rest by the change': async ({ pay, checkout, look }) => {
    await pay('change', '.change', { amount: '100' });
    await pay('used', '#pin[aria-invalid=true]');
    await look.anew();
    await checkout.root.locator('.change .button').first().click();
    await look.until(good, undefined, { but: HEADING });
  },
  'the connection goes and comes back': async ({ page, look }) => {
    await page.context().setOffline(true);
    await look.until('.notice.wait');
    await page.context().setOffline(false);
    await look.until('.notice', 'detached');
  },
  'too many tries, and the wait is over': async ({ pay, page, look }) => {
    for (const _ of [1, 2]) await pay('not_found', '#pin[aria-invalid=true]');
    await page.locator('form button[aria-disabled]').waitFor();
    await look.until('form button:not([aria-disabled])');
  },
};

let page;
const stack = await startCheckout({
  browser: true,
  limits: { failed_per_session: 2, failed_session_pause_ms: 6_000, breaker_failures: 2, breaker_open_ms: 9_000 },
  vars: { SHOP_NAME: SHOP.shop_name },
});
const { browser } = stack;
afterEach(() => page?.close());

/** Opens a session's page on that screen, with the widget. */
async function opened({ url }, { viewport, locale }) {
  page = await browser.page({ viewport });
  await watchShifts(page);
  await page.goto(`${url}&locale=${locale}`);
  await page.locator('.enhanced form').waitFor({ state: 'attached' });
}

/** Collects the layout shifts: from `anew` on, up to each `until`. A shift of the elements in `but` alone is expected. */
function looking(sums) {
  return {
    anew: () => shifted(page),
    async until(selector, state, { but } = {}) {
      await page.locator(selector).first().waitFor({ state, timeout: 60_000 });
      const { sum, what } = await shifted(page, { but });
      assert.ok(sum <= STILL, `${selector}: ${what}`);
      sums.push(sum);
    },
  };
}

for (const screen of SOME) {
  const how = SCREENS[screen];
  for (const [name, way] of Object.entries(WAYS)) {
    test(`${screen}: ${name}`, async (t) => {
      await opened(await open(stack), how);
      const checkout = hosted(page);
      const sums = [];
      const look = looking(sums);
      const pay = async (scenario, selector, { amount, but } = {}) => {
        await checkout.pin().fill(stack.freshPin('kora', scenario));
        if (amount) {
          await page.locator('main summary').click();
          await checkout.amount().fill(amount);
        }
        for (const [field, text] of Object.entries(CONTACT)) await checkout[field]().fill(text);
        // The error of the last voucher disappears when the field loses the focus, not by itself.
        await page.locator('#pin:not([aria-invalid])').waitFor();
        await look.anew();
        await checkout.payButton().click();
        await look.until(selector, undefined, { but });
      };
      await look.anew();
      await way({ page, checkout, pay, look });
      t.diagnostic(`layout shift ${Math.max(...sums).toFixed(4)}`);
    });
  }

  test(`${screen}: a provider comes back`, async () => {
    await opened(await withoutCelbux(stack, 'kora', 'celbux'), how);
    const look = looking([]);
    await look.until('input[name=offer]:disabled');
    await look.until('input[name=offer]:disabled', 'detached');
    await withCelbux(stack);
  });

  test(`${screen}: the only provider comes back`, async () => {
    await opened(await withoutCelbux(stack, 'celbux'), how);
    const look = looking([]);
    await look.until('.notice.wait');
    // The way back was the only button, and is below the form now.
    await look.until('#pin', undefined, { but: /^a#exit\b/ });
    await withCelbux(stack);
  });
}

test('detects a layout shift', async () => {
  await opened(await open(stack), SCREENS['a phone']);
  const look = looking([]);
  await look.anew();
  await page.evaluate(() => document.querySelector('form').before('More. '.repeat(200)));
  await assert.rejects(look.until('form'), /form/);
});
