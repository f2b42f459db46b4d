// The list of scripts, /.well-known/checkout-scripts.json: in the hosted page, in the iframe and on the shop's page only the listed scripts
// run, byte for byte. The README's tag and policy for the shop's page work.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { integrityOf, SCRIPTS } from '../../edge/tools/scripts.mjs';
import { ROOT } from '../../edge/tools/up-to-date.mjs';
import { element, startShop } from './shop-site.mjs';
import { embedded, hosted } from './shopper.mjs';

const BUILT = JSON.parse(readFileSync(join(ROOT, 'www/dist', SCRIPTS), 'utf8')).scripts;
const PINNED = /^\/checkout\.[0-9a-f]{16}\.js$/;
const LOADER = BUILT.find(({ path }) => PINNED.test(path));
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');

let page;
const { site, stack, browser } = await startShop();
const { url } = stack;

/** Returns a sample of the README, with the address of this checkout and the loader of this build. */
function sample(pattern, integrity = LOADER.integrity) {
  const [text] = pattern.exec(README);
  return text.replaceAll('https://pay.example.com', url).replace('/checkout.<hash>.js', LOADER.path).replace('sha384-…', integrity);
}

const pinned = (integrity) => sample(/<script async .*integrity=.*<\/script>/, integrity);
const restricted = () => ({ 'content-security-policy': sample(/(?<=^Content-Security-Policy: ).*checkout\.<hash>\.js.*/m) });

/** Opens a page that records each script and wasm that the engine is about to run, its iframes included. */
async function recorded() {
  page = await browser.page();
  const engine = await page.context().newCDPSession(page);
  const found = [];
  engine.on('Debugger.scriptParsed', ({ scriptId, url: address, executionContextAuxData: { isDefault } }) => {
    // Playwright's own scripts run in a world of their own.
    if (!isDefault) return;
    const source = engine.send('Debugger.getScriptSource', { scriptId });
    found.push({ address, content: source.then(({ scriptSource, bytecode }) => (bytecode ? Buffer.from(bytecode, 'base64') : Buffer.from(scriptSource))) });
  });
  await engine.send('Debugger.enable');
  return async () => {
    assert.deepEqual([page.workers(), page.context().serviceWorkers()], [[], []]);
    return Promise.all(found.map(async ({ address, content }) => ({ path: address.startsWith(url) ? address.slice(url.length) : address, integrity: integrityOf(await content) })));
  };
}

/** Returns the scripts that are not in the list with this hash. */
const unlisted = (ran, list) => ran.filter(({ path, integrity }) => !list.some((one) => one.path === path && one.integrity === integrity)).map(({ path }) => path);

const paths = (scripts) => [...new Set(scripts.map(({ path }) => path))].sort();
const { code_js: CODE_JS, code_wasm: CODE_WASM } = JSON.parse(readFileSync(join(ROOT, 'www/dist/assets.json'), 'utf8'));

/**
 * Returns whether a script runs in this shop's checkout in rand: those of a proof of work and of Turnstile are loaded when they are asked for,
 * and the widget with the code's screen for vouchers whose owner is sent a code.
 */
const isUsual = (path) => !/^\/assets\/(proof|turnstile)\./.test(path) && ![CODE_JS, CODE_WASM].includes(path);
const listedFor = (...places) => paths(BUILT.filter(({ runs_in }) => runs_in.some((place) => places.includes(place))));

async function opensHosted() {
  const { url: address } = await stack.createSession('kora');
  await page.goto(address);
  await hosted(page).root.locator('.enhanced form').waitFor();
}

async function opensShop(script = `<script async src="${url}/checkout.js"></script>`, headers = {}) {
  await page.goto(site.page('/shop', `${script}</head><body>${element(await site.order(), 'mug')}`, headers));
  await embedded(page).root.locator('.enhanced form').waitFor();
}

test('the hosted page runs the scripts that the list has for it, and no other', async () => {
  const ran = await recorded();
  await opensHosted();
  assert.deepEqual(unlisted(await ran(), BUILT), []);
  assert.deepEqual(paths(await ran()), listedFor('hosted_page').filter(isUsual));
});

test('the shop’s page and the iframe run the scripts that the list has for them, and no other', async () => {
  const ran = await recorded();
  await opensShop();
  assert.deepEqual(unlisted(await ran(), BUILT), []);
  assert.deepEqual(paths(await ran()), listedFor('shop_page', 'iframe').filter((path) => isUsual(path) && !PINNED.test(path)));
});

test('the README’s tag and policy: the pinned loader opens the checkout', async () => {
  const ran = await recorded();
  await opensShop(pinned(), restricted());
  assert.ok(paths(await ran()).includes(LOADER.path));
  assert.deepEqual(unlisted(await ran(), BUILT), []);
  assert.deepEqual(page.errors, []);
});

test('the README’s tag and policy: a loader with another content runs neither by its hash nor by another address', async () => {
  const ran = await recorded();
  for (const script of [pinned(integrityOf('another loader')), `<script async src="${url}/checkout.js"></script>`]) {
    const failed = page.waitForEvent('console', { predicate: (message) => message.type() === 'error' });
    await page.goto(site.page('/shop', `${script}</head><body>${element(await site.order(), 'mug')}`, restricted()));
    assert.match((await failed).text(), /integrity|Content Security Policy/);
  }
  assert.deepEqual(await ran(), []);
});

test('a script that has changed, one that is new, and one inside the page are found', async () => {
  const module = BUILT.find(({ kind }) => kind === 'module').path;
  const ran = await recorded();
  await page.route(url + module, async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, body: `${await answer.text()}\nimport('/assets/new.js');` });
  });
  await page.route(`${url}/assets/new.js`, (route) => route.fulfill({ contentType: 'text/javascript', body: 'document.body.dataset.ran = "new";' }));
  await page.route(/\/pay\//, async (route) => {
    const answer = await route.fetch();
    const headers = { ...answer.headers(), 'content-security-policy': "script-src 'self' 'wasm-unsafe-eval' 'unsafe-inline'" };
    await route.fulfill({ response: answer, headers, body: (await answer.text()).replace('</body>', '<script>document.body.lang = "en";</script></body>') });
  });
  await opensHosted();
  await page.locator('body[data-ran=new][lang=en]').waitFor();
  const found = unlisted(await ran(), BUILT);
  assert.deepEqual(found.filter((path) => !path.startsWith('/pay/')).sort(), ['/assets/new.js', module].sort());
  assert.equal(found.filter((path) => path.startsWith('/pay/')).length, 1);
});
