// Checks the scripts that no other test runs, such as those of the long suites: what they import exists.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { build } from 'esbuild';
import { ROOT } from '../../edge/tools/up-to-date.mjs';

/** Returns the errors of a bundle of these scripts. */
async function errorsOf(what) {
  const how = { absWorkingDir: ROOT, bundle: true, write: false, platform: 'node', format: 'esm', packages: 'external', outdir: 'unused', logLevel: 'silent', logLimit: 0 };
  const { errors } = await build({ ...how, ...what }).catch((failure) => failure);
  return errors.map(({ location, text }) => `${location?.file}: ${text}`);
}

test('every file and name that a script imports exists', async () => {
  const entryPoints = execFileSync('git', ['ls-files', '--', '*.mjs'], { cwd: ROOT, encoding: 'utf8' }).trim().split('\n');
  assert.deepEqual(await errorsOf({ entryPoints }), []);
  const stdin = { contents: "import { nothing } from './tests/support/until.mjs'; console.log(nothing);", resolveDir: ROOT, sourcefile: 'planted.mjs' };
  assert.deepEqual(await errorsOf({ stdin }), ['planted.mjs: No matching export in "tests/support/until.mjs" for import "nothing"']);
});
