// The static files: the loader, the widget's parts and the start page, with the headers that each needs.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { brotliCompressSync } from 'node:zlib';
import { BUDGETS, CODE_HTML, HTML } from '../../../edge/tools/build-widget.mjs';
import { ROOT } from '../../../edge/tools/up-to-date.mjs';
import { startCheckout } from '../../support/checkout.mjs';
import { request } from '../../support/client.mjs';
import { withCookies } from '../../support/cookies.mjs';

const names = JSON.parse(readFileSync(join(ROOT, 'www/dist/assets.json'), 'utf8'));
const LANGUAGES = readdirSync(join(ROOT, 'edge/present/words')).map((name) => name.replace('.json', ''));
const IMMUTABLE = 'public, max-age=31536000, immutable';

const stack = await startCheckout();
const get = (path) => request('GET', stack.url + path);
const bytesOf = async (path) => Buffer.from(await (await fetch(stack.url + path)).arrayBuffer());

test('the loader is cached for minutes under its own name, for ever under its hash, and may be loaded by any page', async () => {
  for (const [path, cache] of [['/checkout.js', /max-age=300/], [names.loader, new RegExp(IMMUTABLE)]]) {
    const answer = await get(path);
    assert.equal(answer.status, 200, path);
    assert.match(answer.headers.get('content-type'), /javascript/);
    assert.match(answer.headers.get('cache-control'), cache, path);
    assert.equal(answer.headers.get('access-control-allow-origin'), '*', path);
    assert.equal(answer.headers.get('cross-origin-resource-policy'), 'cross-origin', path);
  }
  const integrity = `sha384-${createHash('sha384').update(await bytesOf(names.loader)).digest('base64')}`;
  assert.equal(names.loader_integrity, integrity, 'the published hash is that of the file');
  const { loader, loader_integrity: published } = (await get('/assets.json')).body;
  assert.deepEqual([loader, published], [names.loader, integrity], 'a shop can read both');
});

test('the loader\'s types are served as text', async () => {
  const answer = await get('/checkout.d.ts');
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get('content-type'), 'text/plain; charset=utf-8');
  assert.match(answer.headers.get('cache-control'), /max-age=300/);
  assert.equal(answer.text, readFileSync(join(ROOT, 'www/public/checkout.d.ts'), 'utf8'));
});

test('the list of the shipped software, and its licences', async () => {
  for (const [path, type] of [['sbom', 'application/vnd.cyclonedx+json; version=1.6'], ['third-party-notices.txt', 'text/plain; charset=utf-8']]) {
    const answer = await get(`/.well-known/${path}`);
    assert.equal(answer.status, 200, path);
    assert.equal(answer.headers.get('content-type'), type, path);
    assert.equal(answer.text, readFileSync(join(ROOT, 'www/dist/.well-known', path), 'utf8'));
  }
});

test('the widget\'s files are immutable, and the pages name existing ones', async () => {
  const { text: page } = await get(`/embed/cs_${'0'.repeat(32)}`);
  for (const [part, type] of [['js', /javascript/], ['proof', /javascript/], ['wasm', /^application\/wasm$/]]) {
    const answer = await get(names[part]);
    assert.equal(answer.status, 200, part);
    assert.match(answer.headers.get('content-type'), type);
    assert.equal(answer.headers.get('cache-control'), IMMUTABLE);
    // A page loads the script for proofs of work only when it needs one.
    assert.equal(page.includes(names[part]), part !== 'proof', part);
  }
});

test('the start page and the list of error codes', async () => {
  const start = await get('/');
  assert.equal(start.status, 200);
  assert.match(start.text, /Voucher Checkout/);
  const { status, text: html } = await get('/problems');
  assert.equal(status, 200);
  const { type } = (await get('/v1/providers')).body;
  assert.equal(type, '/problems#api_key_missing');
  assert.ok(html.includes('id="api_key_missing"'));
});

test('an unknown path is answered with a problem document', async () => {
  const answer = await get('/assets/nothing.js');
  assert.equal(answer.status, 404);
  assert.match(answer.headers.get('content-type'), /problem\+json/);
});

for (const [name, provider, files, markup] of [
  ['pay', 'kora', ['js', 'wasm'], HTML],
  ['code', 'odm', ['code_js', 'code_wasm'], HTML + CODE_HTML],
]) {
  test(`what a shopper loads to pay at ${provider} is within its budget, with the widget and without`, async () => {
    const session = await stack.createSession(provider, {
      reference: '2dc87638-d7ea-42e6-83a1-db7df1336c6a',
      description: 'Enamel mug, 350 ml',
      success_url: 'https://shop.example/thanks?order=1001',
      cancel_url: 'https://shop.example/cart',
    });
    const compressed = async (path) => brotliCompressSync(await bytesOf(path)).length;
    const pageIn = async (locale) => (await withCookies(stack.send)('GET', `${session.url.slice(stack.url.length)}&locale=${locale}`)).text;
    const english = await pageIn('en');
    const texts = JSON.stringify(JSON.parse(/id="page">(.*?)<\/script>/.exec(english)[1]).words);
    const weight = (text) => brotliCompressSync(Buffer.from(text)).length;
    const bare = weight(english) - weight(texts) - weight(names.style);
    assert.ok(bare <= markup, `the page has ${bare} bytes without its texts and its style sheet`);
    const page = Math.max(...(await Promise.all(LANGUAGES.map(pageIn))).map(weight));
    assert.ok(page <= BUDGETS.form.must, `${page} bytes until a shopper can pay with the plain form`);
    const loaded = await Promise.all(files.map((part) => compressed(names[part])));
    const total = loaded.reduce((sum, part) => sum + part, page);
    assert.ok(total <= BUDGETS[name].must, `${total} bytes with the widget`);
  });
}
