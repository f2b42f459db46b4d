// Mistakes of a shop's programmer: an origin that is not allowed, a wrong session, a wrong client secret.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { startCheckout } from '../support/checkout.mjs';
import { until } from '../support/until.mjs';
import { listen } from './listeners.mjs';
import { element, startSite } from './shop-site.mjs';
import { embedded } from './shopper.mjs';

let page, heard, hears;
const [site, stranger] = [await startSite(), await startSite()];
const stack = await startCheckout({ browser: true, vars: { ALLOWED_ORIGINS: site.origin } });
const { browser } = stack;
for (const one of [site, stranger]) one.connect(stack);
beforeEach(async () => {
  page = await browser.page();
  ({ heard, hears } = await listen(page));
});
afterEach(async () => {
  await page?.close();
});

const loader = () => `<script async src="${stack.url}/checkout.js"></script>`;

test('a page of an origin that is not allowed gets no form, and the console shows the reason', async () => {
  const order = await stranger.order();
  await page.goto(stranger.page('/', `${loader()}</head><body>${element(order, 'mug')}`));
  await page.locator('iframe').waitFor();
  const lines = await until(() => page.errors, (errors) => errors.length > 0);
  assert.match(lines[0], /frame-ancestors/);
  assert.ok(lines[0].includes(site.origin), 'it names the origins that are allowed');
  assert.equal(await page.frameLocator('iframe').locator('input, button, form').count(), 0);
  assert.deepEqual(await heard(), []);
  assert.equal((await stranger.session(order.id)).status, 'open');
});

const WRONG = {
  'a client secret of another session': ([mine, other]) => ({ id: mine.id, client_secret: other.client_secret }),
  'a malformed client secret': ([mine]) => ({ id: mine.id, client_secret: 'wrong' }),
  'an unknown session': ([mine]) => ({ id: `cs_${'0'.repeat(32)}`, client_secret: mine.client_secret }),
  'a malformed session id': ([mine]) => ({ id: '../pay', client_secret: mine.client_secret }),
};
for (const [what, wrong] of Object.entries(WRONG)) {
  test(`${what}: fires the event error with its code and shows no form; the right values then open it`, async () => {
    const orders = [await site.order(), await site.order()];
      await page.goto(site.page('/wrong', `${loader()}</head><body>${element(wrong(orders), 'mug')}`));
    await hears('mug', 'error');
    assert.deepEqual((await heard()).filter(([, type]) => type !== 'ready'), [['mug', 'error', { code: 'session_not_found' }]]);
    assert.equal(await embedded(page).pin().isVisible(), false);
    await page.evaluate(({ id, client_secret }) => {
      document.getElementById('mug').setAttribute('session', id);
      document.getElementById('mug').setAttribute('client-secret', client_secret);
    }, orders[0]);
    await embedded(page).pin().waitFor();
  });
}
