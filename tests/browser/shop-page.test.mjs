// The element on strict and dynamic shop pages. The pages have no script of their own: the tests
// listen to the element's events and change the page from outside.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { ROOT } from '../../edge/tools/up-to-date.mjs';
import { pinFor } from '../simulator/pins.mjs';
import { hold } from '../support/browser.mjs';
import { startCheckout } from '../support/checkout.mjs';
import { until } from '../support/until.mjs';
import { listen, messageListeners } from './listeners.mjs';
import { element, startSite } from './shop-site.mjs';
import { embedded, hosted } from './shopper.mjs';

const ASSETS = JSON.parse(readFileSync(join(ROOT, 'www/dist/assets.json'), 'utf8'));

let page, heard, hears, violations, iframes;
const site = await startSite();
const stack = await startCheckout({ browser: true, vars: { ALLOWED_ORIGINS: site.origin } });
const { browser, debitsOf } = stack;
site.connect(stack);
beforeEach(async () => {
  page = await browser.page();
  ({ heard, hears, violations, iframes } = await listen(page));
});
afterEach(async () => {
  await page?.close();
});

const loader = () => `<script async src="${stack.url}/checkout.js"></script>`;

test('a policy that allows only our origin, with trusted types: paid without a violation', async () => {
  const policy = `default-src 'none'; script-src ${stack.url}; frame-src ${stack.url}; ` +
    "require-trusted-types-for 'script'; trusted-types 'none'";
  const headers = { 'content-security-policy': policy };
  const order = await site.order();
  await page.goto(site.page('/strict', `${loader()}</head><body>${element(order, 'mug')}`, headers));
  const pin = pinFor('kora', 'change', 500);
  await embedded(page).pay({ pin });
  await embedded(page).notice('good', /Paid/);
  await hears('mug', 'paid');
  assert.equal(debitsOf(pin).length, 1);
  assert.deepEqual(await violations(), []);
  assert.deepEqual(page.errors, []);
  // The policy was in force: a violation is blocked and recorded.
  const outcome = await page.evaluate(() => {
    try {
      document.body.insertAdjacentHTML('beforeend', '<p>Hello</p>');
      return 'done';
    } catch (error) {
      return error.name;
    }
  });
  assert.equal(outcome, 'TypeError');
  const [[directive]] = await until(violations, (list) => list.length > 0);
  assert.equal(directive, 'require-trusted-types-for');
});

test('two elements with two sessions: both pay, and each fires its own events', async () => {
  const [mug, jug] = [await site.order(), await site.order()];
  await page.goto(site.page('/two', `${loader()}</head><body>${element(mug, 'mug')}${element(jug, 'jug')}`));
  await hears('mug', 'ready');
  await hears('jug', 'ready');
  await embedded(page, '#jug').pay({ pin: pinFor('kora', 'exact', 501) });
  await hears('jug', 'paid');
  assert.deepEqual((await heard()).filter(([id]) => id === 'mug').map(([, type]) => type), ['ready']);
  await embedded(page, '#mug').pay({ pin: pinFor('kora', 'used', 501) });
  await hears('mug', 'declined');
  await embedded(page, '#mug').pay({ pin: pinFor('kora', 'exact', 502) });
  await hears('mug', 'done');
  const outcomes = (await heard()).filter(([, type]) => !['ready', 'pending'].includes(type));
  assert.deepEqual(outcomes, [
    ['jug', 'paid', { session: jug.id, change: false }],
    ['jug', 'done', { session: jug.id }],
    ['mug', 'declined', { session: mug.id, code: 'voucher_used' }],
    ['mug', 'paid', { session: mug.id, change: false }],
    ['mug', 'done', { session: mug.id }],
  ]);
  for (const { id } of [mug, jug]) assert.equal((await site.session(id)).status, 'complete');
  assert.deepEqual(page.errors, []);
});

test('added, moved, copied and removed while the page is open', async () => {
  const order = await site.order();
  await page.goto(site.page('/lively', `${loader()}</head><body><main></main><aside></aside>`));
  await page.waitForFunction(() => customElements.get('voucher-checkout'));
  assert.equal(await messageListeners(page), 0, 'the loader alone does not listen');

  await page.evaluate(({ id, client_secret }) => {
    const added = document.createElement('voucher-checkout');
    added.id = 'mug';
    added.setAttribute('session', id);
    added.setAttribute('client-secret', client_secret);
    document.querySelector('main').append(added);
  }, order);
  await embedded(page, 'main #mug').pin().waitFor();
  await page.evaluate(({ id }) => document.getElementById('mug').setAttribute('session', id), order);
  assert.equal(await iframes(), 1, 'setting an attribute to its current value opens nothing');

  await page.evaluate(() => document.querySelector('aside').append(document.getElementById('mug')));
  await embedded(page, 'aside #mug').pin().waitFor();
  assert.equal(await page.locator('iframe').count(), 1);
  assert.equal(await iframes(), 1, 'moved, the same iframe loads again');

  await page.evaluate(() => {
    const copy = document.getElementById('mug').cloneNode(true);
    copy.id = 'copy';
    document.querySelector('main').append(copy);
  });
  await embedded(page, '#copy').pin().waitFor();
  await hears('copy', 'ready');
  assert.equal(await page.locator('#copy iframe').count(), 1, 'the copied iframe is replaced');

  await page.evaluate(() => document.getElementById('copy').remove());
  assert.equal(await page.locator('iframe').count(), 1);
  await embedded(page).pay({ pin: pinFor('kora', 'exact', 503) });
  await hears('mug', 'paid');
  await page.evaluate(() => document.getElementById('mug').remove());
  assert.equal(await page.locator('iframe').count(), 0);
  assert.equal(await messageListeners(page), 0);
  assert.deepEqual(page.errors, []);
});

test('a removed element dispatches no more events, not even that its checkout did not load', async () => {
  await page.clock.install();
  await page.goto(site.page('/removed', `${loader()}</head><body>${element(await site.order(), 'mug')}`));
  await hears('mug', 'ready');
  await page.evaluate(() => {
    const mug = document.getElementById('mug');
    mug.addEventListener('error', ({ detail }) => window.heard.push(['mug', 'error', detail]));
    mug.remove();
  });
  await page.clock.fastForward(60_000);
  assert.deepEqual((await heard()).map(([, type]) => type), ['ready']);
});

test('the loader included twice, once by its hashed name with its integrity: one element, one iframe, paid', async () => {
  const order = await site.order();
  const hashed = `<script src="${stack.url}${ASSETS.loader}" integrity="${ASSETS.loader_integrity}" ` +
    'crossorigin="anonymous"></script>';
  await page.goto(site.page('/twice', `${hashed}${loader()}</head><body>${element(order, 'mug')}${loader()}`));
  await embedded(page).pay({ pin: pinFor('kora', 'exact', 504) });
  await hears('mug', 'paid');
  assert.deepEqual((await heard()).map(([id, type]) => `${id} ${type}`), ['mug ready', 'mug pending', 'mug paid', 'mug done']);
  assert.equal(await page.locator('iframe').count(), 1);
  assert.deepEqual(page.errors, []);
});

test('a loader that does not match its integrity hash is blocked', async () => {
  const wrong = ASSETS.loader_integrity.replace(/.{8}$/, 'AAAAAAAA');
  const bent = `<script src="${stack.url}/checkout.js" integrity="${wrong}" crossorigin="anonymous"></script>`;
  await page.goto(site.page('/bent', `${bent}</head><body>${element(await site.order(), 'mug')}`));
  assert.equal(await page.evaluate(() => customElements.get('voucher-checkout') === undefined), true);
  assert.equal(await page.locator('iframe').count(), 0);
  assert.match(page.errors.join(), /integrity/);
});

test('the loader upgrades elements that exist before it, from markup and from a script', async () => {
  const orders = [await site.order(), await site.order(), await site.order()];
  const release = await hold(page, /\/checkout\.js$/);
  const address = site.page('/early', `${loader()}</head><body>${element(orders[0], 'markup')}`);
  await page.goto(address, { waitUntil: 'commit' });
  await page.locator('#markup').waitFor({ state: 'attached' });
  const make = ([id, { id: session, client_secret }]) => {
    const made = Object.assign(document.createElement('voucher-checkout'), { id });
    made.setAttribute('session', session);
    made.setAttribute('client-secret', client_secret);
    document.body.append(made);
  };
  await page.evaluate(make, ['early', orders[1]]);
  assert.equal(await page.locator('iframe').count(), 0);
  release();
  await hears('markup', 'ready');
  await hears('early', 'ready');
  await page.evaluate(make, ['late', orders[2]]);
  await hears('late', 'ready');
  for (const id of ['markup', 'early', 'late']) await embedded(page, `#${id}`).pin().waitFor();
  assert.deepEqual(page.errors, []);
});

test('a page that opens the hosted page in a window has no access to it, and the window leads back to the shop', async () => {
  const thanks = site.page('/thanks', '</head><body><h1>Thank you</h1>');
  const { url } = await stack.createSession('kora', { success_url: thanks });
  await page.goto(site.page('/window', '</head><body>'));
  const [opened] = await Promise.all([page.waitForEvent('popup'), page.evaluate((address) => (window.opened = window.open(address)) && undefined, url)]);
  await hosted(opened).pay({ pin: pinFor('kora', 'exact', 505) });
  await hosted(opened).notice('good', /Paid/);
  // Neither page can reach the other one any more.
  assert.equal(await page.evaluate(() => window.opened.closed), true);
  assert.equal(await opened.evaluate(() => window.opener), null);
  await opened.getByRole('link', { name: /Back to/ }).click();
  await opened.waitForURL(thanks);
});
