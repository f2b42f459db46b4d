// Undo and redo in the PIN field, whose text is grouped while it is typed.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { startCheckout } from '../support/checkout.mjs';
import { order } from './shopper.mjs';
import { MODES, widgetOn } from './watched.mjs';

let page;
const stack = await startCheckout({ browser: true });
const { browser } = stack;
afterEach(() => page?.close());

const press = (key) => page.keyboard.press(key);

async function opened(mode = 'hosted') {
  page = await browser.page();
  await order(page, stack, { mode });
  const checkout = await widgetOn(page, mode);
  await checkout.pin().click();
  return checkout.pin();
}

for (const mode of MODES) {
  test(`${mode}: each undo returns an earlier value, grouped, and redo the later ones`, async () => {
    const pin = await opened(mode);
    await page.keyboard.type('12345678');
    assert.equal(await pin.inputValue(), '1234 5678');
    const values = [];
    for (const key of ['Control+z', 'Control+z', 'Control+Shift+z', 'Control+y', 'Control+y']) {
      await press(key);
      values.push(await pin.inputValue());
    }
    assert.deepEqual(values, ['1234 567', '1234 56', '1234 567', '1234 5678', '1234 5678']);
    for (let times = 0; times < 20; times += 1) await press('Control+z');
    assert.equal(await pin.inputValue(), '');
  });
}

test('a paste that replaces everything is undone and redone in one step', async () => {
  const pin = await opened();
  await page.keyboard.type('1111');
  await press('Control+a');
  await page.keyboard.insertText('2222-3333-4444-5555');
  assert.equal(await pin.inputValue(), '2222 3333 4444 5555');
  await press('Control+z');
  assert.equal(await pin.inputValue(), '1111');
  await press('Control+Shift+z');
  assert.equal(await pin.inputValue(), '2222 3333 4444 5555');
});

test('typing after an undo continues from the value shown', async () => {
  const pin = await opened();
  await page.keyboard.type('12345');
  await press('Control+z');
  await page.keyboard.type('99');
  assert.equal(await pin.inputValue(), '1234 99');
  await press('Control+Shift+z');
  assert.equal(await pin.inputValue(), '1234 99');
});

test('undo in the browser’s menu does the same', async () => {
  const pin = await opened();
  await page.keyboard.type('12345');
  const undone = () => pin.evaluate((input) => {
    const event = new InputEvent('beforeinput', { bubbles: true, cancelable: true, inputType: 'historyUndo' });
    return [input.dispatchEvent(event), input.value];
  });
  assert.deepEqual(await undone(), [false, '1234']);
});

test('the PIN of a voucher that has paid a part does not return', async () => {
  const pin = await opened();
  await page.keyboard.type(stack.freshPin('kora', 'exact'));
  await page.getByText('Pay only a part with this voucher').click();
  await page.locator('input[name=amount]').fill('100');
  await page.locator('input[name=phone]').fill('082 123 4567');
  await page.locator('input[name=email]').fill('thandi@example.com');
  await press('Enter');
  await page.getByText(/100.00 is paid/).first().waitFor();
  await pin.click();
  await press('Control+z');
  assert.equal(await pin.inputValue(), '');
});

test('an event made by a program groups the PIN', async () => {
  const pin = await opened();
  await pin.evaluate((input) => {
    input.value = '1168648096792943';
    for (const type of ['beforeinput', 'input', 'keydown', 'change', 'focusout', 'click']) input.dispatchEvent(new Event(type, { bubbles: true }));
  });
  assert.equal(await pin.inputValue(), '1168 6480 9679 2943');
  assert.deepEqual(page.errors, []);
});
