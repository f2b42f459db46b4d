// The variants of `npm run widget-bytes` change copies of the sources, which other changes must not break unnoticed.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../../edge/tools/up-to-date.mjs';
import { VARIANTS } from '../widget-bytes/variants.mjs';

for (const { what, changes } of VARIANTS) {
  test(`the sources have what this variant changes: ${what}`, () => {
    for (const { file, find, all } of changes.filter((change) => change.find)) {
      const times = readFileSync(join(ROOT, file), 'utf8').split(find).length - 1;
      assert.ok(all ? times > 0 : times === 1, `${file} has ${times} times: ${find}`);
    }
  });
}
