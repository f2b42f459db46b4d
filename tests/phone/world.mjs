// The measured system: the real Worker behind a compressing proxy, and shop pages on an origin of their own.
import { randomBytes } from 'node:crypto';
import { clientOf, transportTo } from '../support/client.mjs';
import { start } from '../support/start.mjs';
import { startProxy, startSite } from './front.mjs';

/** The amount of the order, for both components. */
export const AMOUNT = { value: 249_00, currency: 'ZAR', country: 'ZA' };

/**
 * Starts everything. Returns `{proxy, site, files, simulator, requests, createSession(), assets(), warm(addresses), stop()}`:
 * `files` are the shop's files and may be added to; `requests` are those that the proxy passed on.
 */
export async function startWorld() {
  const requests = [];
  const files = {};
  const proxy = await startProxy({ onRequest: (request) => requests.push(request) });
  const site = await startSite(files);
  // The Worker's own limits, not those of the tests.
  const stack = await start({ limits: null, vars: { PUBLIC_URL: proxy.url, ALLOWED_ORIGINS: site.url } });
  proxy.to(stack.url);
  const client = clientOf({ send: transportTo(proxy.url), apiKey: stack.apiKey });
  return {
    proxy,
    site,
    files,
    requests,
    simulator: stack.simulator,
    /** Creates a fresh session, as the shop's server does: `{id, client_secret, url}`. */
    createSession() {
      const reference = `order-${randomBytes(6).toString('hex')}`;
      const { value: amount, currency } = AMOUNT;
      return client.createSession({ amount, currency, reference, description: 'Enamel mug' }, reference);
    },
    /** Returns the addresses of the widget's files. */
    async assets() {
      const { js, wasm } = await (await fetch(`${proxy.url}/assets.json`)).json();
      return [js, wasm, '/checkout.js'].map((path) => proxy.url + path);
    },
    /** Compresses these addresses beforehand, as in a CDN that has served them before. */
    async warm(addresses) {
      for (const address of addresses) await (await fetch(address)).arrayBuffer();
    },
    async stop() {
      await stack.stop();
      await Promise.all([proxy.close(), site.close()]);
    },
  };
}
