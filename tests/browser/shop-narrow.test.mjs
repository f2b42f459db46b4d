// Parts that belong together stay together on a narrow screen, in the demo shop and in the guide.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { start } from '../support/start.mjs';

const ADDRESSES = { checkoutUrl: 'http://127.0.0.1:9', apiKey: 'none' };

const { simulator, browser, stop } = await start({ worker: false, simulator: ADDRESSES, browser: true });
after(stop);

test('the sample phone number stays on one line, however narrow the screen is', async () => {
  const page = await browser.page();
  for (const path of ['/', '/guide/']) {
    await page.goto(simulator.url + path);
    await page.locator('#pins > summary').click();
    for (let width = 280; width <= 440; width += 8) {
      await page.setViewportSize({ width, height: 740 });
      const lines = await page.locator('#phone-sample').evaluate((sample) => sample.getClientRects().length);
      assert.equal(lines, 1, `${path} at ${width}`);
    }
  }
});

test('the shop is no wider than a screen of 280 pixels', async () => {
  const page = await browser.page({ viewport: { width: 280, height: 740 } });
  await page.goto(`${simulator.url}/`);
  await page.locator('#pins > summary').click();
  await page.locator('#pin-list li').first().waitFor();
  const widest = (selector) => page.locator(selector).evaluate((one) => one.scrollWidth - one.clientWidth);
  for (const part of ['html', '#demo', '#pin-list', '#order']) assert.equal(await widest(part), 0, part);
});
