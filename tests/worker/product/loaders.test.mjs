// The loaders of the last five releases stay on the server, for shops that pin one by its integrity.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { addLoader, LOADERS, placeLoaders, releasedLoaders } from '../../../edge/tools/loaders.mjs';
import { ROOT } from '../../../edge/tools/up-to-date.mjs';

let root;
let folder;
before(() => {
  root = mkdtempSync(join(tmpdir(), 'loaders-'));
  folder = join(root, 'loaders');
});
after(() => rmSync(root, { recursive: true, force: true }));

/** Builds and releases a loader: each build starts with an empty folder, as on another machine. */
function release(number) {
  const dist = join(root, `dist-${number}`);
  mkdirSync(dist, { recursive: true });
  const name = `checkout.${String(number).padStart(16, '0')}.js`;
  writeFileSync(join(dist, name), `loader ${number}`);
  placeLoaders({ dist, folder });
  addLoader(name, { dist, folder });
  return dist;
}

const numbers = (names) => names.filter((name) => name.endsWith('.js')).map((name) => Number(name.slice(9, 25)));

test('the build after five more releases has the loaders of the last five, to the byte', () => {
  for (let number = 1; number <= 7; number++) release(number);
  assert.deepEqual(numbers(releasedLoaders(folder)), [7, 6, 5, 4, 3]);
  const dist = release(8);
  assert.deepEqual(numbers(readdirSync(dist)).sort(), [3, 4, 5, 6, 7, 8]);
  for (const name of readdirSync(dist)) assert.equal(readFileSync(join(dist, name), 'utf8'), `loader ${Number(name.slice(9, 25))}`);
  assert.deepEqual(numbers(readdirSync(folder)).sort(), [4, 5, 6, 7, 8]);
});

test('a release without a new loader removes none', () => {
  release(8);
  release(8);
  assert.deepEqual(numbers(releasedLoaders(folder)), [8, 7, 6, 5, 4]);
});

test('a release that goes back to an earlier loader keeps it as the newest', () => {
  release(5);
  assert.deepEqual(numbers(releasedLoaders(folder)), [5, 8, 7, 6, 4]);
});

test('every released loader is committed, and part of this build', () => {
  const names = releasedLoaders();
  assert.deepEqual(readdirSync(LOADERS).filter((name) => name.endsWith('.js')).sort(), [...names].sort());
  for (const name of names) {
    assert.deepEqual(readFileSync(join(ROOT, 'www/dist', name)), readFileSync(join(LOADERS, name)), name);
  }
});

test('npm run deploy adds the loader of the build', () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  assert.match(scripts.deploy, /^node edge\/tools\/release\.mjs && wrangler deploy && wrangler d1 migrations apply INDEX --remote$/);
});
