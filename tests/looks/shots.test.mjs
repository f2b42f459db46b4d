// A screenshot of every state: on a phone and a desktop, light and dark, left-to-right and right-to-left. They go to
// tests/.shots/, which git ignores; `npm run shots` also renews the few that the README shows, in tests/browser/shots/.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { before, describe, test } from 'node:test';
import { ROOT } from '../../edge/tools/up-to-date.mjs';
import { layoutFaults } from '../browser/layout.mjs';
import { embedded, order } from '../browser/shopper.mjs';
import { startStates, STATES } from '../browser/states.mjs';

const FRESH = join(ROOT, 'tests/.shots');
const KEPT = join(ROOT, 'tests/browser/shots');
/** The screenshots in the README, as `state/look`. */
const SHOWN = [...readFileSync(join(ROOT, 'README.md'), 'utf8').matchAll(/\(tests\/browser\/shots\/([\w/-]+)\.jpg\)/g)].map(([, name]) => name);
const UPDATE = process.env.UPDATE_SHOTS === '1';

const DEVICES = { phone: { width: 360, height: 740 }, desktop: { width: 1280, height: 900 } };
const SCHEMES = ['light', 'dark'];
const DIRECTIONS = { ltr: 'en', rtl: 'ar' };

function looks(directions) {
  const inColour = (device, scheme) => directions.map((direction) => ({ device, scheme, direction }));
  return Object.keys(DEVICES).flatMap((device) => SCHEMES.flatMap((scheme) => inColour(device, scheme)));
}

const LOOKS = looks(Object.keys(DIRECTIONS));
const EMBEDDED = looks(['ltr']);
const PLAIN = EMBEDDED.filter(({ scheme }) => scheme === 'light');
const nameOf = ({ device, scheme, direction }) => `${device}-${scheme}-${direction}`;

const taken = new Set();
const states = await startStates();
const { browser } = states.checkout;
before(() => {
  rmSync(FRESH, { recursive: true, force: true });
  if (UPDATE) rmSync(KEPT, { recursive: true, force: true });
});

const opened = ({ device, scheme }, more) => browser.page({ viewport: DEVICES[device], colorScheme: scheme, ...more });

/** Takes a screenshot of the whole page, and checks the page for faults. */
async function shoot(page, folder, look) {
  const where = `${folder}/${nameOf(look)}`;
  const [lang, dir] = await page.evaluate(() => [document.documentElement.lang, document.documentElement.dir || 'ltr']);
  assert.deepEqual([lang, dir], [DIRECTIONS[look.direction], look.direction], where);
  assert.deepEqual(await layoutFaults(page), [], where);
  const options = { fullPage: true, animations: 'disabled' };
  put(join(FRESH, `${where}.png`), await page.screenshot(options));
  if (UPDATE && SHOWN.includes(where)) put(join(KEPT, `${where}.jpg`), await page.screenshot({ ...options, type: 'jpeg', quality: 70 }));
  taken.add(where);
}

function put(file, bytes) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, bytes);
}

// First, while every provider still answers.
describe('the shop’s page with the checkout in it', () => {
  for (const look of EMBEDDED) {
    test(nameOf(look), async () => {
      const page = await opened(look);
      await order(page, states.checkout);
      await embedded(page).root.locator('.enhanced form').waitFor();
      await shoot(page, 'embedded', look);
      await embedded(page).pin().fill('1168648096792943');
      const frame = page.frames().find((one) => one.url().includes('/embed/'));
      assert.deepEqual(await layoutFaults(frame), [], 'a whole PIN can be seen');
      await page.close();
    });
  }
});

describe('every state', { concurrency: 2 }, () => {
  for (const look of LOOKS) {
    test(nameOf(look), async () => {
      const page = await opened(look);
      for (const name of Object.keys(STATES)) {
        await states.reach(page, name, { locale: DIRECTIONS[look.direction] });
        await shoot(page, name, look);
      }
      await page.close();
    });
  }
});

describe('the page without JavaScript', () => {
  for (const look of PLAIN) {
    test(nameOf(look), async () => {
      const page = await opened(look);
      await states.reach(page, 'empty', { plain: true });
      await shoot(page, 'plain', look);
      await page.close();
    });
  }
});

test('every picture is taken, and the ones kept in git are those of the README', () => {
  const wanted = [
    ...Object.keys(STATES).flatMap((state) => LOOKS.map((look) => `${state}/${nameOf(look)}`)),
    ...EMBEDDED.map((look) => `embedded/${nameOf(look)}`),
    ...PLAIN.map((look) => `plain/${nameOf(look)}`),
  ].sort();
  assert.deepEqual([...taken].sort(), wanted);
  const kept = readdirSync(KEPT, { recursive: true }).filter((name) => name.includes('.'));
  assert.ok(SHOWN.length > 0);
  assert.deepEqual(kept.sort(), SHOWN.map((name) => `${name}.jpg`).sort());
});
