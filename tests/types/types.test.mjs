// The types in checkout.d.ts: good uses compile and wrong ones do not (plain.ts, react.tsx, vue.ts, svelte.ts), with the
// frameworks and without them; and they say what the sources of the widget say.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ROOT } from '../../edge/tools/up-to-date.mjs';

const TYPES = 'www/public/checkout.d.ts';
const read = (path) => readFileSync(join(ROOT, path), 'utf8');
const types = read(TYPES);
const withoutComments = types.replaceAll(/\/\*\*[\s\S]*?\*\//g, '');

const away = mkdtempSync(join(tmpdir(), 'voucher-checkout-types-'));
after(() => rmSync(away, { recursive: true, force: true }));

/** What the compiler finds; nothing when all is well. */
function compile(args, cwd = ROOT) {
  const { status, stdout, stderr } = spawnSync(join(ROOT, 'node_modules/.bin/tsc'), args, { cwd, encoding: 'utf8' });
  return status === 0 ? '' : `${stdout}${stderr}`.trim() || `tsc ended with ${status}`;
}

test('with React, Vue and Svelte: good uses compile, wrong ones do not', () => {
  assert.equal(compile(['-p', 'tests/types/tsconfig.json']), '');
});

for (const [module, resolution] of [['esnext', 'bundler'], ['nodenext', 'nodenext']]) {
  test(`where no framework is installed (module ${module}): the same for plain TypeScript`, () => {
    // As the shop has it: far from our node_modules, which the compiler would find.
    for (const path of [TYPES, 'tests/types/plain.ts']) {
      mkdirSync(join(away, path, '..'), { recursive: true });
      copyFileSync(join(ROOT, path), join(away, path));
    }
    const options = ['--strict', '--exactOptionalPropertyTypes', '--noEmit', '--types', '', '--lib', 'es2024,dom,dom.iterable'];
    const looking = ['--module', module, '--moduleResolution', resolution];
    assert.equal(compile([...options, ...looking, TYPES, 'tests/types/plain.ts'], away), '');
  });
}

/** The members of a union of texts. */
function union(name) {
  const [, members] = withoutComments.match(new RegExp(`export type ${name} =([^;]*);`)) ?? assert.fail(`no type ${name}`);
  return [...members.matchAll(/^\s*\| '([\w-]+)'/gm)].map(([, member]) => member).sort();
}

/** The names of an interface's members. */
function members(name) {
  const declared = new RegExp(`export interface ${name} \\{\\n([\\s\\S]*?)\\n\\}`);
  const [, body] = types.match(declared) ?? assert.fail(`no interface ${name}`);
  return [...body.matchAll(/^ {2}(?:readonly )?'?([\w-]+)'?\??:/gm)].map(([, member]) => member).sort();
}

/** What the iframe says to the loader, and with which members. The loader keeps `resize` to itself. */
function posted() {
  const calls = read('widget/src/host.rs').matchAll(/post\("(\w+)", &\[([^\]]*)\]\)/g);
  const names = (list) => [...list.matchAll(/\("(\w+)",|\b(session)\b/g)].map(([, name, variable]) => name ?? variable).sort();
  const said = [...calls].map(([, type, list]) => [type, names(list)]);
  return Object.fromEntries(said.filter(([type]) => type !== 'resize'));
}

test('the events and what they tell are those that the widget sends', () => {
  const sent = posted();
  assert.deepEqual(members('VoucherCheckoutEvents'), Object.keys(sent).sort());
  for (const [type, told] of Object.entries(sent)) {
    const name = type[0].toUpperCase() + type.slice(1);
    assert.match(types, new RegExp(`  ${type}: CustomEvent<Voucher${name}Detail>;`));
    assert.deepEqual(members(`Voucher${name}Detail`), told, type);
  }
});

test('the decline codes are those of the wire', () => {
  const [, body] = read('edge/wire/src/view.rs').match(/pub enum DeclineCode \{([\s\S]*?)\n {4}\}/);
  const codes = [...body.matchAll(/ = "(\w+)",/g)].map(([, code]) => code);
  assert.ok(codes.length > 0);
  assert.deepEqual(union('VoucherDeclineCode'), codes.sort());
});

test('the error codes are those that the widget tells', () => {
  const told = /Trouble::\w+ => "(\w+)"|code: '(\w+)'/g;
  const sources = ['widget/src/screen.rs', 'widget/entry.js', 'widget/loader/checkout.js'].map(read).join('\n');
  const codes = [...sources.matchAll(told)].map(([, widget, script]) => widget ?? script);
  assert.ok(codes.length > 2);
  assert.deepEqual(union('VoucherErrorCode'), codes.sort());
});

test('the attributes are those that the loader observes', () => {
  const [, list] = read('widget/loader/checkout.js').match(/observedAttributes = \[([^\]]*)\]/);
  const names = [...list.matchAll(/'([\w-]+)'/g)].map(([, name]) => name);
  // These two bring the theme; every element has them.
  assert.deepEqual(members('VoucherCheckoutAttributes'), names.filter((name) => !['class', 'style'].includes(name)).sort());
});

test('the theme is made of the properties that the loader reads', () => {
  const [, list] = read('widget/loader/checkout.js').match(/for \(const name of \[([^\]]*)\]/);
  const names = [...list.matchAll(/'(\w+)'/g)].map(([, name]) => `--voucher-${name}`);
  assert.deepEqual(union('VoucherThemeProperty'), names.sort());
});

test('every type that a shop can name has a comment', () => {
  const lines = types.split('\n');
  const named = lines.flatMap((line, i) => (/^(export )(type|interface) /.test(line) ? [[line, lines[i - 1]]] : []));
  assert.ok(named.length > 10);
  for (const [line, before] of named) assert.match(before, /\*\/$/, line);
});
