// SECURITY.md names the tests that hold its promises.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../../edge/tools/up-to-date.mjs';

test('every promise of SECURITY.md names a law or a test, and every test exists', () => {
  const text = readFileSync(join(ROOT, 'SECURITY.md'), 'utf8');
  const rows = text.split('\n').filter((line) => line.startsWith('| **')).map((line) => line.slice(2, -2).split(' | '));
  assert.ok(rows.length > 6);
  for (const [adversary, promise, ...held] of rows) {
    assert.equal(held.length, 1, adversary);
    assert.ok(promise.length > 20, adversary);
    assert.match(held[0], /\]\(/, adversary);
  }
  for (const [, path] of text.matchAll(/\]\(([^)#]+)/g)) assert.ok(existsSync(join(ROOT, path)), path);
});
