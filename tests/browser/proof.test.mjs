// Payments from an address with many failed tries: the widget computes a proof of work, and the shopper presses nothing.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../../edge/tools/up-to-date.mjs';
import { hold } from '../support/browser.mjs';
import { until } from '../support/until.mjs';
import { freshShoppers } from '../support/usual.mjs';
import { texts } from './hearing.mjs';
import { openAs, REDEMPTIONS } from './paying.mjs';
import { startShop } from './shop-site.mjs';
import { MODES } from './watched.mjs';

const say = texts('en');
const BUSY = `${say('busy_title')}. ${say('busy_text')}`;
const PROVING = `${say('busy_title')}. ${say('proof_text', { time: '60 seconds' })}`;
const PAID = `${say('paid_title')}. ${say('paid_text', { shop: 'Harbour Mugs', amount: 'R 249.00' })}`;
/** The script that computes the proof. */
const SCRIPT = /\/assets\/proof\.\w+\.js$/;

const shop = await startShop({
  // The usual number of bits.
  limits: { address_failed_per_hour: 1 },
});
const { stack } = shop;
const freshShopper = freshShoppers();

/** Opens the checkout from an address that needs a proof of work. */
async function open(mode) {
  const shopper = freshShopper();
  const failed = await stack.redeem(await stack.createSession('kora'), { pin: stack.freshPin('kora', 'not_found'), ...shopper });
  assert.equal(failed.body.redemption.status, 'declined', failed.text);
  return openAs(shopper, mode, shop);
}

for (const mode of MODES) {
  test(`law 8: ${mode}: past the soft limit of an address a proof of work pays, without another press`, async () => {
    const { page, checkout, ears, posts, assertPaid, pay } = await open(mode);
    const arrives = await hold(page, SCRIPT);
    await pay();
    const notice = await checkout.notice('wait', /this takes a few seconds/);
    assert.equal(await notice.evaluate(({ ownerDocument }) => ownerDocument.activeElement.id), 'attempt-message');
    assert.equal(await checkout.payButton().isVisible(), false);
    arrives();
    await assertPaid();
    const [first, second, ...more] = posts;
    assert.deepEqual(more, []);
    assert.equal(first['proof-of-work'], undefined);
    assert.match(second['proof-of-work'], /^\d+\.15\.\w+:\d+$/);
    assert.equal(second['idempotency-key'], first['idempotency-key']);
    await ears.hears(BUSY, PROVING, PAID);
    assert.equal(await checkout.root.locator(':focus').getAttribute('id'), 'order-message');
  });

  test(`${mode}: a Web Worker computes the proof of work, so that the page stays responsive`, async () => {
    const { page, assertPaid, pay } = await open(mode);
    const started = page.waitForEvent('worker');
    await pay();
    assert.match((await started).url(), SCRIPT);
    await assertPaid();
  });
}

test('where the proof of work cannot be computed, the same try is sent after a minute', async () => {
  const script = readFileSync(join(ROOT, 'widget/proof.js'), 'utf8');
  const ways = {
    hosted: (route) => route.abort('blockedbyclient'),
    embedded: (route) => route.fulfill({
      contentType: 'text/javascript',
      body: `Object.defineProperty(crypto, 'subtle', { value: undefined });\n${script}`,
    }),
  };
  const waiting = [];
  for (const mode of MODES) {
    const one = await open(mode);
    await one.page.clock.install();
    const requested = one.page.waitForRequest(SCRIPT);
    await one.page.route(SCRIPT, ways[mode]);
    await one.pay();
    await requested;
    await one.checkout.notice('wait', /at most \d+ seconds/);
    waiting.push(one);
  }
  await stack.restart(undefined, 61_000);
  for (const { page, ears, posts, assertPaid } of waiting) {
    assert.equal(posts.length, 1);
    await until(async () => {
      await page.clock.fastForward(31_000);
      return posts.length;
    }, (sent) => sent > 1, { every: 500 });
    await assertPaid();
    assert.match(posts[1]['proof-of-work'], /^[\w.]+:$/);
    assert.equal(posts[1]['idempotency-key'], posts[0]['idempotency-key']);
    await ears.hears(BUSY, PROVING, PAID);
  }
});

test('a lost answer to the try with the proof: the same try pays once', async () => {
  const { page, posts, assertPaid, pay } = await open('hosted');
  let sent = 0;
  await page.route(REDEMPTIONS, (route) => ((sent += 1) === 2 ? route.abort('connectionreset') : route.continue()));
  await pay();
  await assertPaid();
  assert.deepEqual(posts.map((headers) => Boolean(headers['proof-of-work'])), [false, true, false, true]);
  assert.equal(new Set(posts.map((headers) => headers['idempotency-key'])).size, 1);
});
