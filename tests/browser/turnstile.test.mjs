// Turnstile in the widget: while a provider's brake is on, a shopper who has mistyped shows that a person is there, instead of waiting.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startTurnstile } from '../support/turnstile.mjs';
import { until } from '../support/until.mjs';
import { freshShoppers } from '../support/usual.mjs';
import { openAs } from './paying.mjs';
import { startShop } from './shop-site.mjs';
import { MODES } from './watched.mjs';

const turnstile = await startTurnstile();
after(() => turnstile.close());
const shop = await startShop({ limits: { brake_after_failed: 1 }, vars: turnstile.vars });
const { stack } = shop;
const freshShopper = freshShoppers();

/** Opens the checkout as a shopper who has just mistyped. */
async function openMistyped(mode, query) {
  const shopper = freshShopper();
  const opened = await openAs(shopper, mode, shop, query);
  await opened.checkout.pay({ pin: stack.freshPin('kora', 'not_found'), phone: shopper.phone });
  await opened.checkout.notice('bad');
  opened.posts.length = 0;
  return opened;
}

for (const mode of MODES) {
  test(`law 8: ${mode}: a person pays at once while the brake is on, by the keyboard alone`, async () => {
    const { page, checkout, ears, posts, assertPaid, pay } = await openMistyped(mode);
    await pay();
    const check = checkout.root.locator('#person-check');
    await until(() => check.evaluate((node) => node === node.ownerDocument.activeElement).catch(() => false), Boolean);
    await checkout.notice('wait', /this takes a few seconds/);
    assert.deepEqual([await check.getAttribute('role'), await check.getAttribute('aria-label')], ['group', 'Cloudflare Turnstile']);
    await check.frameLocator('iframe').getByRole('checkbox').waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    await assertPaid();
    assert.equal(await check.count(), 0);
    assert.ok(!ears.heard().some((text) => /human|Turnstile/.test(text)), 'the check speaks for itself');
    const [first, second, ...more] = posts;
    assert.deepEqual(more, []);
    assert.equal(first['proof-of-work'], undefined);
    assert.match(second['proof-of-work'], /^0\.[\w-]+$/);
    assert.equal(second['idempotency-key'], first['idempotency-key']);
  });
}

test('law 6: a page with the client secret in its address keeps Turnstile out, and waits', async () => {
  const { page, checkout, posts, pay } = await openMistyped('hosted', '&c=0');
  assert.match(page.url(), /key=/);
  const requested = [];
  page.on('request', (request) => requested.push(request.url()));
  await pay();
  await checkout.notice('wait', /at most \d+ seconds/);
  await until(() => requested.some((url) => /\/assets\/turnstile\./.test(url)), Boolean);
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))));
  assert.deepEqual([requested.filter((url) => url.startsWith(turnstile.origin)), posts.length], [[], 1]);
  assert.equal(await checkout.root.locator('#person-check').count(), 0);
});

test('where Turnstile cannot be loaded, the same try is sent after the wait', async () => {
  const { page, checkout, posts, assertPaid, pay } = await openMistyped('hosted');
  await page.clock.install();
  await page.route(`${turnstile.origin}/**`, (route) => route.abort('blockedbyclient'));
  const requested = page.waitForRequest(`${turnstile.origin}/**`);
  await pay();
  await requested;
  await checkout.notice('wait', /at most \d+ seconds/);
  await stack.restart(undefined, 61_000);
  await until(async () => {
    await page.clock.fastForward(31_000);
    return posts.length;
  }, (sent) => sent > 1, { every: 500 });
  await assertPaid();
  assert.match(posts[1]['proof-of-work'], /^http.*:$/);
  assert.equal(await checkout.root.locator('#person-check').count(), 0);
});
