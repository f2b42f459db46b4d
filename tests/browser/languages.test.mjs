// Every state in every language, at the width of the smallest phone: nothing is too wide, cut off, untranslated or inaccessible.
// Writes the checked states to tests/.logs/states.json.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { LOGS } from '../support/evidence.mjs';
import { accessFaults } from './accessible.mjs';
import { layoutFaults } from './layout.mjs';
import { LABELS, SHOP } from './sessions.mjs';
import { MORE, startStates, STATES } from './states.mjs';
import { untranslated } from './untranslated.mjs';
import { LOCALES, WORDS } from './words.mjs';

/** `LANGUAGES=all npm test -- browser` checks all languages, and takes minutes; without it, one of each direction. */
const SOME = process.env.LANGUAGES === 'all' ? LOCALES : ['en', 'ar'];

/** The smallest phone, and some on which the lines break elsewhere. */
const [NARROW, ...WIDER] = [280, 300, 320, 340, 360].map((width) => ({ width, height: 653 }));
const SCHEMES = ['light', 'dark'];

/** The languages that are checked in both colour schemes in every state, and without the widget: one of each direction. */
const THOROUGH = ['en', 'ar'];

/** The page without the widget reloads itself until more is known. It has no form then, so nothing is lost. */
const RELOADS = Object.fromEntries(['pending', 'all-down', 'code'].map((name) => [name, ['meta-refresh']]));

const KNOWN = [...Object.values(SHOP), ...LABELS];
const ALL = { ...STATES, ...MORE };
const NAMES = Object.keys(ALL);
const PLAIN = NAMES.filter((name) => ALL[name].plain);

const looks = [];
const findings = [];
const states = await startStates();
const { browser } = states.checkout;

/** Checks the page as it is now, and records its faults. */
async function look(page, { name, locale, schemes, plain = false }) {
  const faults = [];
  const [lang, dir] = await page.evaluate(() => [document.documentElement.lang, document.documentElement.dir]);
  if (lang !== locale || dir !== WORDS[locale].direction) faults.push(`lang ${lang}, dir ${dir}`);
  for (const size of [...WIDER, NARROW]) {
    await page.setViewportSize(size);
    faults.push(...(await layoutFaults(page)).map((fault) => `${size.width} wide: ${fault}`));
  }
  faults.push(...(await untranslated(page, locale, KNOWN)));
  for (const scheme of schemes) {
    await page.emulateMedia({ colorScheme: scheme });
    faults.push(...(await accessFaults(page, plain ? RELOADS[name] : [])).map((fault) => `${scheme}: ${fault}`));
    looks.push({ state: name, locale, scheme, plain });
  }
  return faults.map((fault) => `${name}${plain ? ', plain' : ''}, ${locale}: ${fault}`);
}

/** Checks these states in turn, on one page. */
async function lookAtAll(locale, names, schemesAt, plain) {
  const page = await browser.page({ viewport: NARROW, reducedMotion: 'reduce' });
  const faults = [];
  for (const [place, name] of names.entries()) {
    await states.reach(page, name, { locale, plain });
    faults.push(...(await look(page, { name, locale, schemes: schemesAt(place), plain })));
  }
  await page.close();
  findings.push(...faults);
  assert.deepEqual(faults, []);
}

describe('every state', { concurrency: 2 }, () => {
  for (const [number, locale] of SOME.entries()) {
    const schemesAt = (place) => (THOROUGH.includes(locale) ? SCHEMES : [SCHEMES[(place + number) % 2]]);
    test(locale, () => lookAtAll(locale, NAMES, schemesAt));
  }
});

describe('every state of the page without the widget', { concurrency: 2 }, () => {
  for (const locale of THOROUGH) test(locale, () => lookAtAll(locale, PLAIN, () => SCHEMES, true));
});

test('every state was checked in every language', () => {
  const seen = (wanted) => looks.some((one) => Object.entries(wanted).every(([name, value]) => one[name] === value));
  for (const state of NAMES) {
    for (const locale of SOME) assert.ok(seen({ state, locale, plain: false }), `${state} in ${locale}`);
    for (const scheme of SCHEMES) assert.ok(seen({ state, scheme, plain: false }), `${state}, ${scheme}`);
  }
  const count = (name) => new Set(looks.map((one) => one[name])).size;
  const covered = { states: count('state'), locales: count('locale'), looks: looks.length };
  const figures = { findings: findings.length, covered };
  writeFileSync(join(LOGS, 'states.json'), `${JSON.stringify(figures)}\n`);
});
