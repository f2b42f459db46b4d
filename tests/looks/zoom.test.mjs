// Large text, a narrow window, wide spacing (WCAG 1.4.4, 1.4.10, 1.4.12): in every state nothing is cut off, nothing lies over
// something else, and nothing is lost. And every target is large enough for a finger (2.5.8).
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { CheckoutClient } from '../simulator/checkout-client.mjs';
import { startStack } from '../worker/stack.mjs';
import { until } from '../worker/wait.mjs';
import { startBrowser } from '../browser/browser.mjs';
import { STATES, UNSETTLED } from '../browser/looks.mjs';
import { assertReadable, assertTargets, spaceOut, wordsOf } from '../browser/reflow.mjs';
import { embedded, hosted, order } from '../browser/shopper.mjs';

const ORDER = { amount: 249_00, currency: 'ZAR', reference: 'order-1', description: 'Enamel mug' };
const DESK = { width: 1280, height: 1024 };
const PHONE = { width: 390, height: 844 };

/**
 * Ways to read a page. A browser that zooms has fewer of its own pixels for the same window. `large` is a reader's own text size,
 * twice the usual one, as the browser's settings have it.
 */
const WAYS = [
  { way: 'zoomed to 200 %', viewport: { width: 640, height: 512 } },
  { way: 'zoomed to 400 %', viewport: { width: 320, height: 256 } },
  { way: 'with wide spacing', viewport: DESK, spaced: true },
  { way: 'with wide spacing on the narrowest phone', viewport: { width: 320, height: 640 }, spaced: true },
  { way: 'with text of 200 %', viewport: DESK, large: true },
  { way: 'with text of 200 % on a phone', viewport: PHONE, large: true },
];

let stack, usual, large, page, shop;
before(async () => {
  const browsers = [startBrowser(), startBrowser('--blink-settings=defaultFontSize=32')];
  [stack, usual, large] = await Promise.all([startStack(UNSETTLED), ...browsers]);
  shop = new CheckoutClient({ checkoutUrl: stack.url, apiKey: stack.apiKey });
});
afterEach(async () => {
  await page?.close();
});
after(async () => {
  await Promise.all([usual?.close(), large?.close()]);
  await stack?.stop();
});

/** The hosted page in that state. */
async function opened(browser, state, { locale, plain }) {
  const { url } = await shop.createSession({ ...ORDER, locale });
  page = await browser.page({ viewport: DESK, javaScriptEnabled: !plain });
  await page.goto(url);
  if (!plain) await page.locator('#checkout form:not([method])').waitFor();
  await STATES[state](hosted(page));
}

/** Reads the page in all these ways; the page is left as it was. */
async function readIn(ways, root = page) {
  const usually = await wordsOf(root);
  for (const { way, viewport, spaced } of ways) {
    await page.setViewportSize(viewport);
    if (spaced) await spaceOut(root, true);
    await assertReadable(root, way);
    assert.equal(await wordsOf(root), usually, `${way}: no word is lost`);
    if (spaced) await spaceOut(root, false);
  }
  await page.setViewportSize(DESK);
}

test('text of 200 % is twice as large as usual', async () => {
  const sizes = [];
  for (const browser of [usual, large]) {
    await opened(browser, 'form', {});
    sizes.push(await page.locator('h1').evaluate((element) => Number.parseFloat(getComputedStyle(element).fontSize)));
    await page.close();
  }
  assert.deepEqual(sizes, [16, 32]);
});

const ALL = Object.keys(STATES);
for (const [locale, states] of [['en', ALL], ['ar', ['mistakes', 'paid']]]) {
  for (const plain of [false, true]) {
    for (const state of states) {
      const name = `${locale}, ${plain ? 'plain' : 'widget'}: ${state}`;

      test(`${name}, zoomed, narrow and spaced out`, async () => {
        await opened(usual, state, { locale, plain });
        await readIn(WAYS.filter((way) => !way.large));
      });

      test(`${name}, with large text`, async () => {
        await opened(large, state, { locale, plain });
        await readIn(WAYS.filter((way) => way.large));
      });
    }
  }
}

for (const state of ['form', 'paid']) {
  test(`in the iframe: ${state}, which is as high as its content`, async () => {
    page = await usual.page({ viewport: DESK });
    await order(page, stack);
    const checkout = embedded(page);
    await checkout.root.locator('form').waitFor();
    await STATES[state](checkout);
    for (const { way, viewport, spaced } of WAYS.filter((way) => !way.large)) {
      await page.setViewportSize(viewport);
      if (spaced) await spaceOut(checkout.root, true);
      // The iframe follows its content by a message to the shop's page; out of sight, Chromium does not lay it out.
      await page.locator('iframe').scrollIntoViewIfNeeded();
      const heights = () => checkout.root.locator(':root').evaluate(() => [innerHeight, document.body.offsetHeight]);
      await until(heights, ([frame, content]) => frame === content, { within: 5_000 });
      await assertReadable(checkout.root, way);
      await assertReadable(page, `the shop's page, ${way}`);
      if (spaced) await spaceOut(checkout.root, false);
    }
  });
}

for (const state of ['form', 'paid in part, with change', 'paid']) {
  test(`large enough to touch: ${state}`, async () => {
    for (const plain of [false, true]) {
      await opened(usual, state, { plain });
      await page.setViewportSize(PHONE);
      if (state !== 'paid' || !plain) await assertTargets(page, plain ? 'plain' : 'widget');
      await page.close();
    }
  });
}
