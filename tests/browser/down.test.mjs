// A provider that does not answer: it cannot be chosen, and where there is no other the page waits and looks again.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { pinFor } from '../simulator/pins.mjs';
import { hosted } from './shopper.mjs';
import { startInBrowser } from './start.mjs';

let page;
let serial = 500;
const { stack, browser } = await startInBrowser({ limits: { down_after: 2, down_ms: 3_000 } });
afterEach(() => page?.close());

async function call(path, body, bearer) {
  const headers = { authorization: `Bearer ${bearer}`, 'content-type': 'application/json', 'idempotency-key': `k-${(serial += 1)}` };
  const answer = await fetch(stack.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
  return { status: answer.status, ...(await answer.json()) };
}

const session = (providers) =>
  call('/v1/checkout_sessions', { amount: 249_00, currency: 'ZAR', reference: 'order-1', providers }, stack.apiKey);

/** Lets Kora fail until it is not asked any more, and the page look at once: it comes back soon. */
async function goesDown() {
  await takeDown();
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
}

/** Lets Kora fail until it is not asked any more. */
async function takeDown() {
  for (let times = 0; times < 10; times += 1) {
    const { id, client_secret: secret } = await session(['kora']);
    const body = { provider: 'kora', pin: pinFor('kora', 'error_before', (serial += 1)), phone: '0821234567', email: 'thandi@example.com' };
    const { code } = await call(`/v1/checkout/${id}/redemptions`, body, secret);
    if (code === 'provider_down') return;
  }
  assert.fail('Kora is still asked');
}

async function opened(providers) {
  const { url } = await session(providers);
  page = await browser.page({ viewport: { width: 360, height: 740 } });
  await page.goto(url);
  await page.locator('#checkout > div > section').first().waitFor();
  return hosted(page);
}

test('it cannot be chosen, another one is, and it comes back by itself', async () => {
  const checkout = await opened(['kora', 'celbux']);
  await goesDown();
  const kora = checkout.offer(/1Voucher not available at the moment/);
  assert.equal(await kora.isDisabled(), true);
  assert.equal(await checkout.offer('Celbux').isChecked(), true);
  await checkout.pin().fill('168-06000-');
  await checkout.offer(/^1Voucher$/).waitFor({ timeout: 15_000 });
  assert.equal(await checkout.offer(/^1Voucher$/).isDisabled(), false);
  assert.equal(await checkout.offer('Celbux').isChecked(), true);
  assert.equal((await checkout.pin().inputValue()).replaceAll(/\W/g, ''), '16806000', 'what was typed stays');
  assert.deepEqual(page.errors, []);
});

test('the only one: a count-down, and then the form', async () => {
  const checkout = await opened(['kora']);
  await goesDown();
  await checkout.notice('wait', /No voucher can be used at the moment. Wait \d+ seconds?/);
  assert.equal(await checkout.pin().isVisible(), false);
  await checkout.pin().waitFor({ timeout: 15_000 });
  assert.equal(await page.locator('.notice').count(), 0);
  await checkout.pay({ pin: pinFor('kora', 'exact', (serial += 1)) });
  await checkout.notice('good', /Paid/);
  assert.deepEqual(page.errors, []);
});

test('it went down while the shopper typed: nothing was charged, and the same voucher pays later', async () => {
  const checkout = await opened(['kora']);
  await checkout.pin().waitFor();
  await takeDown();
  const pin = pinFor('kora', 'exact', (serial += 1));
  await checkout.pay({ pin });
  await checkout.notice('wait', /The voucher was not charged[^]*Wait \d+ seconds?/);
  await checkout.pin().waitFor({ timeout: 15_000 });
  assert.equal((await checkout.pin().inputValue()).replaceAll(' ', ''), pin);
  await checkout.payButton().click();
  await checkout.notice('good', /Paid/);
  assert.equal(stack.simulator.books().debits.filter((debit) => debit.pin === pin).length, 1);
});
