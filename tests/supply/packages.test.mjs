// The npm packages: known vulnerabilities by `npm audit`, where the registry answers it, and the integrity of each package. They build
// and test the product, and none is shipped.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../../edge/tools/up-to-date.mjs';
import { advisoriesIn } from './npm-audit.mjs';

/** The accepted advisories: from the id, such as GHSA-…, to the reason why it does not concern us, and until when. */
const ACCEPTED = {};

test('no package has a known vulnerability, except the accepted ones', (t) => {
  const { stdout } = spawnSync('npm', ['audit', '--json'], { cwd: ROOT, encoding: 'utf8' });
  const report = JSON.parse(stdout);
  if (report.message) return t.skip(`the npm registry answers no audit (${report.statusCode ?? 'no connection'})`);
  assert.deepEqual(advisoriesIn(report).map(({ id }) => id), Object.keys(ACCEPTED).sort(), JSON.stringify(advisoriesIn(report), null, 2));
});

test('an audit’s advisories are found, each once, also below other packages', () => {
  const advisory = { source: 1, name: 'ws', title: 'DoS', url: 'https://github.com/advisories/GHSA-aaaa-bbbb-cccc', severity: 'high', range: '<8' };
  const report = {
    auditReportVersion: 2,
    vulnerabilities: {
      ws: { name: 'ws', severity: 'high', via: [advisory], effects: ['miniflare'] },
      miniflare: { name: 'miniflare', severity: 'high', via: ['ws'], effects: [] },
      svelte: { name: 'svelte', severity: 'low', via: [{ ...advisory, name: 'svelte', url: 'https://github.com/advisories/GHSA-0000-1111-2222' }, advisory] },
    },
  };
  assert.deepEqual(advisoriesIn(report).map(({ id, package: name }) => [id, name]), [['GHSA-0000-1111-2222', 'svelte'], ['GHSA-aaaa-bbbb-cccc', 'ws']]);
  assert.deepEqual(advisoriesIn({ auditReportVersion: 2, vulnerabilities: {} }), []);
  assert.throws(() => advisoriesIn({ message: 'not an audit' }), /not an audit/);
});

test('every package has an exact version, and the hash of its content', () => {
  const { devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  for (const [name, version] of Object.entries(devDependencies)) assert.match(version, /^\d+\.\d+\.\d+(-\w+)?$/, name);
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
  const [, ...others] = Object.entries(packages);
  assert.ok(others.length > Object.keys(devDependencies).length);
  for (const [path, { integrity }] of others) assert.match(integrity ?? '', /^sha512-/, path);
});

test('no package is shipped: the scripts that reach a browser or workerd import only our own files and their wasm', () => {
  const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  assert.equal(dependencies, undefined);
  const files = ['edge/entry.js', ...['widget', 'www/operations'].flatMap(scriptsIn)];
  const imports = files.flatMap((file) => [...readFileSync(join(ROOT, file), 'utf8').matchAll(/(?:\bfrom|\bimport|\bimport\()\s*['"]([^'"]+)/g)].map(([, name]) => name));
  const foreign = new Set(imports.filter((name) => !name.startsWith('.')));
  assert.deepEqual([...foreign].sort(), ['cloudflare:workers', 'operations-glue', 'widget-glue', 'worker-glue']);
});

function scriptsIn(folder) {
  return readdirSync(join(ROOT, folder), { recursive: true }).filter((name) => name.endsWith('.js')).map((name) => `${folder}/${name}`);
}
