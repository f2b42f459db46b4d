// Checks the places of tests, as CONTRIBUTING.md describes them.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../../edge/tools/up-to-date.mjs';

const filesOf = (...patterns) => execFileSync('git', ['ls-files', '--', ...patterns], { cwd: ROOT, encoding: 'utf8' }).trim().split('\n');

test('a test of the Worker has the path of a source of the Worker, or is about the product', () => {
  const names = filesOf('tests/worker/*.test.mjs').map((file) => file.replace(/^tests\/worker\/|\.test\.mjs$/g, ''));
  assert.ok(names.length > 30);
  const sources = (name) => [`edge/src/${name}.rs`, `edge/src/${name}/mod.rs`, `edge/${name}.js`];
  const others = names.filter((name) => !sources(name).some((file) => existsSync(join(ROOT, file))));
  assert.deepEqual(others.filter((name) => !name.startsWith('product/')), []);
});

test('the Rust tests of a module are its module tests, except those over all providers', () => {
  const declared = /#\[cfg\(test\)\](?:\s*#\[[^\]]*\])*\s*(?:pub(?:\([\w\s]*\))?\s+)?mod\s+(\w+)/g;
  const modules = filesOf('*.rs').flatMap((file) => [...readFileSync(join(ROOT, file), 'utf8').matchAll(declared)].map(([, name]) => ({ file, name })));
  assert.ok(modules.length > 50);
  const ofProviders = ({ file, name }) => file === 'edge/core/src/provider/mod.rs' && ['golden', 'laws', 'mutations'].includes(name);
  assert.deepEqual(modules.filter((one) => one.name !== 'tests' && !ofProviders(one)), []);
});
