// Announcements by live regions (WCAG 4.1.3): every message of every possible course of a payment, once, in order, and never two
// at the same time.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { startCheckout } from '../support/checkout.mjs';
import { listenTo, texts } from './hearing.mjs';
import { useUpTries } from './sessions.mjs';
import { element, startSite } from './shop-site.mjs';
import { embedded, hosted } from './shopper.mjs';

const ORDER = { description: 'Enamel mug' };
const SHOP = 'Harbour Mugs';
const say = texts('en');

/** The announcements of an attempt and of its outcomes. */
const BUSY = `${say('busy_title')}. ${say('busy_text')}`;
const PENDING = `${say('pending_title')}. ${say('pending_text')}`;
const PAID = `${say('paid_title')}. ${say('paid_text', { shop: SHOP, amount: 'R 249.00' })}`;
const DECLINED = say('declined_title');
const NOT_CHARGED = `${DECLINED}. ${say('declined_not_charged')}`;

let page, ears;
const site = await startSite();
const stack = await startCheckout({ browser: true, vars: { ALLOWED_ORIGINS: site.origin } });
const { browser } = stack;
site.connect(stack);
afterEach(async () => {
  await page?.close();
});

const pin = (scenario) => stack.freshPin('kora', scenario);

/** Opens the hosted page, and listens from its beginning. */
async function opened() {
  const { url } = await stack.createSession('kora', ORDER);
  page = await browser.page();
  ears = await listenTo(page);
  await page.goto(url);
  await page.locator('#checkout form:not([method])').waitFor();
  return hosted(page);
}

test('paid: that it is checked, that it is paid, and each time that the PIN is copied', async () => {
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

test('refused for a typed value: the error stands at the field, and the focus moves there', async () => {
  const checkout = await opened();
  await checkout.pay({ pin: pin('used') });
  await ears.hears(BUSY, DECLINED);
  await checkout.errorAt('pin', /already been used/);
  await checkout.pay({ pin: pin('exact') });
  await ears.hears(BUSY, DECLINED, BUSY, PAID);
});

test('the answer is lost: that it is late, once, and then the outcome', async () => {
  const checkout = await opened();
  await checkout.pay({ pin: pin('cut_after') });
  await checkout.notice('good', say('paid_title'));
  await ears.hears(BUSY, PENDING, PAID);
});

test('the answer is lost, and nothing was charged', async () => {
  const checkout = await opened();
  await checkout.pay({ pin: pin('error_before') });
  await page.locator('.notice.bad').waitFor({ timeout: 15_000 });
  await ears.hears(BUSY, PENDING, NOT_CHARGED);
});

test('the provider takes its time: that it is checked is said once', async () => {
  const checkout = await opened();
  await checkout.pay({ pin: pin('processing_then_success') });
  await checkout.notice('good', say('paid_title'));
  await ears.hears(BUSY, PAID);
});

test('mistakes are announced by the focus alone, and by no live region', async () => {
  const checkout = await opened();
  await checkout.payButton().click();
  await checkout.errorAt('email', /fill this in/);
  assert.deepEqual(ears.heard(), []);
});

test('the connection goes and comes back: said once, and then no more', async () => {
  await opened();
  await page.context().setOffline(true);
  await ears.hears(say('offline_form_text'));
  await page.context().setOffline(false);
  await page.locator('.notice').waitFor({ state: 'detached' });
  assert.equal(await page.locator('[role=status]').textContent(), '');
  await ears.hears(say('offline_form_text'));
});

test('told to wait: said once, and not again each second', async () => {
  const checkout = await opened();
  await useUpTries(stack, page.url());
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

test('the refusal that uses up the tries says that there is a wait', async () => {
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

test('in the iframe: the same, and nothing is spoken on the shop\'s page', async () => {
  page = await browser.page();
  ears = await listenTo(page);
  const loader = `<script async src="${stack.url}/checkout.js"></script>`;
  await page.goto(site.page('/heard', `${loader}</head><body><h1>Shop</h1>${element(await site.order(), 'mug')}`));
  await embedded(page).pay({ pin: pin('cut_after') });
  await embedded(page).notice('good', say('paid_title'));
  await ears.hears(BUSY, PENDING, PAID);
});
