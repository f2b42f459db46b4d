// The PIN of a change voucher in a browser that has not paid: hidden, until the shopper types the phone number of the payment.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { hold } from '../support/browser.mjs';
import { startCheckout } from '../support/checkout.mjs';
import { assertAccessible } from './accessible.mjs';
import { open } from './sessions.mjs';
import { element, startSite } from './shop-site.mjs';
import { changePin, embedded, hosted, provePhone } from './shopper.mjs';

const PHONE = '082 123 4567';
const site = await startSite();
const stack = await startCheckout({ browser: true, vars: { ALLOWED_ORIGINS: site.origin } });
site.connect(stack);

let page;
afterEach(() => page?.close());

/** Opens the checkout of a session in a new browser. */
const OPENERS = {
  hosted: async (session) => {
    page = await stack.browser.page();
    await page.goto(session.url);
    await page.locator('.enhanced .summary').waitFor();
    return hosted(page);
  },
  'without JavaScript': async (session) => {
    page = await stack.browser.page({ javaScriptEnabled: false });
    await page.goto(session.url);
    return hosted(page);
  },
  embedded: async (session) => {
    page = await stack.browser.page();
    const loader = `<script async src="${stack.url}/checkout.js"></script>`;
    await page.goto(site.page('/', `${loader}</head><body><main><h1>Shop</h1>${element(session, 'mug')}</main>`));
    await embedded(page).root.locator('.enhanced .summary').waitFor();
    return embedded(page);
  },
};

for (const [where, opener] of Object.entries(OPENERS)) {
  test(`${where}: a wrong phone number is told at its field, the right one shows the PIN`, async () => {
    const session = await open(stack);
    const pin = stack.freshPin('kora', 'change');
    await stack.redeem(session, { pin, phone: PHONE });
    const checkout = await opener(session);
    await checkout.notice('good', /Paid/);
    assert.equal(await checkout.change().count(), 0);
    // Axe is a script.
    const check = (state) => where !== 'without JavaScript' && assertAccessible(page, `${where}, ${state}`);
    await check('hidden');
    await provePhone(checkout, '082 999 9999');
    const input = checkout.root.locator('input[name=paid_phone][aria-invalid=true]');
    await input.waitFor();
    const described = await input.getAttribute('aria-describedby');
    assert.match(await checkout.root.locator(`[id="${described}"]`).innerText(), /This is not the phone number that you paid with/);
    await check('refused');
    await provePhone(checkout, PHONE);
    await checkout.change().waitFor();
    assert.equal(await changePin(checkout), stack.debitsOf(pin)[0].change_pin);
    assert.deepEqual(page.errors.filter((error) => !/status of 403|Blocked autofocusing/.test(error)), []);
  });
}

test('a shopper who pays in the iframe sees the PIN after a reload, and not in another tab', async () => {
  const session = await open(stack);
  const checkout = await OPENERS.embedded(session);
  const pin = stack.freshPin('kora', 'change');
  await checkout.pay({ pin });
  await checkout.notice('good', /Paid/);
  const change = stack.debitsOf(pin)[0].change_pin;
  assert.equal(await changePin(checkout), change);
  await page.reload();
  await checkout.notice('good', /Paid/);
  assert.equal(await changePin(checkout), change);
  const other = await page.context().newPage();
  await other.goto(page.url());
  await embedded(other).notice('good', /Paid/);
  assert.equal(await embedded(other).change().count(), 0);
});

test('the form of the iframe pays before the widget runs, and the widget then shows the PIN', async () => {
  const session = await open(stack);
  page = await stack.browser.page();
  const release = await hold(page, /\.wasm$/);
  const loader = `<script async src="${stack.url}/checkout.js"></script>`;
  await page.goto(site.page('/', `${loader}</head><body><main><h1>Shop</h1>${element(session, 'mug')}</main>`));
  const checkout = embedded(page);
  await checkout.root.locator('#pay-button:enabled').waitFor();
  const pin = stack.freshPin('kora', 'change');
  await checkout.pay({ pin });
  await checkout.notice('good', /Paid/);
  release();
  await checkout.root.locator('.enhanced .summary').waitFor();
  assert.equal(await changePin(checkout), stack.debitsOf(pin)[0].change_pin);
  await page.reload();
  await checkout.notice('good', /Paid/);
  assert.equal(await changePin(checkout), stack.debitsOf(pin)[0].change_pin);
});

test('in a browser without cookies the hosted page pays, and its tab shows the PIN', async () => {
  const session = await open(stack);
  page = await stack.browser.page();
  // As a browser that refuses them.
  await page.route(/\/pay\//, async (route) => {
    const { cookie, ...headers } = route.request().headers();
    const answer = await fetch(route.request().url(), { headers, redirect: 'manual' });
    const { 'set-cookie': refused, ...kept } = Object.fromEntries(answer.headers);
    await route.fulfill({ status: answer.status, headers: kept, body: await answer.text() });
  });
  await page.goto(session.url);
  await page.locator('.enhanced #pay').waitFor();
  assert.match(page.url(), /[?&]key=.*&c=0$/);
  const pin = stack.freshPin('kora', 'change');
  await hosted(page).pay({ pin });
  await hosted(page).notice('good', /Paid/);
  assert.equal(await changePin(hosted(page)), stack.debitsOf(pin)[0].change_pin);
});

test('the address of the hosted page has no key, in the bar, the history and the page', async () => {
  const session = await open(stack);
  page = await stack.browser.page();
  await page.goto(`${session.url}&locale=en`);
  await page.locator('.enhanced #pay').waitFor();
  const { origin } = new URL(session.url);
  assert.equal(page.url(), `${origin}/pay/${session.id}?locale=en`);
  assert.ok(!(await page.content()).includes(session.client_secret));
  assert.equal(await page.evaluate(() => document.cookie), '');
  await page.goto('about:blank');
  await page.goBack();
  await page.locator('.enhanced #pay').waitFor();
  await page.reload();
  await page.locator('.enhanced #pay').waitFor();
  const tab = await page.context().newPage();
  await tab.goto(session.url);
  await tab.locator('.enhanced #pay').waitFor();
  assert.equal(tab.url(), `${origin}/pay/${session.id}`);
});
