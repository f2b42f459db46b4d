// Law 6, over a whole test run: not one of the PINs that were in use stands in a log line of the Worker or the browser,
// or in an address that was called. Reads what the Worker's and the browser's tests left in tests/.logs.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { LOGS } from '../support/evidence.mjs';

const names = existsSync(LOGS) ? readdirSync(LOGS) : [];
const read = (name) => readFileSync(join(LOGS, name), 'utf8');
const pins = new Set(names.filter((name) => name.startsWith('pins-')).flatMap((name) => JSON.parse(read(name))));
const logs = names.filter((name) => name.endsWith('.log'));

/** The PINs that stand in the text: as they are, in groups with spaces or hyphens, or percent-encoded. */
function found(text) {
  const joined = text.replaceAll(/(?<=[A-Za-z0-9])(?:[ -]|%20|\+)(?=[A-Za-z0-9])/g, '');
  return [...pins].filter((pin) => text.includes(pin) || joined.includes(pin));
}

test('the run left something to search', () => {
  assert.ok(pins.size >= 30, `only ${pins.size} PINs were in use`);
  for (const kind of ['worker-', 'addresses-']) {
    const lines = logs.filter((name) => name.startsWith(kind)).flatMap((name) => read(name).split('\n'));
    assert.ok(lines.length >= 50, `only ${lines.length} lines in ${kind}*.log`);
  }
});

test('the search finds a PIN that is there', () => {
  const [pin] = pins;
  for (const form of [pin, pin.replaceAll(/(.{4})(?=.)/g, '$1 '), pin.replaceAll(/(.{4})(?=.)/g, '$1-'), pin.replaceAll(/(.{4})(?=.)/g, '$1%20')]) {
    assert.deepEqual(found(`a line with ${form} in it`), [pin]);
  }
});

test('law 6: no PIN stands in a log line or an address', () => {
  for (const name of logs) {
    for (const [number, line] of read(name).split('\n').entries()) {
      const [pin] = found(line);
      assert.equal(pin, undefined, `${name}:${number + 1} holds the PIN of a voucher`);
    }
  }
});
