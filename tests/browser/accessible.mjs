// What axe finds on a page. Frames are left out: each document is looked at where it is made.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** WCAG 2.2 A and AA, and what axe holds for good practice. */
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Fails with everything that axe finds wrong on the page as it is now. */
export async function assertAccessible(page, where) {
  assert.deepEqual(await accessFaults(page), [], where);
}

/** Everything that axe finds wrong on the page as it is now, but by the rules in `without`. */
export async function accessFaults(page, without = []) {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(AXE);
  // Axe leaves this one out unless it is asked for.
  const rules = Object.fromEntries([['target-size', { enabled: true }], ...without.map((rule) => [rule, { enabled: false }])]);
  const options = { iframes: false, runOnly: { type: 'tag', values: TAGS }, rules };
  const { violations, passes } = await page.evaluate((asked) => window.axe.run(document, asked), options);
  assert.ok(passes.length > 10, 'axe has looked');
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id} ${target}: ${failureSummary}`));
}
