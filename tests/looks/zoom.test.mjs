// Large text, a narrow window, wide spacing (WCAG 1.4.4, 1.4.10, 1.4.12): in every state nothing is cut off, nothing overlaps,
// nothing is too small to tap (2.5.8), and nothing is lost.
import assert from 'node:assert/strict';
import { after, afterEach, describe, test } from 'node:test';
import { layoutFaults } from '../browser/layout.mjs';
import { embedded, order } from '../browser/shopper.mjs';
import { ALL, startStates } from '../browser/states.mjs';
import { pinFor } from '../simulator/pins.mjs';
import { start } from '../support/start.mjs';
import { until } from '../support/until.mjs';

/** No field has room for its whole value at twice the text size. */
const READ = { typed: false };

const DESK = { width: 1280, height: 1024 };

/** The ways to read a page. A zoomed browser has fewer CSS pixels for the same window. */
const ZOOMED = [
  { way: 'zoomed to 200 %', viewport: { width: 640, height: 512 } },
  { way: 'zoomed to 400 %', viewport: { width: 320, height: 256 } },
  { way: 'with wide spacing', viewport: DESK, spaced: true },
  { way: 'with wide spacing on the narrowest phone', viewport: { width: 320, height: 640 }, spaced: true },
];

/** A reader's own text size, twice the usual one, as set in the browser. */
const LARGE = [
  { way: 'with text of 200 %', viewport: DESK },
  { way: 'with text of 200 % on a phone', viewport: { width: 390, height: 844 } },
];

const [states, { browser: large, stop }] = await Promise.all([
  startStates(),
  start({ worker: false, simulator: false, browser: ['--blink-settings=defaultFontSize=32'] }),
]);
const { browser: usual } = states.checkout;
let page;
afterEach(() => page?.close());
after(stop);

/** Returns the visible words, without the spaces between them. The text of a wait is counted down meanwhile. */
async function wordsOf(root) {
  const words = await root.locator('main').innerText();
  return words.replaceAll(/\s+/g, ' ').replaceAll(/\d+ (seconds?|minutes?)/g, 'a while');
}

/** Gives text the spacing that readers may set, or removes it. By the CSSOM, which a strict policy allows. */
const spaceOut = (root, on) =>
  root.locator(':root').evaluate((_, on) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; } ' +
      'p { margin-block-end: 2em !important; }');
    document.adoptedStyleSheets = on ? [sheet] : [];
  }, on);

/** Checks the page in all these ways; it is left as it was. */
async function readIn(ways, where) {
  const usually = await wordsOf(page);
  for (const { way, viewport, spaced } of ways) {
    await page.setViewportSize(viewport);
    if (spaced) await spaceOut(page, true);
    assert.deepEqual(await layoutFaults(page, READ), [], `${where}, ${way}`);
    assert.equal(await wordsOf(page), usually, `${where}, ${way}: no word is lost`);
    if (spaced) await spaceOut(page, false);
  }
  await page.setViewportSize(DESK);
}

test('text of 200 % is twice as large as usual', async () => {
  const sizes = [];
  for (const browser of [usual, large]) {
    page = await browser.page();
    await states.reach(page, 'empty');
    sizes.push(await page.locator('h1').evaluate((element) => Number.parseFloat(getComputedStyle(element).fontSize)));
    await page.close();
  }
  assert.deepEqual(sizes, [16, 32]);
});

const NAMES = Object.keys(ALL);
for (const [locale, names] of [['en', NAMES], ['ar', ['invalid', 'paid-change']]]) {
  for (const plain of [false, true]) {
    describe(`${locale}, ${plain ? 'plain' : 'widget'}`, () => {
      for (const [how, browser, ways] of [['zoomed, narrow and spaced out', usual, ZOOMED], ['with large text', large, LARGE]]) {
        test(how, async () => {
          page = await browser.page({ viewport: DESK });
          for (const name of names.filter((one) => !plain || ALL[one].plain)) {
            await states.reach(page, name, { locale, plain });
            await readIn(ways, name);
          }
        });
      }
    });
  }
}

/** The actions in the iframe. */
const IN_FRAME = {
  'the form': (checkout) => checkout.part('100'),
  paid: async (checkout) => {
    await checkout.pay({ pin: pinFor('kora', 'change', 800) });
    await checkout.change().waitFor();
  },
};
for (const [name, act] of Object.entries(IN_FRAME)) {
  test(`in the iframe, which is as high as its content: ${name}`, async () => {
    page = await usual.page({ viewport: DESK });
    await order(page, states.checkout);
    const checkout = embedded(page);
    await checkout.root.locator('.enhanced form').waitFor();
    await act(checkout);
    const frame = page.frames().find((one) => one.url().includes('/embed/'));
    for (const { way, viewport, spaced } of ZOOMED) {
      await page.setViewportSize(viewport);
      if (spaced) await spaceOut(frame, true);
      // The iframe follows its content by a message to the shop's page; off screen, Chromium does not lay it out.
      await page.locator('iframe').scrollIntoViewIfNeeded();
      const heights = () => frame.evaluate(() => [innerHeight, document.body.offsetHeight]);
      await until(heights, ([frame, content]) => frame === content);
      assert.deepEqual(await layoutFaults(frame, READ), [], way);
      assert.deepEqual(await layoutFaults(page, READ), [], `the shop's page, ${way}`);
      if (spaced) await spaceOut(frame, false);
    }
  });
}
