// In the demo shop nothing moves by itself from the order to the paid checkout, however slow the network is.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { pinFor } from '../simulator/pins.mjs';
import { startCheckout } from '../support/checkout.mjs';
import { shifted, STILL, watchShifts } from './shifts.mjs';
import { embedded } from './shopper.mjs';

const SIZES = { phone: { width: 360, height: 740 }, desktop: { width: 1280, height: 800 } };

/** Layout shift within half a second after a press of a button counts as the shopper's own doing: every answer comes later. */
const SLOW = { offline: false, latency: 700, downloadThroughput: 200_000, uploadThroughput: 90_000 };

let page;
const stack = await startCheckout({ browser: true });
const { browser } = stack;
afterEach(() => page?.close());

/** Opens the demo shop over a slow network, and adds up its layout shifts. */
async function openShop(viewport) {
  page = await browser.page({ viewport });
  await watchShifts(page);
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Network.enable');
  await devtools.send('Network.emulateNetworkConditions', SLOW);
  await page.goto(`${stack.simulator.url}/`);
}

/** Waits until the iframe is exactly as high as the checkout in it. */
async function fits() {
  const frame = page.frames().find((one) => one.url().includes('/embed/'));
  const height = () => frame.evaluate(() => document.body.offsetHeight);
  await page.waitForFunction((wanted) => document.querySelector('iframe').offsetHeight === wanted, await height());
}

const status = (text) => page.locator('#status', { hasText: text }).waitFor();

/** `npm run looks` covers both. */
const SOME = process.env.LANGUAGES === 'all' ? Object.keys(SIZES) : ['phone'];

for (const name of SOME) {
  const viewport = SIZES[name];
  test(`ordered, opened, refused and paid over a slow network, the page stays where it is: ${name}`, async (t) => {
    await openShop(viewport);
    const steps = {
      opened: async () => {
        await page.locator('#pay').click();
        await embedded(page).root.locator('.enhanced form').waitFor();
      },
      refused: async () => {
        await embedded(page).pay({ pin: pinFor('kora', 'used', 700 + viewport.width) });
        await status('declined');
      },
      paid: async () => {
        await embedded(page).pay({ pin: pinFor('kora', 'change', 700 + viewport.width) });
        await status('Thank you');
      },
    };
    for (const [step, act] of Object.entries(steps)) {
      await act();
      await fits();
      const { sum, what } = await shifted(page, { pressed: false });
      t.diagnostic(`${step}: layout shift ${sum.toFixed(4)}`);
      assert.ok(sum <= STILL, what);
    }
    // A shift by itself is noticed, at the shopper's current position.
    await page.evaluate(() => {
      document.getElementById('status').textContent = 'More. '.repeat(200);
    });
    assert.ok((await shifted(page)).sum > STILL);
    assert.deepEqual(page.errors, []);
  });
}
