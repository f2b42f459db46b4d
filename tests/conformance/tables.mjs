// Reads the tables of this folder, which have a row for every line of the providers' documents with the tests that prove it, and
// the DOCUMENTS.md beside those tests, which name the rows.
//
// A cell in the last column is a list of these, separated by `<br>`, each with an optional remark in parentheses:
//
//     `golden kora/charge-sample`                  a folder in tests/golden/; `{a,b}` stands for several
//     `golden kora/charge-errors/pin-invalid`      a row of a table there
//     `core provider::kora::tests::pin_patterns`   a test of edge/core, `wire …` one of edge/wire
//     `worker page/form.test.mjs: its title`       a test in tests/worker/, or a group whose tests must all pass
//     `simulator kora.test.mjs: its title`         the same in tests/simulator/
//     not used: why not
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../edge/tools/up-to-date.mjs';

/** The tables, each with the prefix of its row ids. */
export const TABLES = {
  'celbux-create-voucher.md': 'CC',
  'celbux-view-voucher.md': 'CV',
  'kora-voucher-charge.md': 'K',
  'odm-voucher-issuance.md': 'O',
  'odm-voucher-redemption.md': 'OM',
  'other-pages.md': 'P',
  'wipay-voucher-pay.md': 'W',
};

/** The file in which each kind of test names its rows. */
const BESIDE = {
  golden: 'tests/golden/DOCUMENTS.md',
  core: 'edge/DOCUMENTS.md',
  wire: 'edge/DOCUMENTS.md',
  worker: 'tests/worker/DOCUMENTS.md',
  simulator: 'tests/simulator/DOCUMENTS.md',
};

const read = (path) => readFileSync(join(ROOT, path), 'utf8');

/** Reads every row of every table: `[{id, where, says, tests, faults}]`. */
export function readRows() {
  return Object.keys(TABLES).flatMap((file) => rowsOf(file, read(`tests/conformance/${file}`)));
}

/**
 * Parses the rows of a table; `tests` are the tests that a row names, `faults` its items that are neither a test nor a reason.
 */
export function rowsOf(file, text) {
  return lines(text, ['Row', 'What the document says', 'Where it is tested']).map(({ number, cells: [id, says, where] }) => {
    const items = where.split('<br>').map((item) => item.trim());
    const tests = items.flatMap(testsIn);
    const nothing = items.filter((item) => testsIn(item).length === 0 && !/^not used: \S/.test(item));
    return { id, where: `${file}:${number}`, says, tests, faults: nothing.map((item) => `${file}:${number}: neither test nor reason: ${item}`) };
  });
}

/** Reads every test that names its rows: `[{where, path, test, rows}]`. */
export function readNaming() {
  return [...new Set(Object.values(BESIDE))].flatMap((path) => namingOf(path, read(path)));
}

/** Parses the tests of a DOCUMENTS.md. */
export function namingOf(path, text) {
  return lines(text, ['Test', 'Rows']).map(({ number, cells: [test, rows] }) => {
    const [, name] = /^`([^`]+)`$/.exec(test) ?? [];
    return { where: `${path}:${number}`, path, test: name ?? test, rows: rows.split(' ') };
  });
}

/** Returns the files of tests/worker or tests/simulator whose tests the rows name. */
export function filesOf(kind) {
  const names = readRows().flatMap(({ tests }) => tests).map((test) => new RegExp(`^${kind} ([\\w/-]+\\.test\\.mjs): `).exec(test)?.[1]);
  return [...new Set(names.filter(Boolean))].sort();
}

/** Returns the faults of these rows, given the tests that name them and the results of the run: `[{test, passed}]`. */
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

/** Returns the rows and tests that do not name each other. */
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

/** Returns the named tests that did not run, or of which any test of that name failed. */
function faultsOfRun(rows, results) {
  const passed = new Map();
  for (const { test, passed: well } of results) passed.set(test, (passed.get(test) ?? true) && well);
  const named = rows.flatMap(({ id, where, tests }) => tests.map((test) => ({ id, where, test })));
  const faults = named.filter(({ test }) => !passed.get(test));
  return faults.map(({ id, where, test }) => `${where}: ${id} ${test}: ${passed.has(test) ? 'has not passed' : 'has not run'}`);
}

/** Returns the tests that an item of a cell names, with `a-{b,c}` expanded to `a-b` and `a-c`. */
function testsIn(item) {
  const [, kind, what] = /^`(\w+) ([^`]+)`(?: \([^`]+\))?$/.exec(item) ?? [];
  if (!(kind in BESIDE)) return [];
  return (kind === 'golden' ? expand(what) : [what]).map((one) => `${kind} ${one}`);
}

function expand(text) {
  const [, before, choices, after] = /^([^{]*)\{([^}]*)\}(.*)$/.exec(text) ?? [];
  return choices === undefined ? [text] : choices.split(',').flatMap((choice) => expand(before + choice + after));
}

/** Parses the data lines of the tables in a text. Throws on a line with another number of cells than `head`. */
function lines(text, head) {
  return text.split('\n').flatMap((line, index) => {
    if (!line.startsWith('|') || /^[|\s-]+$/.test(line)) return [];
    const cells = line.split(/(?<!\\)\|/).slice(1, -1).map((cell) => cell.trim());
    if (cells.length !== head.length) throw new Error(`line ${index + 1} has ${cells.length} cells, not ${head.length}: ${line}`);
    return cells.every((cell, column) => cell === head[column]) ? [] : [{ number: index + 1, cells }];
  });
}
