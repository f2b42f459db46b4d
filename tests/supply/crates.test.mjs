// The crates, by cargo-deny: their licences, versions and sources, and known vulnerabilities where the database of RustSec can be
// reached. The rules and the exceptions are in edge/deny.toml.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { DENY, toolPath } from '../../edge/tools/install.mjs';
import { ROOT } from '../../edge/tools/up-to-date.mjs';

/** The longest time that a download of the database may take. */
const FETCH_MS = 60_000;
/** The lockfiles of the product and of bindgen, which runs in the build only. */
const [PRODUCT, BINDGEN] = ['Cargo.toml', 'edge/tools/bindgen/Cargo.toml'];

/** Runs cargo-deny on the crates of a manifest, and returns `{passed, said}`. */
function deny(manifest, args, timeout) {
  const all = ['--locked', '--color', 'never', '--config', 'edge/deny.toml', '--manifest-path', manifest, ...args];
  const { status, stdout, stderr } = spawnSync(DENY, all, { cwd: ROOT, encoding: 'utf8', timeout, env: { ...process.env, PATH: toolPath() } });
  return { passed: status === 0, said: `${stdout}${stderr}` };
}

function passes(manifest, ...args) {
  const { passed, said } = deny(manifest, ['check', '--hide-inclusion-graph', ...args]);
  assert.ok(passed, said);
}

test('licences, versions and sources of the product’s crates, with no exception that is not needed', () => {
  passes(PRODUCT, '--deny', 'warnings', 'licenses', 'bans', 'sources');
});

test('licences and sources of bindgen’s crates', () => {
  // The exceptions are those of the product.
  const unused = ['license-not-encountered', 'license-exception-not-encountered'].flatMap((lint) => ['--allow', lint]);
  passes(BINDGEN, ...unused, 'licenses', 'sources');
});

test('no crate has a known vulnerability or was withdrawn', (t) => {
  if (!deny(PRODUCT, ['fetch', 'db'], FETCH_MS).passed) return t.skip('the database of RustSec cannot be reached from here');
  for (const manifest of [PRODUCT, BINDGEN]) passes(manifest, 'advisories');
});
