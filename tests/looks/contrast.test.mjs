// The reader's own colours (forced colours), and more contrast: every control has an edge, the focus and the chosen voucher are
// distinguishable, and nothing is lost (WCAG 1.4.1, 1.4.11, 2.4.7).
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { accessFaults } from '../browser/accessible.mjs';
import { assertSeen, focused, tabTo } from '../browser/keys.mjs';
import { layoutFaults } from '../browser/layout.mjs';
import { ALL, startStates } from '../browser/states.mjs';

let page;
const states = await startStates();
const { browser } = states.checkout;
afterEach(() => page?.close());

/** Returns the controls without an edge, or with one in the colour of the background. */
const withoutEdge = () =>
  page.locator('button, a, .field input, .choice label, .notice, .change').evaluateAll((all) => {
    const seen = all.filter((one) => one.checkVisibility());
    const bad = seen.filter((one) => {
      const { borderTopStyle: style, borderTopWidth: width, borderTopColor: colour } = getComputedStyle(one);
      return style === 'none' || Number.parseFloat(width) < 1 || colour === getComputedStyle(document.body).backgroundColor;
    });
    return seen.length ? bad.map((one) => `${one.localName} ${one.className} "${one.textContent.slice(0, 40)}"`) : ['nothing'];
  });

/** Returns whether each voucher that can be chosen is chosen, and whether it has a ring. */
const choices = () =>
  page.locator('.choice label').evaluateAll((labels) => labels.map((label) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(label);
    return [label.querySelector('input').checked, outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2];
  }));

/** Returns whether the reader's setting has reached the page. */
const matchesMedia = (query) => page.evaluate((asked) => matchMedia(asked).matches, query);

for (const plain of [false, true]) {
  const how = plain ? 'plain' : 'widget';
  const names = Object.keys(ALL).filter((name) => !plain || ALL[name].plain);
  for (const colorScheme of ['light', 'dark']) {
    test(`forced colours, ${colorScheme}, ${how}`, async () => {
      page = await browser.page({ colorScheme, forcedColors: 'active' });
      for (const name of names) {
        await states.reach(page, name, { plain });
        assert.ok(await matchesMedia('(forced-colors: active)'));
        assert.deepEqual(await withoutEdge(), [], name);
        if (name === 'provider-down') assert.deepEqual(await choices(), [[true, true], [false, false]]);
      }
    });
  }

  test(`forced colours, ${how}: the focus is visible at every stop`, async () => {
    page = await browser.page({ forcedColors: 'active' });
    await states.reach(page, 'empty', { plain });
    await page.locator('h1').click();
    await tabTo(page, /^Back to /);
    assertSeen(await focused(page));
  });

  test(`more contrast, ${how}`, async () => {
    page = await browser.page({ contrast: 'more' });
    for (const name of names) {
      await states.reach(page, name, { plain });
      assert.ok(await matchesMedia('(prefers-contrast: more)'));
      assert.deepEqual(await layoutFaults(page), [], name);
      if (!plain) assert.deepEqual(await accessFaults(page), [], name);
    }
  });
}
