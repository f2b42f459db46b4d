// The accessibility tree of every state, in a left-to-right and a right-to-left language (WCAG 1.3.1, 3.1.1, 3.3.1, 3.3.2,
// 4.1.2): names, roles, states, the descriptions of fields, headings without a gap.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hold } from '../support/browser.mjs';
import { bare, read, texts } from './hearing.mjs';
import { element, startShop } from './shop-site.mjs';
import { embedded, hosted } from './shopper.mjs';

const SHOP = 'Harbour Mugs';
const ORDER = { amount: 249_00, currency: 'ZAR', reference: 'order-1', description: 'Enamel mug' };

let page;
const { site, stack, browser } = await startShop();

const pin = (scenario) => stack.freshPin('kora', scenario);
const textAt = async (selector) => bare(await page.locator(selector).first().innerText());

/** Opens the hosted page in that language, with the widget, or without JavaScript. */
async function opened(locale, { plain = false } = {}) {
  const { url } = await stack.createSession('kora', { ...ORDER, locale });
  page = await browser.page({ javaScriptEnabled: !plain });
  await page.goto(url);
  if (!plain) await page.locator('.enhanced form').waitFor();
  return hosted(page);
}

/** Returns whether the groups of a PIN run from left to right in their written order. */
const groupsRunRight = (shown) =>
  shown.evaluate(({ firstChild }) => {
    const places = [...firstChild.data.matchAll(/\S+/g)].map(({ index }) => {
      const range = document.createRange();
      range.setStart(firstChild, index);
      range.setEnd(firstChild, index + 1);
      const { left, top } = range.getBoundingClientRect();
      return { left, top: Math.round(top) };
    });
    return places.every(({ left, top }, i) => i === 0 || left > places[i - 1].left || top > places[i - 1].top);
  });

/** Returns the lines of the summary; `label` names the amount. */
async function summary(say, label) {
  const order = say('order', { reference: ORDER.reference });
  const lines = [ORDER.description, order, say(label), await textAt('.amount strong')].map((text) => `text "${text}"`);
  return [`heading "${say('pay_to', { shop: SHOP })}" 1`, ...lines];
}

/** Returns the lines of the form. `wrong` holds the error texts by field; the description of a field starts with its error. */
async function form(say, wrong = {}) {
  const hints = {
    pin: say('pin_hint_digits', { count: 16 }), phone: say('phone_hint'), email: say('email_hint', { provider: '1Voucher' }),
  };
  const field = (name) => {
    const error = wrong[name];
    const states = error ? 'required invalid' : 'required';
    const about = error ? `${error} ${hints[name]}` : hints[name];
    return [`text "${hints[name]}"`, `textbox "${say(name)}" ${states}: ${about}`, ...(error ? [`text "${error}"`] : [])];
  };
  return [
    `group "${say('voucher_kind')}"`, 'radio "1Voucher" checked', 'radio "Celbux"',
    ...field('pin'), `summary "${say('part_button')}"`, ...field('phone'), ...field('email'),
    `button "${say('pay_button', { amount: await textAt('.amount strong') })}"`,
  ];
}

for (const [locale, dir] of [['en', 'ltr'], ['ar', 'rtl']]) {
  const say = texts(locale);

  test(`${locale}: the form, and its mistakes`, async () => {
    const checkout = await opened(locale);
    assert.deepEqual(await page.locator(':root').evaluate(({ lang, dir }) => [lang, dir]), [locale, dir]);
    assert.match(await page.title(), new RegExp(`^${say('title')}`));
    assert.deepEqual(await read(page), [...(await summary(say, 'to_pay')), ...(await form(say))]);
    await checkout.payButton().click();
    await page.locator('[name=email][aria-invalid]').waitFor();
    const required = say('required');
    const wrong = { pin: required, phone: required, email: required };
    assert.deepEqual(await read(page), [...(await summary(say, 'to_pay')), ...(await form(say, wrong))]);
    await page.locator('main summary').click();
    const lines = await read(page);
    assert.ok(lines.includes(`summary "${say('part_button')}" expanded`), lines.join('\n'));
    assert.ok(lines.includes(`textbox "${say('amount')}": ${say('amount_hint')}`), lines.join('\n'));
  });

  test(`${locale}: declined for a typed value, and for another reason`, async () => {
    const checkout = await opened(locale);
    await checkout.pay({ pin: pin('used') });
    await checkout.notice('bad', '');
    const title = `heading "${say('declined_title')}" 2`;
    const used = await form(say, { pin: say('declined_voucher_used') });
    assert.deepEqual(await read(page), [...(await summary(say, 'to_pay')), title, ...used]);
    await checkout.pay({ pin: pin('amount_refused') });
    await page.locator('.notice.bad p').first().waitFor();
    const refused = [title, `text "${say('declined_amount_refused')}"`];
    assert.deepEqual(await read(page), [...(await summary(say, 'to_pay')), ...refused, ...(await form(say))]);
  });

  test(`${locale}: still being checked, and paid without word of the change`, async () => {
    const checkout = await opened(locale);
    // The page hears of the outcome once its tree has been read.
    const release = await hold(page, /\/v1\/checkout\/cs_\w+$/);
    await checkout.pay({ pin: pin('cut_after') });
    await checkout.notice('wait', say('pending_title'));
    const pending = [`heading "${say('pending_title')}" 2`, `text "${say('pending_text')}"`];
    const shown = await read(page);
    assert.match(shown.pop(), /^text ".*rd_[0-9a-f]{8}.*"$/, 'the number of the payment');
    assert.deepEqual(shown, [...(await summary(say, 'to_pay')), ...pending]);
    release();
    await checkout.notice('good', say('paid_title'));
    const lines = await read(page);
    assert.ok(lines.some((line) => line.includes(say('change_unknown_text', { shop: SHOP }))), lines.join('\n'));
  });

  test(`${locale}: the screen for a code, and a wrong one`, async () => {
    const { url } = await stack.createSession('odm', { amount: 249_00, currency: 'ETB', reference: ORDER.reference, locale });
    page = await browser.page();
    await page.goto(url);
    const checkout = hosted(page);
    await page.locator('.enhanced .summary').waitFor();
    await checkout.pay({ pin: stack.freshPin('odm', 'balance_left'), phone: '0911 234567', email: null });
    await page.locator('input[name=code]').waitFor();
    const code = (wrong) => {
      const about = [wrong, say('code_hint')].filter(Boolean).join(' ');
      return [
        `text "${say('code_hint')}"`, `textbox "${say('code')}" required${wrong ? ' invalid' : ''}: ${about}`, ...(wrong ? [`text "${wrong}"`] : []),
        `button "${say('code_button')}"`, `button "${say('code_again')}" disabled`, `button "${say('another_button')}"`,
      ];
    };
    const text = `text "${say('code_text', { digits: '67' })}"`;
    /** The tree after the summary, without the time to another code, and with only the words of the time left. */
    const shown = async () => (await read(page)).slice(4).map((line) => line.replace(/ \([^()]+\)" disabled$/, '" disabled'));
    const assertShown = async (wrong) => {
      const [first, left, ...rest] = await shown();
      assert.deepEqual([first, ...rest], [text, ...code(wrong)]);
      assert.ok(left.startsWith(`text "${say('code_left', { time: '@' }).split('@')[0]}`), left);
    };
    await assertShown();
    await page.locator('input[name=code]').fill('000000');
    await page.locator('#code-button').click();
    await page.locator('input[name=code][aria-invalid]').waitFor();
    await assertShown(say('code_wrong', { tries: '2' }));
  });

  test(`${locale}: paid with change, and a receipt`, async () => {
    const checkout = await opened(locale);
    await checkout.pay({ pin: pin('change') });
    await checkout.notice('good', say('paid_title'));
    const [change, value] = [await textAt('.change .pin'), await textAt('.change strong')];
    const lines = (await read(page)).filter((line) => line !== 'text ""');
    const receipt = lines.splice(lines.findIndex((line) => line.startsWith(`heading "${say('receipt_title')}"`)));
    assert.deepEqual(receipt.slice(0, 4), [
      `heading "${say('receipt_title')}" 2`, `text "${say('order', { reference: ORDER.reference })}"`,
      'text "1Voucher"', `text "${await textAt('.amount strong')}"`,
    ]);
    assert.match(receipt[4], /^text ".*rd_[0-9a-f]{8}.*20\d\d.*"$/);
    const valid = lines.splice(-3, 1)[0];
    assert.match(valid, new RegExp(`^text "${say('change_expires', { date: '.*20\\d\\d.*' })}"$`));
    assert.deepEqual(lines, [
      ...(await summary(say, 'amount_paid')),
      `heading "${say('paid_title')}" 2`, `text "${say('paid_text', { shop: SHOP, amount: await textAt('.amount strong') })}"`,
      `heading "${say('change_title')}" 2`, `text "${say('change_text')}"`, `text "${change}"`,
      `text "${say('change_value')}"`, `text "${value}"`,
      `button "${say('copy_button')}"`, `button "${say('print_button')}"`,
    ]);
    assert.ok(await groupsRunRight(page.locator('.change .pin')), 'the first group of the PIN is the leftmost');
  });

  test(`${locale}: the iframe has a title and a language of its own`, async () => {
    page = await browser.page();
    const order = await site.order();
    const loader = `<script async src="${stack.url}/checkout.js"></script>`;
    const markup = element(order, 'mug').replace(' session=', ` locale="${locale}" session=`);
    await page.goto(site.page(`/${locale}`, `${loader}</head><body><h1>Shop</h1>${markup}`));
    await embedded(page).root.locator('form').waitFor();
    await page.locator(`iframe[title="${say('title')}"]`).waitFor();
    const root = embedded(page).root.locator(':root');
    assert.deepEqual(await root.evaluate(({ lang, dir }) => [lang, dir]), [locale, dir]);
    assert.equal(await embedded(page).root.locator('h1').count(), 1);
  });

  test(`${locale}: the plain form`, async () => {
    await opened(locale, { plain: true });
    assert.deepEqual(await page.locator(':root').evaluate(({ lang, dir }) => [lang, dir]), [locale, dir]);
    // The plain form cannot follow the choice of voucher, so it states no number of digits, and its e-mail field is optional.
    const pin = [`textbox "${say('pin')}" required`];
    const lines = await form(say);
    lines.splice(lines.findIndex((line) => line.startsWith('text "')), 2, ...pin);
    const plain = lines.map((line) => (line.startsWith(`textbox "${say('email')}"`) ? line.replace(' required', '') : line));
    assert.deepEqual(await read(page), [...(await summary(say, 'to_pay')), ...plain]);
  });

  test(`${locale}: in the plain form a field's description starts with its error`, async () => {
    const checkout = await opened(locale, { plain: true });
    await checkout.pay({ pin: pin('exact'), phone: '12' });
    await page.locator('[name=phone][aria-invalid]').waitFor();
    const line = (await read(page)).find((line) => line.startsWith(`textbox "${say('phone')}"`));
    const wrong = say('phone_invalid', { example: '082 123 4567' });
    assert.equal(line, `textbox "${say('phone')}" required invalid: ${wrong} ${say('phone_hint')}`);
  });

  test(`${locale}: input in the plain form runs from left to right`, async () => {
    await opened(locale, { plain: true });
    for (const input of await page.locator('.field input').all()) {
      assert.equal(await input.evaluate((element) => getComputedStyle(element).direction), 'ltr');
    }
  });

  test(`${locale}: the plain page shows the PIN of the change in order`, async () => {
    const checkout = await opened(locale, { plain: true });
    await checkout.pay({ pin: pin('change') });
    await checkout.notice('good', say('paid_title'));
    assert.ok(await groupsRunRight(page.locator('.change .pin')), 'the first group is the leftmost');
  });
}
