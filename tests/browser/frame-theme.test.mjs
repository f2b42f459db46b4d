// The shop's theme in the iframe: the values of the element's custom properties apply as long as the text stays readable.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertAccessible } from './accessible.mjs';
import { element, startShop } from './shop-site.mjs';
import { embedded } from './shopper.mjs';

let page;
const { site, stack, browser } = await startShop();

/** Opens a shop's page whose style sheet sets these declarations on the element. Returns the iframe's document. */
async function themed(css, options = {}) {
  page = await browser.page(options);
  const head = `<script src="${stack.url}/checkout.js"></script><style>voucher-checkout { display: block; ${css} }</style>`;
  await page.goto(site.page('/themed', `${head}</head><body>${element(await site.order(), 'mug')}</body>`));
  return opened();
}

async function opened() {
  await embedded(page).root.locator('.enhanced form').waitFor();
  return page.frames().find((frame) => frame.url().includes('/embed/'));
}

/** Returns the computed styles of the parts of the checkout. */
const look = (frame) =>
  frame.evaluate(() => {
    const css = (selector, property) => getComputedStyle(document.querySelector(selector)).getPropertyValue(property);
    return {
      surface: css('main', 'background-color'),
      text: css('main', 'color'),
      button: css('form > .button', 'background-color'),
      radius: css('form > .button', 'border-top-left-radius'),
      gap: css('form', 'row-gap'),
      font: css('main', 'font-family'),
    };
  });

test('colours of every syntax, radius, spacing and font are carried over', async () => {
  const frame = await themed(`
    --brand: oklch(0.45 0.15 150);
    --voucher-accent: var(--brand);
    --voucher-surface: hsl(40 100% 97%);
    --voucher-text: rebeccapurple;
    --voucher-radius: 4px;
    --voucher-spacing: 1.5rem;
    --voucher-font: Georgia, 'Noto Serif', serif;
  `);
  const seen = await look(frame);
  assert.equal(seen.surface, 'rgb(255, 250, 240)');
  assert.equal(seen.text, 'rgb(102, 51, 153)');
  assert.match(seen.button, /^rgb\(0, \d+, \d+\)$/, 'the green of the shop');
  assert.deepEqual([seen.radius, seen.gap], ['4px', '24px']);
  assert.match(seen.font, /^Georgia, "?Noto Serif"?, serif, /);
  await assertAccessible(frame, 'themed');
});

const HOSTILE = {
  'everything white': '--voucher-accent: white; --voucher-surface: white; --voucher-text: white',
  'everything black': '--voucher-accent: black; --voucher-surface: black; --voucher-text: black',
  'grey on grey': '--voucher-accent: #777; --voucher-surface: #767676; --voucher-text: #787878',
  'yellow on white': '--voucher-accent: yellow; --voucher-surface: #fff; --voucher-text: lightyellow',
  'red on green': '--voucher-accent: red; --voucher-surface: green; --voucher-text: orange',
  'see-through': '--voucher-accent: rgb(0 0 0 / 1%); --voucher-surface: transparent; --voucher-text: #fff0',
};
for (const [place, [name, css]] of Object.entries(HOSTILE).entries()) {
  test(`text keeps its contrast with any colours of the shop: ${name}`, async () => {
    const frame = await themed(css, { colorScheme: place % 2 ? 'dark' : 'light' });
    await embedded(page).payButton().click();
    await embedded(page).errorAt('pin', /fill this in/);
    await assertAccessible(frame, name);
  });
}

test('a CSS rule for all elements of the shop leaves theme and iframe unchanged', async () => {
  const css = '--voucher-surface: #fff8ee; --voucher-text: #402010; } * { transition: all .3s !important; color: #333 !important';
  const { surface, text } = await look(await themed(css));
  assert.deepEqual([surface, text], ['rgb(255, 248, 238)', 'rgb(64, 32, 16)']);
  await embedded(page).pin().fill('1168');
  const src = () => page.locator('iframe').getAttribute('src');
  const before = await src();
  await page.evaluate(() => (document.querySelector('voucher-checkout').style.opacity = '0.9'));
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve)));
  assert.equal(await src(), before);
  assert.equal(await embedded(page).pin().inputValue(), '1168');
});

test('a transparent surface is ignored, because its background is unknown', async () => {
  const usual = await look(await themed(''));
  await page.close();
  for (const surface of ['transparent', 'rgb(0 0 0 / 5%)']) {
    const frame = await themed(`--voucher-surface: ${surface}`);
    assert.deepEqual(await look(frame), usual, surface);
    assert.match(await frame.locator('style').textContent(), /cannot be used: --voucher-surface/);
    await page.close();
  }
});

test('--voucher-scheme sets dark or light on any device; without it the device decides', async () => {
  const isDark = async (frame) => Number(/\d+/.exec((await look(frame)).surface)[0]) < 128;
  for (const [css, colorScheme, dark] of [
    ['--voucher-scheme: dark', 'light', true],
    ['--voucher-scheme: light', 'dark', false],
    ['--voucher-scheme: auto', 'dark', true],
    ['', 'dark', true],
    ['', 'light', false],
    ['--voucher-surface: #222', 'light', true],
  ]) {
    assert.equal(await isDark(await themed(css, { colorScheme })), dark, `${css} on a ${colorScheme} device`);
    await page.close();
  }
});

test('an unusable value is reported to the programmer and ignored', async () => {
  const frame = await themed("--voucher-accent: blurple; --voucher-radius: round; --voucher-font: url('x'); --voucher-gap: 1px");
  const usual = await look(frame);
  assert.match(await frame.locator('style').textContent(), /cannot be used: --voucher-accent, --voucher-radius, --voucher-font/);
  await page.close();
  assert.deepEqual(await look(await themed('')), usual);
});

test('a new class on the element applies its theme; a class without a theme leaves the checkout as it is', async () => {
  await themed('&.warm { --voucher-accent: #a63d1f }');
  await embedded(page).pin().fill('1168');
  await page.evaluate(() => document.querySelector('voucher-checkout').classList.add('other'));
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve)));
  assert.equal(await embedded(page).pin().inputValue(), '1168');
  await page.evaluate(() => document.querySelector('voucher-checkout').classList.add('warm'));
  await page.waitForFunction(() => document.querySelector('iframe').src.includes('accent='));
  assert.equal((await look(await opened())).button, 'rgb(166, 61, 31)');
  assert.deepEqual(page.errors, []);
});
