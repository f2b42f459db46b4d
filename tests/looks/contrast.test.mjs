// Colours that the reader chooses (forced colours), and more contrast: every control has an edge, the focus and the chosen
// voucher can be told, and nothing is lost (WCAG 1.4.1, 1.4.11, 2.4.7).
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { CheckoutClient } from '../simulator/checkout-client.mjs';
import { startStack } from '../worker/stack.mjs';
import { assertAccessible } from '../browser/accessible.mjs';
import { startBrowser } from '../browser/browser.mjs';
import { assertSeen, focused, tabTo } from '../browser/keys.mjs';
import { assertReadable } from '../browser/reflow.mjs';
import { STATES, UNSETTLED } from '../browser/looks.mjs';
import { hosted } from '../browser/shopper.mjs';

const ORDER = { amount: 249_00, currency: 'ZAR', reference: 'order-1', cancel_url: 'https://shop.example/cart' };

let stack, browser, page, shop;
before(async () => {
  [stack, browser] = await Promise.all([startStack(UNSETTLED), startBrowser()]);
  shop = new CheckoutClient({ checkoutUrl: stack.url, apiKey: stack.apiKey });
});
afterEach(async () => {
  await page?.close();
});
after(async () => {
  await browser?.close();
  await stack?.stop();
});

async function opened(state, { plain, ...options }) {
  const { url } = await shop.createSession(ORDER);
  page = await browser.page({ javaScriptEnabled: !plain, ...options });
  await page.goto(url);
  if (!plain) await page.locator('#checkout form:not([method])').waitFor();
  await STATES[state](hosted(page));
}

/** What has no edge, or one in the colour of the ground. */
const withoutEdge = () =>
  page.locator('button, a, .field input, .choice label, .notice, .change').evaluateAll((all) => {
    const seen = all.filter((one) => one.checkVisibility());
    const bad = seen.filter((one) => {
      const { borderTopStyle: style, borderTopWidth: width, borderTopColor: colour } = getComputedStyle(one);
      return style === 'none' || Number.parseFloat(width) < 1 || colour === getComputedStyle(document.body).backgroundColor;
    });
    return seen.length ? bad.map((one) => `${one.localName} ${one.className} "${one.textContent.slice(0, 40)}"`) : ['nothing'];
  });

for (const plain of [false, true]) {
  const how = plain ? 'plain' : 'widget';
  for (const colorScheme of ['light', 'dark']) {
    for (const state of ['form', 'mistakes', 'refused', 'paid in part, with change']) {
      test(`forced colours, ${colorScheme}, ${how}: ${state}`, async () => {
        await opened(state, { plain, colorScheme, forcedColors: 'active' });
        assert.ok(await page.evaluate(() => matchMedia('(forced-colors: active)').matches));
        assert.deepEqual(await withoutEdge(), []);
        const rings = await page.locator('.choice label').evaluateAll((labels) => labels.map((label) => {
          const { outlineStyle, outlineWidth } = getComputedStyle(label);
          return [label.querySelector('input').checked, outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2];
        }));
        assert.deepEqual(rings, [[true, true], [false, false]], 'the chosen voucher has a ring, the other one has none');
      });
    }
  }

  test(`forced colours, ${how}: the focus is seen all the way`, async () => {
    await opened('form', { plain, forcedColors: 'active' });
    await page.locator('h1').click();
    await tabTo(page, /^Back to /);
    assertSeen(await focused(page));
  });

  for (const state of Object.keys(STATES)) {
    test(`more contrast, ${how}: ${state}`, async () => {
      await opened(state, { plain, contrast: 'more' });
      assert.ok(await page.evaluate(() => matchMedia('(prefers-contrast: more)').matches));
      await assertReadable(page, state);
      if (plain) return;
      await assertAccessible(page, state);
      assert.deepEqual(page.errors, []);
    });
  }
}
