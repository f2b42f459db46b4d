// Scripts that the browser or an extension runs in the page: translation wraps text nodes, and `fetch` may be replaced.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { startCheckout } from '../support/checkout.mjs';
import { takeKoraDown } from './down.mjs';
import { changePin, order } from './shopper.mjs';
import { MODES, assertPaidOnce, fill, watchedPage, widgetOn } from './watched.mjs';

let page;
const stack = await startCheckout({ browser: true, limits: { breaker_failures: 2, breaker_open_ms: 600_000 } });
const { browser } = stack;
afterEach(() => page?.close());

/** Wraps every text node of every document, now and later, as a browser's translation does; `words` changes the words as well. */
const translated = ({ words = false } = {}) => page.addInitScript((changesWords) => {
  const wrap = () => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found = [];
    while (texts.nextNode()) found.push(texts.currentNode);
    for (const text of found) {
      if (!text.data.trim() || text.parentElement.closest('font, script, style')) continue;
      const [outer, inner] = [document.createElement('font'), document.createElement('font')];
      text.replaceWith(outer);
      outer.append(inner);
      inner.append(changesWords ? `«${text.data}»` : text.data);
    }
  };
  addEventListener('DOMContentLoaded', () => {
    wrap();
    new MutationObserver(wrap).observe(document.body, { childList: true, subtree: true, characterData: true });
  });
}, words);

/** Asserts that `act` writes no text of the form again. */
async function assertStaysTranslated(checkout, act) {
  const texts = checkout.root.locator('label, h1, h2, legend, summary, .button');
  const shown = (selector) => texts.evaluateAll((all, selector) => all.filter((one) => one.innerText.trim() && !one.querySelector(selector)).map((one) => one.innerText), selector);
  assert.deepEqual(await shown('font'), [], 'all is translated');
  await texts.evaluateAll((all) => all.forEach((one) => one.querySelectorAll('font').forEach((font) => (font.dataset.first = ''))));
  await act();
  assert.deepEqual(await shown('[data-first]'), [], 'what does not change is not written again');
  assert.deepEqual(await texts.locator('font:not([data-first])').allInnerTexts(), [], 'nor a part of it');
}

for (const mode of MODES) {
  test(`${mode}: a page that is translated while it is used shows every state and pays`, async () => {
    page = await watchedPage(browser);
    await translated();
    await order(page, stack, { mode });
    const checkout = await widgetOn(page, mode);
    await fill(checkout, stack.freshPin('kora', 'used'));
    await checkout.payButton().click();
    await checkout.errorAt('pin', /already been used/);
    const pin = stack.freshPin('kora', 'change');
    await checkout.part('100');
    await checkout.pin().fill(pin);
    assert.match(await checkout.payButton().innerText(), /Pay \w+\s100.00/);
    await checkout.payButton().click();
    await checkout.notice('good', /\w+\s100.00 is paid/);
    const change = await changePin(checkout);
    await checkout.useChange().click();
    await checkout.notice('good', /Paid/);
    assert.deepEqual(stack.debitsOf(change).map(({ amount }) => amount), [149_00]);
    assert.deepEqual(page.errors, []);
  });

  test(`${mode}: a translated page stays so while the shopper types`, async () => {
    page = await watchedPage(browser);
    await translated({ words: true });
    await order(page, stack, { mode });
    const checkout = await widgetOn(page, mode);
    await assertStaysTranslated(checkout, () => checkout.pin().pressSequentially('1234 5678'));
  });

  test(`${mode}: a replaced fetch that rejects with a text, or answers with no response, breaks nothing`, async () => {
    page = await watchedPage(browser);
    await page.addInitScript(() => {
      const real = window.fetch;
      const failures = ['blocked', undefined];
      window.fetch = (address, ...more) => {
        const isPayment = (address.url ?? String(address)).endsWith('/redemptions');
        if (!isPayment || failures.length === 0) return real(address, ...more);
        const failure = failures.shift();
        return failure ? Promise.reject(failure) : Promise.resolve({});
      };
    });
    await order(page, stack, { mode });
    const checkout = await widgetOn(page, mode);
    const pin = stack.freshPin('kora', 'exact');
    await fill(checkout, pin);
    await checkout.payButton().click();
    await assertPaidOnce(checkout, stack, pin);
  });
}

test('hosted: the note that a provider does not answer stays translated while the shopper types', async () => {
  await takeKoraDown(stack);
  page = await watchedPage(browser);
  await translated({ words: true });
  const { url } = await stack.createSession('kora', { providers: ['kora', 'celbux'] });
  await page.goto(url);
  const checkout = await widgetOn(page, 'hosted');
  await checkout.offer(/1Voucher.*not available/).waitFor();
  await assertStaysTranslated(checkout, () => checkout.pin().pressSequentially('168-06000-'));
});
