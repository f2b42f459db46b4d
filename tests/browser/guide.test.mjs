// The programmer's guide: its live examples pay, log their events, and follow the text that the reader types.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { startCheckout } from '../support/checkout.mjs';
import { assertAccessible } from './accessible.mjs';
import { LiveExample } from './live-example.mjs';

const EXAMPLES = ['live-element', 'live-theme', 'live-language'];
/** The only file that may be missing: the guide then shows a text in its place. */
const CHART = '**/guide/slow-phone.svg';
const DRAWN = { contentType: 'image/svg+xml', body: '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>' };

let page;
const stack = await startCheckout({ browser: true });
const { browser } = stack;
afterEach(() => page?.close());

async function opened(options = {}) {
  page = await browser.page({ viewport: { width: 1280, height: 900 }, ...options });
  await page.route(CHART, (route) => route.fulfill(DRAWN));
  await page.goto(`${stack.simulator.url}/guide/`);
  return page;
}

async function live(id) {
  const example = new LiveExample(page, id);
  await example.open();
  return example;
}

for (const id of EXAMPLES) {
  test(`${id}: a real session is paid with the test voucher beside it, and the log shows it`, async () => {
    await opened();
    const example = await live(id);
    const pin = await example.testPin();
    await example.checkout().pay({ pin });
    await example.checkout().notice('good', /Paid/);
    await example.logged(/^[\d:]+ready/);
    await example.logged(/^[\d:]+paid{"session":"cs_/);
    assert.equal(stack.debitsOf(pin).length, 1);
    await example.voucher().filter({ hasNotText: pin }).waitFor();
    await example.button('New session').click();
    await example.checkout().pin().waitFor();
    assert.equal(await example.log().filter({ hasText: 'new session' }).count(), 2);
    assert.deepEqual(page.errors, []);
  });
}

test('the element: its event "paid" shows the status from the server', async () => {
  await opened();
  const example = await live('live-element');
  await example.checkout().pay({ pin: await example.testPin() });
  await example.preview().getByText('Our server says: complete').waitFor();
});

test('a declined voucher fires an event', async () => {
  await opened();
  const example = await live('live-element');
  await example.choose('kora used');
  await example.checkout().pay({ pin: await example.testPin() });
  await example.logged(/declined{.*"code":"voucher_used"/);
});

test('the theme: typing updates the preview of the same session, and keeps the focus', async () => {
  await opened();
  const example = await live('live-theme');
  const accent = () => example.property('--voucher-accent');
  assert.equal(await accent(), 'rebeccapurple');
  await example.replace('rebeccapurple', 'oklch(0.5 0.2 20)');
  await example.until(accent, 'oklch(0.5 0.2 20)');
  await example.checkout().pin().waitFor();
  assert.ok(await example.textarea().evaluate((textarea) => textarea === document.activeElement));
  assert.equal(await example.log().filter({ hasText: 'new session' }).count(), 1);
  await page.locator('#theme-choice').selectOption('night');
  await example.until(accent, '#ffc53d');
  // In any notation, and where the property is missing.
  for (const [style, choice, wanted] of [['voucher-checkout{--voucher-accent:red}', 'market', '#3c6e3a'], ['', 'night', '#ffc53d']]) {
    const text = await example.textarea().inputValue();
    await example.write(text.replace(/<style>[^]*?<\/style>/, style && `<style>${style}</style>`));
    await example.until(accent, style ? 'red' : '');
    await page.locator('#theme-choice').selectOption(choice);
    await example.until(accent, wanted);
  }
  await example.button('Reset').click();
  await example.until(accent, 'rebeccapurple');
  assert.deepEqual(page.errors, []);
});

test('the language: the choice is written into the code, and the preview uses it', async () => {
  await opened();
  const example = await live('live-language');
  const locale = () => example.preview().locator('voucher-checkout').getAttribute('locale');
  assert.equal(await locale(), null);
  for (const choice of ['fr', 'am', '']) {
    await page.locator('#language-choice').selectOption(choice);
    await example.until(locale, choice || null);
    const text = await example.textarea().inputValue();
    assert.deepEqual([...text.matchAll(/locale="(.*?)"/g)].map(([, set]) => set), choice ? [choice] : []);
  }
  await example.checkout().pin().waitFor();
  for (const own of ["locale='am'", 'locale=am']) {
    await example.write((await example.textarea().inputValue()).replace('<voucher-checkout', `$& ${own}`));
    await example.until(locale, 'am');
    await page.locator('#language-choice').selectOption('fr');
    await example.until(locale, 'fr');
    await page.locator('#language-choice').selectOption('');
    await example.until(locale, null);
  }
});

test('the log shows the errors of an example\'s script; the guide itself runs no part of it', async () => {
  await opened();
  const example = await live('live-element');
  await example.write(`<p>Mine</p><script>
    window.ranHere = true;
    console.log('said', { a: 1 });
    fetch('https://example.com/').catch(() => {});
    Promise.reject(new Error('nobody waits'));
    throw new Error('boom');
  </script>`);
  await example.preview().getByText('Mine').waitFor();
  for (const line of [/boom/, /said {"a":1}/, /Not caught: Error: nobody waits/, /Blocked by connect-src: https:\/\/example.com/]) {
    await example.logged(line);
  }
  assert.equal(await page.evaluate(() => window.ranHere), undefined);
  await example.write('<script src="/shop/nothing.js"></script>');
  await example.logged(/Cannot be loaded: .*nothing\.js/);
  await example.button('Clear').click();
  assert.equal(await example.log().count(), 0);
});

test('an example cannot lead the guide elsewhere, and its frame is new each time', async () => {
  await opened();
  const example = await live('live-element');
  await example.write('<p>First</p><script>const once = 1; try { top.location.href = "/"; } catch { document.write("kept") }</script>');
  await example.preview().getByText('kept').waitFor();
  await example.write('<p>Second</p><script>const once = 2; document.write(`once ${once}`)</script>');
  await example.preview().getByText('once 2').waitFor();
  assert.equal(new URL(page.url()).pathname, '/guide/');
});

test('Tab moves through an editor, indents once the reader types, and moves on again after Escape', async () => {
  await opened();
  const example = await live('live-language');
  const isIn = () => example.textarea().evaluate((textarea) => textarea === document.activeElement);
  await example.textarea().focus();
  await page.keyboard.press('Tab');
  assert.equal(await isIn(), false);
  await page.keyboard.press('Shift+Tab');
  assert.equal(await isIn(), true);
  await page.keyboard.press('Control+Home');
  await page.keyboard.type('a');
  await page.keyboard.press('Tab');
  assert.equal(await isIn(), true);
  assert.match(await example.textarea().inputValue(), /^a {2}</);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Tab');
  assert.equal(await isIn(), false);
});

test('texts and PINs are copied', async () => {
  await opened({ permissions: ['clipboard-read', 'clipboard-write'] });
  const example = await live('live-theme');
  const copied = () => page.evaluate(() => navigator.clipboard.readText());
  await example.button('Copy', '.editor').click();
  await page.locator('#said', { hasText: 'Copied' }).waitFor({ state: 'attached' });
  assert.equal(await copied(), await example.textarea().inputValue());
  await example.button('Copy the PIN').click();
  await example.until(copied, await example.voucher().textContent());
  await page.getByRole('button', { name: 'Copy: verify a webhook' }).click();
  await example.until(async () => (await copied()).split('\n')[0], "import { Webhook } from 'standardwebhooks';");
});

test('a text replaces a missing chart', async () => {
  await opened();
  await page.locator('.chart img').scrollIntoViewIfNeeded();
  assert.equal(await page.locator('.chart .fallback').isVisible(), false);
  await page.unroute(CHART);
  await page.route(CHART, (route) => route.fulfill({ status: 404 }));
  await page.reload();
  await page.locator('.chart .fallback').waitFor();
  assert.equal(await page.locator('.chart img').isVisible(), false);
});

for (const width of [360, 1280]) {
  for (const colorScheme of ['light', 'dark']) {
    test(`no axe violations: ${width} px, ${colorScheme}`, async () => {
      await opened({ viewport: { width, height: 800 }, colorScheme });
      for (const id of EXAMPLES) await live(id);
      await page.locator('#pins summary').first().click();
      await page.locator('#pin-list li').first().waitFor();
      await assertAccessible(page, `${width} ${colorScheme}`);
    });
  }
}

test('every part fits the smallest phone', async () => {
  await opened({ viewport: { width: 320, height: 640 } });
  for (const id of EXAMPLES) await live(id);
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 320);
});
