// Nothing moves under the shopper's finger: the page stays where it is while the widget takes over, and stands still for those
// who want no motion.
import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import { startBrowser } from './browser.mjs';
import { shifted, STILL, watchShifts } from './shifts.mjs';
import { embedded, order } from './shopper.mjs';
import { startStates } from './states.mjs';

const PHONE = { width: 360, height: 740 };

/** What Lighthouse calls a slow connection; the widget comes seconds after the page. */
const SLOW = { offline: false, latency: 150, downloadThroughput: 200_000, uploadThroughput: 90_000 };

let page;
const [states, browser] = await Promise.all([startStates(), startBrowser()]);
afterEach(() => page?.close());
after(() => browser.close());

/** A page, slow or not. */
async function watched({ slow = true, ...options } = {}) {
  page = await browser.page({ viewport: PHONE, ...options });
  await watchShifts(page);
  if (slow) {
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('Network.enable');
    await devtools.send('Network.emulateNetworkConditions', SLOW);
  }
}

for (const locale of ['en', 'ar']) {
  for (const name of ['empty', 'part-paid', 'pending', 'paid-change', 'provider-down']) {
    test(`the hosted page stays where it is while the widget takes over: ${name}, ${locale}`, async (t) => {
      await watched();
      await states.reach(page, name, { locale });
      const { sum, what } = await shifted(page);
      t.diagnostic(`layout shift ${sum.toFixed(4)}`);
      assert.ok(sum <= STILL, what);
    });
  }

  test(`so does the checkout in a shop's page: ${locale}`, async (t) => {
    await watched({ locale });
    await order(page, states.checkout);
    await embedded(page).root.locator('form:not([method])').waitFor();
    const frame = page.frames().find((one) => one.url().includes('/embed/'));
    assert.equal(await frame.evaluate(() => document.documentElement.lang), locale);
    const [inside, around] = [await shifted(frame), await shifted(page)];
    t.diagnostic(`layout shift ${inside.sum.toFixed(4)} in the frame, ${around.sum.toFixed(4)} around it`);
    assert.ok(inside.sum <= STILL, inside.what);
    assert.ok(around.sum <= STILL, around.what);
    // What moves there is noticed.
    await pushDown(frame);
    assert.ok((await shifted(frame)).sum > STILL);
  });
}

test('what moves is noticed', async () => {
  await watched({ slow: false });
  await states.reach(page, 'empty');
  await pushDown(page);
  assert.ok((await shifted(page)).sum > STILL);
});

/** Puts something above the form. */
const pushDown = (document) =>
  document.evaluate(() => document.querySelector('.summary').append(...Array.from({ length: 9 }, () => 'More. '.repeat(20))));

/** What moves by itself. */
const moving = () => page.evaluate(() => document.getAnimations().map(({ animationName }) => animationName));

for (const name of ['busy', 'pending']) {
  test(`what turns while the shopper waits stands still for those who want no motion: ${name}`, async () => {
    await watched({ slow: false });
    await states.reach(page, name);
    assert.ok((await moving()).length > 0, 'it turns for all others');
    await page.close();
    await watched({ slow: false, reducedMotion: 'reduce' });
    await states.reach(page, name);
    assert.deepEqual(await moving(), []);
  });
}
