/** Paying on the hosted page without JavaScript: get the page, fill in its form, post it, follow the redirect. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closingTests } from './books.mjs';
import { startCheckout, USUAL } from './client.mjs';
import { readPage } from './html.mjs';
import { until } from './wait.mjs';

const BRANDS = JSON.stringify([
  { code: '0001', label: '1Voucher', pin_pattern: '\\d{16}' },
  { code: '0002', label: 'Other & Co', pin_pattern: '\\d{16}' },
]);
const checkout = await startCheckout({
  vars: { KORA_PROVIDERS: BRANDS },
  limits: { provider_timeout_ms: 5_000, failed_per_minute: 2 },
  simulator: { processingMs: 800 },
});
const { url, send, typed, createSession, view, shopView, freshPin, debitsOf, callsWith } = checkout;

const pathOf = (session) => session.url.slice(url.length);
const open = async (session) => readPage(await send('GET', pathOf(session)));

/** Posts a form's values. */
function post(session, values, headers = {}) {
  if (values.pin?.length >= 12) typed.add(values.pin.replace(/\W/g, ''));
  const body = typeof values === 'string' ? values : new URLSearchParams(values).toString();
  return send('POST', pathOf(session), { body, headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers } });
}

/** Opens the page, fills in what the shopper types, and posts it. Gives the values sent, the answer and the page after it. */
async function pay(session, fields) {
  const { form } = await open(session);
  const { phone, email } = USUAL[session.provider];
  const values = { ...form.values, phone, ...(email && { email }), ...fields };
  const answer = await post(session, values);
  return { values, answer, page: answer.status === 303 ? await open(session) : readPage(answer) };
}

function assertSeeOther(session, { status, headers, text }) {
  assert.deepEqual([status, headers.get('location'), text], [303, pathOf(session), '']);
}

test('the form has a key of its own, the known phone number and address, and no PIN', async () => {
  const session = await createSession('kora', { customer: { phone: '082 123 4567', email: 'thandi@example.com' } });
  const [first, second] = [await open(session), await open(session)];
  assert.match(first.form.values.attempt, /^[0-9a-f]{32}$/);
  assert.notEqual(first.form.values.attempt, second.form.values.attempt);
  const { attempt, ...values } = first.form.values;
  assert.deepEqual(values, { offer: 'kora:0001', pin: '', phone: '082 123 4567', email: 'thandi@example.com' });
  assert.match(first.words, /1Voucher Other & Co .* Pay R 249\.00$/);
  const pin = first.form.inputs.find(({ name }) => name === 'pin');
  assert.deepEqual([pin.autocomplete, pin.inputmode, pin.type], ['off', 'numeric', 'text']);
});

test('a Kora voucher pays, and the new voucher is shown, also after a reload', async () => {
  const session = await createSession('kora', { success_url: 'https://shop.example/thanks' });
  const pin = freshPin('kora', 'change');
  const { answer, page } = await pay(session, { pin: pin.replace(/(.{4})/g, '$1 ') });
  assertSeeOther(session, answer);
  const [{ change_pin }] = debitsOf(pin);
  for (const shown of [page, await open(session)]) {
    assert.match(shown.words, /Paid Test Shop has received R 249\.00\. Thank you\./);
    assert.ok(shown.words.includes(`Your new voucher`) && shown.words.includes(change_pin.replace(/(.{4})(?=.)/g, '$1 ')));
    assert.match(shown.words, /Value R 251\.00 Valid until \d{4}-\d\d-\d\d/);
    assert.equal(shown.form, undefined);
    assert.ok(shown.main.includes('href="https://shop.example/thanks"'));
  }
  assert.equal((await view(session)).status, 'complete');
});

test('a WiPay voucher pays, with the fee told before and after', async () => {
  const session = await createSession('wipay');
  const before = await open(session);
  assert.match(before.words, /WiPay takes TT\$5\.00 more from the voucher as its fee, so it needs at least TT\$125\.00\./);
  assert.deepEqual(Object.keys(before.form.values), ['attempt', 'pin', 'phone']);
  const { answer, page } = await pay(session, { pin: freshPin('wipay', 'balance_left') });
  assertSeeOther(session, answer);
  assert.match(page.words, /Fee taken by the voucher provider: TT\$5\.00 Left on your voucher: TT\$375\.00\./);
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

test('with several brands, the JSON call has to name one', async () => {
  const { status, body } = await checkout.redeem(await createSession('kora'), { pin: freshPin('kora', 'exact') });
  assert.deepEqual([status, body.code, body.field], [400, 'field_missing', 'provider_code']);
});

test('a part that is paid is told, and the rest is asked for', async () => {
  const session = await createSession('kora');
  const { page } = await pay(session, { pin: freshPin('kora', 'partial') });
  assert.match(page.words, /R 124\.50 is paid\. R 124\.50 remains to be paid\. Use another voucher for the rest\./);
  const { page: last } = await pay(session, { pin: freshPin('kora', 'exact') });
  assert.match(last.words, /has received R 249\.00/);
});

test('a refused voucher is told, with a fresh form', async () => {
  const session = await createSession('kora');
  const { values, answer, page } = await pay(session, { pin: freshPin('kora', 'used') });
  assertSeeOther(session, answer);
  assert.match(page.words, /The voucher was not charged This voucher has already been used\. Try another voucher\./);
  assert.notEqual(page.form.values.attempt, values.attempt);
  assert.equal(page.form.values.pin, '');
});

test('while nothing is known the page waits, asks again by itself, and then shows the truth', async () => {
  const session = await createSession('kora');
  const { answer, page } = await pay(session, { pin: freshPin('kora', 'processing_then_success') });
  assertSeeOther(session, answer);
  assert.match(page.words, /We are still checking/);
  assert.match(page.refresh, /^[1-9]\d?$/);
  assert.equal(page.form, undefined);
  const after = await until(() => open(session), ({ refresh }) => refresh === undefined);
  assert.match(after.words, /Paid Test Shop has received/);
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

/** What a shopper may get wrong: `[fields, the field marked as wrong, the words beside it]`. */
const MISTAKES = [
  [{ pin: '' }, 'pin', /Fill this in\./],
  [{ pin: ' ' }, 'pin', /Fill this in\./],
  [{ pin: '9753' }, 'pin', /too short\. Check that you typed all 16/],
  [{ pin: '1'.repeat(17) }, 'pin', /too long\. It has 16/],
  [{ pin: '116864809679294x' }, 'pin', /a character that does not belong there/],
  [{ phone: '12' }, 'phone', /Type it like 0/],
  [{ phone: '"><img src=x>' }, 'phone', /Type it like 0/],
  [{ email: 'nobody' }, 'email', /name@example\.com/],
  [{ email: '' }, 'email', /name@example\.com/],
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
    assert.deepEqual(kept, { offer: 'kora:0002', pin: '', phone: values.phone, email: values.email || '' });
    assert.doesNotMatch(answer.text, /<img/);
    if (fields.pin?.trim()) assert.ok(!answer.text.includes(fields.pin), 'the PIN is not written back');
    assert.deepEqual(callsWith(pin), []);
  }
  assert.deepEqual((await view(session)).redemptions, []);
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

test('a form from a foreign page is not taken; one that hides its origin is', async () => {
  const session = await createSession('kora');
  const pin = freshPin('kora', 'exact');
  const values = { ...(await open(session)).form.values, pin, phone: '0821234567', email: 'a@example.com' };
  assert.equal((await post(session, values, { origin: 'https://evil.example' })).status, 403);
  assert.deepEqual(callsWith(pin), []);
  // With "Referrer-Policy: no-referrer" browsers send "null" even to ourselves.
  assertSeeOther(session, await post(session, values, { origin: 'null' }));
});

test('a body that is no form of ours is refused, as a page', async () => {
  const session = await createSession('kora');
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

closingTests(checkout);
