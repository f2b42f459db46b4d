// The checks that run on every state find each kind of fault on a page with one planted fault.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { start } from '../support/start.mjs';
import { accessFaults } from './accessible.mjs';
import { layoutFaults } from './layout.mjs';
import { untranslated } from './untranslated.mjs';

const { browser, stop } = await start({ worker: false, simulator: false, browser: true });
after(stop);

/** Returns the faults that `look` finds in this content. */
async function found(look, content, lang = 'en') {
  const page = await browser.page({ viewport: { width: 280, height: 600 } });
  await page.setContent(`<!doctype html><html lang="${lang}"><title>.</title><style>* { margin: 0 }</style><main>${content}</main>`);
  const faults = await look(page);
  await page.close();
  return faults.join('\n');
}

const BUTTON = '<button style="min-width: 44px; min-height: 44px">Pay</button>';
for (const [fault, content] of [
  [/the page is 300 wide in 280/, '<p style="width: 300px">wide</p>'],
  [/outside of the window: p/, '<p style="position: absolute; left: -50px">left</p>'],
  [/cut off: p/, '<p style="width: 40px; overflow: hidden; white-space: nowrap">much too long</p>'],
  [/cut off: input/, '<input style="width: 60px; height: 44px" value="1168 6480 9679 2943">'],
  [/a word in 2 lines: garagalchaa/, '<p style="width: 60px; overflow-wrap: anywhere">garagalchaa</p>'],
  [/sticks out of p/, '<p style="height: 8px">too low for its text</p>'],
  [/lies over/, '<p>one</p><p style="margin-top: -12px">another</p>'],
  [/by 20: button/, '<button style="height: 20px; line-height: 1">low</button>'],
  [/^30 by 44: a/m, '<a href="#" style="display: block; width: 30px; height: 44px">X</a>'],
]) {
  test(`finds a layout fault: ${fault}`, async () => {
    assert.match(await found(layoutFaults, BUTTON + content), fault);
    assert.equal(await found(layoutFaults, BUTTON), '');
  });
}

test('reports an empty page', async () => {
  assert.equal(await found(layoutFaults, ''), 'there is nothing to read');
});

for (const [fault, locale, content] of [
  [/a gap: 3 \{count\}/, 'en', '<p>3 {count}</p>'],
  [/English: Copied/, 'fr', '<p>Copied</p>'],
  [/English: There is 1 on this voucher/, 'fr', '<p>There is 1 on this voucher. You can use 1 of it for this order and pay the rest with another voucher.</p>'],
  [/English: Receipt/, 'fr', '<h2>Receipt</h2>'],
  [/Latin letters: .*Harbour/, 'ar', '<p>الدفع Harbour</p>'],
]) {
  test(`finds an untranslated text: ${fault}`, async () => {
    assert.match(await found((page) => untranslated(page, locale, []), content, locale), fault);
  });
}

test("accepts known names and texts in the page's language", async () => {
  const arabic = '<p>الدفع إلى Harbour Mugs</p><p>R 249.00 ZAR</p>';
  assert.equal(await found((page) => untranslated(page, 'ar', ['Harbour Mugs']), arabic, 'ar'), '');
});

test('axe finds low contrast, and targets that are too small', async () => {
  const small = '<a href="#a" style="display: inline-block; width: 9px; height: 9px; overflow: hidden">a</a>';
  const content = `<h1>Pay</h1><p style="color: #999; background: #fff">pale</p>${small}${small.replace('#a', '#b')}`;
  const faults = await found(accessFaults, content);
  for (const rule of [/^color-contrast /m, /^target-size /m]) assert.match(faults, rule);
});
