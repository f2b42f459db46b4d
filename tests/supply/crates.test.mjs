// The crates, by cargo-deny: their licences, versions and sources, and known vulnerabilities where the database of RustSec can be
// reached. The rules and the exceptions are in edge/deny.toml.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { DENY, toolPath } from '../../edge/tools/install.mjs';
import { ROOT } from '../../edge/tools/up-to-date.mjs';

const RULES = join(ROOT, 'edge/deny.toml');
const DATABASE = 'https://github.com/RustSec/advisory-db';
/** The longest time that a download of the database may take. */
const FETCH_MS = 60_000;
/** The manifests of the product, of bindgen, which runs in the build only, and of the fuzz targets. */
const [PRODUCT, BINDGEN, FUZZ] = ['Cargo.toml', 'edge/tools/bindgen/Cargo.toml', 'tests/fuzz/coverage/Cargo.toml'];

/** Runs cargo-deny on the crates of a manifest, and returns `{passed, said}`. */
function deny(manifest, args, { rules = RULES, env = {} } = {}) {
  const all = ['--locked', '--color', 'never', '--config', rules, '--manifest-path', manifest, ...args];
  const options = { cwd: ROOT, encoding: 'utf8', env: { ...process.env, ...env, PATH: toolPath() }, timeout: FETCH_MS };
  const { status, stdout, stderr } = spawnSync(DENY, all, options);
  return { passed: status === 0, said: `${stdout}${stderr}` };
}

function check(manifest, args, options) {
  return deny(manifest, ['check', '--hide-inclusion-graph', ...args], options);
}

function passes(manifest, ...args) {
  const { passed, said } = check(manifest, args);
  assert.ok(passed, said);
}

/** Makes a warning an error, such as that of an exception that is not needed. */
const STRICT = ['--deny', 'warnings'];

/** Accepts the rules of the product that other crates do not need. */
const UNUSED = ['license-not-encountered', 'license-exception-not-encountered'].flatMap((lint) => ['--allow', lint]);

test('licences, versions and sources of the product’s crates, with no exception that is not needed', () => {
  passes(PRODUCT, ...STRICT, 'licenses', 'bans', 'sources');
});

test('licences and sources of bindgen’s crates', () => {
  passes(BINDGEN, ...UNUSED, 'licenses', 'sources');
});

test('licences and sources of the crates of the fuzz targets', () => {
  passes(FUZZ, ...UNUSED, 'licenses', 'sources');
});

test('no crate has a known vulnerability or was withdrawn', (t) => {
  if (!deny(PRODUCT, ['fetch', 'db']).passed) return t.skip('the database of RustSec cannot be reached from here');
  passes(PRODUCT, ...STRICT, 'advisories');
  passes(BINDGEN, 'advisories');
  passes(FUZZ, 'advisories');
});

test('a vulnerability in the database is found, unless it is accepted', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'voucher-checkout-advisories-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const database = join(folder, 'database');
  mkdirSync(join(database, 'crates/subtle'), { recursive: true });
  const advisory = '[advisory]\nid = "RUSTSEC-2099-0001"\npackage = "subtle"\ndate = "2026-01-01"\n\n[versions]\npatched = [">= 99.0.0"]';
  writeFileSync(join(database, 'crates/subtle/RUSTSEC-2099-0001.md'), `\`\`\`toml\n${advisory}\n\`\`\`\n\n# A planted vulnerability\n\nIn a test.\n`);
  const author = ['-c', 'user.name=test', '-c', 'user.email=test@localhost'];
  for (const args of [['init', '-q', '-b', 'main'], ['add', '.'], [...author, 'commit', '-q', '-m', 'Plant it']]) {
    assert.equal(spawnSync('git', args, { cwd: database }).status, 0, args.join(' '));
  }
  // Git reads the planted database in place of the real one.
  const env = { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: `url.file://${database}.insteadOf`, GIT_CONFIG_VALUE_0: DATABASE };
  const rules = join(folder, 'deny.toml');
  const ours = readFileSync(RULES, 'utf8').replace('[advisories]', `[advisories]\ndb-path = "${folder}/copies"`);
  writeFileSync(rules, ours);
  const found = check(PRODUCT, ['advisories'], { rules, env });
  assert.ok(!found.passed);
  assert.match(found.said, /A planted vulnerability/);
  writeFileSync(rules, ours.replace(/^ignore = \[/m, 'ignore = [{ id = "RUSTSEC-2099-0001", reason = "a test" }, '));
  const accepted = check(PRODUCT, ['advisories'], { rules, env });
  assert.ok(accepted.passed, accepted.said);
});
