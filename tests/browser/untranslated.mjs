// Finds text on a page that is not in the shopper's language: English texts, Latin words among other letters, unfilled gaps.
import { fragments, texts } from './words.mjs';

/** Languages in another script than Latin. */
const OTHER_LETTERS = new Set(['am', 'ar']);

/** Latin words that are allowed on every page: names of currencies and addresses, and words that the translations keep. */
const LATIN = ['ZAR', 'TTD', 'TT$', 'ETB', 'PIN', 'SMS', 'name@example.com'];

/** The number of a payment. */
const PAYMENT = /rd_[0-9a-f]{8}/g;

/** The least number of letters: a shorter part of an English text can be a word of another language. */
const TELLING_LETTERS = 12;

const letters = (text) => text.replaceAll(/\P{L}/gu, '').length;

/**
 * Returns a list of sentences, empty when everything is translated. `known` lists the names that the shop and the providers use.
 */
export async function untranslated(page, locale, known) {
  const shown = await page.evaluate(shownTexts);
  const faults = shown.filter((text) => /\{\w*\}/.test(text)).map((text) => `a gap: ${text}`);
  if (locale === 'en') return faults;
  const own = texts(locale);
  const english = texts('en').filter((text) => !own.includes(text));
  const isOwn = (part) => own.some((text) => text.includes(part));
  const telling = english.flatMap(fragments).filter((part) => letters(part) >= TELLING_LETTERS && !isOwn(part));
  for (const text of shown) {
    if (english.includes(text) || telling.some((part) => text.includes(part))) faults.push(`English: ${text}`);
    const rest = [...known, ...LATIN, PAYMENT].reduce((left, one) => left.replaceAll(one, ' '), text);
    if (OTHER_LETTERS.has(locale) && /\p{Script=Latin}{2,}/u.test(rest)) faults.push(`Latin letters: ${text}`);
  }
  return [...new Set(faults)];
}

/** Returns the page's title, every visible or spoken text, and every accessible name. Runs in the page. */
function shownTexts() {
  const NAMES = ['aria-label', 'aria-description', 'aria-roledescription', 'title', 'alt', 'placeholder'];
  const found = [document.title];
  for (const element of document.body.querySelectorAll('*')) {
    if (!element.checkVisibility({ visibilityProperty: true }) || element.matches('script, style, noscript')) continue;
    found.push(...NAMES.map((name) => element.getAttribute(name)).filter(Boolean));
    found.push(...[...element.childNodes].filter(({ nodeType }) => nodeType === Node.TEXT_NODE).map(({ data }) => data));
  }
  return found.map((text) => text.replaceAll(/\s+/g, ' ').trim()).filter(Boolean);
}
