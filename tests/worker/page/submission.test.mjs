/** Payments in the iframe before the widget runs: its form, posted with the client secret in it, and the pages that answer. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startCheckout } from '../../support/checkout.mjs';
import { USUAL } from '../../support/usual.mjs';
import { closingTests } from '../closing.mjs';
import { readPage } from '../html.mjs';

const ORIGINS = 'https://shop.example';
const checkout = await startCheckout({ vars: { ALLOWED_ORIGINS: ORIGINS }, limits: { provider_timeout_ms: 10_000 }, simulator: { slowMs: 4_000 } });
const { send, typed, createSession, view, shopView, freshPin, debitsOf, callsWith } = checkout;
const { contact } = USUAL.kora;

const pathOf = (session) => `/embed/${session.id}`;

/** Opens the iframe's page and returns the values of its form, with the client secret and these fields. */
async function formOf(session, fields) {
  const { form } = readPage(await send('GET', pathOf(session)));
  return { ...form.values, key: session.client_secret, ...contact, ...fields };
}

/** Posts the form's values. */
async function post(session, values, headers = {}) {
  if (values.pin?.length >= 12) typed.add(values.pin.replace(/\W/g, ''));
  const answer = await send('POST', pathOf(session), {
    body: new URLSearchParams(values).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
  });
  assertFramed(answer);
  return { ...answer, page: readPage(answer) };
}

/** Checks that only the shop's pages can show the answer. */
function assertFramed({ headers }) {
  const policy = headers.get('content-security-policy').split('; ');
  assert.ok(policy.includes(`frame-ancestors ${ORIGINS}`), policy.join('; '));
  assert.equal(headers.get('cross-origin-resource-policy'), 'cross-origin');
  assert.equal(headers.get('cross-origin-embedder-policy'), 'require-corp');
}

test('the form waits for the client secret, which the page does not know', async () => {
  const session = await createSession('kora');
  const answer = await send('GET', pathOf(session));
  assert.equal(readPage(answer).form.values.key, '');
  assert.match(answer.text, /<button [^>]*type="submit" disabled>/);
  assert.ok(!answer.text.includes(session.client_secret));
});

test('the hint of the e-mail address names the voucher, also after a payment, when the page does not know the ways to pay', async () => {
  const session = await createSession('kora');
  const hint = async () => /id="email-hint">([^<]*)</.exec((await send('GET', pathOf(session))).text)[1];
  assert.equal(await hint(), '1Voucher needs it for the payment');
  await post(session, await formOf(session, { pin: freshPin('kora', 'exact'), amount: '100' }));
  assert.equal(await hint(), '1Voucher needs it for the payment');
});

test('a payment: the answer shows the outcome and the change voucher, and names the redemption to the widget', async () => {
  const session = await createSession('kora');
  const pin = freshPin('kora', 'change');
  const { status, page, text } = await post(session, await formOf(session, { pin }));
  assert.equal(status, 200);
  const [{ change_pin: change }] = debitsOf(pin);
  assert.match(page.words, /Paid Harbour Mugs has received R 249\.00\. Thank you\./);
  assert.ok(page.words.includes(change.replace(/(.{4})(?=.)/g, '$1 ')));
  const { redemptions } = await view(session);
  assert.deepEqual([page.data.redemption, page.data.checkout.status], [redemptions[0].id, 'complete']);
  assert.equal(page.form, undefined);
  assert.ok(!text.includes(pin) && !text.includes(session.client_secret));
  typed.add(change);
});

test('the same form sent twice at once charges once, and neither answer says that nothing was charged', async () => {
  const session = await createSession('kora');
  const pin = freshPin('kora', 'slow');
  const values = await formOf(session, { pin });
  const answers = await Promise.all([post(session, values), post(session, values)]);
  for (const { status, page } of answers) {
    assert.equal(status, 200);
    assert.doesNotMatch(page.words, /not charged|Nothing was charged|try again/i);
    assert.match(page.words, /Paid|hecking/);
  }
  assert.equal(debitsOf(pin).length, 1);
});

test('another form while a payment is under way: the answer says that a voucher is being checked, and looks again', async () => {
  const session = await createSession('kora');
  const [first, second] = [freshPin('kora', 'slow'), freshPin('kora', 'exact')];
  const values = await formOf(session, { pin: second });
  const paying = post(session, await formOf(session, { pin: first }));
  await checkout.simulator.until((books) => books.calls.some((call) => call.body?.includes(first)));
  const { status, page, text } = await post(session, values);
  assert.equal(status, 200);
  assert.match(page.words, /hecking/);
  assert.match(text, /<meta http-equiv="refresh" content="4">/);
  assert.equal(page.form, undefined);
  assert.match((await paying).page.words, /Paid/);
  assert.deepEqual(callsWith(second), []);
});

test('the key of a form that was carried out, with other fields: the answer shows the session, and nothing more is charged', async () => {
  const session = await createSession('kora');
  const pin = freshPin('kora', 'exact');
  const values = await formOf(session, { pin, amount: '100' });
  await post(session, values);
  const { status, page } = await post(session, { ...values, amount: '50' });
  assert.equal(status, 200);
  assert.match(page.words, /R 100\.00 is paid\. R 149\.00 remains to be paid\./);
  assert.doesNotMatch(page.words, /Nothing was charged/);
  assert.equal(debitsOf(pin).length, 1);
});

test('a mistake: the form again with the error and the client secret, without the PIN and without the widget', async () => {
  const session = await createSession('kora');
  const { status, page, text } = await post(session, await formOf(session, { pin: '1234', phone: '12' }));
  assert.equal(status, 400);
  assert.deepEqual(page.form.wrong, ['pin', 'phone']);
  assert.deepEqual([page.form.values.key, page.form.values.pin, page.form.values.phone], [session.client_secret, '', '12']);
  assert.deepEqual([page.data.plain, page.data.checkout, page.data.words], [true, undefined, undefined]);
  assert.deepEqual(page.data.event, { type: 'declined', code: 'not_charged' });
  assert.match(text, /<body class="embed plain">/);
  assert.doesNotMatch(text, /application\/wasm/);
  const pin = freshPin('kora', 'exact');
  const paid = await post(session, { ...page.form.values, ...contact, pin });
  assert.match(paid.page.words, /Paid/);
  assert.equal((await shopView(session)).status, 'complete');
});

test('without the client secret, or with another one, nothing is charged and nothing of the session is shown', async () => {
  const [session, other] = [await createSession('kora', { description: 'Secret gift' }), await createSession('kora')];
  const pin = freshPin('kora', 'exact');
  const values = await formOf(session, { pin });
  for (const [key, status] of [['', 401], ['x', 401], [other.client_secret, 401]]) {
    const { status: answered, page, text } = await post(session, { ...values, key });
    assert.equal(answered, status);
    assert.equal(page.words, 'This checkout cannot be opened. Go back to the shop and start again.');
    assert.doesNotMatch(text, /Secret gift|249/);
    assert.ok(!text.includes(pin) && !text.includes(session.client_secret));
  }
  const unknown = { id: `cs_${'0'.repeat(32)}` };
  assert.equal((await post(unknown, values)).status, 404);
  assert.deepEqual(callsWith(pin), []);
});

test('a form of a foreign page, or without its key, charges nothing', async () => {
  const session = await createSession('kora');
  const pin = freshPin('kora', 'exact');
  const values = await formOf(session, { pin });
  for (const [changes, headers, status] of [
    [{}, { origin: 'https://shop.example' }, 403],
    [{ attempt: '' }, {}, 400],
    [{ attempt: 'a b' }, {}, 400],
    [{ attempt: 'a'.repeat(65) }, {}, 400],
  ]) {
    const { status: answered, text } = await post(session, { ...values, ...changes }, headers);
    assert.equal(answered, status, JSON.stringify([changes, headers]));
    assert.ok(!text.includes(pin));
  }
  assert.deepEqual(callsWith(pin), []);
  // A browser sends this where the page sends no referrer.
  const { page } = await post(session, values, { origin: 'null' });
  assert.match(page.words, /Paid/);
});

closingTests(checkout);
