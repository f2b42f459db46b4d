/** Who sees the PIN of a change voucher: the page that has paid, and whoever types the phone number of that payment. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertProblem } from '../../../support/answers.mjs';
import { startCheckout } from '../../../support/checkout.mjs';
import { bearer } from '../../../support/client.mjs';
import { hostedPath, withCookies } from '../../../support/cookies.mjs';
import { USUAL } from '../../../support/usual.mjs';
import { closingTests } from '../../closing.mjs';
import { readPage } from '../../html.mjs';

const MOST = 3;
const ORIGIN = 'https://shop.example';
const checkout = await startCheckout({
  vars: { ALLOWED_ORIGINS: ORIGIN },
  limits: { phone_failed_per_minute: MOST, provider_timeout_ms: 10_000 },
});
const { url, send, typed, createSession, redeem, answerChallenge, view, cancel, freshPin, freshKey, debitsOf } = checkout;
const { phone } = USUAL.kora.contact;

const linkOf = (session) => session.url.slice(url.length);
const secretOf = ({ client_secret: secret }) => ({ authorization: `Bearer ${secret}` });
const pinsIn = ({ redemptions }) => redemptions.map((one) => one.change?.pin);
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

/** Asks by the client secret alone for the PINs of the vouchers that were paid with this phone number. */
const ask = (session, body, headers = {}) =>
  send('POST', `/v1/checkout/${session.id}/change_vouchers`, { body, headers: { ...secretOf(session), ...headers } });

/** Reads the session by the client secret and this payer key. */
const seenBy = (session, payer) => send('GET', `/v1/checkout/${session.id}`, { headers: bearer(session, payer) });

/** Returns a session of which a part is paid, with the PIN of its change voucher. */
async function withChange(fields = {}, order = {}) {
  const session = await createSession('kora', order);
  const pin = freshPin('kora', 'change');
  const { body } = await redeem(session, { pin, amount: 100_00, ...fields });
  assert.equal(body.redemption.status, 'succeeded');
  return { session, pin, change: debitsOf(pin)[0].change_pin };
}

test('the client secret alone shows no PIN; the payer key shows it', async () => {
  const { session, change } = await withChange();
  const bare = await send('GET', `/v1/checkout/${session.id}`, { headers: secretOf(session) });
  assert.deepEqual(pinsIn(bare.body), ['']);
  assert.equal(bare.body.redemptions[0].change.amount, 400_00);
  for (const payer of ['', 'x', 'payer-of-another', `payer-of-${session.id}.`]) {
    assert.deepEqual(pinsIn((await seenBy(session, payer)).body), [''], payer);
  }
  assert.deepEqual(pinsIn(await view(session)), [change]);
});

test('the answer to a payment shows its own change voucher, and none of another page', async () => {
  const { session, change } = await withChange();
  const pin = freshPin('kora', 'change');
  const fields = { pin, amount: 50_00, headers: bearer(session, 'another-page'), key: freshKey() };
  const { body } = await redeem(session, fields);
  const second = debitsOf(pin)[0].change_pin;
  assert.deepEqual(pinsIn(body.session), ['', second]);
  // Whoever sends the payment again knows its PIN.
  const again = await redeem(session, { ...fields, headers: bearer(session, 'a-third-page') });
  assert.deepEqual(pinsIn(again.body.session), ['', second]);
  assert.deepEqual(pinsIn(await view(session)), [change, '']);
});

test('a code for a payment that asked for none shows no PIN of its change voucher', async () => {
  const { session, change } = await withChange();
  const [one] = (await view(session)).redemptions;
  for (const answer of [{ code: '000000' }, { resend: true }]) {
    const { status, body } = await answerChallenge(session, one, answer, { headers: secretOf(session) });
    assert.deepEqual([status, body.redemption.change.pin, ...pinsIn(body.session)], [200, '', '']);
  }
  const { body } = await answerChallenge(session, one, { code: '000000' });
  assert.deepEqual([body.redemption.change.pin, ...pinsIn(body.session)], [change, change]);
});

test('the phone number of the payment shows the PIN, however it is written, and no other one', async () => {
  const { session, change } = await withChange({ phone: '082 111 2222' });
  const pin = freshPin('kora', 'change');
  await redeem(session, { pin, amount: 50_00, phone: '082 333 4444' });
  for (const typedPhone of ['0821112222', '+27 82 111 2222', ' 082-111-2222 ']) {
    const { status, body } = await ask(session, { phone: typedPhone });
    assert.deepEqual([status, pinsIn(body)], [200, [change, '']], typedPhone);
  }
  assert.deepEqual(pinsIn((await send('GET', `/v1/checkout/${session.id}`, { headers: secretOf(session) })).body), ['', ''], 'it opens nothing for later');
});

test('a wrong phone number and a session without a change voucher get the same answer', async () => {
  const { session } = await withChange();
  const none = await createSession('kora');
  const [wrong, without] = [await ask(session, { phone: '0829999999' }), await ask(none, { phone })];
  assertProblem(wrong, 403, 'phone_unconfirmed', 'phone');
  assert.equal(wrong.text, without.text);
  for (const nonsense of ['', 'x', '0'.repeat(5_000), '082 999']) assertProblem(await ask(await createSession('kora'), { phone: nonsense }), 403, 'phone_unconfirmed', 'phone');
});

test('law 8: a wrong phone number is a failed try: after some of them the session waits, and the payer key still shows the PIN', async () => {
  const { session, change } = await withChange();
  for (let times = 0; times < MOST; times++) assertProblem(await ask(session, { phone: `082999990${times}` }), 403, 'phone_unconfirmed', 'phone');
  const refused = await ask(session, { phone });
  assertProblem(refused, 429, 'too_many_attempts');
  assert.ok(refused.body.retry_after >= 1 && refused.body.retry_after <= 60);
  assert.deepEqual(pinsIn(await view(session)), [change]);
  const other = await withChange();
  assert.deepEqual(pinsIn((await ask(other.session, { phone })).body), [other.change], 'another session is free');
});

test('law 8: a burst of phone numbers does not outrun the count', async () => {
  const { session } = await withChange();
  const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => ask(session, { phone: `08288800${String(i).padStart(2, '0')}` })));
  assert.ok(answers.filter(({ status }) => status === 403).length <= MOST);
});

test('the right phone number costs no try', async () => {
  const { session, change } = await withChange();
  for (let times = 0; times < 2 * MOST; times++) assert.deepEqual(pinsIn((await ask(session, { phone })).body), [change]);
});

test("a shopper without the PIN is not shown the shop's phone number", async () => {
  const order = { customer: { phone: '0821234567' } };
  const open = await createSession('kora', order);
  const told = async (session) => (await send('GET', `/v1/checkout/${session.id}`, { headers: secretOf(session) })).body.phone;
  assert.equal(await told(open), '0821234567');
  const { session } = await withChange({}, order);
  assert.equal(await told(session), undefined);
  assert.equal((await view(session)).phone, '0821234567');
});

test('after the end of the session the phone number still shows the PIN', async () => {
  const { session, change } = await withChange();
  await cancel(session);
  assert.deepEqual(pinsIn((await ask(session, { phone })).body), [change]);
});

test('a body that is no phone number, or a foreign page, learns nothing', async () => {
  const { session } = await withChange();
  assertProblem(await ask(session, {}), 400, 'field_missing', 'phone');
  assertProblem(await ask(session, { phone: 821234567 }), 400, 'field_invalid', 'phone');
  assertProblem(await ask(session, { phone, pin: '1' }), 400, 'field_unknown', 'pin');
  assertProblem(await ask(session, { phone }, { origin: ORIGIN }), 403, 'origin_not_allowed');
  const path = `/v1/checkout/${session.id}/change_vouchers`;
  assertProblem(await send('POST', path, { body: { phone } }), 401, 'client_secret_missing');
});

/** Pays a part in the plain form of this browser. */
async function payByForm(browser, session) {
  const page = readPage(await browser('GET', linkOf(session)));
  const pin = freshPin('kora', 'change');
  typed.add(pin);
  const body = new URLSearchParams({ ...page.form.values, ...USUAL.kora.contact, pin, amount: '100' }).toString();
  assert.equal((await browser('POST', hostedPath(session), { body, headers: FORM })).status, 303);
  return debitsOf(pin)[0].change_pin;
}

const grouped = (pin) => pin.replace(/(.{4})(?=.)/g, '$1 ');
const has = (answer, pin) => answer.text.includes(pin) || answer.text.includes(grouped(pin));

test('the hosted page shows the PIN in the browser that has paid, and asks another one for the phone number', async () => {
  const session = await createSession('kora');
  const [payer, thief] = [withCookies(send), withCookies(send)];
  const change = await payByForm(payer, session);
  for (const path of [hostedPath(session), linkOf(session), `${hostedPath(session)}?plain`]) assert.ok(has(await payer('GET', path), change), path);
  const page = await thief('GET', linkOf(session));
  assert.ok(!has(page, change));
  assert.doesNotMatch(page.text, /name="change"/);
  assert.match(readPage(page).words, /To see its PIN, type the phone number that you paid with\. Show PIN/);

  const [{ id }] = (await view(session)).redemptions;
  const prove = (number) => thief('POST', hostedPath(session), { body: new URLSearchParams({ show: id, paid_phone: number }).toString(), headers: FORM });
  const wrong = await prove('0829999999');
  assert.equal(wrong.status, 403);
  assert.match(wrong.text, new RegExp(`<input name="paid_phone"[^>]* aria-describedby="${id}-error" aria-invalid="true" autofocus></label>` +
    `<p class="error" id="${id}-error">This is not the phone number that you paid with\\. Check it and try again\\.</p>`));
  assert.ok(!has(wrong, change));
  const right = await prove(phone);
  assert.equal(right.status, 200);
  assert.ok(has(right, change));
  assert.ok(!has(await thief('GET', hostedPath(session)), change));
  for (let times = 1; times < MOST; times++) await prove('0829999999');
  const waits = await prove(phone);
  assert.equal(waits.status, 429);
  assert.match(readPage(waits).words, /Too many tries\. Nothing was charged\. Wait \d+ seconds?, then try again\./);
});

test('a browser without the payer key does not pay with a change voucher, whose own change it would see', async () => {
  const session = await createSession('kora');
  const [payer, thief] = [withCookies(send), withCookies(send)];
  const change = await payByForm(payer, session);
  const [{ id }] = (await view(session)).redemptions;
  const { form } = readPage(await thief('GET', linkOf(session)));
  const body = new URLSearchParams({ ...form.values, ...USUAL.kora.contact, change: id }).toString();
  await thief('POST', hostedPath(session), { body, headers: FORM });
  assert.deepEqual(debitsOf(change), []);
  const own = readPage(await payer('GET', hostedPath(session))).form.values;
  await payer('POST', hostedPath(session), { body: new URLSearchParams({ ...own, ...USUAL.kora.contact, change: id }).toString(), headers: FORM });
  assert.equal(debitsOf(change).length, 1);
});

test('the form of the iframe pays with its payer key, and its answer shows the PIN', async () => {
  const session = await createSession('kora');
  const { form } = readPage(await send('GET', `/embed/${session.id}`));
  const pin = freshPin('kora', 'change');
  typed.add(pin);
  const values = { ...form.values, key: `${session.client_secret}.kept-by-the-tab`, ...USUAL.kora.contact, pin };
  const answer = await send('POST', `/embed/${session.id}`, { body: new URLSearchParams(values).toString(), headers: FORM });
  const change = debitsOf(pin)[0].change_pin;
  assert.ok(has(answer, change));
  assert.deepEqual(pinsIn((await seenBy(session, 'kept-by-the-tab')).body), [change]);
  assert.deepEqual(pinsIn((await seenBy(session, 'another-tab')).body), ['']);

  const [{ id }] = (await view(session)).redemptions;
  const proof = new URLSearchParams({ key: `${session.client_secret}.another-tab`, show: id, paid_phone: phone }).toString();
  assert.ok(has(await send('POST', `/embed/${session.id}`, { body: proof, headers: FORM }), change));
});

closingTests(checkout);
