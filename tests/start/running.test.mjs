/** However `npm start` ends while the shop is open, no process is left behind. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ROOT } from '../../edge/tools/up-to-date.mjs';
import { isTaken } from '../../edge/tools/workerd.mjs';
import { until } from '../support/until.mjs';
import { ENDS, npmStart } from './started.mjs';

for (const how of ENDS) {
  test(`${how.signal} to ${how.process} ends the Worker and the simulator`, async () => {
    const { port, output, processes, end } = await npmStart(ROOT);
    await until(output, (text) => /Ctrl-C stops everything/.test(text), { within: 120_000 });
    for (const program of [/workerd/, /wrangler/]) assert.ok(processes().some(({ command }) => program.test(command)), `${program}`);
    await end(how);
    for (const one of [port, port + 1]) assert.equal(await isTaken(one), false);
  });
}
