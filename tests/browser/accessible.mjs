// Checks a page with axe. Frames are left out: each document is checked by the tests of its own page.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** WCAG 2.2 A and AA, and axe's best practices. */
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Fails with every violation that axe finds on the page as it is now. */
export async function assertAccessible(page, where) {
  assert.deepEqual(await accessFaults(page), [], where);
}

/** Returns every violation that axe finds on the page as it is now, except those of the rules in `without`. */
export async function accessFaults(page, without = []) {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(AXE);
  // Axe runs this rule only on request.
  const rules = Object.fromEntries([['target-size', { enabled: true }], ...without.map((rule) => [rule, { enabled: false }])]);
  const options = { iframes: false, runOnly: { type: 'tag', values: TAGS }, rules, resultTypes: ['violations'] };
  const { violations, passed } = await page.evaluate(async (asked) => {
    const { violations, passes } = await window.axe.run(document, asked);
    return { violations, passed: passes.length };
  }, options);
  assert.ok(passed > 10, 'axe has run');
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id} ${target}: ${failureSummary}`));
}
