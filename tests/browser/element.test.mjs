// The element on a shop's page: its properties, its box, the title of its frame, pages with isolation headers, and browsers that cannot
// compile wasm while it arrives.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../../edge/tools/up-to-date.mjs';
import { texts } from './hearing.mjs';
import { element, startShop } from './shop-site.mjs';
import { changePin, embedded } from './shopper.mjs';

let page;
const { site, stack, browser } = await startShop();

const loader = (attributes = '') => `<script async src="${stack.url}/checkout.js" ${attributes}></script>`;
const widget = () => embedded(page).root.locator('.enhanced form');

async function opened(body, headers) {
  page ??= await browser.page();
  if (page.isClosed()) page = await browser.page();
  await page.goto(site.page('/element', body, headers));
}

for (const policy of ['require-corp', 'credentialless']) {
  test(`a page with Cross-Origin-Embedder-Policy: ${policy} shows the checkout`, async () => {
    const order = await site.order();
    // The loader is a resource of another origin as well.
    await opened(`${loader('crossorigin')}</head><body>${element(order, 'mug')}`, {
      'cross-origin-embedder-policy': policy,
      'cross-origin-opener-policy': 'same-origin',
    });
    await widget().waitFor();
    assert.equal(await page.evaluate(() => crossOriginIsolated), true);
  });
}

test('properties work like the attributes, also when they are set before the element is defined', async () => {
  const [first, second] = [await site.order(), await site.order()];
  await opened(`</head><body><voucher-checkout id="mug"></voucher-checkout>`);
  await page.evaluate(({ id, client_secret }) => {
    Object.assign(document.getElementById('mug'), { session: id, clientSecret: client_secret, locale: 'fr' });
  }, first);
  await page.addScriptTag({ url: `${stack.url}/checkout.js` });
  await widget().waitFor();
  assert.equal(await embedded(page).root.locator(':root').getAttribute('lang'), 'fr');
  const values = await page.evaluate(() => {
    const { session, clientSecret, locale } = document.getElementById('mug');
    return { id: session, client_secret: clientSecret, locale };
  });
  assert.deepEqual(values, { ...first, locale: 'fr' });
  await page.evaluate(({ id, client_secret }) => {
    const mug = document.getElementById('mug');
    [mug.session, mug.clientSecret, mug.locale] = [id, client_secret, null];
  }, second);
  await page.locator(`iframe[src*="${second.id}"]`).waitFor();
  await widget().waitFor();
  assert.equal(await page.locator('#mug').getAttribute('locale'), null);
  const made = await page.evaluate(({ id, client_secret }) => {
    const made = Object.assign(document.createElement('voucher-checkout'), { session: id, clientSecret: client_secret });
    return made.outerHTML;
  }, first);
  assert.equal(made, `<voucher-checkout session="${first.id}" client-secret="${first.client_secret}"></voucher-checkout>`);
});

for (const display of ['flex', 'grid']) {
  test(`in a ${display} container the element is as wide as the container, and the shop can change that`, async () => {
    const order = await site.order();
    const style = `<style>main { display: ${display}; justify-items: start; width: 480px }</style>`;
    await opened(`${loader()}${style}</head><body><main>${element(order, 'mug')}</main>`);
    await widget().waitFor();
    const width = () => page.locator('#mug').evaluate((one) => one.getBoundingClientRect().width);
    assert.equal(await width(), 480);
    await page.addStyleTag({ content: 'voucher-checkout { width: 360px }' });
    assert.equal(await width(), 360);
  });
}

test('the frame has its title in the shopper’s language from the start, and keeps it when the widget fails', async () => {
  page = await browser.page();
  const order = await site.order();
  const cut = Promise.withResolvers();
  await page.route(/\.wasm$/, async (route) => {
    await cut.promise;
    await route.abort('connectionreset');
  });
  await opened(`${loader()}</head><body>${element(order, 'mug').replace(' session=', ' locale="fr" session=')}`);
  const title = page.locator(`iframe[title^="${texts('fr')('title')}"]`);
  await title.waitFor();
  cut.resolve();
  await embedded(page).root.getByRole('link').waitFor();
  assert.equal(await title.count(), 1);
});

/** Browsers in which the wasm cannot be compiled while it arrives. */
const WITHOUT_STREAMING = {
  'has no WebAssembly.instantiateStreaming': () => delete WebAssembly.instantiateStreaming,
  'rejects it': () => (WebAssembly.instantiateStreaming = () => Promise.reject(new TypeError('Wrong type'))),
};
for (const [what, prepare] of Object.entries(WITHOUT_STREAMING)) {
  test(`the widget starts in a browser that ${what}`, async () => {
    page = await browser.page();
    await page.addInitScript(prepare);
    await opened(`${loader()}</head><body>${element(await site.order(), 'mug')}`);
    await widget().waitFor();
    assert.deepEqual(page.errors, []);
  });
}

test('the README’s own page: the shopper reads the PIN of the change voucher before the shop continues', async () => {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const [, snippet] = /```html\n(<script async src="https:\/\/pay\.example\.com[^]*?)```/.exec(readme);
  const order = await site.order();
  const body = snippet
    .replace('https://pay.example.com', stack.url)
    .replace('session="cs_…" client-secret="…"', `session="${order.id}" client-secret="${order.client_secret}"`);
  site.page('/thanks', '</head><body>Thank you');
  await opened(`</head><body>${body}`);
  const checkout = embedded(page);
  await widget().waitFor();
  const pin = stack.freshPin('kora', 'change');
  await checkout.pay({ pin });
  await checkout.notice('good', /Paid/);
  assert.equal(await changePin(checkout), stack.debitsOf(pin)[0].change_pin);
  const goOn = checkout.root.getByRole('button', { name: 'Continue' });
  await goOn.waitFor();
  assert.match(page.url(), /\/element$/);
  await goOn.click();
  await page.waitForURL(/\/thanks/);
});

test('the README’s own page: without a change voucher the shop continues at once', async () => {
  const order = await site.order();
  site.page('/thanks', '</head><body>Thank you');
  await opened(`</head><body>${loader()}${element(order, 'mug')}<script>
    document.querySelector('voucher-checkout').addEventListener('done', () => location.assign('/thanks?order=1001'));
  </script>`);
  await widget().waitFor();
  await embedded(page).pay({ pin: stack.freshPin('kora', 'exact') });
  await page.waitForURL(/\/thanks/);
});
