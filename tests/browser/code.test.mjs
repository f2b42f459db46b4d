// Vouchers whose owner is sent a code: the screen for it, in the widget and without JavaScript.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TEST_CODE } from '../simulator/odm-test-vouchers.mjs';
import { pinFor } from '../simulator/pins.mjs';
import { until } from '../support/until.mjs';
import { accessFaults, assertAccessible } from './accessible.mjs';
import { listenTo, texts } from './hearing.mjs';
import { layoutFaults } from './layout.mjs';
import { element, startShop } from './shop-site.mjs';
import { embedded, hosted } from './shopper.mjs';
import { MODES } from './watched.mjs';

const say = texts('en');
const PHONE = '091 123 4567';
const SENT = /A code was sent to the phone ending in 67/;
const WRONG = '654321';
const ANSWERS = /\/challenge$/;

const { site, stack, browser } = await startShop({
  limits: { challenge_ms: 120_000, challenge_resend_ms: 4_000 },
});

const ORDER = { currency: 'ETB', amount: 249_00, providers: ['odm'], cancel_url: 'https://shop.example/cart' };
let serial = 7000;
const freshPin = () => pinFor('odm', 'exact', serial++);

/** Opens a checkout of a new order, or of that one; returns its page object, the announcements, and the codes sent. */
async function open(mode, { session, locale = 'en', fields, withoutWasm = false, ...options } = {}) {
  const page = await browser.page(options);
  // The answer never comes.
  if (withoutWasm) await page.route(/\.wasm$/, () => {});
  const posts = [];
  page.on('request', (request) => ANSWERS.test(request.url()) && posts.push({ key: request.headers()['idempotency-key'], ...request.postDataJSON() }));
  const ears = options.javaScriptEnabled === false ? undefined : await listenTo(page);
  const order = session ?? (await stack.createSession('kora', { ...ORDER, locale, ...fields }));
  if (mode === 'hosted') {
    await page.goto(order.url);
  } else {
    const loader = `<script async src="${stack.url}/checkout.js"></script>`;
    await page.goto(site.page(`/${order.id}`, `${loader}</head><body><h1>Shop</h1>${element(order, 'mug')}`));
    await page.evaluate(() => {
      window.fired = [];
      for (const type of ['pending', 'declined', 'paid', 'done']) {
        document.addEventListener(type, ({ detail }) => window.fired.push([type, detail.code].filter(Boolean).join(' ')));
      }
    });
  }
  const checkout = mode === 'hosted' ? hosted(page) : embedded(page);
  if (options.javaScriptEnabled !== false && !withoutWasm) await checkout.root.locator('.enhanced .summary').waitFor();
  const code = checkout.root.locator('input[name=code]');
  return {
    page, checkout, ears, posts, order, code,
    confirm: checkout.root.locator('#code-button'),
    resend: checkout.root.locator('#resend'),
    another: checkout.root.locator('button[name=another]'),
    focused: () => checkout.root.locator(':focus').getAttribute('id'),
    fired: () => page.evaluate(() => window.fired),
    /** Types a voucher, and waits for the screen for its code. */
    async pay(pin) {
      await checkout.pay({ pin, phone: PHONE, email: null });
      await checkout.notice('wait', SENT);
    },
    async type(text) {
      await code.fill(text);
      await code.press('Enter');
    },
    async assertPaid(pin) {
      await checkout.notice('good', say('paid_title'));
      assert.equal(stack.debitsOf(pin).length, 1);
    },
  };
}

for (const mode of MODES) {
  test(`${mode}: the code that the voucher's owner was sent pays`, async () => {
    const { checkout, ears, code, focused, fired, pay, type, assertPaid } = await open(mode);
    const pin = freshPin();
    await pay(pin);
    await checkout.notice('wait', /The code is valid for 2 minutes|The code is valid for 1\d\d seconds/);
    await until(focused, (id) => id === 'code');
    assert.equal(await checkout.pin().isVisible(), false);
    assert.deepEqual(
      await Promise.all(['inputmode', 'autocomplete'].map((name) => code.getAttribute(name))),
      ['numeric', 'one-time-code'],
    );
    assert.equal(stack.debitsOf(pin).length, 0);
    // As pasted from a message, with digits of another script.
    await type(' 12 3-٤٥٦ ');
    await assertPaid(pin);
    const heard = ears.heard();
    assert.equal(heard.filter((text) => SENT.test(text)).length, 1, heard.join('\n'));
    if (mode === 'embedded') assert.deepEqual(await fired(), ['pending', 'pending', 'paid', 'done']);
  });

  test(`${mode}: wrong codes are shown at the field, and the third one ends the payment`, async () => {
    const { checkout, ears, code, posts, focused, fired, pay, type } = await open(mode);
    const pin = freshPin();
    await pay(pin);
    await type('12345');
    await checkout.errorAt('code', /The code has 6 digits/);
    assert.equal(await code.inputValue(), '12345');
    assert.deepEqual(posts, []);
    for (const left of [2, 1]) {
      await type(WRONG);
      await checkout.errorAt('code', new RegExp(`This code is wrong. Tries left: ${left}`));
      await until(focused, (id) => id === 'code');
      assert.equal(await code.inputValue(), '');
    }
    assert.ok(!ears.heard().some((text) => text.includes('wrong')), 'announced by the field alone');
    await type(WRONG);
    await checkout.notice('bad', /The code was wrong too often/);
    assert.equal(await checkout.pin().isVisible(), true);
    assert.equal(stack.debitsOf(pin).length, 0);
    assert.equal(new Set(posts.map(({ key }) => key)).size, 3);
    if (mode === 'embedded') assert.equal((await fired()).at(-1), 'declined code_refused');
  });

  test(`${mode}: a reload shows the same screen, and another tab, too`, async () => {
    const { page, checkout, order, pay, assertPaid, type } = await open(mode);
    const pin = freshPin();
    await pay(pin);
    await page.reload();
    await checkout.notice('wait', SENT);
    const other = await open(mode, { session: order });
    await other.checkout.notice('wait', SENT);
    await Promise.all([type(TEST_CODE), other.type(TEST_CODE)]);
    await assertPaid(pin);
    await other.checkout.notice('good', say('paid_title'));
  });

  test(`${mode}: another code can be sent after a while, and another voucher used at any time`, async () => {
    const { checkout, code, resend, another, posts, pay, type, assertPaid } = await open(mode);
    const [given, pin] = [freshPin(), freshPin()];
    await pay(given);
    assert.match(await resend.textContent(), /Send a new code/);
    await code.fill('123');
    await checkout.root.locator('#resend:not([aria-disabled])').click();
    await until(() => posts.length, (count) => count === 1);
    assert.equal(posts[0].resend, true);
    await checkout.root.locator('#resend[aria-disabled]').waitFor();
    await checkout.notice('wait', SENT);
    await another.click();
    assert.equal((await checkout.pin().inputValue()).replaceAll(' ', ''), given);
    assert.equal(await checkout.phone().inputValue(), PHONE);
    await pay(pin);
    await type(TEST_CODE);
    await assertPaid(pin);
    assert.equal(stack.debitsOf(given).length, 0);
  });
}

test('a lost answer to the code: the same try is sent again and pays once', async () => {
  const { page, posts, pay, type, assertPaid } = await open('hosted');
  const pin = freshPin();
  await pay(pin);
  await page.route(ANSWERS, async (route) => {
    await route.fetch();
    await route.abort('connectionreset');
  }, { times: 1 });
  await type(TEST_CODE);
  await assertPaid(pin);
  assert.equal(new Set(posts.map(({ key }) => key)).size, 1);
});

test('pressed twice, a code is sent once', async () => {
  const { confirm, code, posts, pay, assertPaid } = await open('hosted');
  const pin = freshPin();
  await pay(pin);
  await code.fill(TEST_CODE);
  await confirm.dblclick();
  await assertPaid(pin);
  assert.equal(posts.length, 1);
});

test('offline, no code is sent, and the page says so', async () => {
  const { page, checkout, code, posts, pay, type, assertPaid } = await open('hosted');
  const pin = freshPin();
  await pay(pin);
  await page.context().setOffline(true);
  await checkout.notice('wait', /No connection to the internet. Nothing has been sent./);
  await type(TEST_CODE);
  assert.deepEqual(posts, []);
  await page.context().setOffline(false);
  await checkout.root.locator('#code-button:not([aria-disabled])').waitFor();
  assert.equal(await code.inputValue(), TEST_CODE);
  await code.press('Enter');
  await assertPaid(pin);
});

test('a session that ends while the code is awaited is over', async () => {
  const { page, checkout, order, pay } = await open('hosted');
  await pay(freshPin());
  await stack.cancel(order);
  await page.reload();
  await checkout.notice('bad', say('canceled_title'));
  assert.equal(await checkout.root.locator('#code-form').count(), 0);
});

test('a session of another currency loads nothing of it', async () => {
  const page = await browser.page();
  const wasm = page.waitForRequest(/\.wasm$/);
  await page.goto((await stack.createSession('kora')).url);
  const usual = (await wasm).url();
  assert.equal(await page.locator('#code-form').count(), 0);
  const { page: other } = await open('hosted');
  const loaded = await other.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name));
  assert.ok(loaded.some((name) => name.endsWith('.wasm')));
  assert.ok(!loaded.includes(usual));
});

for (const locale of ['en', 'am', 'om', 'ar']) {
  test(`280 px, ${locale}: the screen for the code is sound, accessible, and translated`, async () => {
    const translated = texts(locale);
    const { page, checkout, code } = await open('hosted', { locale, viewport: { width: 280, height: 653 } });
    await checkout.pay({ pin: freshPin(), phone: PHONE, email: null });
    await code.waitFor();
    for (const name of ['code', 'code_hint', 'code_button', 'another_button']) {
      await page.getByText(translated(name), { exact: true }).first().waitFor();
    }
    assert.deepEqual(await layoutFaults(page), []);
    await assertAccessible(page, locale);
    await code.fill(WRONG);
    await code.press('Enter');
    await checkout.errorAt('code', new RegExp(translated('code_wrong', { tries: '\\W?2\\W?' })));
    assert.deepEqual(await layoutFaults(page), []);
    await assertAccessible(page, locale);
  });
}

test('by keyboard alone: code, wrong code, new code, another voucher', async () => {
  const { page, checkout, focused, pay } = await open('hosted');
  await pay(freshPin());
  await until(focused, (id) => id === 'code');
  await page.keyboard.type(WRONG);
  await page.keyboard.press('Enter');
  await checkout.errorAt('code', /Tries left: 2/);
  await until(focused, (id) => id === 'code');
  const stops = [];
  for (let press = 0; press < 3; press++) {
    await page.keyboard.press('Tab');
    stops.push(await page.evaluate(() => document.activeElement.id || document.activeElement.name));
  }
  assert.deepEqual(stops, ['code-button', 'resend', 'another']);
  await page.keyboard.press('Enter');
  await until(focused, (id) => id === 'pin');
});

/** Opens the page without JavaScript. */
const plain = (mode, more) => open(mode, { javaScriptEnabled: false, ...more });

test('without JavaScript: the code pays', async () => {
  const { page, checkout, pay, code, assertPaid } = await plain('hosted');
  const pin = freshPin();
  await pay(pin);
  assert.ok(!(await page.content()).includes(pin));
  assert.match(await page.locator('meta[http-equiv=refresh]').getAttribute('content'), /^1[012]\d$/);
  await page.reload();
  await checkout.notice('wait', SENT);
  await code.fill('123 456');
  await code.press('Enter');
  await assertPaid(pin);
});

test('without JavaScript: mistakes and wrong codes are shown at the field, and the third one ends the payment', async () => {
  const { checkout, page, pay, type } = await plain('hosted');
  const pin = freshPin();
  await pay(pin);
  await type('12');
  await checkout.errorAt('code', /The code has 6 digits/);
  for (const left of [2, 1]) {
    await type(WRONG);
    await checkout.errorAt('code', new RegExp(`Tries left: ${left}`));
  }
  await type(WRONG);
  await checkout.notice('bad', /The code was wrong too often/);
  assert.equal(await checkout.pin().isVisible(), true);
  assert.ok(!(await page.content()).includes(WRONG));
  assert.equal(stack.debitsOf(pin).length, 0);
});

test('without JavaScript: another code, and another voucher', async () => {
  const { checkout, resend, another, pay, type, assertPaid } = await plain('hosted', { fields: { customer: { phone: PHONE } } });
  const [given, pin] = [freshPin(), freshPin()];
  await pay(given);
  const claims = () => stack.simulator.books().providers.odm.claims.filter(({ voucher_code: code }) => code === given).length;
  assert.equal(claims(), 1);
  await resend.click();
  await checkout.notice('wait', /Too many tries/);
  await until(async () => {
    await resend.click();
    return claims();
  }, (sent) => sent === 2, { every: 500 });
  await checkout.notice('wait', /A code was sent/);
  await another.click();
  assert.equal(await checkout.root.locator('#code-form').isVisible(), false);
  assert.equal(await checkout.phone().inputValue(), PHONE);
  // A mistake in the form for another voucher shows that form again.
  await checkout.pay({ pin: '123', phone: PHONE, email: null });
  await checkout.errorAt('pin', /too short/);
  await pay(pin);
  await type(TEST_CODE);
  await assertPaid(pin);
  assert.equal(stack.debitsOf(given).length, 0);
});

test('embedded, before the wasm is there: a wrong code is shown, and the right one pays', async () => {
  const { checkout, fired, pay, type, assertPaid } = await open('embedded', { withoutWasm: true });
  const pin = freshPin();
  await checkout.root.locator('#pay-button:enabled').waitFor();
  await pay(pin);
  await type(WRONG);
  await checkout.errorAt('code', /Tries left: 2/);
  await type(TEST_CODE);
  await assertPaid(pin);
  assert.deepEqual(await fired(), ['pending', 'pending', 'pending'], 'for the voucher and for each code');
});

test('without JavaScript: the page of a code is accessible', async () => {
  const session = await stack.createSession('kora', ORDER);
  await stack.redeem(session, { provider: 'odm', pin: freshPin(), phone: '0911234567' });
  const page = await browser.page();
  await page.goto(`${session.url}&plain`);
  await page.evaluate(() => window.stop());
  await hosted(page).notice('wait', SENT);
  assert.deepEqual(await layoutFaults(page), []);
  // It refreshes when the code has expired.
  assert.deepEqual(await accessFaults(page, ['meta-refresh']), []);
});
