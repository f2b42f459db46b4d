// The types in checkout.d.ts: correct uses compile and wrong ones do not (plain.ts, react.tsx, vue.ts, svelte.ts), with the
// frameworks and without them. Their events and codes are written by widget/src/model/dom_event/tests.rs; their attributes and
// theme compile only when they match what the scripts observe and read.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ROOT } from '../../edge/tools/up-to-date.mjs';
import { runEntry, runLoader } from './scripts.mjs';

const TYPES = 'www/public/checkout.d.ts';

const away = mkdtempSync(join(tmpdir(), 'voucher-checkout-types-'));
after(() => rmSync(away, { recursive: true, force: true }));

/** Returns the errors of the compiler as text, empty when there are none. */
function compile(args, cwd = ROOT) {
  const { status, stdout, stderr } = spawnSync(join(ROOT, 'node_modules/.bin/tsc'), args, { cwd, encoding: 'utf8' });
  return status === 0 ? '' : `${stdout}${stderr}`.trim() || `tsc ended with ${status}`;
}

// Before the first test: the tests of a file that waits later may be over by then.
const { attributes, properties, told } = await runLoader();

test('with React, Vue and Svelte: good uses compile, wrong ones do not', () => {
  assert.equal(compile(['-p', 'tests/types/tsconfig.json']), '');
});

const STRICT = ['--strict', '--exactOptionalPropertyTypes', '--noEmit', '--types', '', '--lib', 'es2024,dom,dom.iterable'];
const BUNDLED = ['--module', 'esnext', '--moduleResolution', 'bundler'];

/** Returns the errors of the compiler for a file beside the types, outside our node_modules, as in a shop's project. */
function compileAway(path, looking) {
  mkdirSync(join(away, TYPES, '..'), { recursive: true });
  copyFileSync(join(ROOT, TYPES), join(away, TYPES));
  return compile([...STRICT, ...looking, TYPES, path], away);
}

for (const looking of [BUNDLED, ['--module', 'nodenext', '--moduleResolution', 'nodenext']]) {
  test(`where no framework is installed (${looking.join(' ')}): the same for plain TypeScript`, () => {
    const path = 'tests/types/plain.ts';
    mkdirSync(join(away, path, '..'), { recursive: true });
    copyFileSync(join(ROOT, path), join(away, path));
    assert.equal(compileAway(path, looking), '');
  });
}

/** Compiles only when the members of the type are exactly these names. */
function compileAgainst(type, names) {
  const path = 'held.ts';
  const members = names.map((name) => `  '${name}': true,\n`).join('');
  writeFileSync(join(away, path), `import type * as its from './www/public/checkout';\nexport const all: Record<${type}, true> = {\n${members}};\n`);
  return compileAway(path, BUNDLED);
}


for (const [what, type, names] of [
  // These two declare the theme; every element has them.
  ['attributes are those that the loader observes', 'keyof its.VoucherCheckoutAttributes', attributes.filter((name) => !['class', 'style'].includes(name))],
  ['theme is made of the properties that the loader reads', 'its.VoucherThemeProperty', properties],
]) {
  test(`the ${what}`, () => {
    assert.equal(compileAgainst(type, names), '');
    assert.match(compileAgainst(type, names.slice(1)), /TS2741/);
    assert.match(compileAgainst(type, [...names, 'another']), /TS2353/);
  });
}

test('the errors that the scripts report are in the types', async () => {
  const all = [...told, ...(await runEntry())].map((one) => ({ ...one })).filter(({ type }) => type !== 'resize');
  assert.deepEqual(all, [{ type: 'error', code: 'unreachable' }, { type: 'error', code: 'widget_failed' }]);
  const uses = all.map(({ type, code }, i) => `export const told${i}: its.VoucherCheckoutEvents['${type}']['detail'] = { code: '${code}' };\n`);
  writeFileSync(join(away, 'told.ts'), `import type * as its from './www/public/checkout';\n${uses.join('')}`);
  assert.equal(compileAway('told.ts', BUNDLED), '');
});

test('every type that a shop can name has a comment', () => {
  const lines = readFileSync(join(ROOT, TYPES), 'utf8').split('\n');
  const named = lines.flatMap((line, i) => (/^(export )(type|interface) /.test(line) ? [[line, lines[i - 1]]] : []));
  assert.ok(named.length > 10);
  for (const [line, before] of named) assert.match(before, /\*\/$/, line);
});
