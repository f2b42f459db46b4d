// Lists every script and wasm that runs in a checkout, in www/dist/.well-known/checkout-scripts.json: PCI DSS 4.0.1 asks for the
// inventory, integrity and purpose of each script of a payment page (6.4.3), and for an alarm when one changes (11.6.1). The same
// files give the same list to the byte, so that a shop can compare it over time.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { LOADERS, releasedLoaders } from './loaders.mjs';

/** The list's path below `www/dist`. */
export const SCRIPTS = '.well-known/checkout-scripts.json';

/** Writes the list of the build in `dist`, which contains the released loaders of `folder`. */
export function listScripts({ dist, folder = LOADERS }) {
  const { js, wasm, code_js: codeJs, code_wasm: codeWasm, proof, turnstile, loader } = JSON.parse(readFileSync(join(dist, 'assets.json'), 'utf8'));
  const released = releasedLoaders(folder).map((name) => `/${name}`).filter((path) => path !== loader);
  const [shop, ours] = [['shop_page'], ['hosted_page', 'iframe']];
  const scripts = [
    ['/checkout.js', 'script', shop, "Opens the iframe in the shop's page and turns its messages into events."],
    [loader, 'script', shop, 'The same loader under the name that a shop pins by its integrity.'],
    ...released.map((path) => [path, 'script', shop, 'The loader of an earlier release, for shops that still pin it.']),
    [js, 'module', ours, 'Starts the wasm and passes its calls to the browser.'],
    [wasm, 'wasm', ours, 'Checks what the shopper types, sends the payment and shows its outcome.'],
    [codeJs, 'module', ours, 'The same for vouchers whose owner is sent a code.'],
    [codeWasm, 'wasm', ours, 'The same for vouchers whose owner is sent a code.'],
    [turnstile, 'module', ours, 'Shows Cloudflare Turnstile, if it is configured, to a shopper who would otherwise wait during an attack.'],
    [proof, 'worker', ours, 'Computes the proof of work that a payment costs after many failed ones from the same network address.'],
  ];
  const file = join(dist, SCRIPTS);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify({ scripts: scripts.map((script) => entry(dist, ...script)) }, null, 2)}\n`);
}

function entry(dist, path, kind, runs_in, reason) {
  const content = readFileSync(join(dist, path));
  return { path, kind, size: content.length, integrity: integrityOf(content), runs_in, reason };
}

/** Returns the SHA-384 of a file as subresource integrity writes it. */
export const integrityOf = (content) => `sha384-${createHash('sha384').update(content).digest('base64')}`;
