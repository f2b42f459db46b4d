// Orders paid with more than one voucher, or with part of one: by the widget, and by the plain form.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { pinFor } from '../simulator/pins.mjs';
import { bare } from '../support/answers.mjs';
import { startCheckout } from '../support/checkout.mjs';
import { until } from '../support/until.mjs';
import { changePin, hosted, order } from './shopper.mjs';

let page;
// The first pause is long enough to be checked.
const limits = { vouchers_per_session: 3, settle_backoff_ms: [4_000, ...Array(20).fill(500)] };
const stack = await startCheckout({ browser: true, limits });
const { browser, debitsOf } = stack;
afterEach(() => page?.close());

const amountsOf = (pin) => debitsOf(pin).map(({ amount }) => amount);
const focused = () => page.evaluate(() => document.activeElement.name || document.activeElement.id || document.activeElement.textContent);

/** Opens the hosted page of the demo shop's mug, which costs R 249.00; with the widget, or without JavaScript. */
async function opened({ plain = false, ...options } = {}) {
  page = await browser.page({ viewport: { width: 360, height: 740 }, javaScriptEnabled: !plain });
  if (plain) {
    await page.goto(`${stack.simulator.url}/`);
    await page.locator('#pay').click();
  } else {
    await order(page, stack, { mode: 'hosted', ...options });
  }
  await page.waitForURL(/\/pay\/cs_/);
  if (!plain) await page.locator('.enhanced #pay').waitFor();
  return hosted(page);
}

/** Cancels the session, as the shop's server does. */
async function cancel() {
  const [id] = /cs_\w+/.exec(page.url());
  const { status } = await stack.cancel({ id });
  assert.equal(status, 200);
}

const kora = (checkout) => checkout.offer('1Voucher').check();
const celbux = (checkout) => checkout.offer('Celbux').check();

for (const plain of [false, true]) {
  const how = plain ? ' (plain form)' : '';

  test(`a part of a voucher pays, and its change voucher pays the rest${how}`, async () => {
    const checkout = await opened({ plain });
    const pin = pinFor('kora', 'change', plain ? 402 : 401);
    await kora(checkout);
    await checkout.pay({ pin, amount: '100' });
    await checkout.notice('good', /\w+\s100.00 is paid/);
    assert.deepEqual(amountsOf(pin), [100_00]);
    assert.match(await page.locator('.summary').innerText(), /149.00/);
    assert.match(await page.locator('main ul').innerText(), /1Voucher\s*\w+\s100.00/);
    const change = await changePin(checkout);
    if (plain) {
      await checkout.phone().fill('082 123 4567');
      await checkout.email().fill('thandi@example.com');
    } else {
      assert.equal(await checkout.pin().inputValue(), '');
      assert.equal(await checkout.amount().inputValue(), '');
      assert.equal(await checkout.amount().isVisible(), false);
    }
    await checkout.useChange().click();
    await checkout.notice('good', /Paid/);
    assert.deepEqual(amountsOf(change), [149_00]);
    assert.equal(await checkout.useChange().count(), 0);
    // Both are of one kind, so the receipt names the ends of their PINs.
    const named = [pin, change].map((one) => `1Voucher …${one.slice(-4)} `);
    const listed = await page.locator('main ul li').allTextContents();
    assert.deepEqual(listed.map((line) => named.findIndex((name) => line.startsWith(name))), [0, 1], listed.join(' | '));
    // The remainder is on a change voucher; the voucher itself is now worth nothing.
    assert.deepEqual((await checkout.change().allTextContents()).map(bare), [debitsOf(change)[0].change_pin]);
    assert.deepEqual(page.errors, []);
  });

  test(`a low balance, reported by the provider: that amount pays, and a voucher of another kind pays the rest${how}`, async () => {
    const checkout = await opened({ plain });
    const pin = pinFor('celbux', 'too_small', plain ? 404 : 403);
    await celbux(checkout);
    await checkout.pay({ pin, email: null });
    await checkout.notice('bad', /There is \w+\s10.00 on this voucher. You can use \w+\s10.00 of it/);
    assert.equal(await checkout.amount().inputValue(), '10.00');
    if (plain) {
      assert.equal(await checkout.pin().inputValue(), '');
      await checkout.pay({ pin, email: null });
    } else {
      // A reload shows the same; only the PIN is stored nowhere.
      const again = await page.context().newPage();
      await again.goto(page.url());
      await again.locator('.enhanced #pay').waitFor();
      await hosted(again).notice('bad', /You can use \w+\s10.00 of it/);
      assert.equal(await hosted(again).amount().inputValue(), '10.00');
      assert.equal(await hosted(again).pin().inputValue(), '');
      await again.close();
      // One more press pays.
      assert.match(await checkout.payButton().innerText(), /Pay \w+\s10.00/);
      await checkout.payButton().click();
    }
    await checkout.notice('good', /\w+\s10.00 is paid/);
    assert.deepEqual(amountsOf(pin), [10_00]);
    const rest = pinFor('kora', 'exact', plain ? 406 : 405);
    await kora(checkout);
    await checkout.pay({ pin: rest });
    await checkout.notice('good', /Paid/);
    assert.deepEqual(amountsOf(rest), [239_00]);
    assert.match(await page.locator('main ul').innerText(), /Celbux\s*\w+\s10.00\s*Payment number rd_[^\n]*\s*1Voucher\s*\w+\s239.00/);
  });
}

test('a low balance, not reported by the provider: asks the shopper for the amount, and keeps the PIN', async () => {
  const checkout = await opened();
  const pin = pinFor('kora', 'too_small', 407);
  await kora(checkout);
  await checkout.pay({ pin });
  await checkout.errorAt('amount', /not enough money on this voucher. Type the amount that is on it/);
  await until(focused, (name) => name === 'amount');
  assert.equal((await checkout.pin().inputValue()).replaceAll(' ', ''), pin);
  await page.keyboard.type('10');
  assert.match(await checkout.payButton().innerText(), /Pay \w+\s10.00/);
  await page.keyboard.press('Enter');
  await checkout.notice('good', /\w+\s10.00 is paid/);
  assert.equal(await checkout.pin().inputValue(), '');
});

test('an impossible amount shows an error at its field, by keyboard alone', async () => {
  const checkout = await opened();
  await checkout.pin().fill(pinFor('kora', 'exact', 408));
  await page.keyboard.press('Tab');
  await until(focused, (name) => /Pay only a part/.test(name));
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await until(focused, (name) => name === 'amount');
  await page.keyboard.type('249.01');
  await page.keyboard.press('Enter');
  await checkout.errorAt('amount', /No more than \w+\s249.00/);
  await until(focused, (name) => name === 'amount');
  await checkout.amount().fill('ten');
  await page.keyboard.press('Enter');
  await checkout.errorAt('amount', /Type it like 50.00/);
  await checkout.amount().fill('');
  assert.match(await checkout.payButton().innerText(), /Pay \w+\s249.00/);
});

test('the fee is shown without its total while a part is typed', async () => {
  const checkout = await opened({ currency: 'TTD' });
  await page.getByText(/needs at least/).waitFor();
  await checkout.part('20');
  await page.getByText('WiPay takes its fee on top of this from the voucher.').waitFor();
  assert.equal(await page.getByText(/needs at least/).count(), 0);
});

test('a change voucher asks for the missing phone number, then pays', async () => {
  const checkout = await opened();
  const pin = pinFor('kora', 'change', 409);
  await kora(checkout);
  await checkout.pay({ pin, amount: '100' });
  await checkout.useChange().waitFor();
  const change = await changePin(checkout);
  await page.reload();
  await page.locator('.enhanced #pay').waitFor();
  await checkout.phone().fill('');
  await checkout.email().fill('thandi@example.com');
  await celbux(checkout);
  await checkout.useChange().click();
  await checkout.errorAt('phone', /fill this in/);
  await until(focused, (name) => name === 'phone');
  assert.equal(await checkout.offer('1Voucher').isChecked(), true);
  await page.keyboard.type('082 123 4567');
  await page.keyboard.press('Enter');
  await checkout.notice('good', /Paid/);
  assert.deepEqual(amountsOf(change), [149_00]);
});

test('offline, the change voucher\'s button leads to the connection message; online, it pays', async () => {
  const checkout = await opened();
  const pin = pinFor('kora', 'change', 418);
  await kora(checkout);
  await checkout.pay({ pin, amount: '100' });
  await checkout.useChange().waitFor();
  const change = await changePin(checkout);
  await page.context().setOffline(true);
  await page.locator('#connection-message').waitFor();
  await checkout.useChange().click();
  await until(focused, (name) => name === 'connection-message');
  assert.equal(await checkout.pin().inputValue(), '');
  await page.context().setOffline(false);
  await page.locator('#connection-message').waitFor({ state: 'detached' });
  await checkout.useChange().click();
  await checkout.notice('good', /Paid/);
  assert.deepEqual(amountsOf(change), [149_00]);
});

test('announces the last voucher; after it there is no form, and the change vouchers stay', async () => {
  const checkout = await opened();
  const last = page.getByText('This is the last voucher that can be used for this order.');
  for (const serial of [410, 411]) {
    assert.equal(await last.isVisible(), false);
    await kora(checkout);
    await checkout.pay({ pin: pinFor('kora', 'change', serial), amount: '50' });
    await checkout.useChange().nth(serial - 410).waitFor();
  }
  await last.waitFor();
  // A part would leave a remainder that no voucher can pay. Kora itself sometimes accepts only a part.
  await checkout.pay({ pin: pinFor('kora', 'partial', 412), amount: '50' });
  await page.locator('#amount-error', { hasText: 'It has to pay all that remains.' }).waitFor();
  await checkout.pay({ pin: pinFor('kora', 'partial', 412), amount: '' });
  await checkout.notice('bad', /No more vouchers can be used for this order, and \w+\s74.50 remains/);
  assert.equal(await checkout.pin().isVisible(), false);
  assert.equal(await checkout.change().count(), 2);
  assert.equal(await checkout.useChange().count(), 0);
});

test('canceled: shows the amount owed and the amount given back', async () => {
  const checkout = await opened();
  await kora(checkout);
  await checkout.pay({ pin: pinFor('kora', 'change', 413), amount: '100' });
  await checkout.notice('good', /\w+\s100.00 is paid/);
  await celbux(checkout);
  await checkout.pay({ pin: pinFor('celbux', 'rest_stays', 413), amount: '40', email: null });
  await checkout.notice('good', /\w+\s140.00 is paid/);
  await cancel();
  await page.reload();
  await checkout.notice('bad', /was canceled[^]*\w+\s40.00 was given back/);
  await checkout.notice('bad', /owes you \w+\s100.00 that your vouchers have paid/);
  assert.match(await page.locator('[role=status]').innerText(), /^$/, 'the initial content is not announced');
});

test('canceled while the page is in the background: on return shows it, and follows the reversal', async () => {
  const checkout = await opened();
  await celbux(checkout);
  await checkout.pay({ pin: pinFor('celbux', 'reverse_silent_after', 415), amount: '40', email: null });
  await checkout.notice('good', /\w+\s40.00 is paid/);
  const canceled = cancel();
  const lookAgain = () => page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  const said = () => checkout.root.locator('.notice').first().innerText();
  const text = await until(async () => lookAgain().then(said), (words) => /was canceled/.test(words));
  assert.match(text, /A voucher is still being checked/);
  assert.doesNotMatch(text, /owes you/);
  await checkout.notice('bad', /\w+\s40.00 was given back/);
  assert.doesNotMatch(await said(), /still being checked/);
  await canceled;
});

test('canceled, without JavaScript: the page refreshes until the money is given back', async () => {
  const checkout = await opened({ plain: true });
  await celbux(checkout);
  await checkout.pay({ pin: pinFor('celbux', 'reverse_silent_after', 416), amount: '40', email: null });
  await checkout.notice('good', /\w+\s40.00 is paid/);
  const canceled = cancel();
  const content = async () => (await page.reload(), page.locator('main').innerText());
  assert.match(await until(content, (words) => /was canceled/.test(words)), /A voucher is still being checked/);
  await checkout.notice('bad', /\w+\s40.00 was given back/);
  await canceled;
});

test('the button reflects a part that is typed and folded away', async () => {
  const checkout = await opened({ plain: true });
  assert.match(await checkout.payButton().innerText(), /Pay \w+\s249.00/);
  await checkout.part('50');
  await page.locator('main summary').click();
  assert.equal(await checkout.amount().isVisible(), false);
  assert.match(await checkout.payButton().innerText(), /Pay with this voucher/);
  await page.locator('main summary').click();
  await checkout.amount().fill('');
  await page.locator('main summary').click();
  assert.match(await checkout.payButton().innerText(), /Pay \w+\s249.00/);
});

test('paid in another window: this one shows it when the shopper returns', async () => {
  const checkout = await opened();
  const other = await page.context().newPage();
  await other.goto(page.url());
  await hosted(other).offer('1Voucher').check();
  await hosted(other).pay({ pin: pinFor('kora', 'exact', 417) });
  await hosted(other).notice('good', /Paid/);
  await other.close();
  assert.equal(await checkout.pin().isVisible(), true);
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  await checkout.notice('good', /Paid/);
});

test('law 6: the state kept over a reload contains no PIN and no amount', async () => {
  const checkout = await opened();
  const pin = pinFor('kora', 'exact', 414);
  await checkout.pin().fill(pin);
  await checkout.part('12.34');
  const stored = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, history.state]));
  assert.ok(!stored.includes(pin) && !stored.includes('12.34'));
});
