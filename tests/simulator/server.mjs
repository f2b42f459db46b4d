/** The simulator as a server: providers under their mounts, the books, and the demo shop on everything else. */
import { AccessTeam } from './access.mjs';
import { perform } from './answers.mjs';
import { Books } from './books.mjs';
import { BooksPage } from './books-page.mjs';
import { listenLocally } from './listen.mjs';
import { PROVIDERS } from './providers.mjs';
import { Shop } from './shop.mjs';
import { webhookKeys } from './shop-webhook.mjs';

const BODY_MAX_BYTES = 64 * 1024;

const DEFAULTS = {
  port: 0,
  checkoutUrl: 'http://localhost:8787',
  apiKey: undefined,
  /** The secret that signs the Worker's events to the shop; without it, the shop accepts none. */
  webhookSecret: undefined,
  /** The Worker's secrets, by the names of its variables; missing ones default to the fixed test values of the providers. */
  secrets: {},
  /** WiPay's limit: this many calls in this many milliseconds; Infinity lifts the limit. */
  wipayCalls: 5,
  wipayPeriodMs: 60_000,
  /** WiPay's flat fee, in minor units. */
  wipayFee: 5_00,
  /** The delay of the "slow" voucher's answer, and the time that a charge is "processing", in milliseconds. */
  slowMs: 5_000,
  processingMs: 3_000,
  /** The merchant's funds for buying vouchers, in minor units. */
  celbuxFunds: 100_000_00,
  odmWallet: 1_000_000_00,
  /** ODM's clock, which timestamps are compared with, and the life of the code that confirms a payment, in milliseconds. */
  odmNow: Date.now,
  odmCodeMs: 5 * 60_000,
  /** The transaction types that Celbux's token may use; undefined for all. */
  celbuxRights: undefined,
  /** Which providers send notifications, after which delay, and how often and at which intervals they retry. */
  koraWebhooks: true,
  celbuxWebhooks: true,
  webhookDelayMs: 200,
  webhookRetryMs: 1_000,
  webhookTries: 8,
  webhookTimeoutMs: 10_000,
};

/**
 * Starts the simulator. Returns `url` and `port`; `access`, which signs staff in (`AccessTeam`); `books()`, the books as data;
 * `until(holds, timeoutMs?)`, a promise of the books as soon as `holds(books)` is true; `reset()`, which empties them; `close()`,
 * which drops all connections and frees the port; `sendWebhook({provider, reference, times?, ...})`, which sends a notification
 * again, or a falsified one: README.md.
 * Rejects with EADDRINUSE when the port is taken.
 */
export async function startSimulator(options = {}) {
  const testSecrets = Object.assign({}, ...PROVIDERS.map((provider) => provider.testSecrets));
  const settings = { ...DEFAULTS, ...options, secrets: { ...testSecrets, ...options.secrets } };
  const books = new Books(PROVIDERS, settings);
  // Read before the port is taken: a malformed secret is refused.
  const keys = settings.webhookSecret ? webhookKeys(settings.webhookSecret) : [];
  const booksPage = new BooksPage(books, PROVIDERS);

  const listening = listenLocally(settings.port, (request, response) => {
    shopOpened
      .then((opened) => route(request, response, { books, booksPage, ...opened }))
      .catch((error) => fail(error, response));
  });
  const shopOpened = listening.then(({ port }) => {
    const url = urlOf(port);
    const access = new AccessTeam({ issuer: url, checkoutUrl: settings.checkoutUrl });
    const shop = new Shop({ ...settings, webhookKeys: keys, url, isUsed: (provider, pin) => books.has(provider, pin) });
    return { access, shop };
  });
  const { access } = await shopOpened;
  const { port, close } = await listening;

  return {
    url: urlOf(port),
    port,
    access,
    books: () => books.entries(),
    until: (holds, timeoutMs) => books.until(holds, timeoutMs),
    reset: () => books.reset(),
    sendWebhook: (wanted) => books.sendWebhook(wanted),
    close: async () => {
      books.close();
      await close();
    },
  };
}

function urlOf(port) {
  return `http://localhost:${port}`;
}

async function route(request, response, { books, booksPage, access, shop }) {
  const { pathname, search } = new URL(request.url, 'http://localhost');
  const bytes = await readBody(request);
  if (bytes === undefined) {
    response.writeHead(413).end();
    return;
  }
  const body = bytes.toString('utf8');
  const provider = books.providerAt(pathname);
  if (provider) await serveProvider(provider, request, response, { books, pathname, search, body, bytes });
  else if (await access.serve({ method: request.method, pathname, search }, response)) return;
  else if (/^\/books(?:[./]|$)/.test(pathname)) booksPage.serve(request.method, pathname, response);
  else await shop.serve({ method: request.method, pathname, search, headers: request.headers, body, bytes }, response);
}

async function serveProvider({ id, mount, account }, { method, headers }, response, { books, pathname, search, body, bytes }) {
  const call = books.calls.enter({ provider: id, method, path: pathname + search, headers, body });
  const below = pathname.slice(mount.length);
  const received = { method, path: decodeURIComponent(below), target: below + search, headers, body, bytes };
  await perform(account.handle(received), response, (changes) => books.calls.note(call, changes));
}

/** Reads the whole body; undefined when it is too long. */
async function readBody(request) {
  const parts = [];
  let bytes = 0;
  for await (const part of request) {
    bytes += part.length;
    if (bytes <= BODY_MAX_BYTES) parts.push(part);
  }
  return bytes <= BODY_MAX_BYTES ? Buffer.concat(parts) : undefined;
}

/** Answers a request that cannot be read, or reports a fault of the simulator itself, so plainly that no test mistakes it. */
function fail(error, response) {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const isUnreadable = error instanceof URIError || error.code === 'ERR_INVALID_URL';
  response.writeHead(isUnreadable ? 400 : 500, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(isUnreadable ? 'This address cannot be read.\n' : `The simulator itself failed: ${error.stack}\n`);
}
