/** However `npm start` ends during the build, no process is left behind. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { ROOT } from '../../edge/tools/up-to-date.mjs';
import { until } from '../support/until.mjs';
import { ENDS, npmStart } from './started.mjs';

const folder = mkdtempSync(join(tmpdir(), 'voucher-checkout-start-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** A checkout in which nothing is built, with the npm packages, because fetching them would take too long. */
for (const file of execFileSync('git', ['ls-files', '-z', ':!tests'], { cwd: ROOT, encoding: 'utf8' }).split('\0').filter(Boolean)) {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  cpSync(join(ROOT, file), join(folder, file));
}
cpSync(join(ROOT, 'tests/simulator'), join(folder, 'tests/simulator'), { recursive: true });
symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
cpSync(join(ROOT, '.tools/stamps/npm'), join(folder, '.tools/stamps/npm'));

for (const how of ENDS) {
  test(`${how.signal} to ${how.process} ends cargo and its compilers`, async () => {
    const { output, processes, end } = await npmStart(folder);
    await until(processes, (all) => all.some(({ command }) => /bin\/rustc .*--crate-name/.test(command)), { within: 120_000 });
    await end(how);
    assert.doesNotMatch(output(), /Ctrl-C stops everything/);
  });
}
