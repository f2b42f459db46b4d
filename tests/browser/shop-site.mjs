// A shop's site for a test, on an origin of its own: a few pages and files, and the server side that creates sessions.
import { after, afterEach } from 'node:test';
import { listenLocally } from '../simulator/listen.mjs';
import { startCheckout } from '../support/checkout.mjs';

const ORDER = { description: 'Enamel mug' };

/** Returns the markup of the element for a session, as a shop writes it into its page. */
export const element = ({ id, client_secret }, name) =>
  `<voucher-checkout id="${name}" session="${id}" client-secret="${client_secret}"></voucher-checkout>`;

/**
 * Starts the site; stopped when the file's tests are over. Its `origin` is known before the Worker starts, whose settings need
 * it; `connect(stack)` gives the site its Worker. `POST /order` creates a session and answers `{id, client_secret}`, as the
 * function `order()` does.
 */
export async function startSite() {
  const files = new Map([['/favicon.ico', { text: '' }]]);
  let checkout;
  async function order(fields) {
    const { id, client_secret } = await checkout.createSession('kora', { ...ORDER, ...fields });
    return { id, client_secret };
  }
  const { port, close } = await listenLocally(0, async (request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    if (request.method === 'POST' && pathname === '/order') {
      return response.setHeader('content-type', 'application/json').end(JSON.stringify(await order()));
    }
    const file = files.get(pathname);
    if (!file) return response.writeHead(404).end();
    return response.writeHead(200, file.headers).end(file.text);
  });
  after(close);
  const origin = `http://localhost:${port}`;
  return {
    origin,
    order,
    connect: (running) => (checkout = running),
    /** Returns the session as the shop's server sees it. */
    session: (id) => checkout.shopView({ id }),
    /** Serves a page at this path, with additional headers, and returns its address. */
    page(path, body, headers = {}) {
      const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Shop</title>` +
        `<meta name="viewport" content="width=device-width, initial-scale=1">${body}</html>`;
      files.set(path, { text: html, headers: { 'content-type': 'text/html; charset=utf-8', ...headers } });
      return origin + path;
    },
    /** Serves a script at this path. */
    script: (path, text) => files.set(path, { text, headers: { 'content-type': 'text/javascript; charset=utf-8' } }),
  };
}

/**
 * Starts a site and a checkout that its pages may open, with these options. Returns `{site, stack, browser}`; every page of the browser is
 * closed after the test that has opened it.
 */
export async function startShop(options) {
  const site = await startSite();
  const stack = await startCheckout({ ...options, browser: true, vars: { ...options?.vars, ALLOWED_ORIGINS: site.origin } });
  site.connect(stack);
  const pages = [];
  const browser = {
    async page(...given) {
      const page = await stack.browser.page(...given);
      pages.push(page);
      return page;
    },
  };
  afterEach(() => Promise.all(pages.splice(0).map((page) => page.close())));
  return { site, stack, browser };
}
