/** `npm start` fetches the npm packages again, and with them the Node that it runs on. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, test } from 'node:test';
import { ROOT } from '../../edge/tools/up-to-date.mjs';

const folder = mkdtempSync(join(tmpdir(), 'voucher-checkout-install-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const PROGRAMS = join(folder, 'node_modules/.bin');

/** Deletes the programs as `npm ci` does, and brings them back when another program has run in between. */
const NPM = `#!/bin/sh
echo "$PATH" > path
mv node_modules/.bin programs
until [ -f ran ]; do sleep 0.1; done
mv programs node_modules/.bin
`;

const PROGRAM = `
  import { existsSync } from 'node:fs';
  import { setTimeout as pause } from 'node:timers/promises';
  import { ensurePackages } from './edge/tools/install.mjs';
  import { run } from './edge/tools/run.mjs';
  const packages = ensurePackages();
  while (!existsSync('programs')) await pause(20);
  await run('touch', ['ran']);
  await packages;
`;

test('other programs start while npm has deleted the Node of the checkout, and npm runs on another', () => {
  mkdirSync(PROGRAMS, { recursive: true });
  mkdirSync(join(folder, 'outside'));
  cpSync(join(ROOT, 'edge/tools'), join(folder, 'edge/tools'), { recursive: true, filter: (path) => !path.includes('/bindgen') });
  cpSync(join(ROOT, 'package-lock.json'), join(folder, 'package-lock.json'));
  copyFileSync(process.execPath, join(PROGRAMS, 'node'));
  writeFileSync(join(PROGRAMS, 'wrangler'), '');
  writeFileSync(join(folder, 'outside/npm'), NPM);
  chmodSync(join(folder, 'outside/npm'), 0o755);
  writeFileSync(join(folder, 'start.mjs'), PROGRAM);
  // So does `npm run` set them.
  const PATH = [PROGRAMS, join(folder, 'outside'), process.env.PATH].join(delimiter);
  const env = { ...process.env, PATH, npm_node_execpath: process.execPath };
  const run = spawnSync(join(PROGRAMS, 'node'), ['start.mjs'], { cwd: folder, env, encoding: 'utf8', timeout: 30_000 });
  assert.equal(run.status, 0, run.stdout + run.stderr);
  const path = readFileSync(join(folder, 'path'), 'utf8').trim().split(delimiter);
  assert.ok(!path.includes(PROGRAMS) && path.includes(join(folder, 'outside')));
});
