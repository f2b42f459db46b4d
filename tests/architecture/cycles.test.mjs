// Checks that no crate has an import cycle, and that the crates depend on each other in one direction only.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { ROOT } from '../../edge/tools/up-to-date.mjs';
import { cyclesOf, importsOf, scriptImportsOf } from './imports.mjs';

/** The folders whose files must not import each other in a cycle. */
const FOLDERS = ['edge/wire/src', 'edge/present/src', 'edge/core/src', 'edge/src', 'widget/src', 'www/operations/src', 'tests/fuzz/coverage/src'];

/** The workspace crates that each crate may depend on. */
const MAY_USE = {
  'edge/wire': [],
  'edge/present': ['checkout-wire'],
  'edge/core': ['checkout-wire'],
  'edge': ['checkout-core', 'checkout-present', 'checkout-wire'],
  'widget': ['checkout-present', 'checkout-wire'],
  'www/operations': ['checkout-wire'],
};

const planted = mkdtempSync(join(tmpdir(), 'voucher-checkout-cycles-'));
after(() => rmSync(planted, { recursive: true, force: true }));

for (const folder of FOLDERS) {
  test(`${folder} has no import cycle`, (t) => {
    const uses = importsOf(join(ROOT, folder), { tests: true });
    const cycles = cyclesOf(uses);
    for (const cycle of cycles) t.diagnostic(`${cycle.length} files, such as ${loopIn(cycle, uses).join(' → ')}`);
    assert.deepEqual(cycles, []);
  });
}

test('no script imports itself by way of others', () => {
  const scripts = execFileSync('git', ['ls-files', '--', '*.js', '*.mjs'], { cwd: ROOT, encoding: 'utf8' }).trim().split('\n');
  const uses = scriptImportsOf(ROOT, scripts);
  assert.ok(uses.get('tests/run.mjs').has('edge/tools/install.mjs'));
  assert.ok(uses.get('www/guide/example.js').has('www/shop/order.js'));
  assert.deepEqual(cyclesOf(uses), []);
  writeFileSync(join(planted, 'a.mjs'), "import { b } from './b.mjs';");
  writeFileSync(join(planted, 'b.mjs'), "export * from './c.mjs';");
  writeFileSync(join(planted, 'c.mjs'), 'const { a } = await import("./a.mjs");');
  assert.deepEqual(cyclesOf(scriptImportsOf(planted, ['a.mjs', 'b.mjs', 'c.mjs'])), [['a.mjs', 'b.mjs', 'c.mjs']]);
  mkdirSync(join(planted, 'www'));
  writeFileSync(join(planted, 'www/d.js'), "import '/e.js';");
  writeFileSync(join(planted, 'www/e.js'), "import './d.js';");
  assert.deepEqual(cyclesOf(scriptImportsOf(planted, ['www/d.js', 'www/e.js'])), [['www/d.js', 'www/e.js']]);
});

test('the view of the widget names neither app nor effects', () => {
  const uses = importsOf(join(ROOT, 'widget/src'));
  const views = [...uses.keys()].filter((file) => /^view(\.rs$|\/)/.test(file));
  assert.ok(views.length > 3);
  for (const file of views) {
    assert.ok(![...uses.get(file)].some((used) => ['app.rs', 'effects.rs'].includes(used)), file);
    assert.doesNotMatch(readFileSync(join(ROOT, 'widget/src', file), 'utf8'), /crate::(app|effects)\b/, file);
  }
});

test('each crate depends only on the crates below it', () => {
  for (const [folder, allowed] of Object.entries(MAY_USE)) {
    const manifest = readFileSync(join(ROOT, folder, 'Cargo.toml'), 'utf8');
    // A crate may name itself, for its tests.
    const [, own] = manifest.match(/^name = "([\w-]+)"/m);
    const named = new Set([...manifest.matchAll(/^(checkout-[\w-]+)\b/gm)].map(([, name]) => name).filter((name) => name !== own));
    assert.deepEqual([...named].sort(), allowed, folder);
  }
});

test('in the Worker, only the pages use checkout-present', () => {
  const users = [...importsOf(join(ROOT, 'edge/src')).keys()].filter((file) =>
    readFileSync(join(ROOT, 'edge/src', file), 'utf8').includes('checkout_present'),
  );
  assert.ok(users.length > 0);
  assert.deepEqual(users.filter((file) => !file.startsWith('page/')), []);
});

// serde alone takes a list for an object.
test('the Worker reads JSON by one function', () => {
  const exceptions = ['edge/core/src/json.rs'];
  // The readers of the goldens are tests as well.
  const isTest = (file) => /\btests?\b|provider\/(golden|laws|mutations)/.test(file);
  const readers = ['edge/src', 'edge/core/src']
    .flatMap((folder) => [...importsOf(join(ROOT, folder)).keys()].map((file) => `${folder}/${file}`))
    .filter((file) => !isTest(file) && /serde_json::(from_|Deserializer)/.test(readFileSync(join(ROOT, file), 'utf8')));
  assert.deepEqual(readers.sort(), exceptions);
});

let crates = 0;

/** Returns the cycles found in a crate made of these files. */
function found(files, options) {
  const folder = join(planted, `crate-${++crates}`);
  for (const [file, code] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), code);
  }
  return cyclesOf(importsOf(folder, options));
}

test('a planted import cycle is found in every syntax', () => {
  const lib = 'mod a;\npub mod b;\n';
  for (const [a, b] of [
    ['use crate::b::B;', 'use crate::a::A;'],
    ['use super::b;', 'use super::a::{self, A};'],
    ['use crate::{b::{B, C as D}};', 'use crate::{self as all, a::A};'],
    ['fn f() { crate::b::g(); }', 'fn g() -> super::a::A { loop {} }'],
    ['use crate::b::*;', 'impl crate::a::A {}'],
  ]) {
    assert.deepEqual(found({ 'lib.rs': lib, 'a.rs': a, 'b.rs': b }), [['a.rs', 'b.rs']], `${a} ${b}`);
  }
  const three = { 'lib.rs': 'mod a; mod b; mod c;', 'a.rs': 'use super::b::B;', 'b.rs': 'use crate::c::C;', 'c/mod.rs': 'use super::a::A;' };
  assert.deepEqual(found(three), [['a.rs', 'b.rs', 'c/mod.rs']]);
  const child = { 'lib.rs': 'mod a;', 'a.rs': 'mod b;\nuse b::B;\npub struct A;', 'a/b.rs': 'use super::A;' };
  assert.deepEqual(found(child), [['a.rs', 'a/b.rs']]);
  const registry = { 'lib.rs': 'macro_rules! all { ($($m:ident),*) => { $(mod $m;)* } }\nall!(a, b);', 'a.rs': 'use super::X;', 'b.rs': '' };
  assert.deepEqual(found(registry), [['a.rs', 'lib.rs']]);
});

test('a use of a re-export counts as a use of the defining file', () => {
  const facade = { 'lib.rs': 'mod a;\nmod b;\npub use a::A;\npub use b::B;', 'a.rs': 'use crate::B;', 'b.rs': '' };
  assert.deepEqual(found(facade), []);
  assert.deepEqual(found({ ...facade, 'b.rs': 'use crate::{A};' }), [['a.rs', 'b.rs']]);
});

test('tests count as imports on request', () => {
  const lib = 'mod a;\nmod b;\n';
  const tests = { 'lib.rs': lib, 'a.rs': 'use crate::b::B;\n#[cfg(test)]\n#[allow(missing_docs)]\npub mod tests;', 'a/tests.rs': 'use super::*;', 'b.rs': '#[cfg(test)]\nmod tests;', 'b/tests.rs': 'use crate::a::A;' };
  assert.deepEqual(found(tests), []);
  assert.deepEqual(found(tests, { tests: true }), []);
  const cycle = { ...tests, 'a/tests.rs': 'use crate::b::tests::t;', 'b/tests.rs': 'use crate::a::tests::t;' };
  assert.deepEqual(found(cycle), []);
  assert.deepEqual(found(cycle, { tests: true }), [['a/tests.rs', 'b/tests.rs']]);
});

test('comments and string literals do not count as imports', () => {
  const lib = 'mod a;\nmod b;\n';
  const said = '//! As [`crate::a::A`].\n/* use crate::a; */\nconst S: &str = "use crate::a::A;";\nconst R: &str = r#"crate::a::A"#;';
  assert.deepEqual(found({ 'lib.rs': lib, 'a.rs': 'use crate::b::B;', 'b.rs': said }), []);
});

/** Returns the shortest path from the cycle's first file back to itself. */
function loopIn([first, ...rest], uses) {
  const within = new Set([first, ...rest]);
  const ways = [[first]];
  for (const way of ways) {
    for (const next of uses.get(way.at(-1))) {
      if (next === first) return [...way, first];
      if (within.has(next) && !ways.some((known) => known.at(-1) === next)) ways.push([...way, next]);
    }
  }
  return [first];
}
