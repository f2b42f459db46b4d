/**
 * Holds the tables of this folder against the tests they name: every test is there, every row has one or says why not, and
 * no golden is left out. A cell in the second column is a list of these, with `<br>` in between and a remark in brackets
 * where one helps:
 *
 *     `golden kora/charge-sample`                  a folder in tests/golden/; `{a,b}` stands for several
 *     `golden kora/charge-errors/pin-invalid`      a row of a table there
 *     `core provider::kora::tests::pin_patterns`   a test in edge/core/src, `wire …` one in edge/wire/src
 *     `worker page/form.test.mjs: its title`            a test or a group in tests/worker/
 *     `simulator kora.test.mjs: its title`         the same in tests/simulator/
 *     not used: why not
 */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const HERE = import.meta.dirname;
const ROOT = join(HERE, '../..');
const HEAD = ['What the document says', 'Where it is tested'];
const DOCUMENTS = [
  'celbux-create-voucher.md', 'celbux-view-voucher.md', 'kora-voucher-charge.md', 'odm-voucher-issuance.md', 'other-pages.md', 'wipay-voucher-pay.md',
];
/** A title that is made while the tests run is told by its fixed words; with fewer letters than this it fits anything. */
const FIXED_LETTERS = 12;

const files = readdirSync(HERE).filter((file) => file.endsWith('.md')).sort();
const rows = files.flatMap((file) => rowsOf(file, readFileSync(join(HERE, file), 'utf8')));

/** `[{where, says, tests}]`: the rows of the tables in a file. */
function rowsOf(file, text) {
  return text.split('\n').flatMap((line, index) => {
    if (!line.startsWith('|') || /^[|\s-]+$/.test(line)) return [];
    const cells = line.split(/(?<!\\)\|/).slice(1, -1).map((cell) => cell.trim());
    const where = `${file}:${index + 1}`;
    assert.equal(cells.length, 2, `${where}: two columns`);
    if (cells.every((cell, column) => cell === HEAD[column])) return [];
    const [says, tests] = cells;
    return [{ where, says, tests: tests.split('<br>').map((one) => one.trim()) }];
  });
}

/** The tests that a row names, `{a,b}` taken apart. What is neither a test nor a reason is of no kind. */
function namedIn({ where, tests }) {
  return tests.flatMap((item) => {
    if (/^not used: \S/.test(item)) return [];
    const [, kind, what] = /^`(\w+) ([^`]+)`(?: \([^`]+\))?$/.exec(item) ?? [];
    const all = kind === 'golden' ? expand(what) : [what ?? item];
    return all.map((one) => ({ where, kind: kind ?? 'neither test nor reason:', what: one }));
  });
}

/** `a-{b,c}` is `a-b` and `a-c`. */
function expand(text) {
  const [, before, choices, after] = /^([^{]*)\{([^}]*)\}(.*)$/.exec(text) ?? [];
  return choices === undefined ? [text] : choices.split(',').flatMap((choice) => expand(before + choice + after));
}

/** The tests in the Rust sources of a folder: `[{file, name}]`. */
function rustTests(folder) {
  const files = readdirSync(join(ROOT, folder), { recursive: true }).filter((file) => file.endsWith('.rs'));
  return files.flatMap((file) => {
    const text = readFileSync(join(ROOT, folder, file), 'utf8');
    // Other attributes and comments may stand between.
    const found = text.matchAll(/#\[test\]\s*(?:#\[[^\]]*\]\s*|\/\/.*\n\s*)*fn (\w+)/g);
    return [...found].map(([, name]) => ({ file, name }));
  });
}

/** The titles of tests and groups in a file, as patterns. */
function titlesIn(text) {
  const found = text.matchAll(/\b(?:test|describe)\(\s*(?:'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`)/g);
  return [...found].flatMap(([, single, double, template]) => {
    const fixed = (template ?? single ?? double).split(template === undefined ? /(?!)/ : /\$\{[^}]*\}/).map((part) => part.replaceAll(/\\(.)/g, '$1'));
    const letters = fixed.join('').replaceAll(/[^\p{L}]/gu, '').length;
    if (fixed.length > 1 && letters < FIXED_LETTERS) return [];
    return [new RegExp(`^${fixed.map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('.+')}$`, 'u')];
  });
}

const goldens = goldensIn(join(ROOT, 'tests/golden'));

/** The goldens: folders, and rows of the tables beside them. */
function goldensIn(root) {
  const files = readdirSync(root, { recursive: true }).sort();
  return files.flatMap((file) => {
    if (file.endsWith('/op.json')) return [file.slice(0, -'/op.json'.length)];
    const [, table] = /^(\w+\/[\w-]+)\.md$/.exec(file) ?? [];
    if (!table) return [];
    const rows = readFileSync(join(root, file), 'utf8').split('\n').filter((line) => /^\| [a-z\d]/.test(line));
    return rows.map((row) => `${table}/${row.split('|')[1].trim()}`);
  });
}

const rust = { core: rustTests('edge/core/src'), wire: rustTests('edge/wire/src') };
const titles = new Map();

/** Whether there is such a test. */
const IS_THERE = {
  golden: (what) => goldens.includes(what),
  core: (what) => isRustTest('core', what),
  wire: (what) => isRustTest('wire', what),
  worker: (what) => isTitle('tests/worker', what),
  simulator: (what) => isTitle('tests/simulator', what),
};

/** The name must be a test's, in a file that lies where the path says. */
function isRustTest(crate, what) {
  const path = what.split('::').filter((part) => part !== 'tests');
  const name = path.pop();
  return rust[crate].some((one) => one.name === name && path.every((part) => one.file.includes(part)));
}

function isTitle(folder, what) {
  const [, file, title] = /^([\w/-]+\.test\.mjs): (.+)$/.exec(what) ?? [];
  const path = join(ROOT, folder, file ?? '');
  if (!file || !existsSync(path)) return false;
  if (!titles.has(path)) titles.set(path, titlesIn(readFileSync(path, 'utf8')));
  return titles.get(path).some((pattern) => pattern.test(title));
}

const named = rows.flatMap(namedIn);

test('every document has its table', () => {
  assert.deepEqual(files, DOCUMENTS);
  for (const file of files) {
    const count = rows.filter(({ where }) => where.startsWith(file)).length;
    assert.ok(count >= 20, `${file} has ${count} rows`);
  }
});

test('every row has a test, or a reason for none', () => {
  for (const { where, says, tests } of rows) assert.ok(says !== '' && tests.length > 0, where);
  assert.ok(named.length > rows.length, 'more tests than rows');
});

test('every test that is named is there', () => {
  const missing = named.filter(({ kind, what }) => !IS_THERE[kind]?.(what));
  assert.deepEqual(missing.map(({ where, kind, what }) => `${where}: ${kind} ${what}`), []);
});

test('every golden is named', () => {
  const known = new Set(named.filter(({ kind }) => kind === 'golden').map(({ what }) => what));
  assert.ok(goldens.length > 200, 'the goldens are where they are looked for');
  assert.deepEqual(goldens.filter((one) => !known.has(one)), []);
});

test('a test that is not there would be noticed', () => {
  for (const [kind, right, wrong] of [
    ['golden', 'kora/charge-sample', 'kora/charge-sampl'],
    ['golden', 'kora/charge-errors/pin-invalid', 'kora/charge-errors/pin-valid'],
    ['core', 'provider::kora::tests::pin_patterns', 'provider::kora::tests::pin_pattern'],
    ['core', 'provider::kora::tests::pin_patterns', 'provider::wipay::tests::pin_patterns'],
    ['wire', 'pin::tests::leading_zeros_and_sixteen_digits_survive', 'pin::tests::leading_zeros_survive'],
    ['worker', 'page/form.test.mjs: a Kora voucher pays, and the new voucher is shown, also after a reload', 'page/form.test.mjs: a Kora voucher pays'],
    ['worker', "objects/issuance.test.mjs: not_entitled: refused in ODM's words, and the same answer to the same request", 'objects/issuance.test.mjs: not_entitled'],
    ['simulator', 'kora.test.mjs: slow takes the money before it answers', 'wipayy.test.mjs: slow takes the money before it answers'],
  ]) {
    assert.deepEqual([IS_THERE[kind](right), IS_THERE[kind](wrong)], [true, false], wrong);
  }
});
