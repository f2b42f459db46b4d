/** The language of a page, and the completeness of each language in the page and in the widget's list. */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { widgetTexts } from '../../../edge/tools/build-widget.mjs';
import { startCheckout } from '../../support/checkout.mjs';
import { withCookies } from '../../support/cookies.mjs';
import { closingTests } from '../closing.mjs';
import { readPage } from '../html.mjs';

const FOLDER = new URL('../../../edge/present/words/', import.meta.url);
const LANGUAGES = readdirSync(FOLDER).map((name) => name.replace('.json', ''));
const wordsOf = (language) => JSON.parse(readFileSync(new URL(`${language}.json`, FOLDER), 'utf8'));

const checkout = await startCheckout();
const { createSession, url } = checkout;
const send = withCookies(checkout.send);

/** Reads the page, with its language and direction. */
async function page(path, headers = {}) {
  const answer = await send('GET', path, { headers });
  const [, language, direction] = /<html lang="(\w+)" dir="(\w+)">/.exec(answer.text);
  return { language, direction, ...readPage(answer) };
}
const pathOf = (session) => session.url.slice(url.length);

test('the language is that of the address, else of the session, else of the browser, else English', async () => {
  const [zulu, none] = [await createSession('kora', { locale: 'zu-ZA' }), await createSession('kora')];
  const browser = { 'accept-language': 'de, sw;q=0.8, en;q=0.1' };
  for (const path of [pathOf, ({ id }) => `/embed/${id}?x=1`]) {
    assert.equal((await page(`${path(zulu)}&locale=fr`, browser)).language, 'fr');
    assert.equal((await page(path(zulu), browser)).language, 'zu');
    assert.equal((await page(path(none), browser)).language, 'sw');
    assert.equal((await page(`${path(none)}&locale=xx`, browser)).language, 'sw');
    assert.equal((await page(path(none))).language, 'en');
  }
});

test('an underscore in a language tag is a hyphen, in the address and in the API', async () => {
  const session = await createSession('kora', { locale: 'pt_BR' });
  assert.equal((await page(pathOf(session))).language, 'pt');
  assert.equal((await checkout.view(session)).locale, 'pt-BR');
  assert.equal((await page(`/embed/${session.id}?locale=fr_CH`)).language, 'fr');
});

test('every language: its own texts, in its own direction, with amounts', async () => {
  const session = await createSession('kora');
  for (const language of LANGUAGES) {
    const words = wordsOf(language);
    const shown = await page(`${pathOf(session)}&locale=${language}`);
    assert.equal(shown.language, language);
    assert.equal(shown.direction, language === 'ar' ? 'rtl' : 'ltr');
    assert.ok(shown.words.includes(words.phone), language);
    assert.match(shown.words, /249[.,]00/, language);
    assert.deepEqual(shown.data.words, widgetTexts(words), language);
    assert.deepEqual(Object.keys(words), Object.keys(wordsOf('en')), `${language} has its texts in another order`);
  }
});

test('the plural forms of every language are those of CLDR', () => {
  for (const language of LANGUAGES) {
    const words = wordsOf(language);
    const { pluralCategories } = new Intl.PluralRules(words.formats).resolvedOptions();
    for (const [key, forms] of Object.entries(words).filter(([, value]) => typeof value === 'object')) {
      assert.deepEqual(Object.keys(forms).sort(), [...pluralCategories].sort(), `${language}: ${key}`);
    }
  }
});

test('numbers use the language’s plural forms, and inserted values keep their direction', async () => {
  const session = await createSession('celbux');
  const length = (language) => page(`${pathOf(session)}&locale=${language}`);
  // A Celbux PIN has 13 characters: "many" in Arabic.
  const hint = wordsOf('ar').pin_hint_digits.many ?? '';
  const [before, after] = hint.split('{count}');
  const { words } = await length('ar');
  assert.match(words, new RegExp(`${before}\u2068\\d+(–\\d+)?\u2069${after}`.trim()));
});

test('a page with mistakes is in the language of its form', async () => {
  const session = await createSession('kora', { locale: 'en' });
  const path = `${pathOf(session)}&locale=af&accent=%23ff0000`;
  const { form } = await page(path);
  const body = new URLSearchParams({ ...form.values, pin: '1', phone: '' }).toString();
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const answer = await send('POST', path, { headers, body });
  assert.equal(answer.status, 400);
  assert.match(answer.text, /<html lang="af"/);
  assert.ok(readPage(answer).words.includes(wordsOf('af').pin_too_short.other.split('{')[0].trim()));
});

closingTests(checkout);
