// Adyen's published gift-card component on a shop's page, built as its documentation describes: the ES module, with this
// component alone.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { ROOT } from '../../edge/tools/up-to-date.mjs';
import { AMOUNT } from './world.mjs';

const PACKAGE = join(ROOT, 'node_modules/@adyen/adyen-web');
export const ADYEN_VERSION = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8')).version;

// Without an Adyen session, which would be one more call; in the language of the bundle, which saves another.
const SHOP = `
import { AdyenCheckout, Giftcard } from '@adyen/adyen-web';
async function open() {
  const checkout = await AdyenCheckout({
    clientKey: 'test_THISKEYBELONGSTONOBODY0000000000',
    environment: 'test',
    countryCode: '${AMOUNT.country}',
    locale: 'en-US',
    amount: { value: ${AMOUNT.value}, currency: '${AMOUNT.currency}' },
    onSubmit() {},
    onError() {},
  });
  new Giftcard(checkout, { onBalanceCheck() {}, onOrderRequest() {} }).mount('#checkout');
}
open();
`;

/** Returns the shop's files for the component, by path. */
export async function adyenFiles(head) {
  const { outputFiles } = await build({
    stdin: { contents: SHOP, resolveDir: ROOT, loader: 'js' },
    bundle: true,
    minify: true,
    treeShaking: true,
    format: 'esm',
    target: 'es2020',
    write: false,
    legalComments: 'none',
  });
  const html = `<!doctype html><html lang="en"><head>${head}<link rel="stylesheet" href="/adyen.css">
<script type="module" src="/adyen.js"></script></head>
<body><h1>Enamel mug</h1><div id="checkout"></div></body></html>`;
  return {
    '/adyen': { type: 'text/html', body: html },
    '/adyen.js': { type: 'text/javascript', body: outputFiles[0].text },
    '/adyen.css': { type: 'text/css', body: readFileSync(join(PACKAGE, 'dist/es/adyen.css')) },
  };
}

/** Adyen's servers, which answer everything at once, with the required fields only. */
export const ADYEN_SERVERS = {
  pattern: 'https://*.adyen.com/*',
  answer(url) {
    const { pathname } = new URL(url);
    if (pathname.endsWith('.svg')) return { type: 'image/svg+xml', body: '<svg xmlns="http://www.w3.org/2000/svg"/>' };
    if (pathname.includes('/securedfields/')) return { type: 'text/html', body: '<!doctype html>' };
    return { type: 'application/json', body: '{"checkoutAttemptId":"none"}' };
  },
};

/**
 * Its number and PIN are typed into iframes that its servers fill, the second one after the first. Without them, the visible
 * parts are its form on the page, and the first iframe in it.
 */
export const ADYEN_MARKS = [
  { name: 'pin', selector: '.adyen-checkout__giftcard iframe', shown: '.adyen-checkout__giftcard' },
  { name: 'payment', selector: '.adyen-checkout__giftcard button' },
];
