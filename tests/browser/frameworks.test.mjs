// The element in plain JavaScript, React 19, Vue 3 and Svelte 5: used as each framework's documentation describes for custom
// elements, without a wrapper component. Each page is a shop on an origin of its own.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, test } from 'node:test';
import { ROOT } from '../../edge/tools/up-to-date.mjs';
import { pinFor } from '../simulator/pins.mjs';
import { startCheckout } from '../support/checkout.mjs';
import { until } from '../support/until.mjs';
import { bundle } from './frameworks/bundle.mjs';
import { listen, messageListeners } from './listeners.mjs';
import { startSite } from './shop-site.mjs';
import { embedded } from './shopper.mjs';

const PAGES = { 'plain JavaScript': 'plain.js', 'React 19': 'react.jsx', 'Vue 3': 'vue.js', 'Svelte 5': 'svelte.js' };

let page;
const sites = {};
for (const name of Object.keys(PAGES)) sites[name] = await startSite();
const origins = Object.values(sites).map(({ origin }) => origin).join(' ');
const stack = await startCheckout({ browser: true, vars: { ALLOWED_ORIGINS: origins } });
const { browser } = stack;
for (const [name, entry] of Object.entries(PAGES)) {
  sites[name].connect(stack);
  sites[name].script('/page.js', await bundle(entry));
  sites[name].page('/', `<script async src="${stack.url}/checkout.js"></script></head>` +
    '<body><main id="app"></main><script src="/page.js"></script></body>');
}
afterEach(async () => {
  await page?.close();
});

for (const [index, name] of Object.keys(PAGES).entries()) {
  test(`${name}: survives a re-render, a new order, a payment, a removal and a return`, async () => {
    const site = sites[name];
    page = await browser.page();
    const { iframes } = await listen(page);
    await page.goto(`${site.origin}/`);
    const heard = (words) => until(async () => (await page.locator('#heard').textContent()).trim(), (text) => text === words);
    const iframe = page.locator('voucher-checkout iframe');
    const sessionShown = async () => new URL(await iframe.getAttribute('src')).pathname.split('/').at(-1);

    await heard('ready');
    const first = await sessionShown();
    assert.equal(await iframes(), 1);

    // A re-render of the page around the element and on it leaves the iframe alone: the typed text stays.
    await embedded(page).pin().fill('1168 6480');
    await page.locator('#more').click();
    await page.locator('voucher-checkout.count-2').waitFor();
    assert.equal(await embedded(page).pin().inputValue(), '1168 6480');
    assert.equal(await iframes(), 1);

    // Another session opens another iframe, once, although two attributes change.
    await page.locator('#another').click();
    await heard('ready ready');
    const second = await sessionShown();
    assert.notEqual(second, first);
    assert.equal(await iframes(), 2);
    assert.equal(await embedded(page).pin().inputValue(), '');

    const pin = pinFor('kora', 'exact', 400 + index);
    await embedded(page).pay({ pin });
    await heard(`ready ready done:${second}`);
    assert.equal((await site.session(second)).status, 'complete');
    assert.equal((await site.session(first)).status, 'open');
    assert.equal(stack.debitsOf(pin).length, 1);

    assert.equal(await messageListeners(page), 1);
    await page.locator('#leave').click();
    await iframe.waitFor({ state: 'detached' });
    assert.equal(await page.locator('voucher-checkout').count(), 0);
    assert.equal(await messageListeners(page), 0);

    await page.locator('#leave').click();
    await heard(`ready ready done:${second} ready done:${second}`);
    await embedded(page).notice('good', /Paid/);
    assert.equal(await messageListeners(page), 1);
    assert.deepEqual(page.errors, []);
  });
}

for (const [language, file] of [['jsx', 'react.jsx'], ['vue', 'Page.vue'], ['svelte', 'Page.svelte']]) {
  test(`the README's ${language} example is the code of the tested page`, () => {
    const [, example] = readFileSync(join(ROOT, 'README.md'), 'utf8').match(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``));
    const lines = readFileSync(join(ROOT, 'tests/browser/frameworks', file), 'utf8').split('\n').map((line) => line.trim());
    for (const line of example.trim().split('\n')) assert.ok(lines.includes(line.trim()), line);
  });
}
