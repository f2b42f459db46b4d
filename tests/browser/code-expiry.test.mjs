// A code that is not typed in time.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { TEST_CODE } from '../simulator/odm-test-vouchers.mjs';
import { pinFor } from '../simulator/pins.mjs';
import { startCheckout } from '../support/checkout.mjs';
import { hosted } from './shopper.mjs';
import { arrive, sessionOn } from './watched.mjs';

const EXPIRED = /No code was typed in time/;
const SENT = /A code was sent to the phone ending in 67/;

let page;
const stack = await startCheckout({ browser: true, limits: { challenge_ms: 9_000, challenge_resend_ms: 1_000 } });
const { browser } = stack;
afterEach(() => page?.close());

let serial = 7500;
const freshPin = () => pinFor('odm', 'exact', serial++);

async function pay(checkout, pin) {
  await checkout.pay({ pin, phone: '091 123 4567', email: null });
  await checkout.notice('wait', SENT);
}

for (const mode of ['hosted', 'embedded']) {
  test(`${mode}: the form says so, and the same voucher pays with a new code`, async () => {
    page = await browser.page();
    const checkout = await arrive(page, stack, mode, { currency: 'ETB' });
    const pin = freshPin();
    await pay(checkout, pin);
    await checkout.notice('bad', EXPIRED);
    assert.equal((await checkout.pin().inputValue()).replaceAll(' ', ''), pin);
    await checkout.payButton().click();
    await checkout.notice('wait', SENT);
    await checkout.root.locator('input[name=code]').fill(TEST_CODE);
    await checkout.root.locator('#code-button').click();
    await checkout.notice('good', /Paid/);
    assert.equal(stack.debitsOf(pin).length, 1);
    assert.equal((await stack.shopView(await sessionOn(checkout))).status, 'complete');
  });
}

test('without JavaScript: the page refreshes when the code expires, and says so', async () => {
  page = await browser.page({ javaScriptEnabled: false });
  await page.goto((await stack.createSession('kora', { currency: 'ETB', providers: ['odm'] })).url);
  const checkout = hosted(page);
  await pay(checkout, freshPin());
  await checkout.notice('bad', EXPIRED);
  assert.equal(await checkout.pin().isVisible(), true);
});
