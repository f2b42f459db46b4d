// Checks the tables of this folder against the tests they name: each test passed in this run of `npm test` and names the row,
// every row has a test or a reason for having none, and every golden is named.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../../edge/tools/up-to-date.mjs';
import { hasRun, nativeResults, readExecuted } from './executed.mjs';
import record from './reporter.mjs';
import { TABLES, faultsOf, namingOf, readNaming, readRows, rowsOf } from './tables.mjs';

const rows = readRows();
const results = readExecuted();

test('the tests that the tables name have run', () => {
  const missing = ['native', 'simulator', 'worker'].filter((part) => !hasRun(part));
  assert.deepEqual(missing, [], '`npm test -- conformance` runs them');
});

test('every document has its table', () => {
  assert.deepEqual(readdirSync(import.meta.dirname).filter((file) => file.endsWith('.md')).sort(), Object.keys(TABLES));
  for (const file of Object.keys(TABLES)) {
    const count = rows.filter(({ where }) => where.startsWith(file)).length;
    assert.ok(count >= 20, `${file} has ${count} rows`);
  }
});

test('every row has its tests, which have passed and name the row, or a reason for none', () => {
  for (const { where, says } of rows) assert.notEqual(says, '', where);
  assert.ok(rows.flatMap(({ tests }) => tests).length > rows.length, 'more tests than rows');
  assert.deepEqual(faultsOf(rows, readNaming(), results), []);
});

test('every golden is named', () => {
  const named = new Set(rows.flatMap(({ tests }) => tests));
  const goldens = results.map(({ test: name }) => name).filter((name) => name.startsWith('golden '));
  assert.ok(goldens.length > 200, `${goldens.length} goldens were checked`);
  assert.deepEqual(goldens.filter((one) => !named.has(one)), []);
});

const TABLE = `| Row | What the document says | Where it is tested |
|---|---|---|
| K1 | POST | \`golden kora/{one,two}\`<br>\`worker form.test.mjs: pays\` (by hand) |
| K2 | PUT | not used: nothing is put |`;
const BESIDE = { 'tests/golden/DOCUMENTS.md': ['golden kora/one', 'golden kora/two'], 'tests/worker/DOCUMENTS.md': ['worker form.test.mjs: pays'] };
const RAN = ['golden kora/one', 'golden kora/two', 'worker form.test.mjs: pays'];

/** Returns the faults found in the small table above, or in the table, naming or results given in its place. */
function faults({ table = TABLE, beside = BESIDE, ran = RAN.map((name) => ({ test: name, passed: true })) }) {
  const naming = Object.entries(beside).flatMap(([path, tests]) => namingOf(path, tests.map((one) => `| \`${one}\` | K1 |`).join('\n')));
  return faultsOf(rowsOf('kora-voucher-charge.md', table), naming, ran);
}

test('a row and its test fail each other when one of them changes', () => {
  assert.deepEqual(faults({}), []);
  const found = (what) => faults(what).map((fault) => fault.replace(/^[^:]+:\d+: /, ''));
  // The test is gone, failed in one of two runs, or was renamed.
  assert.deepEqual(found({ ran: [{ test: RAN[0], passed: true }, { test: RAN[2], passed: true }] }), ['K1 golden kora/two: has not run']);
  assert.deepEqual(found({ ran: [...RAN.map((name) => ({ test: name, passed: true })), { test: RAN[2], passed: false }] }), ['K1 worker form.test.mjs: pays: has not passed']);
  assert.deepEqual(found({ ran: RAN.map((name) => ({ test: name.replace('pays', 'pays it'), passed: true })) }), ['K1 worker form.test.mjs: pays: has not run']);
  // The test does not name the row, names a row that is gone, or is listed in the wrong file.
  assert.deepEqual(found({ beside: { ...BESIDE, 'tests/worker/DOCUMENTS.md': [] } }), ['K1 worker form.test.mjs: pays: the test does not name the row']);
  assert.deepEqual(found({ table: TABLE.replace('{one,two}', 'one') }), ['K1 golden kora/two: the row does not name the test']);
  assert.deepEqual(found({ table: TABLE.replace('K1', 'K3').replace('<br>`worker form.test.mjs: pays` (by hand)', '') }).length, 5);
  assert.deepEqual(found({ beside: { 'tests/golden/DOCUMENTS.md': RAN } }), ['worker form.test.mjs: pays: has no place in this file']);
  // The row's id is not unique or has the wrong prefix, or the row has neither test nor reason.
  assert.deepEqual(found({ table: TABLE.replace('K2', 'K1') }), ['K1: used twice']);
  assert.deepEqual(found({ table: TABLE.replace('K2', 'W2') }), ['W2: not K and a number']);
  assert.deepEqual(found({ table: TABLE.replace('not used: nothing is put', 'form.test.mjs') }), ['neither test nor reason: form.test.mjs']);
});

test('cargo\'s results of native tests are read by package, and goldens count when their test has passed', () => {
  const said = (outcome) => `     Running unittests src/lib.rs (target/debug/deps/checkout_core-0123456789abcdef)

running 2 tests
test provider::golden::requests_and_replies_match_the_goldens ... ${outcome}
test time::tests::known_moments ... ignored

successes:

---- provider::golden::requests_and_replies_match_the_goldens stdout ----
golden kora/charge-sample

---- time::tests::known_moments stdout ----
golden kora/of-another-test

     Running unittests src/lib.rs (target/debug/deps/checkout_wire-0123456789abcdef)
test pin::tests::lengths - should panic ... ok
   Doc-tests checkout_wire
test edge/wire/src/pin.rs - pin (line 3) ... ok
`;
  for (const [outcome, passed] of [['ok', true], ['FAILED', false]]) {
    assert.deepEqual(nativeResults(said(outcome)), [
      { test: 'core provider::golden::requests_and_replies_match_the_goldens', passed },
      { test: 'core time::tests::known_moments', passed: false },
      { test: 'golden kora/charge-sample', passed },
      { test: 'wire pin::tests::lengths', passed: true },
    ]);
  }
});

test('results of node:test are kept by file and title: a skipped test, or a group without a passing test, has not passed', async () => {
  const file = join(ROOT, 'tests/worker/page/form.test.mjs');
  const event = (type, name, nesting, more) => ({ type: `test:${type}`, data: { name, nesting, file, details: { type: 'test' }, ...more } });
  const group = (name, nesting) => event('pass', name, nesting, { details: { type: 'suite' } });
  const events = [
    event('start', 'good', 0), event('pass', 'one', 1), group('good', 0),
    event('pass', 'one', 1), event('pass', 'two', 1, { skip: true }), group('half', 0),
    group('empty', 0), event('fail', 'bad', 0), event('pass', 'later', 0, { todo: 'soon' }),
  ];
  const kept = [];
  for await (const line of record(events)) kept.push(JSON.parse(line));
  const want = { one: true, good: true, two: false, half: false, empty: false, bad: false, later: false };
  const order = ['one', 'good', 'one', 'two', 'half', 'empty', 'bad', 'later'];
  assert.deepEqual(kept, order.map((name) => ({ test: `worker page/form.test.mjs: ${name}`, passed: want[name] })));
});
