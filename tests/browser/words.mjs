// The shopper's texts from their files, and the parts of them that can be searched for on a page.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../edge/tools/up-to-date.mjs';

const FOLDER = join(ROOT, 'edge/present/words');

/** The texts of each language's file, by its BCP 47 tag. */
export const WORDS = Object.fromEntries(
  readdirSync(FOLDER).sort().map((name) => [name.replace(/\.json$/, ''), JSON.parse(readFileSync(join(FOLDER, name), 'utf8'))]),
);

/** The available languages. */
export const LOCALES = Object.keys(WORDS);

/** Settings of a language's format, which are not texts. */
const SETTINGS = new Set(['direction', 'formats']);

/** Returns a language's texts, all forms of the counted ones, with their gaps. */
export function texts(locale) {
  const entries = Object.entries(WORDS[locale]).filter(([name]) => !SETTINGS.has(name));
  return entries.flatMap(([, text]) => (typeof text === 'string' ? [text] : Object.values(text)));
}

/** Returns the pieces between a text's gaps. */
export const fragments = (text) => text.split(/\{\w+\}/).map((part) => part.trim()).filter(Boolean);

/** Returns the longest part of that text that is the same on every page. */
export function fixedPart(locale, name) {
  const text = WORDS[locale][name];
  const parts = fragments(typeof text === 'string' ? text : text.other);
  return parts.reduce((longest, part) => (part.length > longest.length ? part : longest), '');
}
