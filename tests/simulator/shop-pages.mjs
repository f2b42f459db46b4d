/** The demo shop's answers to a browser: pages from templates, files, texts and JSON. */
import { readFile } from 'node:fs/promises';
import { markup } from './markup.mjs';
import { shopPolicy } from './shop-policies.mjs';

const FILES = new URL('../../www/', import.meta.url);
const TYPES = {
  css: 'text/css; charset=utf-8',
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
};
/** The files that may be requested by name; pages are filled in first. */
const ASSET = /^\/((?:shop|guide)\/[a-z-]+\.(css|js|svg))$/;
const NO_SUCH_PAGE = 'There is no such page in this shop.';

export class ShopPages {
  #policy;

  /** Creates the pages. `checkoutUrl` is the only foreign origin that pages may load from. */
  constructor(checkoutUrl) {
    this.#policy = shopPolicy(checkoutUrl);
  }

  /** Sends a page of `www` with its `{{fields}}` filled in, escaped unless they are markup; `policy` replaces the shop's. */
  async page(response, file, fields, policy) {
    const template = await readFile(new URL(file, FILES), 'utf8');
    const page = template.replace(/\{\{(\w+)\}\}/g, (_, name) => markup`${fields[name]}`);
    this.#send(response, 200, TYPES.html, page, policy);
  }

  /** Sends the file that is served under this path, or a 404. */
  async asset(response, pathname) {
    const [, file, ending] = ASSET.exec(pathname) ?? [];
    const text = file && (await readFile(new URL(file, FILES), 'utf8').catch(() => undefined));
    if (text === undefined) this.text(response, 404, NO_SUCH_PAGE);
    else this.#send(response, 200, TYPES[ending], text);
  }

  text(response, status, text) {
    this.#send(response, status, 'text/plain; charset=utf-8', `${text}\n`);
  }

  #send(response, status, type, text, policy = this.#policy) {
    response.writeHead(status, {
      'content-type': type,
      'content-security-policy': policy,
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    });
    response.end(text);
  }
}

/** Sends a JSON answer. */
export function send(response, status, body) {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}
