/** The pages around the widget: their policies, their data for the widget, and the escaping of every text. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { lasting } from '../../support/answers.mjs';
import { startCheckout } from '../../support/checkout.mjs';
import { withCookies } from '../../support/cookies.mjs';
import { closingTests } from '../closing.mjs';
import { readPage } from '../html.mjs';

const ENGLISH = JSON.parse(readFileSync(new URL('../../../edge/present/words/en.json', import.meta.url), 'utf8'));
const HOSTILE = `</script><img src=x onerror=alert(1)>"'&{shop}<!--`;
const ORIGINS = 'https://shop.example https://www.shop.example:8443';
const LABEL = `1Voucher ${HOSTILE}`;
const KORA_PROVIDERS = JSON.stringify([{ code: '0001', label: LABEL, pin_pattern: '\\d{16}' }]);

const checkout = await startCheckout({ vars: { SHOP_NAME: `A & B ${HOSTILE}`, ALLOWED_ORIGINS: ORIGINS, KORA_PROVIDERS } });
const { send, createSession, cancel, url } = checkout;

/** Returns the index of a text in a page's list. */
const place = (word) => Object.keys(ENGLISH).indexOf(word);

const pathOf = (session) => session.url.slice(url.length);
const open = (session) => withCookies(send)('GET', pathOf(session));

/** Returns the hash of the page's only style element. */
function hashed(text) {
  const [, style, ...others] = text.split(/<style>([^]*?)<\/style>/).filter((_, i) => i < 2 || i % 2 === 1);
  assert.equal(others.length, 0);
  return `'sha256-${createHash('sha256').update(style).digest('base64')}'`;
}

/** Returns the policy of a page: one without the widget allows neither scripts nor calls. */
const policy = (text, more) => [
  "default-src 'none'",
  `style-src ${hashed(text)}`,
  ...(/<script type="module"/.test(text) ? ["script-src 'self' 'wasm-unsafe-eval'", "connect-src 'self'"] : []),
  'img-src data:',
  "base-uri 'none'",
  'report-to csp',
  'report-uri /v1/csp_reports',
  ...more,
];

function assertGuarded({ headers, text }, ...more) {
  assert.equal(headers.get('content-type'), 'text/html; charset=utf-8');
  assert.deepEqual(headers.get('content-security-policy').split('; ').sort(), policy(text, more).sort());
  assert.equal(headers.get('x-robots-tag'), 'noindex');
  for (const name of ['set-cookie', 'access-control-allow-origin', 'server']) assert.equal(headers.get(name), null);
}

/** Fails when a page has elements besides its own: a text was not escaped. */
function assertContained({ text }) {
  assert.doesNotMatch(text, /<img|<!--|onerror=[^&]*>[^&]*</);
  assert.equal(text.match(/<script/g).length, 2);
  assert.equal(text.match(/<\/script>/g).length, 2);
  assert.doesNotMatch(text, / (?:on\w+|style)="/);
  assert.doesNotMatch(text, /(?:src|href)="(?!\/assets\/|data:,|\?|https:\/\/shop\.example)/);
}

test('the embedded page can be framed only by the shop’s pages, and contains no secret', async () => {
  const session = await createSession('kora');
  const answer = await send('GET', `/embed/${session.id}`);
  assert.equal(answer.status, 200);
  assertGuarded(answer, "form-action 'self'", `frame-ancestors ${ORIGINS}`);
  assertContained(answer);
  const { data } = readPage(answer);
  const { words, ...told } = data;
  assert.deepEqual(told, { mode: 'embed', session: session.id, origins: ORIGINS.split(' ') });
  assert.equal(words[place('paid_title')], 'Paid');
  for (const known of ['249.00', '24900', session.reference, session.created_at]) assert.ok(!answer.text.replaceAll(session.id, '').includes(known), known);
  for (const secret of [session.client_secret, checkout.apiKey, checkout.settings.KORA_SECRET_KEY, checkout.settings.SEALING_KEY]) {
    assert.ok(!answer.text.includes(secret));
  }
});

test('the embedded page is the same for an invalid id, which is escaped', async () => {
  for (const id of ['cs_unknown', '%3C%2Fscript%3E%3Cimg%3E', '%22%3E', "'onload='x", '%00', '%ff']) {
    const answer = await send('GET', `/embed/${id}`);
    assert.equal(answer.status, 200, id);
    assertContained(answer);
    assert.equal(typeof readPage(answer).data.session, 'string');
  }
});

test('the hosted page cannot be framed, and posts its form to itself', async () => {
  const session = await createSession('kora', { reference: 'cart-7', description: 'Two mugs', customer: { email: 'thandi@example.com' } });
  const answer = await open(session);
  assert.equal(answer.status, 200);
  assertGuarded(answer, "form-action 'self'", "frame-ancestors 'none'");
  assertContained(answer);
  const { data, refresh, words } = readPage(answer);
  assert.equal(data.mode, 'hosted');
  assert.ok(!answer.text.includes(session.client_secret));
  assert.deepEqual(lasting(data.checkout), lasting(await checkout.view(session)));
  assert.equal(refresh, undefined);
  assert.match(words, /Two mugs Order cart-7 To pay R 249\.00 /);
  assert.match(answer.text, /<html lang="en" dir="ltr">/);
});

test('a HEAD has the headers of the page and no body', async () => {
  const session = await createSession('kora');
  const browser = withCookies(send);
  for (const path of [pathOf(session), `/embed/${session.id}`]) {
    const [head, get] = [await browser('HEAD', path), await browser('GET', path)];
    assert.deepEqual([head.status, head.text], [200, '']);
    assert.equal(head.headers.get('content-security-policy'), get.headers.get('content-security-policy'));
  }
});

test('text of shop and shopper is shown as written, escaped', async () => {
  const fields = {
    reference: HOSTILE,
    description: HOSTILE,
    customer: { phone: HOSTILE.slice(0, 40), name: HOSTILE },
    success_url: 'https://shop.example/thanks?a=1&b=2',
    cancel_url: 'https://shop.example/cart?a=1&b=2',
    metadata: { note: 'not for shoppers' },
  };
  for (const more of [fields, { ...fields, description: undefined }]) {
    const session = await createSession('kora', more);
    const answer = await open(session);
    assertContained(answer);
    const { data, words, form } = readPage(answer);
    assert.equal(data.checkout.reference, HOSTILE);
    assert.equal(data.checkout.description, more.description);
    assert.ok(words.includes(HOSTILE), words);
    assert.equal(data.checkout.providers[0].label, LABEL);
    assert.ok(words.includes(LABEL), words);
    assert.ok(answer.text.includes(`<title>${ENGLISH.title} – A &amp; B &lt;/script&gt;&lt;img`), 'the title');
    assert.equal(form.values.phone, HOSTILE.slice(0, 40));
    assert.ok(answer.text.includes('href="https://shop.example/cart?a=1&amp;b=2"'));
    assert.ok(!answer.text.includes('not for shoppers'));
  }
});

test('a session’s page requires the session’s key', async () => {
  const [session, other] = [await createSession('kora', { description: 'Secret gift' }), await createSession('kora')];
  for (const [path, status] of [
    [`/pay/${session.id}`, 401],
    [`/pay/${session.id}?key=`, 401],
    [`/pay/${session.id}?key=x`, 401],
    [`/pay/${session.id}?Key=${session.client_secret}`, 401],
    [`/pay/${session.id}?key=${other.client_secret}`, 401],
    [`/pay/${session.id}?key=x&key=${session.client_secret}`, 401],
    [`/pay/cs_${'0'.repeat(32)}?key=${session.client_secret}`, 404],
    [`/pay/nothing?key=${session.client_secret}`, 404],
    [`/pay/%3Cimg%3E?key=%3Cimg%3E`, 404],
  ]) {
    for (const method of ['GET', 'POST']) {
      const headers = method === 'POST' ? { 'content-type': 'application/x-www-form-urlencoded' } : {};
      const answer = await send(method, path, { headers, body: method === 'POST' ? 'attempt=a1&pin=1168648096792943&phone=0821234567' : undefined });
      assert.equal(answer.status, status, `${method} ${path}`);
      assertGuarded(answer, "form-action 'none'", "frame-ancestors 'none'");
      const { words, data, form } = readPage(answer);
      assert.equal(words, 'This checkout cannot be opened. Go back to the shop and start again.');
      assert.deepEqual([data, form], [undefined, undefined]);
      assert.doesNotMatch(answer.text, /Secret gift|249|<img/);
      assert.ok(!answer.text.includes(session.client_secret));
    }
  }
});

test('an ended session shows its state and no form', async () => {
  const session = await createSession('kora', { cancel_url: 'https://shop.example/cart' });
  await cancel(session);
  const { words, form, refresh } = readPage(await open(session));
  assert.match(words, /This checkout was canceled .* Back to the shop$/);
  assert.deepEqual([form, refresh], [undefined, undefined]);
});

closingTests(checkout);
