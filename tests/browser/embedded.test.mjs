// The widget inside a shop's page, end to end: the demo shop, the loader, the iframe, Kora and WiPay.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { pinFor } from '../simulator/pins.mjs';
import { hold } from '../support/browser.mjs';
import { startCheckout } from '../support/checkout.mjs';
import { until } from '../support/until.mjs';
import { changePin, embedded } from './shopper.mjs';
import { arrive } from './watched.mjs';

const TTD = { phone: '868 622 1234', email: null };

let page;
const stack = await startCheckout({ browser: true });
const { browser, debitsOf } = stack;
afterEach(() => page?.close());

test('Kora: paid with change; the shop receives the event, and a reload shows the change voucher again', async () => {
  page = await browser.page();
  await arrive(page, stack, 'embedded');
  const pin = pinFor('kora', 'change', 100);
  await embedded(page).pay({ pin: pin.replaceAll(/(.{4})/g, '$1-') });
  await embedded(page).notice('good', /Paid/);
  const change = await changePin(embedded(page));
  assert.equal(change, debitsOf(pin)[0].change_pin);
  await page.locator('#status', { hasText: /thank|paid/i }).waitFor();
  await page.reload();
  await embedded(page).notice('good', /Paid/);
  assert.equal(await changePin(embedded(page)), change);
  assert.equal(debitsOf(pin).length, 1);
  assert.deepEqual(page.errors, []);
});

test('WiPay: paid, and shows the remaining balance and the fee', async () => {
  page = await browser.page();
  await arrive(page, stack, 'embedded', { currency: 'TTD' });
  await embedded(page).root.getByText(/needs at least/).waitFor();
  await embedded(page).pay({ pin: pinFor('wipay', 'balance_left', 100), ...TTD });
  await embedded(page).notice('good', /Paid/);
  await embedded(page).root.getByText(/Left on your voucher/).waitFor();
  await embedded(page).root.getByText(/Fee taken/).waitFor();
  assert.deepEqual(page.errors, []);
});

/** Returns the text of the PIN field that is selected. */
const selectedPin = () => embedded(page).pin().evaluate(({ value, selectionStart, selectionEnd }) => value.slice(selectionStart, selectionEnd));

test('a declined PIN stays in its field, selected, and the PIN typed over it pays', async () => {
  page = await browser.page();
  await arrive(page, stack, 'embedded');
  const used = pinFor('kora', 'used', 100).replaceAll(/(.{4})(?!$)/g, '$1 ');
  await embedded(page).pay({ pin: used });
  await embedded(page).errorAt('pin', /already been used/);
  assert.equal(await embedded(page).pin().inputValue(), used);
  await until(selectedPin, (selected) => selected === used);
  assert.equal(await embedded(page).phone().inputValue(), '082 123 4567');
  await page.keyboard.type(pinFor('kora', 'exact', 100));
  await page.keyboard.press('Enter');
  await embedded(page).notice('good', /Paid/);
  assert.equal(await embedded(page).pin().inputValue(), '');
});

test('the PIN of another kind of voucher is named, and its digits are counted while it is typed', async () => {
  page = await browser.page();
  await arrive(page, stack, 'embedded');
  const pin = embedded(page).pin();
  const count = embedded(page).root.locator('#pin-count');
  await pin.pressSequentially('12345678');
  assert.equal(await count.innerText(), '8 of 16');
  await pin.fill(pinFor('celbux', 'exact', 140));
  await embedded(page).payButton().click();
  await embedded(page).errorAt('pin', /PIN of Celbux\. Choose Celbux above/);
  await embedded(page).offer('Celbux').check();
  await embedded(page).pay({ pin: pinFor('celbux', 'exact', 140), email: null });
  await embedded(page).notice('good', /Paid/);
});

test('the PIN of a Celbux voucher is grouped as on its slip', async () => {
  page = await browser.page();
  await arrive(page, stack, 'embedded');
  await embedded(page).offer('Celbux').check();
  await embedded(page).pin().pressSequentially('1680300000101');
  assert.equal(await embedded(page).pin().inputValue(), '168-03000-00101');
  assert.equal(await embedded(page).root.locator('#pin-count').innerText(), '13 of 13');
});

test('`pending` is fired when the payment is sent, before its answer', async () => {
  page = await browser.page();
  await arrive(page, stack, 'embedded');
  await page.evaluate(() => {
    window.events = [];
    for (const type of ['paid', 'done', 'declined', 'pending']) {
      document.querySelector('voucher-checkout').addEventListener(type, ({ detail }) => window.events.push([type, detail.code]));
    }
  });
  const events = () => page.evaluate(() => window.events);
  const release = await hold(page, /\/redemptions$/);
  await embedded(page).pay({ pin: pinFor('kora', 'used', 141) });
  await until(events, (seen) => seen.length === 1);
  assert.deepEqual(await events(), [['pending', undefined]]);
  release();
  await until(events, (seen) => seen.length === 2);
  assert.deepEqual((await events())[1], ['declined', 'voucher_used']);
  await embedded(page).pay({ pin: pinFor('kora', 'exact', 141) });
  await embedded(page).notice('good', /Paid/);
  assert.deepEqual((await events()).map(([type]) => type), ['pending', 'declined', 'pending', 'paid', 'done']);
});

test('`declined` follows `pending` when the Worker refuses the request', async () => {
  page = await browser.page();
  await arrive(page, stack, 'embedded');
  await page.evaluate(() => {
    window.events = [];
    for (const type of ['declined', 'pending']) {
      document.querySelector('voucher-checkout').addEventListener(type, ({ detail }) => window.events.push([type, detail.code]));
    }
  });
  const problem = { type: '/problems#pin_invalid', status: 400, title: 'Wrong', code: 'pin_invalid', field: 'pin' };
  await page.route(/\/redemptions$/, (route) => route.fulfill({ status: 400, contentType: 'application/problem+json', body: JSON.stringify(problem) }));
  await embedded(page).pay({ pin: pinFor('kora', 'exact', 142) });
  await embedded(page).errorAt('pin', /does not belong/);
  await until(() => page.evaluate(() => window.events), (seen) => seen.length === 2);
  assert.deepEqual(await page.evaluate(() => window.events), [['pending', undefined], ['declined', 'not_charged']]);
});

for (const [provider, currency, contact] of [['kora', 'ZAR', {}], ['wipay', 'TTD', TTD]]) {
  test(`${provider}: the answer is lost after the charge: pending, then paid, and charged once`, async () => {
    page = await browser.page();
    await arrive(page, stack, 'embedded', { currency });
    const pin = pinFor(provider, 'cut_after', 100);
    await embedded(page).pay({ pin, ...contact });
    await embedded(page).notice('good', /Paid/);
    // At Kora there may be an unknown change voucher: the shopper keeps the payment's number before the shop continues.
    const goOn = embedded(page).root.getByRole('button', { name: 'Continue' });
    assert.equal(await goOn.isVisible(), provider === 'kora');
    assert.equal(debitsOf(pin).length, 1);
  });

  test(`${provider}: the answer is lost before the charge: pending, then shows that nothing was charged`, async () => {
    page = await browser.page();
    await arrive(page, stack, 'embedded', { currency });
    const pin = pinFor(provider, 'error_before', 100);
    await embedded(page).pay({ pin, ...contact });
    await embedded(page).notice('wait', 'still checking');
    await embedded(page).root.getByText(/not charged/).first().waitFor();
    assert.equal(debitsOf(pin).length, 0);
  });
}

test('a malformed value shows an error at its field, and nothing is sent', async () => {
  page = await browser.page();
  await arrive(page, stack, 'embedded');
  const calls = stack.simulator.books().calls.length;
  await embedded(page).pay({ pin: '1234', phone: '12', email: 'nobody' });
  await embedded(page).errorAt('pin', /too short/);
  await embedded(page).errorAt('phone', /phone number/);
  await embedded(page).errorAt('email', /e-mail/);
  const focused = await embedded(page).pin().evaluate((input) => input === input.ownerDocument.activeElement);
  assert.ok(focused, 'the focus is at the first error');
  assert.equal(stack.simulator.books().calls.length, calls);
});

test('the PIN is grouped while it is typed, and can be pasted in any form', async () => {
  page = await browser.page();
  await arrive(page, stack, 'embedded');
  await embedded(page).pin().pressSequentially('1168648096792943');
  assert.equal(await embedded(page).pin().inputValue(), '1168 6480 9679 2943');
  await embedded(page).pin().fill('1168-6480-9679-2943');
  assert.equal(await embedded(page).pin().inputValue(), '1168 6480 9679 2943');
  assert.equal(await embedded(page).pin().getAttribute('inputmode'), 'numeric');
});

test('law 6: no part of the PIN reaches the shop\'s page or the browser\'s storage', async () => {
  page = await browser.page();
  await page.addInitScript(() => {
    window.heard = [];
    addEventListener('message', ({ data }) => window.heard.push(JSON.stringify(data)));
    for (const type of ['ready', 'paid', 'done', 'declined', 'pending', 'cancel', 'error']) {
      addEventListener(type, (event) => window.heard.push(`${type} ${JSON.stringify(event.detail ?? null)}`), true);
    }
  });
  await arrive(page, stack, 'embedded');
  const pin = pinFor('kora', 'change', 101);
  await embedded(page).pay({ pin });
  await embedded(page).notice('good', /Paid/);
  const change = await changePin(embedded(page));
  const heard = (await page.evaluate(() => window.heard)).join('\n');
  assert.match(heard, /^ready /m);
  assert.match(heard, /^paid /m);
  const stored = [];
  for (const frame of page.frames()) {
    stored.push(await frame.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])));
  }
  for (const secret of [pin, change]) {
    assert.ok(!heard.includes(secret) && !stored.join().includes(secret));
    assert.ok(!(await page.content()).includes(secret));
  }
});
