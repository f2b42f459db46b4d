/** How the demo shop answers a browser: pages from templates, files, texts and JSON. */
import { readFile } from 'node:fs/promises';
import { markup } from './markup.mjs';

const FILES = new URL('../../www/shop/', import.meta.url);
const TYPES = {
  css: 'text/css; charset=utf-8',
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
};
/** What may be asked for by name; pages are filled in first. */
const ASSET = /^\/shop\/([a-z-]+\.(css|js|svg))$/;
const NO_SUCH_PAGE = 'There is no such page in this shop.';

export class ShopPages {
  #checkoutUrl;

  /** `checkoutUrl` is the one foreign origin that pages may load from. */
  constructor(checkoutUrl) {
    this.#checkoutUrl = checkoutUrl;
  }

  /** A page with its `{{fields}}` filled in, escaped unless they are markup. */
  async page(response, file, fields) {
    const template = await readFile(new URL(file, FILES), 'utf8');
    const page = template.replace(/\{\{(\w+)\}\}/g, (_, name) => markup`${fields[name]}`);
    this.#send(response, 200, TYPES.html, page);
  }

  /** The file that is served under this path, or a 404. */
  async asset(response, pathname) {
    const [, file, ending] = ASSET.exec(pathname) ?? [];
    const text = file && (await readFile(new URL(file, FILES), 'utf8').catch(() => undefined));
    if (text === undefined) this.text(response, 404, NO_SUCH_PAGE);
    else this.#send(response, 200, TYPES[ending], text);
  }

  text(response, status, text) {
    this.#send(response, status, 'text/plain; charset=utf-8', `${text}\n`);
  }

  /** A strict policy, to show what the checkout needs of its host: one script and one frame of its origin. */
  #send(response, status, type, text) {
    const policy = [
      "default-src 'self'",
      `script-src 'self' ${this.#checkoutUrl}`,
      `frame-src ${this.#checkoutUrl}`,
      "style-src 'self'",
      "img-src 'self' data:",
      "connect-src 'self'",
      "base-uri 'none'",
    ].join('; ');
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

/** A JSON answer. */
export function send(response, status, body) {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}
