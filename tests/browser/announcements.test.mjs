// Announcements by live regions (WCAG 4.1.3): every message of every course of a payment, once, in order, one at a time.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listenTo, texts } from './hearing.mjs';
import { useUpTries } from './sessions.mjs';
import { element, startShop } from './shop-site.mjs';
import { embedded, hosted } from './shopper.mjs';

const ORDER = { description: 'Enamel mug' };
const SHOP = 'Harbour Mugs';
const say = texts('en');

/** The announcements of an attempt and of its outcomes. */
const BUSY = `${say('busy_title')}. ${say('busy_text')}`;
const PENDING = `${say('pending_title')}. ${say('pending_text')}`;
const PAID = `${say('paid_title')}. ${say('paid_text', { shop: SHOP, amount: 'R 249.00' })}`;
/** A payment that a look-up found: whether there is a change voucher is unknown. */
const FOUND = `${PAID} ${say('change_unknown_text', { shop: SHOP })}`;
const DECLINED = say('declined_title');
const NOT_CHARGED = `${DECLINED}. ${say('declined_not_charged')}`;

let page, ears;
const { site, stack, browser } = await startShop();

const pin = (scenario) => stack.freshPin('kora', scenario);

/** Opens the hosted page, and listens from its beginning. */
async function opened() {
  const { url } = await stack.createSession('kora', ORDER);
  page = await browser.page();
  ears = await listenTo(page);
  await page.goto(url);
  await page.locator('.enhanced form').waitFor();
  return hosted(page);
}

test('a payment: announces the check, the payment and each copy of the PIN', async () => {
  const checkout = await opened();
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await checkout.pay({ pin: pin('change') });
  await ears.hears(BUSY, PAID);
  const copy = page.getByRole('button', { name: say('copy_button') });
  await copy.click();
  await ears.hears(BUSY, PAID, say('copied'));
  await copy.click();
  await ears.hears(BUSY, PAID, say('copied'), say('copied'));
});

test('a decline for a typed value: announces the decline, and shows the error at the field', async () => {
  const checkout = await opened();
  await checkout.pay({ pin: pin('used') });
  await ears.hears(BUSY, DECLINED);
  await checkout.errorAt('pin', /already been used/);
  await checkout.pay({ pin: pin('exact') });
  await ears.hears(BUSY, DECLINED, BUSY, PAID);
});

test('a lost answer: announces the delay once, then the payment', async () => {
  const checkout = await opened();
  await checkout.pay({ pin: pin('cut_after') });
  await checkout.notice('good', say('paid_title'));
  await ears.hears(BUSY, PENDING, FOUND);
});

test('a lost answer: announces the delay once, then that nothing was charged', async () => {
  const checkout = await opened();
  await checkout.pay({ pin: pin('error_before') });
  await page.locator('.notice.bad').waitFor();
  await ears.hears(BUSY, PENDING, NOT_CHARGED);
});

test('a slow provider: announces the check once', async () => {
  const checkout = await opened();
  await checkout.pay({ pin: pin('processing_then_success') });
  await checkout.notice('good', say('paid_title'));
  await ears.hears(BUSY, FOUND);
});

test('mistakes in the form move the focus and leave the live regions silent', async () => {
  const checkout = await opened();
  await checkout.payButton().click();
  await checkout.errorAt('email', /fill this in/);
  assert.deepEqual(ears.heard(), []);
});

test('a lost connection: announced once, and cleared when the network is back', async () => {
  await opened();
  await page.context().setOffline(true);
  await ears.hears(say('offline_form_text'));
  await page.context().setOffline(false);
  await page.locator('.notice').waitFor({ state: 'detached' });
  assert.equal(await page.locator('[role=status]').textContent(), '');
  await ears.hears(say('offline_form_text'));
});

test('announces the wait after a 429 once, while the seconds count down', async () => {
  const checkout = await opened();
  await useUpTries(stack, page);
  await checkout.pay({ pin: pin('exact') });
  const notice = await checkout.notice('wait', /Wait .*(second|minute)/);
  for (let seconds = 0; seconds < 3; seconds += 1) {
    const shown = await notice.innerText();
    await page.waitForFunction((shown) => document.querySelector('.notice').innerText !== shown, shown);
  }
  const [busy, wait, ...more] = ears.heard();
  assert.equal(busy, BUSY);
  assert.match(wait, /^Too many tries. Nothing was charged. Wait \d+ (second|minute)s?, then try again.$/);
  assert.deepEqual(more, []);
});

test('the decline that uses up the tries announces the wait', async () => {
  const checkout = await opened();
  for (let tries = 0; tries < 5; tries += 1) {
    const answered = page.waitForResponse(/redemptions$/);
    await checkout.pay({ pin: pin('not_found') });
    await answered;
    await page.locator('#pin[aria-invalid=true]').waitFor();
  }
  await page.locator('form button[aria-disabled=true]').waitFor();
  assert.match(await page.locator('main').innerText(), /Wait \d+ (second|minute)/);
  assert.match(ears.heard().at(-1), /Wait \d+ (second|minute)/);
});

test('in the iframe: the same announcements, and none on the shop\'s page', async () => {
  page = await browser.page();
  ears = await listenTo(page);
  const loader = `<script async src="${stack.url}/checkout.js"></script>`;
  await page.goto(site.page('/heard', `${loader}</head><body><h1>Shop</h1>${element(await site.order(), 'mug')}`));
  await embedded(page).pay({ pin: pin('cut_after') });
  await embedded(page).notice('good', say('paid_title'));
  await ears.hears(BUSY, PENDING, FOUND);
});
