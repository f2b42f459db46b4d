// A widget that loads late: the text typed before it is kept, only the shopper submits it, and no address contains the PIN.
// Where the widget may not load at all, the shop's page receives an error event.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { hold } from '../support/browser.mjs';
import { startCheckout } from '../support/checkout.mjs';
import { until } from '../support/until.mjs';
import { listen } from './listeners.mjs';
import { element, startSite } from './shop-site.mjs';
import { embedded, hosted, order } from './shopper.mjs';
import { MODES, assertPaidOnce, charging, fill, sessionOn, watchedPage, widgetOn } from './watched.mjs';

let page;
// Slow enough for the widget to load while a voucher is being charged.
const stack = await startCheckout({ browser: true, limits: { provider_timeout_ms: 10_000 }, simulator: { slowMs: 4_000 } });
const { browser } = stack;
const stranger = await startSite();
stranger.connect(stack);
afterEach(async () => {
  await page?.close();
});

/** Opens an empty page in which a test can listen first. */
async function prepared() {
  page = await watchedPage(browser);
  return page;
}

/** Opens the page that the Worker rendered. Returns a function that lets the wasm load. */
async function waiting(mode, prepare = async () => {}) {
  if (!page || page.isClosed()) page = await watchedPage(browser);
  await prepare();
  const arrives = await hold(page, /\.wasm$/);
  await order(page, stack, { mode });
  const checkout = mode === 'hosted' ? hosted(page) : embedded(page);
  await checkout.pin().waitFor();
  return { checkout, arrives };
}

const noPinIn = (pin) => assert.ok(!page.addresses.concat(page.url()).join().includes(pin), 'law 6: the PIN is in no address');
const caretIn = (input) => input.evaluate((element) => [element === element.ownerDocument.activeElement, element.selectionStart]);

for (const mode of MODES) {
  test(`${mode}: text typed before the widget loads is kept, with focus and caret, and pays`, async () => {
    const { checkout, arrives } = await waiting(mode);
    const pin = stack.freshPin('celbux', 'exact');
    await checkout.offer('Celbux').check({ force: true });
    await checkout.email().fill('thandi@example.com');
    await checkout.part('100');
    await checkout.pin().fill(pin);
    await checkout.phone().pressSequentially('082 123 4567');
    for (let times = 0; times < 4; times += 1) await checkout.phone().press('ArrowLeft');
    arrives();
    await widgetOn(page, mode);
    assert.deepEqual(await caretIn(checkout.phone()), [true, '082 123 '.length]);
    await page.keyboard.type('9');
    assert.equal(await checkout.phone().inputValue(), '082 123 94567');
    await checkout.phone().press('Backspace');
    assert.equal((await checkout.pin().inputValue()).replaceAll(/\D/g, ''), pin.replaceAll(/\D/g, ''));
    assert.equal(await checkout.amount().inputValue(), '100');
    assert.ok(await checkout.amount().isVisible());
    assert.match(await checkout.payButton().innerText(), /100.00/);
    assert.equal(await checkout.offer('Celbux').isChecked(), true);
    await checkout.offer('1Voucher').check({ force: true });
    assert.equal(await checkout.email().inputValue(), 'thandi@example.com');
    await checkout.offer('Celbux').check({ force: true });
    await checkout.payButton().click();
    await checkout.notice('good', 'remains to be paid');
    assert.equal(page.posts, 1);
    noPinIn(pin);
  });
}

test('embedded: typed text is kept when the session has to be requested again', async () => {
  const cut = () => page.route(/\/v1\/checkout\/cs_\w+$/, (route) => route.abort('connectionreset'), { times: 1 });
  const { checkout, arrives } = await waiting('embedded', cut);
  const pin = stack.freshPin('kora', 'exact');
  await checkout.part('100');
  await fill(checkout, pin);
  arrives();
  await checkout.root.locator('.enhanced form').waitFor();
  assert.equal((await checkout.pin().inputValue()).replaceAll(' ', ''), pin);
  assert.equal(await checkout.amount().inputValue(), '100');
  assert.equal(await checkout.email().inputValue(), 'thandi@example.com');
  noPinIn(pin);
});

test('a kind of voucher chosen by keyboard keeps the focus', async () => {
  const { checkout, arrives } = await waiting('embedded');
  await checkout.offer('1Voucher').focus();
  await page.keyboard.press('ArrowDown');
  arrives();
  await widgetOn(page, 'embedded');
  const celbux = checkout.offer('Celbux');
  assert.deepEqual(await celbux.evaluate((radio) => [radio.checked, radio === document.activeElement]), [true, true]);
});

test('hosted: a form sent before the widget loads stays on the page until its answer arrives', async () => {
  const { checkout, arrives } = await waiting('hosted');
  const pin = stack.freshPin('kora', 'slow');
  await checkout.part('100');
  await fill(checkout, pin);
  const wasm = page.waitForEvent('requestfinished', (request) => /\.wasm$/.test(request.url()));
  await checkout.payButton().click({ noWaitAfter: true });
  await charging(stack, pin);
  arrives();
  await wasm;
  await checkout.notice('good', 'remains to be paid');
  const said = page.said.filter(({ pressed, text }) => pressed || text);
  const after = said[said.findIndex(({ pressed }) => pressed) + 1];
  assert.match(after.text, /remains to be paid/, 'the first text after the press is the outcome');
  assert.deepEqual(stack.debitsOf(pin).map(({ amount }) => amount), [100_00]);
  assert.equal(page.posts, 1);
  await widgetOn(page, 'hosted');
});

/** Lets the shopper press the button, and the wasm load while the answer is awaited. */
async function payBeforeTheWidget(checkout, arrives, pin, part) {
  await fill(checkout, pin);
  if (part) await checkout.part(part);
  const wasm = page.waitForEvent('requestfinished', (request) => /\.wasm$/.test(request.url()));
  await checkout.root.locator('form button:enabled').click({ noWaitAfter: true });
  await charging(stack, pin);
  arrives();
  await wasm;
}

test('embedded: sent before the widget has loaded: charges once, the frame shows the outcome, and the shop receives the events', async () => {
  const heard = (await listen(await prepared())).heard;
  const { checkout, arrives } = await waiting('embedded');
  const pin = stack.freshPin('kora', 'slow');
  await payBeforeTheWidget(checkout, arrives, pin);
  await assertPaidOnce(checkout, stack, pin);
  const told = async () => (await heard()).map(([, type]) => type);
  assert.deepEqual(await until(told, (types) => types.includes('paid')), ['pending', 'ready', 'paid']);
  // The voucher was worth more than the order.
  await checkout.root.getByRole('button', { name: 'Continue' }).click();
  const events = await until(told, (types) => types.includes('done'));
  assert.deepEqual(events, ['pending', 'ready', 'paid', 'done']);
  assert.equal(page.posts, 1);
  noPinIn(pin);
});

test('embedded: a voucher declined before the widget has loaded: shows why, the shop receives the event, and another voucher pays', async () => {
  const heard = (await listen(await prepared())).heard;
  const { checkout, arrives } = await waiting('embedded');
  const used = stack.freshPin('kora', 'used');
  await payBeforeTheWidget(checkout, arrives, used);
  await widgetOn(page, 'embedded');
  await checkout.errorAt('pin', /already been used/);
  const declined = await until(heard, (events) => events.some(([, type]) => type === 'declined'));
  assert.deepEqual(declined.find(([, type]) => type === 'declined')[2].code, 'voucher_used');
  const pin = stack.freshPin('kora', 'exact');
  await checkout.pay({ pin });
  await assertPaidOnce(checkout, stack, pin);
  noPinIn(pin);
});

test('embedded: sent before the widget, which then fails: the outcome and the change voucher stay, with a link to the checkout page', async () => {
  const { heard } = await listen(await prepared());
  let requests = 0;
  await page.route(/\.wasm$/, (route) => ((requests += 1) > 1 ? route.abort('connectionreset') : undefined));
  await order(page, stack);
  const checkout = embedded(page);
  const pin = stack.freshPin('kora', 'change');
  await fill(checkout, pin);
  await checkout.root.locator('form button:enabled').click();
  await assertPaidOnce(checkout, stack, pin);
  const events = await until(heard, (all) => all.some(([, type]) => type === 'error'));
  assert.deepEqual(events.map(([, type, { code, change }]) => [type, code ?? change]), [['pending', undefined], ['paid', true], ['error', 'widget_failed']]);
  await checkout.root.getByRole('link', { name: 'Open the checkout page' }).waitFor();
  assert.equal((await checkout.change().textContent()).replaceAll(' ', ''), stack.debitsOf(pin)[0].change_pin);
});

test('embedded: declined before the widget, which then fails: the shop receives the decline once', async () => {
  const { heard } = await listen(await prepared());
  let requests = 0;
  await page.route(/\.wasm$/, (route) => ((requests += 1) > 1 ? route.abort('connectionreset') : undefined));
  await order(page, stack);
  const checkout = embedded(page);
  await fill(checkout, stack.freshPin('kora', 'used'));
  await checkout.root.locator('form button:enabled').click();
  const events = await until(heard, (all) => all.some(([, type]) => type === 'error'));
  assert.deepEqual(events.map(([, type, { code }]) => [type, code]), [['pending', undefined], ['declined', 'voucher_used'], ['error', 'widget_failed']]);
});

test('embedded: another form while a voucher is checked: the frame says so, then shows the outcome, and the shop receives the events', async () => {
  const { heard } = await listen(await prepared());
  const { checkout, arrives } = await waiting('embedded');
  const session = await sessionOn(checkout);
  const [first, second] = [stack.freshPin('kora', 'slow'), stack.freshPin('kora', 'exact')];
  await fill(checkout, second);
  const secret = await page.locator('voucher-checkout').getAttribute('client-secret');
  const paying = stack.redeem({ ...session, client_secret: secret, provider: 'kora' }, { pin: first, provider_code: '0001' });
  await charging(stack, first);
  await checkout.root.locator('form button:enabled').click();
  await checkout.notice('wait', 'checking');
  arrives();
  await paying;
  await checkout.notice('good', /Paid/);
  await until(heard, (all) => all.some(([, type]) => type === 'paid'));
  assert.equal(stack.debitsOf(second).length, 0);
});

test('embedded: a mistake in the form before the widget has loaded: shows it at its field, keeps the input, and then pays', async () => {
  const { heard } = await listen(await prepared());
  const { checkout } = await waiting('embedded');
  const pin = stack.freshPin('kora', 'exact');
  await fill(checkout, '1234');
  await checkout.root.locator('form button:enabled').click();
  await checkout.errorAt('pin', /too short/);
  assert.equal(await checkout.phone().inputValue(), '082 123 4567');
  assert.equal(await checkout.pin().inputValue(), '');
  await checkout.pin().fill(pin);
  await checkout.pin().press('Enter');
  await assertPaidOnce(checkout, stack, pin);
  noPinIn(pin);
  const events = (await heard()).map(([, type, { code }]) => [type, code].filter(Boolean).join(' '));
  assert.deepEqual(events, ['pending', 'declined not_charged', 'pending'], 'the shop hears that a refused form has charged nothing');
});

test('embedded: without a client secret the form cannot be sent', async () => {
  page = await watchedPage(browser);
  // The loader's messages do not arrive.
  await page.addInitScript(() => window.top === window || addEventListener('message', (event) => event.stopImmediatePropagation(), true));
  await page.route(/\.wasm$/, () => {});
  await order(page, stack);
  const checkout = embedded(page);
  await fill(checkout, stack.freshPin('kora', 'exact'));
  for (const field of [checkout.pin(), checkout.phone(), checkout.email()]) await field.press('Enter');
  assert.equal(await checkout.payButton().isDisabled(), true);
  await checkout.payButton().click({ force: true });
  assert.equal(page.posts, 0);
});

/** Opens the checkout in a shop's page whose clock can be advanced. */
async function openedWithClock(pattern, answer) {
  page = await watchedPage(browser);
  const { heard } = await listen(page);
  await page.clock.install();
  await page.route(pattern, answer);
  await order(page, stack);
  await embedded(page).pin().waitFor();
  /** Advances the clock until the page has received this code. */
  const hears = (code) => until(async () => {
    await page.clock.fastForward(5_000);
    return (await heard()).map(([, type, detail]) => [type, detail.code]);
  }, (events) => events.some(([, known]) => known === code));
  return { heard, hears };
}

test('embedded: a wasm that hangs: shows a link to the checkout page after half a minute, and fires one error', async () => {
  let cut;
  const { heard, hears } = await openedWithClock(/\.wasm$/, (route) => void (cut = () => route.abort('connectionreset')));
  assert.deepEqual(await hears('widget_failed'), [['error', 'widget_failed']]);
  const link = embedded(page).root.getByRole('link', { name: 'Open the checkout page' });
  await link.focus();
  // The end of the download changes nothing any more.
  const failed = page.waitForEvent('requestfailed', (request) => /\.wasm$/.test(request.url()));
  await Promise.all([failed, cut()]);
  await link.evaluate(() => new Promise((resolve) => setTimeout(resolve)));
  assert.equal((await heard()).length, 1);
  assert.ok(await link.evaluate((one) => one === document.activeElement));
});

test('embedded: a script that fails to load: the frame is loaded once more, and pays', async () => {
  const { hears } = await openedWithClock(/\/assets\/.*\.js$/, (route) => {
    const documents = page.addresses.filter((address) => address.includes('/embed/'));
    return documents.length === 1 ? route.abort('connectionreset') : route.continue();
  });
  assert.deepEqual(await hears('unreachable'), [['error', 'unreachable']]);
  const checkout = await widgetOn(page, 'embedded');
  const pin = stack.freshPin('kora', 'exact');
  await checkout.pay({ pin });
  await assertPaidOnce(checkout, stack, pin);
});

test('a page of an origin that is not allowed receives unreachable after half a minute', async () => {
  page = await watchedPage(browser);
  const { heard } = await listen(page);
  await page.clock.install();
  const mug = await stranger.order();
  const loader = `<script async src="${stack.url}/checkout.js"></script>`;
  const refused = page.waitForEvent('console', (message) => /frame-ancestors/.test(message.text()));
  await page.goto(stranger.page('/', `${loader}</head><body>${element(mug, 'mug')}`));
  await refused;
  await page.clock.fastForward(25_000);
  assert.deepEqual(await heard(), []);
  // The frame counts as loaded a moment after it was refused.
  await until(async () => {
    await page.clock.fastForward(6_000);
    return heard();
  }, (events) => events.length > 0);
  assert.deepEqual(await heard(), [['mug', 'error', { code: 'unreachable' }]]);
});
