// Law 6, over the parts of `npm test` that have run before: none of the PINs that they used appears in a line that the Worker or the
// browser printed, or in an address that was requested.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { test } from 'node:test';
import { hasRun } from '../conformance/executed.mjs';
import { LOGGED, LOGS } from '../support/evidence.mjs';
import { pinsIn } from './search.mjs';

const names = existsSync(LOGS) ? readdirSync(LOGS, { recursive: true }) : [];
const read = (name) => readFileSync(join(LOGS, name), 'utf8');

test('the parts whose logs are searched have run', () => {
  assert.deepEqual(LOGGED.filter((part) => !hasRun(part)), [], '`npm test -- logs` runs them');
});

test('law 6: no PIN is in the logs or addresses of the earlier parts of this run', (t) => {
  const lists = names.filter((name) => basename(name).startsWith('pins-'));
  const logs = names.filter((name) => name.endsWith('.log'));
  for (const part of LOGGED) {
    for (const files of [lists, logs]) assert.ok(files.some((name) => dirname(name) === part), `${part} has left its PINs and its logs`);
  }
  const known = new Set(lists.flatMap((name) => JSON.parse(read(name))));
  for (const name of logs) {
    const text = read(name);
    // Searching the whole file is faster; the line is searched for only after a hit.
    if (pinsIn(text, known).length === 0) continue;
    const at = text.split('\n').findIndex((line) => pinsIn(line, known).length > 0);
    assert.fail(`${name}:${at + 1} holds the PIN of a voucher`);
  }
  t.diagnostic(`${logs.length} files, ${known.size} PINs`);
});
