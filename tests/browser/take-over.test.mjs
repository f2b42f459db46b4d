// The widget replaces the page that the Worker rendered, invisibly: every element keeps its place. With reduced motion nothing
// moves after that, either.
import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import { hold } from '../support/browser.mjs';
import { texts } from './hearing.mjs';
import { tried } from './sessions.mjs';
import { shifted, STILL, watchShifts } from './shifts.mjs';
import { embedded, order } from './shopper.mjs';
import { ALL, startStates } from './states.mjs';

const PHONE = { width: 360, height: 740 };
/** Half a pixel is rounding. */
const CLOSE = 1;

const say = texts('en');

let page;
const states = await startStates();
const { browser } = states.checkout;
afterEach(() => page?.close());

/** Returns the positions of the visible elements, by their name or text. */
const places = (main) =>
  main.evaluate((element) => {
    const LOOKED_AT = 'h1, .what, .amount, .notice, .change > :not(.actions), .fee, .line, li, .choice label, .field label, .field input, summary, .button';
    const visible = [...element.querySelectorAll(LOOKED_AT)].filter((one) => one.checkVisibility({ visibilityProperty: true }));
    return visible.map((one) => {
      const { top, bottom } = one.getBoundingClientRect();
      // A wait is counted down meanwhile.
      const words = one.innerText.replaceAll(/\s+/g, ' ').replaceAll(/\d+ (seconds?|minutes?)/g, 'a while');
      // The form's button follows the typed text, and a way to pay shows when it is unavailable.
      const isPay = one.matches('button.button:not(.secondary, .change *)');
      // In the iframe the fee is exact only once the amount is known.
      const isFee = one.matches('#fee, #each-fee .fee');
      const what = isPay ? 'pay' : isFee ? 'fee' : one.matches('input') ? one.name : one.querySelector('[name=offer]')?.value;
      return { what: what ?? words, top, bottom };
    });
  });

/** Holds the widget's script; returns a function that lets it load. */
const held = () => hold(page, /\/assets\/.*\.js$/);

/** Fails with the elements that have moved; those in `but` are expected to change. */
function assertStays(before, now, but) {
  const left = before.filter(({ what }) => what !== but);
  assert.ok(left.length >= 3, 'the page has visible elements');
  const moved = left.filter(({ what, top, bottom }) => {
    const same = now.find((one) => one.what === what);
    return !same || Math.abs(same.top - top) > CLOSE || Math.abs(same.bottom - bottom) > CLOSE;
  });
  assert.deepEqual(moved, [], `stand now at ${JSON.stringify(now)}`);
}

/** Sessions to which a shopper returns. */
const SESSIONS = {
  'refused before': () => tried(states.checkout, {}, ['used']),
  'refused before, for too little': () => tried(states.checkout, {}, ['too_small']),
  'refused before, for too little, and it is known how much': () => tried(states.checkout, { provider: 'wipay' }, ['too_small']),
};
for (const [name, { act }] of Object.entries(ALL)) {
  if (!act) SESSIONS[name] = () => states.sessionOf(name);
}

/** `npm run looks` covers both directions. */
for (const locale of process.env.LANGUAGES === 'all' ? ['en', 'ar'] : ['en']) {
  for (const [name, session] of Object.entries(SESSIONS)) {
    test(`the hosted page: ${name}, ${locale}`, async () => {
      page = await browser.page({ viewport: PHONE });
      await watchShifts(page);
      const release = await held();
      const { url } = await session();
      await page.goto(`${url}&locale=${locale}`, { waitUntil: 'commit' });
      await page.locator('#checkout > .summary').waitFor();
      const before = await places(page.locator('main'));
      release();
      await page.locator('.enhanced .summary').waitFor();
      assertStays(before, await places(page.locator('main')));
      const { sum, what } = await shifted(page);
      assert.ok(sum <= STILL, what);
    });
  }
}

for (const currency of ['ZAR', 'TTD']) {
  test(`in a shop's page: the form in ${currency}`, async () => {
    page = await browser.page({ viewport: PHONE });
    const release = await held();
    await order(page, states.checkout, { currency });
    const main = embedded(page).root.locator('main');
    await main.locator('#pin').waitFor();
    const before = await places(main);
    release();
    await embedded(page).root.locator('.enhanced form .button').waitFor();
    const now = await places(main);
    const amount = (all) => all.find(({ what }) => what.startsWith(say('to_pay')));
    assertStays([{ ...amount(before), what: 'amount' }, ...before], [{ ...amount(now), what: 'amount' }, ...now], amount(before).what);
  });
}

test('a PIN typed for a provider that is down is cleared for the next provider', async () => {
  await states.sessionOf('provider-down');
  page = await browser.page({ viewport: PHONE });
  const release = await held();
  await order(page, states.checkout);
  const checkout = embedded(page);
  await checkout.offer('Celbux').check({ force: true });
  await checkout.pin().fill('168-06000-00001');
  await checkout.phone().fill('082 123 4567');
  release();
  await checkout.root.locator('.enhanced form .button').waitFor();
  assert.equal(await checkout.offer('1Voucher').isChecked(), true);
  assert.equal(await checkout.pin().inputValue(), '');
  assert.equal(await checkout.phone().inputValue(), '082 123 4567');
});

test('detects a moved element', async () => {
  page = await browser.page({ viewport: PHONE });
  await states.reach(page, 'empty');
  const before = await places(page.locator('main'));
  await page.locator('#phone').evaluate((phone) => phone.before('More.'));
  const now = await places(page.locator('main'));
  assert.throws(() => assertStays(before, now), /phone/);
});

/** Returns the names of the running animations. */
const moving = () => page.evaluate(() => document.getAnimations().map(({ animationName }) => animationName));

for (const name of ['busy', 'pending']) {
  test(`reduced motion stops the spinner: ${name}`, async () => {
    page = await browser.page();
    await states.reach(page, name);
    assert.ok((await moving()).length > 0, 'it turns without reduced motion');
    await page.close();
    page = await browser.page({ reducedMotion: 'reduce' });
    await states.reach(page, name);
    assert.deepEqual(await moving(), []);
  });
}
