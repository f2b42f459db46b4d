// A shopper with an address and a phone number of their own, who pays in one of the places of a checkout.
import assert from 'node:assert/strict';
import { listenTo, texts } from './hearing.mjs';
import { element } from './shop-site.mjs';
import { embedded, hosted } from './shopper.mjs';

/** The calls that pay. */
export const REDEMPTIONS = /\/redemptions$/;

const say = texts('en');

/**
 * Opens a checkout of this shop; `query` is added to the address of the hosted page. Returns its page object, the announcements, the
 * headers of the payments sent, `pay()` with a good voucher, and `assertPaid()`.
 */
export async function openAs({ headers, phone }, mode, { site, stack, browser }, query = '') {
  const page = await browser.page({ extraHTTPHeaders: headers });
  const posts = [];
  page.on('request', (request) => REDEMPTIONS.test(request.url()) && posts.push(request.headers()));
  const ears = await listenTo(page);
  if (mode === 'hosted') {
    await page.goto((await stack.createSession('kora')).url + query);
  } else {
    const loader = `<script async src="${stack.url}/checkout.js"></script>`;
    await page.goto(site.page('/', `${loader}</head><body><h1>Shop</h1>${element(await site.order(), 'mug')}`));
  }
  const checkout = mode === 'hosted' ? hosted(page) : embedded(page);
  await checkout.root.locator('.enhanced form').waitFor();
  const pin = stack.freshPin('kora', 'exact');
  const assertPaid = async () => {
    await checkout.notice('good', say('paid_title'));
    assert.equal(stack.debitsOf(pin).length, 1);
  };
  return { page, checkout, ears, posts, assertPaid, pay: () => checkout.pay({ pin, phone }) };
}
