// The list of scripts, /.well-known/checkout-scripts.json: its entry for each file, and the README's command that compares it.
// tests/browser/scripts.test.mjs checks that nothing else runs.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { addLoader, placeLoaders } from '../../../edge/tools/loaders.mjs';
import { integrityOf, listScripts, SCRIPTS } from '../../../edge/tools/scripts.mjs';
import { ROOT } from '../../../edge/tools/up-to-date.mjs';
import { listenLocally } from '../../simulator/listen.mjs';
import { startCheckout } from '../../support/checkout.mjs';
import { request } from '../../support/client.mjs';

const { url } = await startCheckout();
const read = (path) => readFileSync(join(ROOT, 'www/dist', path));
const { scripts } = JSON.parse(read(SCRIPTS));
const folder = mkdtempSync(join(tmpdir(), 'scripts-'));
after(() => rmSync(folder, { recursive: true, force: true }));

test('it is served, and each of its files has the size and the hash that it says', async () => {
  assert.deepEqual((await request('GET', `${url}/${SCRIPTS}`)).body.scripts, scripts);
  for (const { path, size, integrity, kind, runs_in, reason } of scripts) {
    const content = Buffer.from(await (await fetch(url + path)).arrayBuffer());
    assert.deepEqual([content.length, integrityOf(content)], [size, integrity], path);
    assert.equal(kind === 'wasm', path.endsWith('.wasm'), path);
    assert.ok(runs_in.length > 0, path);
    assert.match(reason, /^[A-Z][^.]*\.$/, path);
  }
  const { loader, loader_integrity: published } = JSON.parse(read('assets.json'));
  assert.equal(scripts.find(({ path }) => path === loader).integrity, published);
});

test('the same files give the same list, and the loaders of earlier releases are in it', () => {
  const [dist, loaders] = [join(folder, 'dist'), join(folder, 'loaders')];
  mkdirSync(dist);
  cpSync(join(ROOT, 'www/dist'), dist, { recursive: true });
  listScripts({ dist, folder: loaders });
  const without = JSON.parse(readFileSync(join(dist, SCRIPTS), 'utf8')).scripts;
  const earlier = 'checkout.0123456789abcdef.js';
  writeFileSync(join(dist, earlier), 'an earlier loader');
  addLoader(earlier, { dist, folder: loaders });
  addLoader(scripts[1].path.slice(1), { dist, folder: loaders });
  rmSync(join(dist, earlier));
  placeLoaders({ dist, folder: loaders });
  const list = () => {
    listScripts({ dist, folder: loaders });
    return readFileSync(join(dist, SCRIPTS), 'utf8');
  };
  assert.equal(list(), list());
  const added = JSON.parse(list()).scripts.filter(({ path }) => !without.some((one) => one.path === path));
  assert.deepEqual(added.map(({ path, integrity }) => [path, integrity]), [[`/${earlier}`, integrityOf('an earlier loader')]]);
  assert.equal(JSON.parse(list()).scripts.length, without.length + 1);
});

test('the README’s command notices a list and a file that have changed', async (t) => {
  for (const tool of ['curl', 'jq', 'openssl']) if (spawnSync(tool, ['--version']).error) return t.skip(`there is no ${tool}`);
  const changed = new Map();
  const site = await listenLocally(0, (request, response) => response.end(changed.get(request.url) ?? read(request.url)));
  t.after(() => site.close());
  const [command] = /^site=https:\/\/pay\.example\.com\n[^]*?(?=```)/m.exec(readFileSync(join(ROOT, 'README.md'), 'utf8'));
  writeFileSync(join(folder, 'checkout-scripts.json'), read(SCRIPTS));
  const compare = () =>
    new Promise((resolve) => {
      const shell = spawn('sh', ['-c', command.replace('https://pay.example.com', `http://localhost:${site.port}`)], { cwd: folder });
      let said = '';
      for (const stream of [shell.stdout, shell.stderr]) stream.on('data', (text) => (said += text));
      shell.on('close', (code) => resolve({ code, said }));
    });
  assert.deepEqual(await compare(), { code: 0, said: '' });
  const last = scripts.at(-1).path;
  changed.set(last, 'another file');
  assert.deepEqual(await compare(), { code: 1, said: `${last} has changed\n` });
  changed.set(`/${SCRIPTS}`, read(SCRIPTS).toString().replace('"iframe"', '"elsewhere"'));
  const { code, said } = await compare();
  assert.equal(code, 1);
  assert.match(said, /^< +"iframe"$/m);
  assert.match(said, /^> +"elsewhere"$/m);
});
