// The sign-in to the operations page, and the resources that the page may load.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, test } from 'node:test';
import { ROOT } from '../../edge/tools/up-to-date.mjs';
import { accessFaults } from '../browser/accessible.mjs';
import { request } from '../support/client.mjs';
import { startOperations } from './staff.mjs';

const stack = await startOperations();
const { url, browser, simulator, createSession, signedIn } = stack;
let page;
afterEach(() => page?.close());

test('the address that npm start prints signs in by itself', async () => {
  page = await signedIn();
  assert.equal(page.url(), `${url}/operations/`);
  await page.getByRole('heading', { name: 'What is waiting' }).waitFor();
  await page.getByText('Answers').first().waitFor();
  assert.equal(await page.getByText('You are not signed in').count(), 0);
});

test('without a sign-in the page says so and shows nothing', async () => {
  const session = await createSession('kora');
  page = await browser.page();
  await page.goto(`${url}/operations/sessions/${session.id}`);
  await page.getByText('You are not signed in.').waitFor();
  assert.equal(await page.getByText(session.reference).count(), 0);
  assert.deepEqual(await accessFaults(page), []);
});

test('a screen’s address opens that screen, and a missing file is not found', async () => {
  for (const path of ['/operations/', '/operations/search', `/operations/sessions/cs_${'0'.repeat(32)}`]) {
    const answer = await request('GET', url + path);
    assert.equal(answer.status, 200, path);
    assert.match(answer.headers.get('content-type'), /^text\/html/);
    const policy = answer.headers.get('content-security-policy');
    assert.match(policy, /default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'/, path);
    assert.match(policy, /frame-ancestors 'none'/);
    assert.equal(answer.text, readFileSync(join(ROOT, 'www/dist/operations/index.html'), 'utf8'));
  }
  for (const path of ['/operations/assets/none.js', '/operations/x.html']) assert.equal((await request('GET', url + path)).status, 404, path);
  assert.equal((await request('POST', `${url}/operations/search`)).status, 405);
});

test('the files are immutable and come from our origin only', async () => {
  const html = readFileSync(join(ROOT, 'www/dist/operations/index.html'), 'utf8');
  const files = [...html.matchAll(/(?:href|src)="(\/[^"]+)"/g)].map(([, path]) => path);
  assert.equal(files.length, 3);
  for (const file of files) {
    const answer = await request('GET', url + file);
    assert.equal(answer.headers.get('cache-control'), 'public, max-age=31536000, immutable', file);
  }
  page = await browser.page();
  const foreign = [];
  page.on('request', (request) => request.url().startsWith(url) || request.url().startsWith('data:') || foreign.push(request.url()));
  await page.context().addCookies([{ name: 'CF_Authorization', value: await simulator.access.token(), url }]);
  await page.goto(`${url}/operations/`);
  await page.getByText('Answers').first().waitFor();
  assert.deepEqual(foreign, []);
});
