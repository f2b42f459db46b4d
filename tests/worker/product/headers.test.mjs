/** The security headers of every route of the Worker and of every file: each belongs to a class, whose headers are exact. */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../../../edge/tools/up-to-date.mjs';
import { startCheckout } from '../../support/checkout.mjs';
import { request } from '../../support/client.mjs';
import { USUAL } from '../../support/usual.mjs';
import { readPage } from '../html.mjs';
import { routesOf } from '../route-table.mjs';

const SHOP = 'https://shop.example';
const DIST = join(ROOT, 'www/dist');
const ROUTES_FILE = readFileSync(join(ROOT, 'edge/src/routes.rs'), 'utf8');

/** The features that need the user's permission, except writing to the clipboard, which the widget uses. */
const DENIED = [
  'camera', 'clipboard-read', 'display-capture', 'geolocation', 'hid', 'identity-credentials-get',
  'idle-detection', 'local-fonts', 'microphone', 'midi', 'otp-credentials', 'payment', 'publickey-credentials-create',
  'publickey-credentials-get', 'serial', 'storage-access', 'usb', 'window-management', 'xr-spatial-tracking',
];
/** The headers that no class changes. */
const EVERYWHERE = {
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': DENIED.map((name) => `${name}=()`).join(', '),
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000',
  'x-content-type-options': 'nosniff',
};
const OURS = { 'cross-origin-resource-policy': 'same-origin' };
const ANY_SITE = { 'access-control-allow-origin': '*', 'cross-origin-resource-policy': 'cross-origin' };
const NEVER = { 'cache-control': 'no-store' };
const MINUTES = { 'cache-control': 'public, max-age=300, stale-while-revalidate=86400' };
const FOR_EVER = { 'cache-control': 'public, max-age=31536000, immutable' };
/** The browser asks each time, and loads the file again only when it has changed. */
const ASKED = { 'cache-control': 'public, max-age=0, must-revalidate' };

const policy = (...directives) => ({ 'content-security-policy': directives.join('; ') });
/** A policy whose violations browsers report. */
const reporting = (...directives) => ({
  ...policy(...directives, 'report-to csp', 'report-uri /v1/csp_reports'),
  'reporting-endpoints': 'csp="/v1/csp_reports"',
});
/** The policy of a page of the Worker; its style element is named by its hash. */
const checkoutPage = (...more) => reporting("default-src 'none'", 'img-src data:', "base-uri 'none'", "style-src 'sha256'", ...more);
const WASM = ["script-src 'self' 'wasm-unsafe-eval'", "connect-src 'self'"];
const HOSTED = "frame-ancestors 'none'";
const FRAMED = `frame-ancestors ${SHOP}`;
const FRAME = { 'cross-origin-embedder-policy': 'require-corp', 'cross-origin-resource-policy': 'cross-origin' };
const OPERATIONS = reporting("default-src 'none'", "script-src 'self' 'wasm-unsafe-eval'", "style-src 'self'", "connect-src 'self'", 'img-src data:', "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'");
const FILE = policy("default-src 'none'", "style-src 'self'", 'img-src data:', "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'");

const CLASSES = {
  'no page': { ...OURS, ...NEVER, ...policy("default-src 'none'", "frame-ancestors 'none'") },
  'hosted page': { ...OURS, ...NEVER, ...checkoutPage(...WASM, "form-action 'self'", HOSTED) },
  'hosted page without scripts': { ...OURS, ...NEVER, ...checkoutPage("form-action 'self'", HOSTED) },
  'hosted error page': { ...OURS, ...NEVER, ...checkoutPage("form-action 'none'", HOSTED) },
  'iframe page': { ...FRAME, ...NEVER, ...checkoutPage(...WASM, "form-action 'self'", FRAMED) },
  'iframe page without wasm': { ...FRAME, ...NEVER, ...checkoutPage("script-src 'self'", "form-action 'self'", FRAMED) },
  'iframe error page': { ...FRAME, ...NEVER, ...checkoutPage("form-action 'none'", FRAMED) },
  'list of error codes': { ...OURS, ...NEVER, ...reporting("default-src 'none'", 'img-src data:', "base-uri 'none'", "style-src 'self'", "form-action 'none'", "frame-ancestors 'none'") },
  'operations page': { ...OURS, ...NEVER, ...OPERATIONS },
  'operations file': { ...OURS, ...ASKED, ...OPERATIONS },
  'operations asset': { ...OURS, ...FOR_EVER, ...OPERATIONS },
  loader: { ...ANY_SITE, ...MINUTES, ...FILE },
  'pinned loader': { ...ANY_SITE, ...FOR_EVER, ...FILE },
  'types of the loader': { ...ANY_SITE, ...MINUTES, ...FILE },
  asset: { ...OURS, ...FOR_EVER, ...FILE },
  // A page with COEP, as a shop's can be, runs only workers that have it, too.
  worker: { ...OURS, ...FOR_EVER, ...FILE, 'cross-origin-embedder-policy': 'require-corp' },
  'site page': { ...OURS, ...ASKED, ...FILE },
  list: { ...OURS, ...ASKED, ...FILE },
  texts: { ...OURS, ...ASKED, ...FILE },
};

/** The class of each file in `www/dist`, by the first pattern that fits its path. */
const FILES = [
  [/^\/checkout\.js$/, 'loader'],
  [/^\/checkout\.[0-9a-f]{16}\.js$/, 'pinned loader'],
  [/^\/checkout\.d\.ts$/, 'types of the loader'],
  [/^\/assets\/(checkout|turnstile)\.[0-9a-f]{16}\.(js|wasm)$/, 'asset'],
  [/^\/assets\/proof\.[0-9a-f]{16}\.js$/, 'worker'],
  [/^\/operations\/assets\/operations\.[0-9a-f]{16}\.(js|wasm|css)$/, 'operations asset'],
  [/^\/operations\/$/, 'operations file'],
  [/^\/$|^\/site\.css$/, 'site page'],
  [/^\/assets\.json$|^\/\.well-known\/(sbom|third-party-notices\.txt|checkout-scripts\.json)$/, 'list'],
  [/^\/words\/[a-z]{2}\.json$/, 'texts'],
];

const checkout = await startCheckout({ vars: { ALLOWED_ORIGINS: SHOP } });
const { apiKey, createSession, freshPin, send, url } = checkout;
const seen = new Set();

/** Checks that an answer has the headers of its class, and no other of these. */
function assertClass({ headers }, name, where) {
  const expected = { ...EVERYWHERE, ...CLASSES[name] };
  const names = new Set(Object.values(CLASSES).flatMap((one) => Object.keys({ ...EVERYWHERE, ...one })));
  const found = Object.fromEntries([...names].filter((one) => headers.has(one)).map((one) => [one, headers.get(one).replace(/'sha256-[^']+'/, "'sha256'")]));
  assert.deepEqual(found, expected, `${where}: ${name}`);
  seen.add(name);
}

const form = (fields) => ({ headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams(fields).toString() });

/** The requests that a page answers in each of its classes: from a session to `[path, options, class]`. */
const PAGES = {
  'GET /pay/*': ({ path, key, cookie }) => [
    [`${path}?key=${key}`, {}, 'no page'],
    [path, cookie, 'hosted page'],
    [`${path}?plain`, cookie, 'hosted page without scripts'],
    [path, {}, 'hosted error page'],
    ['/pay/unknown?key=x', {}, 'hosted error page'],
  ],
  'POST /pay/*': ({ path, key, cookie, paying, mistake }) => [
    [path, { ...form(mistake), headers: { ...form(mistake).headers, ...cookie.headers } }, 'hosted page without scripts'],
    [`${path}?key=${key}`, form(mistake), 'hosted page without scripts'],
    [path, form(mistake), 'hosted error page'],
    [`${path}?key=${key}`, form(paying), 'no page'],
  ],
  'GET /embed/*': ({ path }) => [
    [path, {}, 'iframe page'],
    ['/embed/unknown', {}, 'iframe page'],
  ],
  'POST /embed/*': ({ path, key, paying, mistake }) => [
    [path, form({ ...mistake, key }), 'iframe page without wasm'],
    [path, form({ ...paying, key }), 'iframe page'],
    [path, form(mistake), 'iframe error page'],
  ],
  'GET /operations/..': () => [
    ['/operations/search', {}, 'operations page'],
    ['/operations/nothing.js', {}, 'no page'],
  ],
  'GET /problems': () => [['/problems', {}, 'list of error codes']],
};

/** Returns the requests that a route without a page answers: with the shop's key, and without. */
function bare(method, path) {
  const body = method === 'POST' ? {} : undefined;
  return [{ authorization: `Bearer ${apiKey}` }, {}].map((headers) => [path, { headers, body }, 'no page']);
}

const routes = routesOf(ROUTES_FILE).map(({ method, segments }) => ({ method, pattern: `/${segments.map((one) => one ?? '*').join('/')}` }));

for (const { method, pattern } of routes) {
  const route = `${method} ${pattern}`;
  test(`${route} has the headers of its class, and so have other methods`, async () => {
    const session = await createSession('kora');
    const path = pattern.replace('*', session.id).replaceAll('*', 'unknown').replace('..', 'search');
    const key = session.client_secret;
    const cookie = { headers: { cookie: `__Host-pay-${session.id.slice(3)}=${key}.payer` } };
    const filled = { ...readPage(await send('GET', `/pay/${session.id}`, cookie)).form.values, ...USUAL.kora.contact };
    const [paying, mistake] = [freshPin('kora', 'exact'), '1234'].map((pin) => ({ ...filled, pin }));
    const isBare = /^\/(v1|webhooks)\/|^\/healthz$/.test(pattern);
    const cases = isBare ? bare(method, path) : PAGES[route]?.({ path, key, cookie, paying, mistake });
    assert.ok(cases, 'the route is in no class');
    for (const [address, options, name] of cases) assertClass(await send(method, address, options), name, `${method} ${address}`);
    assertClass(await send('DELETE', path), 'no page', `DELETE ${path}`);
  });
}

test('an unknown address has the headers of an answer without a page', async () => {
  for (const path of ['/nothing', '/assets/nothing.js', '/checkout.nothing.js', '/words/nothing.json', '/.well-known/nothing']) {
    assertClass(await send('GET', path), 'no page', path);
  }
});

const files = readdirSync(DIST, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name !== '_headers')
  .map(({ parentPath, name }) => join(parentPath, name).slice(DIST.length));

test('every file has the headers of its class', async () => {
  for (const file of files) {
    const path = file.replace(/index\.html$/, '');
    const [, name] = FILES.find(([pattern]) => pattern.test(path)) ?? [];
    assert.ok(name, `${path} is in no class`);
    const answer = await request('GET', url + path);
    assert.equal(answer.status, 200, path);
    assertClass(answer, name, path);
  }
});

test('no class is without a route or a file', () => {
  assert.deepEqual(Object.keys(CLASSES).filter((name) => !seen.has(name)), []);
});

test('a route that the reader of the table cannot read is an error', () => {
  assert.ok(routes.length > 30);
  const arm = '        (["healthz"], "GET") => healthy(),\n';
  assert.ok(ROUTES_FILE.includes(arm));
  const added = (text) => ROUTES_FILE.replace(arm, arm + text);
  const one = (method, ...segments) => routesOf(added('        (["new", _, "a" | "b"], "PUT") => healthy(),\n')).some((found) => found.method === method && found.segments.join() === segments.join());
  assert.ok(one('PUT', 'new', null, 'a') && one('PUT', 'new', null, 'b'));
  for (const text of [
    '        (["new", id], "GET") if id.is_empty() => healthy(),\n',
    '        (other, "GET") => healthy(),\n',
    '        (["new", "a" | id], "GET") => healthy(),\n',
    '        (_, "GET") => healthy(),\n',
  ]) {
    assert.throws(() => routesOf(added(text)), /not read/, text);
  }
});
