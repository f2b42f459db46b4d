// Reports node:test results as a line of JSON for every test and group, under the name that the tables use: `worker
// page/form.test.mjs: its title`. A skipped test has not passed. A group has passed when it has tests and all of them passed.
import { join, relative } from 'node:path';
import { ROOT } from '../../edge/tools/up-to-date.mjs';

const TESTS = join(ROOT, 'tests');

export default async function* record(events) {
  /** The outcomes of the finished tests of each open group, by nesting depth. */
  const inside = [];
  for await (const { type, data } of events) {
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    const { name, file, nesting, details, skip, todo } = data;
    const within = inside[nesting + 1] ?? [];
    inside[nesting + 1] = [];
    const ran = type === 'test:pass' && skip === undefined && todo === undefined;
    const passed = ran && within.every(Boolean) && (details.type !== 'suite' || within.length > 0);
    (inside[nesting] ??= []).push(passed);
    if (file) yield `${JSON.stringify({ test: `${relative(TESTS, file).replace('/', ' ')}: ${name}`, passed })}\n`;
  }
}
