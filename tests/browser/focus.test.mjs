// The focus after each action of the shopper (WCAG 2.4.3, 3.2.1, 3.3.1): at the first mistake, at the outcome, and never lost.
// By keyboard alone.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { pinFor } from '../simulator/pins.mjs';
import { startCheckout } from '../support/checkout.mjs';
import { assertSeen, fillInByKeys, focusAt, focused, orderByKeys, tabTo, typeAt } from './keys.mjs';
import { useUpTries } from './sessions.mjs';
import { embedded, hosted } from './shopper.mjs';

// Long enough for the shopper to move the focus elsewhere in the meantime.
const SLOW = { simulator: { processingMs: 5_000 } };

let page;
const stack = await startCheckout({ browser: true, ...SLOW });
afterEach(() => page?.close());

const press = (key) => page.keyboard.press(key);

test('mistakes in the form move the focus to the first wrong field, whose error is announced', async () => {
  page = await orderByKeys(stack, 'hosted');
  await tabTo(page, /^Pay R/);
  await press('Enter');
  await hosted(page).errorAt('pin', /fill this in/);
  assertSeen(await focusAt(page, /^pin$/));
  await page.keyboard.type(pinFor('kora', 'exact', 604));
  await press('Enter');
  assertSeen(await focusAt(page, /^phone$/));
  await page.keyboard.type('082 123 4567');
  await press('Enter');
  assertSeen(await focusAt(page, /^email$/));
  await page.keyboard.type('thandi@example.com');
  await press('Enter');
  await hosted(page).notice('good', /Paid/);
  await focusAt(page, /^order-message$/);
});

test('a declined PIN moves the focus to its field; any other decline moves it to the message', async () => {
  page = await orderByKeys(stack, 'hosted');
  await fillInByKeys(page, pinFor('kora', 'used', 605));
  await press('Enter');
  await hosted(page).errorAt('pin', /already been used/);
  assertSeen(await focusAt(page, /^pin$/));
  await page.keyboard.type(pinFor('kora', 'amount_refused', 606));
  await press('Enter');
  await hosted(page).notice('bad', 'not charged');
  await focusAt(page, /^attempt-message$/);
  assert.deepEqual((await tabTo(page, /^pin$/)).slice(-1), ['pin'], 'and on to the form');
});

test('the focus is on the status message during the check, then on the outcome', async () => {
  page = await orderByKeys(stack, 'hosted');
  await fillInByKeys(page, pinFor('kora', 'processing_then_success', 607));
  await press('Enter');
  await hosted(page).notice('wait', 'Checking your voucher');
  await focusAt(page, /^attempt-message$/);
  await hosted(page).notice('good', /Paid/);
  await focusAt(page, /^order-message$/);
  assert.equal(await page.locator('#order-message').innerText(), 'Paid');
});

test('a late outcome leaves the focus where the shopper moved it in the shop', async () => {
  page = await orderByKeys(stack, 'embedded');
  await fillInByKeys(page, pinFor('kora', 'processing_then_success', 608));
  await press('Enter');
  await embedded(page).notice('wait', 'Checking your voucher');
  await focusAt(page, /^attempt-message$/);
  await page.locator('#back').waitFor();
  assert.deepEqual(await tabTo(page, /^back$/), ['back']);
  await embedded(page).notice('good', /Paid/);
  await page.locator('#status', { hasText: 'Thank you' }).waitFor();
  assert.equal((await focused(page)).what, 'back');
});

test('the focus stays on the message while the wait after a 429 counts down', async () => {
  page = await orderByKeys(stack, 'hosted');
  await fillInByKeys(page, pinFor('kora', 'exact', 609));
  await useUpTries(stack, page);
  await press('Enter');
  const notice = await hosted(page).notice('wait', /Wait .*(second|minute)/);
  await focusAt(page, /^attempt-message$/);
  const told = await notice.innerText();
  await page.waitForFunction((told) => document.querySelector('.notice').innerText !== told, told);
  assert.equal((await focused(page)).what, 'attempt-message');
});

test('plain form: a mistake moves the focus to the first wrong field', async () => {
  page = await orderByKeys(stack, 'plain');
  await typeAt(page, 'pin', '1234');
  await press('Enter');
  await hosted(page).errorAt('pin', /too short/);
  assertSeen(await focusAt(page, /^pin$/));
});
