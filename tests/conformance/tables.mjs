// The tables of this folder, a row for every line of the providers' documents with the tests that hold us to it; and the
// DOCUMENTS.md beside those tests, which name the rows.
//
// A cell in the last column is a list of these, with `<br>` in between and a remark in brackets where one helps:
//
//     `golden kora/charge-sample`                  a folder in tests/golden/; `{a,b}` stands for several
//     `golden kora/charge-errors/pin-invalid`      a row of a table there
//     `core provider::kora::tests::pin_patterns`   a test of edge/core, `wire …` one of edge/wire
//     `worker page/form.test.mjs: its title`       a test in tests/worker/, or a group of which every test counts
//     `simulator kora.test.mjs: its title`         the same in tests/simulator/
//     not used: why not
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../edge/tools/up-to-date.mjs';

/** The tables, with the letters that begin the ids of their rows. */
export const TABLES = {
  'celbux-create-voucher.md': 'CC',
  'celbux-view-voucher.md': 'CV',
  'kora-voucher-charge.md': 'K',
  'odm-voucher-issuance.md': 'O',
  'other-pages.md': 'P',
  'wipay-voucher-pay.md': 'W',
};

/** Where each kind of test names its rows. */
const BESIDE = {
  golden: 'tests/golden/DOCUMENTS.md',
  core: 'edge/DOCUMENTS.md',
  wire: 'edge/DOCUMENTS.md',
  worker: 'tests/worker/DOCUMENTS.md',
  simulator: 'tests/simulator/DOCUMENTS.md',
};

const read = (path) => readFileSync(join(ROOT, path), 'utf8');

/** `[{id, where, says, tests, faults}]`: every row of every table. */
export function readRows() {
  return Object.keys(TABLES).flatMap((file) => rowsOf(file, read(`tests/conformance/${file}`)));
}

/** The rows of a table; `tests` are those it names, `faults` what is no name of a test and no reason for none. */
export function rowsOf(file, text) {
  return lines(text, ['Row', 'What the document says', 'Where it is tested']).map(({ number, cells: [id, says, where] }) => {
    const items = where.split('<br>').map((item) => item.trim());
    const tests = items.flatMap(testsIn);
    const nothing = items.filter((item) => testsIn(item).length === 0 && !/^not used: \S/.test(item));
    return { id, where: `${file}:${number}`, says, tests, faults: nothing.map((item) => `${file}:${number}: neither test nor reason: ${item}`) };
  });
}

/** `[{where, test, rows}]`: every test that names its rows. */
export function readNaming() {
  return [...new Set(Object.values(BESIDE))].flatMap((path) => namingOf(path, read(path)));
}

/** The tests of a DOCUMENTS.md. */
export function namingOf(path, text) {
  return lines(text, ['Test', 'Rows']).map(({ number, cells: [test, rows] }) => {
    const [, name] = /^`([^`]+)`$/.exec(test) ?? [];
    return { where: `${path}:${number}`, path, test: name ?? test, rows: rows.split(' ') };
  });
}

/** The files whose tests the rows name: of tests/worker or tests/simulator. */
export function filesOf(kind) {
  const names = readRows().flatMap(({ tests }) => tests).map((test) => new RegExp(`^${kind} ([\\w/-]+\\.test\\.mjs): `).exec(test)?.[1]);
  return [...new Set(names.filter(Boolean))].sort();
}

/** What is wrong with these rows, given which tests name them and what became of every test that ran: `[{test, passed}]`. */
export function faultsOf(rows, naming, results) {
  return [...rows.flatMap(({ faults }) => faults), ...faultsOfIds(rows), ...faultsOfNames(rows, naming), ...faultsOfRun(rows, results)];
}

function faultsOfIds(rows) {
  const seen = new Set();
  return rows.flatMap(({ id, where }) => {
    const wanted = TABLES[where.split(':')[0]];
    const fault = seen.has(id) ? 'used twice' : new RegExp(`^${wanted}\\d+$`).test(id) ? undefined : `not ${wanted} and a number`;
    seen.add(id);
    return fault ? [`${where}: ${id}: ${fault}`] : [];
  });
}

/** Both sides name each other, or one of them was changed without the other. */
function faultsOfNames(rows, naming) {
  const forth = new Map(rows.flatMap(({ id, where, tests }) => tests.map((test) => [`${id} ${test}`, where])));
  const back = new Map(naming.flatMap(({ where, test, rows: ids }) => ids.map((id) => [`${id} ${test}`, where])));
  const besides = naming.filter(({ path, test }) => BESIDE[test.split(' ')[0]] !== path);
  const onlyIn = (one, other, how) => [...one].filter(([pair]) => !other.has(pair)).map(([pair, where]) => `${where}: ${how(pair)}`);
  return [
    ...besides.map(({ where, test }) => `${where}: ${test}: has no place in this file`),
    ...onlyIn(forth, back, (pair) => `${pair}: the test does not name the row`),
    ...onlyIn(back, forth, (pair) => `${pair}: the row does not name the test`),
  ];
}

/** A test has to have run and passed, every one of that name. */
function faultsOfRun(rows, results) {
  const passed = new Map();
  for (const { test, passed: well } of results) passed.set(test, (passed.get(test) ?? true) && well);
  const named = rows.flatMap(({ id, where, tests }) => tests.map((test) => ({ id, where, test })));
  const faults = named.filter(({ test }) => !passed.get(test));
  return faults.map(({ id, where, test }) => `${where}: ${id} ${test}: ${passed.has(test) ? 'has not passed' : 'has not run'}`);
}

/** The tests that an item of a cell names, `a-{b,c}` taken apart into `a-b` and `a-c`. */
function testsIn(item) {
  const [, kind, what] = /^`(\w+) ([^`]+)`(?: \([^`]+\))?$/.exec(item) ?? [];
  if (!(kind in BESIDE)) return [];
  return (kind === 'golden' ? expand(what) : [what]).map((one) => `${kind} ${one}`);
}

function expand(text) {
  const [, before, choices, after] = /^([^{]*)\{([^}]*)\}(.*)$/.exec(text) ?? [];
  return choices === undefined ? [text] : choices.split(',').flatMap((choice) => expand(before + choice + after));
}

/** The lines of the tables in a text, without their heads, which must be this one. */
function lines(text, head) {
  return text.split('\n').flatMap((line, index) => {
    if (!line.startsWith('|') || /^[|\s-]+$/.test(line)) return [];
    const cells = line.split(/(?<!\\)\|/).slice(1, -1).map((cell) => cell.trim());
    if (cells.length !== head.length) throw new Error(`line ${index + 1} has ${cells.length} cells, not ${head.length}: ${line}`);
    return cells.every((cell, column) => cell === head[column]) ? [] : [{ number: index + 1, cells }];
  });
}
