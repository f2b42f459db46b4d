/** Payments on the hosted page without JavaScript: get the page, fill in its form, post it, follow the redirect. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startCheckout } from '../../support/checkout.mjs';
import { hostedPath, withCookies } from '../../support/cookies.mjs';
import { until } from '../../support/until.mjs';
import { USUAL } from '../../support/usual.mjs';
import { closingTests } from '../closing.mjs';
import { readPage } from '../html.mjs';

const BRANDS = JSON.stringify([
  { code: '0001', label: '1Voucher', pin_pattern: '\\d{16}' },
  { code: '0002', label: 'Other & Co', pin_pattern: '\\d{16}' },
]);
const checkout = await startCheckout({
  vars: { KORA_PROVIDERS: BRANDS },
  limits: { provider_timeout_ms: 5_000, failed_per_minute: 2 },
  simulator: { processingMs: 3_000 },
});
const { url, typed, createSession, view, shopView, freshPin, debitsOf, callsWith } = checkout;

const send = withCookies(checkout.send);
const pathOf = hostedPath;
const open = async (session) => readPage(await send('GET', session.url.slice(url.length)));

/** Posts a form's values. */
function post(session, values, headers = {}) {
  if (values.pin?.length >= 12) typed.add(values.pin.replace(/\W/g, ''));
  const body = typeof values === 'string' ? values : new URLSearchParams(values).toString();
  return send('POST', pathOf(session), { body, headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers } });
}

/** Opens the page, fills in the shopper's fields, and posts them. Returns the values sent, the answer and the page after it. */
async function pay(session, fields) {
  const { form } = await open(session);
  const { phone, email } = USUAL[session.provider].contact;
  const values = { ...form.values, phone, ...(email && { email }), ...fields };
  const answer = await post(session, values);
  return { values, answer, page: answer.status === 303 ? await open(session) : readPage(answer) };
}

function assertSeeOther(session, { status, headers, text }) {
  assert.deepEqual([status, headers.get('location'), text], [303, pathOf(session), '']);
}

test('the form has its own idempotency key, the known phone number and e-mail address, and no PIN', async () => {
  const session = await createSession('kora', { customer: { phone: '082 123 4567', email: 'thandi@example.com' } });
  const [first, second] = [await open(session), await open(session)];
  assert.match(first.form.values.attempt, /^[0-9a-f]{32}$/);
  assert.notEqual(first.form.values.attempt, second.form.values.attempt);
  const { attempt, ...values } = first.form.values;
  assert.deepEqual(values, { offer: 'kora:0001', pin: '', amount: '', phone: '082 123 4567', email: 'thandi@example.com' });
  assert.match(first.words, /1Voucher Other & Co .* Pay R 249\.00 Pay with this voucher$/);
  assert.match(first.main, /<details id="part"><summary>Pay only a part/);
  const pin = first.form.inputs.find(({ name }) => name === 'pin');
  assert.deepEqual([pin.autocomplete, pin.inputmode, pin.type], ['off', 'numeric', 'text']);
});

test('a Kora voucher pays, and the change voucher is shown, also after a reload', async () => {
  const session = await createSession('kora', { success_url: 'https://shop.example/thanks' });
  const pin = freshPin('kora', 'change');
  const { answer, page } = await pay(session, { pin: pin.replace(/(.{4})/g, '$1 ') });
  assertSeeOther(session, answer);
  const [{ change_pin }] = debitsOf(pin);
  for (const shown of [page, await open(session)]) {
    assert.match(shown.words, /Paid Harbour Mugs has received R 249\.00\. Thank you\./);
    assert.match(shown.words, /Your new voucher/);
    assert.ok(shown.words.includes(change_pin.replace(/(.{4})(?=.)/g, '$1 ')));
    assert.match(shown.words, /Value R 251\.00 Valid until \d+ \w+ \d{4}/);
    assert.equal(shown.form, undefined);
    assert.ok(shown.main.includes('href="https://shop.example/thanks"'));
  }
  assert.equal((await view(session)).status, 'complete');
});

test('a WiPay voucher pays, with the fee shown before and after', async () => {
  const session = await createSession('wipay');
  const before = await open(session);
  assert.match(before.words, /WiPay takes \$5\.00 more from the voucher as its fee, so it needs at least \$125\.00\./);
  assert.deepEqual(Object.keys(before.form.values), ['attempt', 'pin', 'amount', 'phone']);
  const { answer, page } = await pay(session, { pin: freshPin('wipay', 'balance_left') });
  assertSeeOther(session, answer);
  assert.match(page.words, /Left on your voucher: \$375\.00\. Its PIN stays the same\. Fee taken by the voucher provider: \$5\.00/);
});

test('a Celbux voucher pays without an e-mail address, beside others that need one', async () => {
  const session = await createSession('celbux');
  assert.doesNotMatch((await open(session)).main, /<input id="email"[^>]* required/);
  const { answer, page } = await pay(session, { pin: freshPin('celbux', 'rest_by_sms'), offer: 'celbux', email: '' });
  assertSeeOther(session, answer);
  assert.match(page.words, /has received R 249\.00\. Thank you\. R 251\.00 is left\. It comes by SMS/);
  const only = await createSession('kora', { providers: ['kora'] });
  assert.match((await open(only)).main, /<input id="email"[^>]* required/);
});

test('the chosen brand is the one that is charged', async () => {
  const session = await createSession('kora');
  const pin = freshPin('kora', 'exact');
  const { page } = await pay(session, { pin, offer: 'kora:0002' });
  assert.equal(JSON.parse(callsWith(pin)[0].body).voucher.provider_code, '0002');
  assert.match(page.words, /The voucher was not charged This kind of voucher cannot be used here at the moment/);
});

test('with several brands, the JSON call must name one', async () => {
  const { status, body } = await checkout.redeem(await createSession('kora'), { pin: freshPin('kora', 'exact') });
  assert.deepEqual([status, body.code, body.field], [400, 'field_missing', 'provider_code']);
});

test('a partial payment shows the remaining amount and the form', async () => {
  const session = await createSession('kora');
  const { page } = await pay(session, { pin: freshPin('kora', 'partial') });
  assert.match(page.words, /R 124\.50 is paid\. R 124\.50 remains to be paid\. Receipt Order order-\d+ 1Voucher R 124\.50 Payment number rd_[0-9a-f]{8}, .*Use another voucher for the rest\./);
  const { page: last } = await pay(session, { pin: freshPin('kora', 'exact') });
  assert.match(last.words, /has received R 249\.00/);
});

test('a part of a voucher pays, and its change voucher pays the rest without its PIN coming from the browser', async () => {
  const session = await createSession('kora');
  const pin = freshPin('kora', 'change');
  const { page } = await pay(session, { pin, amount: 'R 100,00' });
  const [{ amount, change_pin }] = debitsOf(pin);
  assert.equal(amount, 100_00);
  assert.match(page.words, /To pay R 149\.00 R 100\.00 is paid\. R 149\.00 remains to be paid\. .* 1Voucher R 100\.00 Payment number rd_[0-9a-f]{8}, .* Use another voucher/);
  const [, change] = /<button class="button" type="submit" form="pay" name="change" value="(rd_\w+)">Use it for the rest</.exec(page.main);
  // The Enter key presses the first button of a form, which must not be this one.
  assert.match(page.main, /<button class="live" type="submit" form="pay"[^>]*><\/button>.*name="change"/s);
  assert.equal(page.form.values.pin, '');

  const refused = await pay(session, { change, phone: '12' });
  assert.deepEqual(refused.page.form.wrong, ['phone']);
  assert.deepEqual(callsWith(change_pin), []);
  const { values, answer, page: paid } = await pay(session, { change });
  assertSeeOther(session, answer);
  assert.match(paid.words, /has received R 249\.00.*/);
  assert.equal(debitsOf(change_pin)[0].amount, 149_00);
  assert.doesNotMatch(paid.main, /name="change"/);
  // Sent again, and for a redemption without a change voucher.
  assertSeeOther(session, await post(session, values));
  assertSeeOther(session, await post(session, { ...values, change: 'rd_none', attempt: 'a1' }));
  assert.equal(callsWith(change_pin).length, 1);
});

test('a change voucher that is worth less than what remains pays a part, once', async () => {
  const session = await createSession('kora');
  const pin = freshPin('kora', 'change', 150);
  const { page } = await pay(session, { pin, amount: '100' });
  const [, change] = /name="change" value="(rd_\w+)"/.exec(page.main);
  const { values, page: after } = await pay(session, { change });
  // Two vouchers of one kind are distinguished by the ends of their PINs.
  const [first, second] = [pin, debitsOf(pin)[0].change_pin].map((one) => one.slice(-4));
  assert.match(after.words, new RegExp(`R 150\\.00 is paid\\. .* 1Voucher …${first} R 100\\.00 Payment number rd_[^V]* 1Voucher …${second} R 50\\.00`));
  assert.doesNotMatch(after.main, /name="change"/);
  for (const attempt of [values.attempt, 'another1']) assertSeeOther(session, await post(session, { ...values, attempt }));
  assert.equal((await view(session)).amount_received, 150_00);
});

test('for a voucher worth too little, the usable amount is shown and filled in, but not its PIN', async () => {
  const session = await createSession('celbux');
  const pin = freshPin('celbux', 'too_small');
  const { page } = await pay(session, { pin, offer: 'celbux' });
  assert.match(page.words, /There is R 10\.00 on this voucher\. You can use R 10\.00 of it for this order/);
  const { attempt, phone, email, ...values } = page.form.values;
  assert.deepEqual(values, { offer: 'celbux', pin: '', amount: '10.00' });
  assert.match(page.main, /<details id="part" open>/);
  const { page: part } = await pay(session, { pin });
  assert.match(part.words, /R 10\.00 is paid\. R 239\.00 remains/);
  assert.equal(part.form.values.amount, '');
});

test('where the provider reports no balance, the shopper is asked for the amount', async () => {
  const session = await createSession('kora');
  const pin = freshPin('kora', 'too_small');
  const { page } = await pay(session, { pin, offer: 'kora:0001' });
  assert.match(page.words, /not enough money on this voucher\. Type the amount that is on it/);
  assert.match(page.main, /<details id="part" open>/);
  assert.equal(page.form.values.amount, '');
  const { page: part } = await pay(session, { pin, amount: '10' });
  assert.match(part.words, /R 10\.00 is paid\. R 239\.00 remains/);
});

test('the fee is shown with its total for the full amount, and without one for a part', async () => {
  const { main } = await open(await createSession('wipay'));
  assert.match(main, /<p class="of-all fee">WiPay takes \$5\.00 more .*?<\/p><p class="of-part fee">WiPay takes its fee on top/);
});

test('a canceled session shows its payments as owed or given back', async () => {
  const [owed, given] = [await createSession('kora'), await createSession('celbux')];
  await pay(owed, { pin: freshPin('kora', 'change'), amount: '100' });
  await pay(given, { pin: freshPin('celbux', 'rest_stays'), amount: '40', offer: 'celbux' });
  for (const session of [owed, given]) await checkout.cancel(session);
  const page = await open(owed);
  assert.match(page.words, /Harbour Mugs owes you R 100\.00 that your vouchers have paid\. Ask the shop for it\. Your new voucher/);
  assert.doesNotMatch(page.main, /name="change"/);
  const after = await until(() => open(given), ({ words }) => words.includes('given back'));
  assert.match(after.words, /R 40\.00 was given back to the voucher/);
  assert.doesNotMatch(after.words, /owes you/);
});

test('a declined voucher shows the reason at the PIN and a new form, which keeps phone number and e-mail address', async () => {
  const session = await createSession('kora');
  const { values, answer, page } = await pay(session, { pin: freshPin('kora', 'used') });
  assert.equal(answer.status, 200);
  assert.match(page.words, /The voucher was not charged .*This voucher has already been used\. Try another voucher\./);
  assert.deepEqual(page.form.wrong, ['pin']);
  const { attempt, pin, phone, email } = page.form.values;
  assert.notEqual(attempt, values.attempt);
  assert.deepEqual([pin, phone, email], ['', values.phone, values.email]);
  assert.deepEqual((await open(session)).form.wrong, [], 'a reload shows the reason above the form');
});

test('while the outcome is unknown the page refreshes by itself, then shows the outcome', async () => {
  const session = await createSession('kora');
  const { answer, page } = await pay(session, { pin: freshPin('kora', 'processing_then_success') });
  assertSeeOther(session, answer);
  assert.match(page.words, /Checking your voucher/);
  assert.match(page.refresh, /^[1-9]\d?$/);
  assert.equal(page.form, undefined);
  const after = await until(() => open(session), ({ refresh }) => refresh === undefined);
  assert.match(after.words, /Paid Harbour Mugs has received/);
});

test('the same form posted again charges once, during and after the payment', async () => {
  const session = await createSession('kora');
  const pin = freshPin('kora', 'slow');
  const { values } = { values: { ...(await open(session)).form.values, pin, phone: '0821234567', email: 'a@example.com' } };
  const answers = await Promise.all(Array.from({ length: 4 }, () => post(session, values)));
  answers.push(await post(session, values));
  for (const answer of answers) assertSeeOther(session, answer);
  assert.equal(callsWith(pin).length, 1);
  assert.equal(debitsOf(pin).length, 1);
});

test('another form posted while a voucher is being checked, or after it has paid, shows the page and charges nothing', async () => {
  const session = await createSession('kora');
  const { form } = await open(session);
  const late = { ...form.values, phone: '0821234567', email: 'a@example.com', pin: freshPin('kora', 'exact') };
  await pay(session, { pin: freshPin('kora', 'processing_then_success') });
  assertSeeOther(session, await post(session, late));
  await checkout.settled(session);
  assertSeeOther(session, await post(session, late));
  assert.deepEqual(callsWith(late.pin), []);
});

/** Mistakes of a shopper: `[fields, the field with the error, the error text]`. */
const MISTAKES = [
  [{ pin: '' }, 'pin', /fill this in\./],
  [{ pin: ' ' }, 'pin', /fill this in\./],
  [{ pin: '9753' }, 'pin', /too short\. Check that you typed all 16/],
  [{ pin: '1'.repeat(17) }, 'pin', /too long\. It has only 16/],
  [{ pin: '116864809679294x' }, 'pin', /a character that does not belong there/],
  [{ phone: '12' }, 'phone', /Type it like 0/],
  [{ phone: '"><img src=x>' }, 'phone', /Type it like 0/],
  [{ email: 'nobody' }, 'email', /name@example\.com/],
  [{ email: '' }, 'email', /fill this in\./],
  [{ phone: '' }, 'phone', /fill this in\./],
  [{ amount: 'half of it' }, 'amount', /Type it like 50\.00\./],
  [{ amount: '0' }, 'amount', /Type it like 50\.00\./],
  [{ amount: '249.01' }, 'amount', /No more than R 249\.00\./],
];

test('a mistake is marked beside its field; what was typed stays, except the PIN', async () => {
  const session = await createSession('kora');
  for (const [fields, wrong, words] of MISTAKES) {
    const pin = freshPin('kora', 'exact');
    const { values, answer, page } = await pay(session, { pin, offer: 'kora:0002', ...fields });
    assert.equal(answer.status, 400, JSON.stringify(fields));
    assert.deepEqual(page.form.wrong, [wrong], JSON.stringify(fields));
    assert.match(page.words, words);
    const { attempt, ...kept } = page.form.values;
    assert.notEqual(attempt, values.attempt);
    const { phone, email, amount } = values;
    assert.deepEqual(kept, { offer: 'kora:0002', pin: '', phone, email: email || '', amount });
    assert.equal(page.main.includes('<details id="part" open>'), amount !== '');
    assert.doesNotMatch(answer.text, /<img/);
    if (fields.pin?.trim()) assert.ok(!answer.text.includes(fields.pin), 'the PIN is not written back');
    assert.deepEqual(callsWith(pin), []);
  }
  assert.deepEqual((await view(session)).redemptions, []);
});

test('all mistakes are shown at once, because the PIN must be typed again each time', async () => {
  const session = await createSession('kora');
  const typed = { pin: '9753', offer: 'kora:0002', amount: 'half', phone: '12', email: 'nobody' };
  const { page } = await pay(session, typed);
  assert.deepEqual(page.form.wrong, ['pin', 'amount', 'phone', 'email']);
  for (const words of [/too short/, /like 50\.00/, /Type it like 0/, /name@example\.com/]) assert.match(page.words, words);
  assert.deepEqual((await pay(session, { ...typed, email: 'a@example.com' })).page.form.wrong, ['pin', 'amount', 'phone']);
  // A provider that needs no e-mail address ignores one.
  const voucher = { pin: freshPin('celbux', 'exact'), offer: 'celbux', phone: '0821234567', email: 'nobody' };
  assertSeeOther(session, (await pay(session, voucher)).answer);
});

test('law 8: the limit on failures holds for the form, too', async () => {
  const session = await createSession('kora');
  for (let times = 0; times < 2; times++) await pay(session, { pin: freshPin('kora', 'not_found') });
  const pin = freshPin('kora', 'exact');
  const { answer, page } = await pay(session, { pin });
  assert.equal(answer.status, 429);
  assert.match(page.words, /Too many tries\. Nothing was charged\. Wait \d+ seconds?, then try again\./);
  assert.deepEqual(callsWith(pin), []);
});

test('a form from a foreign origin is refused; one with the origin "null" is accepted', async () => {
  const session = await createSession('kora');
  const pin = freshPin('kora', 'exact');
  const values = { ...(await open(session)).form.values, pin, phone: '0821234567', email: 'a@example.com' };
  assert.equal((await post(session, values, { origin: 'https://evil.example' })).status, 403);
  assert.deepEqual(callsWith(pin), []);
  // With "Referrer-Policy: no-referrer" browsers send the origin "null" even to the same site.
  assertSeeOther(session, await post(session, values, { origin: 'null' }));
});

test('a body that is not our form gets an error page', async () => {
  const session = await createSession('kora');
  await open(session);
  const form = { attempt: 'a1', pin: '1168648096792943', phone: '0821234567', email: 'a@example.com', offer: 'kora:0001' };
  typed.add(form.pin);
  for (const [status, body, headers] of [
    [415, JSON.stringify(form), { 'content-type': 'application/json' }],
    [415, 'pin=1168648096792943', { 'content-type': 'text/plain' }],
    [413, `${new URLSearchParams(form)}&x=${'x'.repeat(17_000)}`],
    [400, ''],
    [400, 'pin=1168648096792943'],
    [400, { ...form, attempt: '' }],
    [400, { ...form, attempt: 'a b' }],
    [400, { ...form, attempt: 'a'.repeat(65) }],
    [400, { ...form, offer: 'wipay' }],
    [400, '%ff%fe=%00&&&=&attempt'],
  ]) {
    const answer = await post(session, body, headers);
    assert.equal(answer.status, status, answer.text.slice(0, 200));
    assert.match(answer.headers.get('content-type'), /^text\/html/);
    assert.notEqual(readPage(answer).form, undefined);
  }
  assert.deepEqual(callsWith(form.pin), []);
  assert.deepEqual((await shopView(session)).redemptions, []);
});

const few = await startCheckout({ limits: { vouchers_per_session: 2, breaker_failures: 2, breaker_open_ms: 6_000 } });

const fewBrowser = withCookies(few.send);
const openFew = async (session) => readPage(await fewBrowser('GET', session.url.slice(few.url.length)));
const postFew = (session, body) => fewBrowser('POST', hostedPath(session), { body, headers: { 'content-type': 'application/x-www-form-urlencoded' } });

/** Pays with a voucher of `few` in the plain form. */
async function payOne(session, fields) {
  const page = () => openFew(session);
  const { form } = await page();
  const body = new URLSearchParams({ ...form?.values, phone: '0821234567', email: 'thandi@example.com', ...fields });
  few.typed.add(fields.pin.replace(/\W/g, ''));
  const answer = await postFew(session, body.toString());
  return { answer, page: answer.status === 303 ? await page() : readPage(answer), again: page };
}

test('the last voucher is announced; after it there is no form, and the change voucher stays', async () => {
  const session = await few.createSession('kora');
  const last = /This is the last voucher that can be used for this order\./;
  const first = await payOne(session, { pin: few.freshPin('kora', 'change'), offer: 'kora:0001', amount: '100' });
  assert.match(first.page.words, last);
  const part = await payOne(session, { pin: few.freshPin('kora', 'change'), offer: 'kora:0001', amount: '100' });
  assert.match(part.page.words, /It has to pay all that remains\./);
  assert.match(part.page.words, /R 149\.00 remains/);
  // The scenario "partial": Kora charges less than the requested amount.
  const { page } = await payOne(session, { pin: few.freshPin('kora', 'partial'), offer: 'kora:0001' });
  assert.match(page.words, /No more vouchers can be used for this order, and R 74\.50 remains to be paid\. Please tell the shop\./);
  assert.doesNotMatch(page.words, last);
  assert.equal(page.form, undefined);
  assert.match(page.words, /Your new voucher/);
  assert.doesNotMatch(page.main, /name="change"/);
});

test('a provider that is down cannot be chosen; without another one the page refreshes', async () => {
  const both = await few.createSession('kora');
  const only = await few.createSession('kora', { providers: ['kora'] });
  const late = await few.createSession('kora', { providers: ['kora'] });
  const form = { ...(await openFew(late)).form.values, phone: '0821234567', email: 'thandi@example.com' };
  for (let times = 0; times < 2; times++) {
    await payOne(await few.createSession('kora'), { pin: few.freshPin('kora', 'error_before'), offer: 'kora:0001' });
  }
  const page = await openFew(both);
  assert.match(page.words, /not available at the moment/);
  assert.equal(page.form.values.offer, 'celbux');
  const waits = await openFew(only);
  assert.match(waits.words, /No voucher can be used at the moment\. Wait \d seconds?: this page then looks again by itself\.$/);
  assert.match(waits.refresh, /^[1-6]$/);
  assert.equal(waits.form, undefined);

  const pin = few.freshPin('kora', 'exact');
  const body = new URLSearchParams({ ...form, pin }).toString();
  const refused = await postFew(late, body);
  assert.equal(refused.status, 429);
  const shown = readPage(refused);
  assert.match(shown.words, /The voucher was not charged No voucher can be used at the moment\. Wait \d seconds?: this page then looks again by itself\.$/);
  assert.deepEqual(few.callsWith(pin), []);
  const again = await until(() => openFew(late), (seen) => seen.form !== undefined);
  assert.equal(again.refresh, undefined);
  const { page: paid } = await payOne(late, { pin, offer: 'kora:0001' });
  assert.match(paid.words, /has received R 249\.00/);
});

closingTests(checkout);
closingTests(few);
