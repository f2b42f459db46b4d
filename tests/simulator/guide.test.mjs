/** The programmer's guide and the demo shop's themes as they are served, and the truth of the guide's statements. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { request } from '../support/client.mjs';
import { startSimulator } from './server.mjs';
import { THEMES } from './shop-themes.mjs';

const checkoutUrl = 'http://127.0.0.1:9';
const simulator = await startSimulator({ checkoutUrl, apiKey: 'shop-key' });
after(() => simulator.close());

const fileOf = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const matches = (text, pattern) => [...text.matchAll(pattern)].map(([, found]) => found);

const get = (path) => request('GET', simulator.url + path);

const guide = (await get('/guide/')).text;

test('the guide and its files are served, and linked from the shop', async () => {
  assert.deepEqual([(await get('/guide')).status, (await get('/guide')).headers.get('location')], [308, '/guide/']);
  const files = [...matches(guide, /(?:src|href)="(\/(?:guide|shop)\/[a-z-]+\.(?:js|css))"/g), '/guide/preview.js', '/guide/preview.css'];
  assert.ok(files.length > 6);
  for (const file of files) assert.equal((await get(file)).status, 200, file);
  for (const file of ['/guide/index.html', '/guide/preview.html', '/guide/..%2fshop/shop.js', '/guide/nothing']) {
    assert.equal((await get(file)).status, 404, file);
  }
  for (const page of ['/', '/shop/events', '/thanks']) assert.match((await get(page)).text, /<a href="\/guide\/">/, page);
  const anchors = matches(guide, /href="#([\w-]+)"/g);
  for (const anchor of anchors) assert.ok(guide.includes(`id="${anchor}"`), anchor);
});

test('the server fills its placeholders, except those of a session, which the browser fills', () => {
  assert.deepEqual(new Set(matches(guide, /\{\{(\w+)\}\}/g)), new Set(['session', 'client_secret', 'order']));
  assert.ok(guide.includes(`<script async src="${checkoutUrl}/checkout.js"></script>`));
});

test('the guide allows no inline scripts; a preview can call only the shop and the checkout', async () => {
  const policyOf = async (path) => (await get(path)).headers.get('content-security-policy');
  assert.doesNotMatch(await policyOf('/guide/'), /unsafe/);
  assert.match(await policyOf('/guide/'), /default-src 'self'; frame-src 'self';/);
  const preview = await policyOf('/guide/preview');
  for (const part of ["default-src 'none'", "connect-src 'self'", "form-action 'none'", "frame-ancestors 'self'", `frame-src ${checkoutUrl};`]) {
    assert.ok(preview.includes(part), part);
  }
  const shop = await policyOf('/');
  assert.ok(guide.includes(`Content-Security-Policy: ${shop.replaceAll("'", '&#39;')}`), 'the guide shows the policy of the shop');
});

test('its events are those of the types', () => {
  const [types] = matches(fileOf('www/public/checkout.d.ts'), /export interface VoucherCheckoutEvents \{([^]*?)\n\}/g);
  const told = matches(types, /^ {2}(\w+): CustomEvent</gm);
  assert.equal(told.length, 7);
  const table = /<thead><tr><th scope="col">Event[^]*?<\/table>/.exec(guide)[0];
  assert.deepEqual(matches(table, /<th scope="row"><code>(\w+)/g).sort(), told.sort());
  const heard = matches(fileOf('www/guide/preview.js'), /CHECKOUT_EVENTS = \[(.*?)\]/g)[0];
  assert.deepEqual([...matches(heard, /'(\w+)'/g), 'error'].sort(), told.sort());
});

test('its error codes are those of the types', () => {
  const [types] = matches(fileOf('www/public/checkout.d.ts'), /export type VoucherErrorCode =([^;]*);/g);
  const [row] = matches(guide, /<th scope="row"><code>error<\/code><\/th>([^]*?)<\/tr>/g);
  const [, ...told] = matches(row, /<code>(\w+)<\/code>/g);
  assert.deepEqual(told.sort(), matches(types, /\| '(\w+)'/g).sort());
});

test("its quoted texts are the shopper's texts", () => {
  const words = JSON.parse(fileOf('edge/present/words/en.json'));
  const quotes = [...guide.matchAll(/<q data-word="(\w+)">([^<]*)<\/q>/g)];
  assert.equal(quotes.length, 5);
  for (const [, word, quote] of quotes) assert.ok(words[word].includes(quote.replaceAll(/\s+/g, ' ')), word);
});

test('its size figures are the budgets of the build', () => {
  const budget = (name) => Number(new RegExp(`${name}: \\{ must: ([\\d_]+)`).exec(fileOf('edge/tools/build-widget.mjs'))[1].replace('_', '')) / 1000;
  const words = guide.replaceAll(/\s+/g, ' ');
  for (const text of [
    `Under ${budget('pay')}&nbsp;KB in all`,
    `under ${budget('code')}&nbsp;KB where the provider sends a code`,
    `with the first ${budget('form')}&nbsp;KB of them`,
  ]) assert.ok(words.includes(text), text);
});

test('it offers every language that has texts', () => {
  const offered = matches(guide, /<option value="([a-z]{2})">/g);
  for (const file of readdirSync(new URL('../../edge/present/words', import.meta.url))) {
    assert.ok(offered.includes(file.replace('.json', '')), file);
  }
});

test('the themes set only the checkout properties that the guide documents', async () => {
  const { text: css } = await get('/shop/themes.css');
  const table = /<thead><tr><th scope="col">Property[^]*?<\/table>/.exec(guide)[0];
  const properties = matches(table, /<th scope="row"><code>(--voucher-\w+)/g);
  assert.equal(properties.length, 7);
  for (const theme of THEMES) {
    const block = new RegExp(`\\.theme-${theme} voucher-checkout \\{([^}]*)\\}`).exec(css)?.[1] ?? '';
    const set = matches(block, /(--[\w-]+):/g);
    assert.ok(set.length > 3, theme);
    for (const name of set) assert.ok(properties.includes(name), name);
  }
});

test("the address chooses the shop's theme; an unknown one falls back to the first", async () => {
  const worn = async (query) => {
    const { text } = await get(`/${query}`);
    return [/<html[^>]* class="(.*?)"/.exec(text)[1], /value="(\w+)" checked>(?:Harbour|Market|Night)/.exec(text)?.[1]];
  };
  for (const theme of THEMES) assert.deepEqual(await worn(`?theme=${theme}&order=x`), [`theme-${theme}`, theme]);
  for (const query of ['', '?theme=', '?theme=toString', '?theme="><b>']) {
    assert.deepEqual(await worn(query), ['theme-harbour', 'harbour'], query);
  }
});
