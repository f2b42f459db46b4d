// The widget inside a shop's page, end to end: the demo shop, the loader, the iframe, Kora and WiPay.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { pinFor } from '../simulator/pins.mjs';
import { startCheckout } from '../support/checkout.mjs';
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

test('a declined voucher shows an error at the PIN, and another voucher pays', async () => {
  page = await browser.page();
  await arrive(page, stack, 'embedded');
  await embedded(page).pay({ pin: pinFor('kora', 'used', 100) });
  await embedded(page).root.getByText(/already been used/).first().waitFor();
  assert.equal(await embedded(page).pin().inputValue(), '');
  assert.equal(await embedded(page).phone().inputValue(), '082 123 4567');
  await embedded(page).pay({ pin: pinFor('kora', 'exact', 100) });
  await embedded(page).notice('good', /Paid/);
});

for (const [provider, currency, contact] of [['kora', 'ZAR', {}], ['wipay', 'TTD', TTD]]) {
  test(`${provider}: the answer is lost after the charge: pending, then paid, and charged once`, async () => {
    page = await browser.page();
    await arrive(page, stack, 'embedded', { currency });
    const pin = pinFor(provider, 'cut_after', 100);
    await embedded(page).pay({ pin, ...contact });
    await embedded(page).notice('good', /Paid/);
    assert.equal(debitsOf(pin).length, 1);
  });

  test(`${provider}: the answer is lost before the charge: pending, then shows that nothing was charged`, async () => {
    page = await browser.page();
    await arrive(page, stack, 'embedded', { currency });
    const pin = pinFor(provider, 'error_before', 100);
    await embedded(page).pay({ pin, ...contact });
    await embedded(page).notice('wait', 'still checking');
    await embedded(page).root.getByText(/not charged/).first().waitFor({ timeout: 15_000 });
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
