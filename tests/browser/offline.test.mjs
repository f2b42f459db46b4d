// The network is lost before, while and after a voucher is sent: the page shows the true outcome once it is back, and there is
// at most one charge.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { startCheckout } from '../support/checkout.mjs';
import { until } from '../support/until.mjs';
import { linkOf } from './sessions.mjs';
import { hosted, order } from './shopper.mjs';
import { MODES, arrive, assertNeverUrged, assertPaidOnce, charging, fill, sessionOn, watchedPage, widgetOn } from './watched.mjs';

const POST = /\/redemptions$/;
const GET = /\/v1\/checkout\/cs_\w+$/;

let page;
const stack = await startCheckout({
  browser: true,
  limits: { provider_timeout_ms: 6_000 },
  // Slow enough to lose the network while a voucher is being charged.
  simulator: { slowMs: 1_500, processingMs: 3_500 },
});
const { browser } = stack;
afterEach(async () => {
  await page?.close();
});

const freshPin = (scenario = 'exact') => stack.freshPin('kora', scenario);
const offline = (is) => page.context().setOffline(is);

async function opened(mode) {
  page = await watchedPage(browser);
  return arrive(page, stack, mode);
}

/** Lets the next payment reach the Worker and the provider, and drops its answer. `lost` runs in between. */
async function loseAnswer(pin, lost = async () => {}) {
  await page.route(POST, async (route) => {
    route.fetch().catch(() => {});
    await charging(stack, pin);
    await lost();
    await route.abort('internetdisconnected');
  }, { times: 1 });
}

test('hosted: offline before the widget has loaded: the browser\'s error page, then the form pays once online', async () => {
  page = await watchedPage(browser);
  const held = Promise.withResolvers();
  await page.route(/\.wasm$/, async (route) => {
    await held.promise;
    await route.abort('internetdisconnected');
  });
  await order(page, stack, { mode: 'hosted' });
  await page.waitForURL(/\/pay\/cs_/);
  const [pin, plain] = [freshPin(), hosted(page)];
  await plain.pin().fill(pin);
  await offline(true);
  const failed = page.waitForEvent('console', (message) => /ERR_INTERNET_DISCONNECTED/.test(message.text()));
  held.resolve();
  await failed;
  assert.equal(await plain.pin().inputValue(), pin);
  const refused = page.waitForEvent('requestfailed', (request) => request.method() === 'POST');
  await fill(plain, pin);
  await plain.payButton().click();
  await refused;
  await page.waitForURL(/^chrome-error:/);
  assert.equal(stack.debitsOf(pin).length, 0);
  await page.unroute(/\.wasm$/);
  await offline(false);
  // Sends the form once more, as the browser's error page offers: the same attempt.
  await page.reload();
  await assertPaidOnce(await widgetOn(page, 'hosted'), stack, pin);
});

for (const mode of MODES) {
  test(`${mode}: a browser that wrongly reports being offline: the first answer opens the form`, async () => {
    page = await watchedPage(browser);
    await page.addInitScript(() => Object.defineProperty(Navigator.prototype, 'onLine', { get: () => false }));
    const checkout = await arrive(page, stack, mode);
    const pin = freshPin();
    await fill(checkout, pin);
    await checkout.root.locator('form button:not([aria-disabled])').waitFor();
    await checkout.payButton().click();
    await assertPaidOnce(checkout, stack, pin);
    assert.equal(page.posts, 1);
  });

  test(`${mode}: offline while the form is open: blocks the button, keeps the input, and pays once online`, async () => {
    const checkout = await opened(mode);
    const pin = freshPin();
    await fill(checkout, pin);
    await offline(true);
    await checkout.notice('wait', 'Nothing has been sent');
    assert.equal(await checkout.payButton().getAttribute('aria-disabled'), 'true');
    await checkout.payButton().click({ force: true });
    await checkout.phone().press('Enter');
    assert.equal((await checkout.pin().inputValue()).replaceAll(' ', ''), pin);
    await offline(false);
    await checkout.root.locator('.notice').waitFor({ state: 'detached' });
    assert.equal(page.posts, 0);
    assert.equal(await checkout.phone().inputValue(), '082 123 4567');
    assert.equal(await checkout.email().inputValue(), 'thandi@example.com');
    await checkout.payButton().click();
    await assertPaidOnce(checkout, stack, pin);
    assert.equal(page.posts, 1);
  });

  test(`${mode}: offline at the press of the button: nothing is sent until online, then it pays`, async () => {
    const checkout = await opened(mode);
    const pin = freshPin();
    await page.route(POST, async (route) => {
      await offline(true);
      await route.abort('internetdisconnected');
    }, { times: 1 });
    await checkout.pay({ pin });
    await checkout.notice('wait', 'No connection');
    assert.equal(stack.debitsOf(pin).length, 0);
    await offline(false);
    await assertPaidOnce(checkout, stack, pin);
    await assertNeverUrged(page);
  });

  test(`${mode}: offline during the charge: shows the outcome once online, and charges once`, async () => {
    const checkout = await opened(mode);
    const pin = freshPin('slow');
    await loseAnswer(pin, () => offline(true));
    await checkout.pay({ pin });
    await checkout.notice('wait', 'No connection');
    await offline(false);
    await assertPaidOnce(checkout, stack, pin);
    await assertNeverUrged(page);
  });

  test(`${mode}: offline while the outcome is pending: shows it once online, without a reload`, async () => {
    const checkout = await opened(mode);
    const pin = freshPin('processing_then_success');
    const session = await sessionOn(checkout);
    await checkout.payLate({ pin });
    await checkout.root.locator('main').evaluate((main) => (main.ownerDocument.defaultView.sameDocument = true));
    await offline(true);
    await until(() => stack.shopView(session), ({ status }) => status === 'complete');
    assert.equal(await checkout.root.locator('.notice.good').count(), 0);
    await offline(false);
    await assertPaidOnce(checkout, stack, pin);
    assert.ok(await checkout.root.locator('main').evaluate(() => window.sameDocument));
    await assertNeverUrged(page);
  });

  test(`${mode}: offline while the outcome is pending: reports the lost connection`, async () => {
    const checkout = await opened(mode);
    await checkout.payLate({ pin: freshPin('processing_then_success') });
    await offline(true);
    await checkout.root.locator('.notice.wait', { hasText: 'No connection' }).waitFor({ timeout: 15_000 });
  });

  test(`${mode}: no request gets through, and the browser reports being online`, async () => {
    const checkout = await opened(mode);
    const pin = freshPin('slow');
    await loseAnswer(pin);
    const tries = [];
    await page.route(GET, (route) => {
      tries.push(route.request().url());
      return route.abort('timedout');
    }, { times: 2 });
    await checkout.pay({ pin });
    await checkout.notice('wait', /still checking/i);
    assert.equal(await page.evaluate(() => navigator.onLine), true);
    await assertPaidOnce(checkout, stack, pin);
    assert.equal(tries.length, 2);
    await assertNeverUrged(page);
  });

  test(`${mode}: every second request is lost, before or after it reaches the Worker`, async () => {
    const checkout = await opened(mode);
    const pin = freshPin('processing_then_success');
    let requests = 0;
    await page.route(/\/v1\/checkout\//, async (route) => {
      requests += 1;
      if (requests % 2 === 0) return route.continue();
      if (requests % 4 === 3) await route.fetch();
      return route.abort('connectionreset');
    });
    await checkout.pay({ pin });
    await assertPaidOnce(checkout, stack, pin);
    assert.ok(requests > 3, `${requests} requests`);
    await assertNeverUrged(page);
  });

  test(`${mode}: a reload offline shows the browser's error page, and a reload online the outcome`, async () => {
    const checkout = await opened(mode);
    const pin = freshPin('slow');
    await loseAnswer(pin, () => offline(true));
    await checkout.pay({ pin });
    await checkout.notice('wait', 'No connection');
    await assert.rejects(page.reload(), /ERR_INTERNET_DISCONNECTED/);
    await offline(false);
    await page.reload();
    await assertPaidOnce(await widgetOn(page, mode), stack, pin);
    assert.equal(page.posts, 1);
  });

  test(`${mode}: the tab is closed during the charge: the same address shows the outcome`, async () => {
    const checkout = await opened(mode);
    const pin = freshPin('slow');
    await checkout.pay({ pin });
    await charging(stack, pin);
    const address = mode === 'hosted' ? await linkOf(page) : page.url();
    await page.close();
    page = await watchedPage(browser);
    await page.goto(address);
    await assertPaidOnce(await widgetOn(page, mode), stack, pin);
    assert.equal(page.posts, 0);
  });
}
