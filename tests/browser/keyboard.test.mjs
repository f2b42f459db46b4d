// A complete payment without a mouse (WCAG 2.1.1, 2.1.2, 2.4.3, 2.4.7, 2.4.11): in the demo shop, on the hosted page, and by the
// plain form without JavaScript. Keys are the only input here.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { pinFor } from '../simulator/pins.mjs';
import { startCheckout } from '../support/checkout.mjs';
import { assertSeen, fillInByKeys, focusAt, focused, orderByKeys, tabTo, typeAt } from './keys.mjs';
import { embedded, hosted } from './shopper.mjs';

let page;
const stack = await startCheckout({ browser: true });
const { debitsOf } = stack;
afterEach(() => page?.close());

const press = (key) => page.keyboard.press(key);

test('in the demo shop: two vouchers of two kinds, the change copied, and back to the shop', async () => {
  page = await orderByKeys(stack, 'embedded');
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  const [first, second] = [pinFor('celbux', 'rest_stays', 601), pinFor('kora', 'change', 602)];

  await tabTo(page, /^offer=kora/);
  await press('ArrowDown');
  assert.match((await focused(page)).what, /^offer=celbux/);
  assertSeen(await focused(page));
  assert.equal(await embedded(page).offer('Celbux').isChecked(), true);
  assert.deepEqual(await typeAt(page, 'pin', first), ['pin'], 'one stop for all kinds of voucher');
  assert.deepEqual(await tabTo(page, /^Pay only a part/), ['Pay only a part with this voucher']);
  await press('Enter');
  await typeAt(page, 'amount', '100');
  await typeAt(page, 'phone', '082 123 4567');
  await press('Enter');
  await embedded(page).notice('good', /100.00 is paid/);
  await focusAt(page, /^order-message$/);

  await tabTo(page, /^offer=celbux/);
  await press('ArrowUp');
  assert.equal(await embedded(page).offer('1Voucher').isChecked(), true);
  await typeAt(page, 'pin', second);
  assert.deepEqual(await tabTo(page, /^email$/), ['Pay only a part with this voucher', 'phone', 'email']);
  await page.keyboard.type('thandi@example.com');
  assert.deepEqual(await tabTo(page, /^Pay R/), [await embedded(page).payButton().innerText()]);
  await press('Space');
  await embedded(page).notice('good', /Paid/);
  await focusAt(page, /^order-message$/);
  const [{ change_pin: change }] = debitsOf(second);

  assert.deepEqual(await tabTo(page, /^Copy PIN$/), ['Copy PIN']);
  await press('Enter');
  await embedded(page).root.locator('#copied', { hasText: 'Copied' }).waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), change);
  assert.equal((await focused(page)).what, 'Copy PIN', 'the focus stays where it was');
  assert.deepEqual(await tabTo(page, /^back$/), ['Print', 'Continue', 'back'], 'out of the iframe, on to the shop');
  await press('Enter');
  await focusAt(page, /^pay$/);
  assert.deepEqual(page.errors, []);
});

test('Tab and Shift+Tab leave the iframe', async () => {
  page = await orderByKeys(stack, 'embedded');
  const there = await tabTo(page, /^Harbour Mugs$/);
  const fields = ['offer=kora:0001', 'pin', 'Pay only a part with this voucher', 'phone', 'email'];
  assert.deepEqual(there, [...fields, await embedded(page).payButton().innerText(), 'Back to the shop', 'Harbour Mugs']);
  assert.deepEqual(await tabTo(page, /^theme=/, { back: true }), [...there.slice(0, -1).reverse(), 'Test vouchers', 'theme=harbour']);
});

test('on the hosted page: paid by the Enter key in a field, the change copied, and back to the shop', async () => {
  page = await orderByKeys(stack, 'hosted');
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  const pin = pinFor('kora', 'change', 603);
  await fillInByKeys(page, pin);
  await press('Enter');
  await hosted(page).notice('good', /Paid/);
  await focusAt(page, /^order-message$/);
  await tabTo(page, /^Copy PIN$/);
  await press('Space');
  await page.locator('#copied', { hasText: 'Copied' }).waitFor();
  await tabTo(page, /^Back to /);
  await press('Enter');
  await page.waitForURL(/thanks/);
  // The hosted page itself may not read the clipboard.
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), debitsOf(pin)[0].change_pin);
});

test('plain form: paid by keyboard alone', async () => {
  page = await orderByKeys(stack, 'plain');
  const pin = pinFor('kora', 'change', 620);
  assert.deepEqual(await tabTo(page, /^pin$/), ['offer=kora:0001', 'pin']);
  await page.keyboard.type(pin);
  assert.deepEqual(await tabTo(page, /^email$/), ['Pay only a part with this voucher', 'phone', 'email']);
  await page.keyboard.type('thandi@example.com');
  await tabTo(page, /^phone$/, { back: true });
  await page.keyboard.type('082 123 4567');
  await press('Enter');
  await hosted(page).notice('good', /Paid/);
  await tabTo(page, /^Back to /);
  await press('Enter');
  await page.waitForURL(/thanks/);
  assert.equal(debitsOf(pin).length, 1);
});
