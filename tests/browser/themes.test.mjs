// The demo shop's themes: chosen before and during a checkout, applied to the element, and kept in the address.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { startCheckout } from '../support/checkout.mjs';
import { assertAccessible } from './accessible.mjs';
import { embedded, order } from './shopper.mjs';

/** The values of each theme's file; for Harbour, whose colours are the shop's own, those of the shop in that colour scheme. */
const THEMES = {
  harbour: {
    light: { '--voucher-accent': '#1f5796', '--voucher-surface': '#fff', '--voucher-scheme': '', '--voucher-radius': '13px' },
    dark: { '--voucher-accent': '#8fbdf2', '--voucher-surface': '#1d222b', '--voucher-scheme': '', '--voucher-radius': '13px' },
  },
  market: { any: { '--voucher-accent': '#3c6e3a', '--voucher-surface': '#fffaf2', '--voucher-scheme': 'light', '--voucher-radius': '22px' } },
  night: { any: { '--voucher-accent': '#ffc53d', '--voucher-surface': '#151a24', '--voucher-scheme': 'dark', '--voucher-radius': '4px' } },
};

let page;
const stack = await startCheckout({ browser: true });
const { browser } = stack;
afterEach(() => page?.close());

const choose = (label) => page.getByRole('group', { name: 'Theme' }).getByText(label).click();
const rootClass = () => page.evaluate(() => document.documentElement.className);
const parameters = (url) => Object.fromEntries(url.searchParams);

/** Waits until the address carries exactly these parameters: the checkout's messages reach the shop a moment later. */
const addressed = (wanted) => page.waitForURL((url) => isDeepStrictEqual(parameters(url), wanted));

/** Returns the computed values of these properties of the shop's element. */
function computed(names) {
  return page.locator('voucher-checkout').evaluate((element, wanted) => {
    const style = getComputedStyle(element);
    return Object.fromEntries(wanted.map((name) => [name, style.getPropertyValue(name)]));
  }, names);
}

for (const colorScheme of ['light', 'dark']) {
  test(`while a checkout is open, each theme sets the root's class and the element's properties: ${colorScheme}`, async () => {
    page = await browser.page({ colorScheme });
    await order(page, stack);
    await embedded(page).pin().waitFor();
    for (const [label, { any, ...schemes }] of [['Night', THEMES.night], ['Market', THEMES.market], ['Harbour', THEMES.harbour]]) {
      await choose(label);
      const wanted = any ?? schemes[colorScheme];
      assert.deepEqual(await computed(Object.keys(wanted)), wanted, label);
      const name = label.toLowerCase();
      assert.equal(await rootClass(), `theme-${name}`);
      assert.equal(await page.locator('voucher-checkout').getAttribute('class'), `in-${name}`, 'the class of the element changes with it');
    }
    await embedded(page).pin().waitFor();
    assert.deepEqual(page.errors, []);
  });
}

test('a theme chosen before the checkout applies to it, and stays over a reload and on the way back', async () => {
  page = await browser.page();
  await page.goto(`${stack.simulator.url}/`);
  await choose('Market');
  await addressed({ theme: 'market' });
  await page.locator('#pay').click();
  await embedded(page).pin().waitFor();
  const { order: reference, ...rest } = parameters(new URL(page.url()));
  assert.deepEqual([typeof reference, rest], ['string', { theme: 'market' }]);
  await page.reload();
  await embedded(page).pin().waitFor();
  assert.equal(await rootClass(), 'theme-market');
  assert.equal((await computed(['--voucher-accent']))['--voucher-accent'], '#3c6e3a');
  await choose('Night');
  await addressed({ order: reference, theme: 'night' });
  await embedded(page).root.getByRole('button', { name: 'Back to the shop' }).click();
  await addressed({ theme: 'night' });
  await choose('Harbour');
  await addressed({});
  assert.equal(await page.evaluate(() => localStorage.length + sessionStorage.length + document.cookie.length), 0);
});

test('the theme in the address applies from the first frame, and is the one selected', async () => {
  page = await browser.page({ javaScriptEnabled: false });
  await page.goto(`${stack.simulator.url}/?theme=night`);
  assert.equal(await page.locator('html').getAttribute('class'), 'theme-night');
  assert.equal(await page.locator('input[value=night]').isChecked(), true);
});

test('the arrow keys choose a theme', async () => {
  page = await browser.page();
  await page.goto(`${stack.simulator.url}/`);
  await page.locator('input[name=theme]:checked').focus();
  await page.keyboard.press('ArrowRight');
  assert.equal(await rootClass(), 'theme-market');
  assert.deepEqual(page.errors, []);
});

for (const theme of Object.keys(THEMES)) {
  for (const colorScheme of ['light', 'dark']) {
    test(`no axe violations before and during a checkout: ${theme}, ${colorScheme}`, async () => {
      for (const width of [360, 1280]) {
        page = await browser.page({ colorScheme, viewport: { width, height: 800 } });
        await page.goto(`${stack.simulator.url}/?theme=${theme}`);
        await page.locator('#pins summary').first().click();
        await page.locator('#pin-list li').first().waitFor();
        await assertAccessible(page, `${width} shop`);
        await page.locator('#pay').click();
        await embedded(page).pin().waitFor();
        await assertAccessible(page, `${width} checkout`);
        await page.close();
      }
    });
  }
}
