// A shopper's page whose every text is recorded, and the shop's own data to compare the texts with.
import assert from 'node:assert/strict';
import { until } from '../support/until.mjs';
import { embedded, hosted, order } from './shopper.mjs';

/** The two places of a checkout. */
export const MODES = ['hosted', 'embedded'];

/** Words that no shopper may read before the outcome is known. */
const URGING = /try again|not charged|nothing was charged|(try|use) another/i;
const PAID = /\bPaid\b/;

/**
 * Opens a page in a context of its own. `page.said` lists the texts that its checkout has shown, in order: `{ text, payable }`,
 * and `{ pressed }` where the shopper submitted the form; `page.posts` counts the payments sent, `page.addresses` lists the
 * requested addresses.
 */
export async function watchedPage(browser) {
  const page = await browser.page();
  const context = page.context();
  const watched = Object.assign(page, { said: [], posts: 0, addresses: [] });
  context.on('request', (request) => {
    watched.addresses.push(request.url());
    if (request.method() === 'POST' && /redemptions$|\/(pay|embed)\//.test(request.url())) watched.posts += 1;
  });
  await context.exposeFunction('checkoutSays', (words) => watched.said.push(words));
  await context.addInitScript(() => {
    let last = '';
    const look = () => {
      const main = document.querySelector('main#checkout');
      const button = main?.querySelector('form button');
      const payable = Boolean(button?.checkVisibility() && button.getAttribute('aria-disabled') !== 'true');
      const words = JSON.stringify({ text: main?.innerText, payable });
      if (!main || words === last) return;
      last = words;
      window.checkoutSays(JSON.parse(words));
    };
    new MutationObserver(look).observe(document, { attributes: true, characterData: true, childList: true, subtree: true });
    addEventListener('submit', ({ target }) => target.closest('main#checkout') && window.checkoutSays({ pressed: true }), true);
  });
  return watched;
}

/** Returns the checkout on a page that is already open, once its widget has loaded. */
export async function widgetOn(page, mode) {
  const checkout = mode === 'hosted' ? hosted(page) : embedded(page);
  await checkout.root.locator('.enhanced .summary').first().waitFor();
  return checkout;
}

/** Orders the demo shop's mug, and waits for the widget. */
export async function arrive(page, stack, mode, options) {
  await order(page, stack, { mode, ...options });
  return widgetOn(page, mode);
}

/** Returns the session on the page: `{id}`. */
export async function sessionOn({ root, page }) {
  const address = root === page ? page.url() : await page.locator('voucher-checkout iframe').getAttribute('src');
  return { id: /cs_\w+/.exec(address)[0] };
}

/** Types a complete voucher into the form. */
export async function fill(checkout, pin) {
  await checkout.pin().fill(pin);
  await checkout.phone().fill('082 123 4567');
  await checkout.email().fill('thandi@example.com');
}

/** Waits until the provider was asked to charge this voucher. */
export function charging(stack, pin) {
  return stack.simulator.until((books) => books.calls.some((call) => call.body?.includes(pin)));
}

/** Checks that the payment is complete: the page, the shop's API and the books say so, and the voucher was charged once. */
export async function assertPaidOnce(checkout, stack, ...pins) {
  await checkout.notice('good', /Paid/);
  const { status, amount, amount_received: received } = await stack.shopView(await sessionOn(checkout));
  assert.deepEqual({ status, received }, { status: 'complete', received: amount });
  const debits = pins.flatMap(stack.debitsOf);
  assert.deepEqual(debits.map((debit) => debit.amount), [amount]);
}

/** Checks that from the press of the button until `outcome`, the page never offered another try. */
export async function assertNeverUrged(page, outcome = PAID) {
  const heard = await until(() => page.said.slice(), (said) => said.some(({ text }) => outcome.test(text)));
  const pressed = heard.findIndex((words) => words.pressed);
  assert.ok(pressed >= 0, 'the form was sent');
  const since = heard.slice(pressed + 1).filter(({ text }) => text !== undefined);
  const unknown = since.slice(0, since.findIndex(({ text }) => outcome.test(text)));
  assert.ok(unknown.length > 0, 'something was said before the outcome');
  for (const { text, payable } of unknown) {
    assert.doesNotMatch(text, URGING);
    assert.equal(payable, false, text);
  }
}
