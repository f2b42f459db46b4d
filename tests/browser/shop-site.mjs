// A shop's site for a test, on an origin of its own: a few pages and files, and the server side that creates sessions.
import { after } from 'node:test';
import { listenLocally } from '../simulator/listen.mjs';

const ORDER = { description: 'Enamel mug' };

/** The element for a session, as a shop writes it into its page. */
export const element = ({ id, client_secret }, name) =>
  `<voucher-checkout id="${name}" session="${id}" client-secret="${client_secret}"></voucher-checkout>`;

/**
 * Starts the site; stopped when the file's tests are over. Its `origin` is known before there is a Worker, which is told it; `connect(stack)` makes the Worker
 * known to the site. `POST /order` creates a session and answers `{id, client_secret}`, as the function `order()` does.
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
    /** What the Worker tells the shop's server of a session. */
    session: (id) => checkout.shopView({ id }),
    /** Puts a page there, with more headers if need be, and returns its address. */
    page(path, body, headers = {}) {
      const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Shop</title>` +
        `<meta name="viewport" content="width=device-width, initial-scale=1">${body}</html>`;
      files.set(path, { text: html, headers: { 'content-type': 'text/html; charset=utf-8', ...headers } });
      return origin + path;
    },
    /** Puts a script there. */
    script: (path, text) => files.set(path, { text, headers: { 'content-type': 'text/javascript; charset=utf-8' } }),
  };
}
