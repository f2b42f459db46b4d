// A widget that cannot start, or breaks down: the plain form pays, from within a shop's page by a link to it.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { trapAtStart, trapLater } from '../browser/broken-wasm.mjs';
import { embedded, hosted, order } from '../browser/shopper.mjs';
import { arrive, assertPaidOnce, charging, sessionOn, watchedPage } from '../browser/watched.mjs';
import { startCheckout } from '../support/checkout.mjs';
import { until } from '../support/until.mjs';

const PAYABLE = { phone: '082 123 4567', email: 'thandi@example.com' };
const WASM = /\.wasm$/;
const OLD = 'a browser without WebAssembly';

let page, context;
const stack = await startCheckout({ browser: true, limits: { provider_timeout_ms: 6_000 }, simulator: { slowMs: 2_000 } });
const { browser } = stack;
afterEach(async () => {
  await page?.close();
});

const freshPin = (scenario = 'exact') => stack.freshPin('kora', scenario);
const answered = (answer) => () => context.route(WASM, (route) => route.fulfill(answer));

/** The ways in which the widget fails to start. */
const BROKEN = {
  'wasm that is not there': answered({ status: 404, contentType: 'text/plain', body: 'Not found' }),
  'wasm whose connection is cut': () => context.route(WASM, (route) => route.abort('connectionreset')),
  'wasm of other bytes': answered({ contentType: 'application/wasm', body: Buffer.from('\0asm\x01\0\0\0 and more') }),
  'a page in place of the wasm': answered({ contentType: 'text/html', body: '<!doctype html>' }),
  'wasm that traps at its start': () => trapAtStart(context),
  [OLD]: () => context.addInitScript(() => delete window.WebAssembly),
};

/** Opens a page that records every event of the element. */
async function prepared() {
  page = await watchedPage(browser);
  context = page.context();
  await page.addInitScript(() => {
    window.heard = [];
    for (const type of ['ready', 'paid', 'error']) {
      addEventListener(type, ({ detail }) => window.heard.push([type, detail?.code]), true);
    }
  });
}

const told = () => page.evaluate(() => window.heard);

/** Returns the page that opens in a new tab from the link in the iframe. */
async function linked() {
  const link = embedded(page).root.getByRole('link', { name: 'Open the checkout page' });
  await link.waitFor();
  await until(told, (heard) => heard.some(([type, code]) => type === 'error' && code === 'widget_failed'));
  assert.equal(await embedded(page).pin().count(), 0);
  // A second payment would already have been sent with the first.
  const failed = (await told()).filter(([type]) => type === 'error');
  assert.deepEqual(failed, [['error', 'widget_failed']]);
  const [tab] = await Promise.all([page.waitForEvent('popup'), link.click()]);
  return tab;
}

const noPinIn = (pin) => assert.ok(!page.addresses.concat(page.url()).join().includes(pin), 'law 6: the PIN is in no address');

for (const [what, breakIt] of Object.entries(BROKEN)) {
  test(`hosted: ${what}: the input stays, and the plain form pays`, async () => {
    await prepared();
    await breakIt();
    await order(page, stack, { mode: 'hosted' });
    await page.waitForURL(/\/pay\/cs_/);
    const checkout = hosted(page);
    const pin = freshPin();
    await checkout.pin().fill(pin);
    await checkout.phone().fill(PAYABLE.phone);
    await page.waitForLoadState('networkidle');
    assert.equal(await page.locator('form[method=post]').count(), 1);
    assert.equal(await checkout.pin().inputValue(), pin);
    assert.equal(await checkout.phone().inputValue(), PAYABLE.phone);
    await checkout.email().fill(PAYABLE.email);
    await checkout.payButton().click();
    await assertPaidOnce(checkout, stack, pin);
    noPinIn(pin);
  });

  test(`embedded: ${what}: shows a link to the checkout page, whose plain form pays`, async () => {
    await prepared();
    await breakIt();
    await order(page, stack);
    const tab = await linked();
    const pin = freshPin();
    await hosted(tab).pay({ pin, ...PAYABLE });
    await assertPaidOnce(hosted(tab), stack, pin);
    noPinIn(pin);
  });
}

test('hosted: the widget crashes while the shopper types: the plain form replaces it, and pays', async () => {
  await prepared();
  const breakDown = await trapLater(context);
  const checkout = await arrive(page, stack, 'hosted');
  await breakDown(page.mainFrame());
  await checkout.pin().pressSequentially('1');
  await page.waitForURL(/&plain$/);
  await page.locator('form[method=post]').waitFor();
  const pin = freshPin();
  await checkout.pay({ pin });
  await assertPaidOnce(checkout, stack, pin);
  assert.match(page.url(), /[?&]plain$/);
  noPinIn(pin);
});

// With a fragment in the address, an appended "&plain" would become part of the fragment, without a reload.
test('hosted: the widget crashes on an address with a fragment: the plain form replaces it', async () => {
  await prepared();
  const breakDown = await trapLater(context);
  const checkout = await arrive(page, stack, 'hosted');
  await page.evaluate(() => location.assign('#top'));
  await breakDown(page.mainFrame());
  await checkout.pin().pressSequentially('1');
  await page.locator('form[method=post]').waitFor();
});

test('embedded: the widget crashes while the shopper types: shows a link to the checkout page, which pays', async () => {
  await prepared();
  const breakDown = await trapLater(context);
  const checkout = await arrive(page, stack, 'embedded');
  await breakDown(page.frames().find((frame) => frame.url().includes('/embed/')));
  await checkout.pin().pressSequentially('1');
  const tab = await linked();
  const pin = freshPin();
  await hosted(tab).pay({ pin, ...PAYABLE });
  await assertPaidOnce(hosted(tab), stack, pin);
  noPinIn(pin);
});

/** Moments with a payment pending, and the event that marks each. */
const MOMENTS = {
  'while a voucher is being charged': 'online',
  'as the answer arrives': undefined,
};
for (const [when, event] of Object.entries(MOMENTS)) {
  test(`hosted: the widget crashes ${when}: shows the outcome, and charges once`, async () => {
    await prepared();
    const breakDown = await trapLater(context);
    const checkout = await arrive(page, stack, 'hosted');
    const pin = freshPin('slow');
    await checkout.pay({ pin });
    await charging(stack, pin);
    await breakDown(page.mainFrame(), event);
    await page.waitForURL(/&plain$/);
    await assertPaidOnce(checkout, stack, pin);
    assert.equal(page.posts, 1);
    noPinIn(pin);
  });

  test(`embedded: the widget crashes ${when}: the checkout page shows the outcome, and charges once`, async () => {
    await prepared();
    const breakDown = await trapLater(context);
    const checkout = await arrive(page, stack, 'embedded');
    const [pin, session] = [freshPin('slow'), await sessionOn(checkout)];
    await checkout.pay({ pin });
    await charging(stack, pin);
    await breakDown(page.frames().find((frame) => frame.url().includes('/embed/')), event);
    const tab = await linked();
    await assertPaidOnce(hosted(tab), stack, pin);
    assert.equal((await stack.shopView(session)).status, 'complete');
    assert.equal(stack.debitsOf(pin).length, 1);
    assert.equal(page.posts, 1);
    noPinIn(pin);
  });
}
