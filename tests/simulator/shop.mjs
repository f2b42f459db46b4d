/**
 * The demo shop's server: its files, its orders, and its calls to the checkout Worker. Prices are decided here, and the payment
 * of an order is confirmed by the Worker's events, or queried from here; the browser is trusted with neither.
 */
import { randomUUID } from 'node:crypto';
import { CheckoutClient, CheckoutError } from './checkout-client.mjs';
import { parseJson } from './json.mjs';
import { printForPeople } from './money.mjs';
import { pinFor, TEST_PINS } from './pins.mjs';
import { ShopEvents } from './shop-events.mjs';
import { eventsFields } from './shop-events-page.mjs';
import { serveGuide } from './shop-guide.mjs';
import { ShopOrders } from './shop-orders.mjs';
import { ShopPages, send } from './shop-pages.mjs';
import { thanksFields } from './shop-thanks.mjs';
import { themeFields } from './shop-themes.mjs';

/** The shop's products; prices in minor units. */
const PRODUCTS = {
  mug: { name: 'Enamel mug, 350 ml', prices: { ZAR: 249_00, TTD: 120_00, ETB: 249_00 } },
};
const UNKNOWN_ORDER = 'This shop does not know that order. It forgets its orders when it is restarted.';
const MODES = ['embedded', 'hosted'];

export class Shop {
  #orders = new ShopOrders();
  #events;
  #checkout;
  #checkoutUrl;
  #pages;
  #url;
  #isUsed;

  /**
   * Creates the shop. `url` is its own origin; `webhookKeys` verify the Worker's events; `isUsed(provider, pin)` returns whether
   * a test voucher has been used.
   */
  constructor({ url, checkoutUrl, apiKey, webhookKeys, isUsed }) {
    this.#events = new ShopEvents({ keys: webhookKeys, act: (event) => this.#orders.hear(event) });
    this.#checkout = new CheckoutClient({ checkoutUrl, apiKey });
    this.#checkoutUrl = checkoutUrl;
    this.#pages = new ShopPages(checkoutUrl);
    this.#url = url;
    this.#isUsed = isUsed;
  }

  /** Answers any request for the shop. */
  async serve({ method, pathname, search, headers, body, bytes }, response) {
    if (method === 'POST' && pathname === '/shop/events') return this.#hear(headers, bytes, response);
    const isForm = /^application\/x-www-form-urlencoded\b/i.test(headers['content-type'] ?? '');
    try {
      await this.#route({ method, pathname, search, isForm, body }, response);
    } catch (error) {
      if (!(error instanceof CheckoutError)) throw error;
      if (isForm) this.#pages.text(response, error.status, error.message);
      else send(response, error.status, { error: { code: error.code, message: error.message } });
    }
  }

  async #route({ method, pathname, search, isForm, body }, response) {
    const order = /^\/shop\/orders\/([^/]+)$/.exec(pathname)?.[1];
    if (method === 'POST' && pathname === '/shop/orders') return this.#placeOrder(isForm, body, response);
    if (method !== 'GET') return this.#pages.text(response, 405, 'Method not allowed');
    if (order) return send(response, 200, await this.#orderNow(order));
    if (await serveGuide(this.#pages, this.#checkoutUrl, pathname, response)) return undefined;
    if (pathname === '/') return this.#pages.page(response, 'shop/index.html', this.#indexFields(search));
    if (pathname === '/thanks') return this.#sendThanks(response, new URLSearchParams(search).get('order'));
    if (pathname === '/shop/events') return this.#pages.page(response, 'shop/events.html', eventsFields(this.#events.entries()));
    if (pathname === '/shop/events.json') return send(response, 200, this.#events.entries());
    if (pathname === '/shop/pins.json') return send(response, 200, { pins: TEST_PINS.map((row) => this.#addFreshPin(row)) });
    return this.#pages.asset(response, pathname);
  }

  /** Answers a webhook of the checkout. Any 2xx accepts it; after any other status it is sent again. */
  #hear(headers, bytes, response) {
    const { status, text } = this.#events.take({ headers, bytes });
    if (status === 204) response.writeHead(204).end();
    else this.#pages.text(response, status, text);
  }

  /** Answers an order. From the script: JSON in and out. From the plain form: straight on to the hosted page. */
  async #placeOrder(isForm, body, response) {
    const wish = isForm ? Object.fromEntries(new URLSearchParams(body)) : parseJson(body);
    const mode = isForm ? 'hosted' : wish?.mode;
    const product = Object.hasOwn(PRODUCTS, wish?.product ?? '') ? PRODUCTS[wish.product] : undefined;
    const amount = product?.prices[wish.currency];
    if (!Number.isInteger(amount) || !MODES.includes(mode)) {
      throw new CheckoutError(400, 'invalid_order', 'This shop does not sell that.');
    }
    const order = await this.#createSession({ product, productId: wish.product, amount, currency: wish.currency, mode });
    if (isForm) response.writeHead(303, { location: order.url, 'referrer-policy': 'no-referrer' }).end();
    else send(response, 201, { id: order.id, client_secret: order.client_secret, url: order.url, order: order.reference });
  }

  /** Creates a session. Its reference is random, because anyone who knows it may open the order's checkout again. */
  async #createSession({ product, productId, amount, currency, mode }) {
    const reference = randomUUID();
    const { id, client_secret, url } = await this.#checkout.createSession({
      amount,
      currency,
      reference,
      description: product.name,
      success_url: `${this.#url}/thanks?order=${reference}`,
      cancel_url: `${this.#url}/?canceled=${reference}`,
      metadata: { product: productId },
    });
    const order = { reference, id, client_secret, url, mode, amount, currency, product: product.name };
    this.#orders.add(order);
    return order;
  }

  /**
   * Returns the order with the Worker's report: an event, or else its current answer. The secret is included even when
   * everything is paid: the checkout shows the shopper's change voucher again.
   */
  async #orderNow(reference) {
    const order = this.#orders.get(reference);
    if (!order) throw new CheckoutError(404, 'no_such_order', UNKNOWN_ORDER);
    const session = order.paid ?? (await this.#checkout.session(order.id));
    if (session.status === 'complete') this.#orders.deliver(order, session, 'question');
    const { paid, ...shown } = order;
    const { status, amount, amount_received, amount_remaining } = session;
    return {
      ...shown,
      status,
      amount,
      amount_received,
      amount_remaining,
      amount_text: printForPeople(amount, order.currency),
      amount_received_text: printForPeople(amount_received, order.currency),
    };
  }

  async #sendThanks(response, reference) {
    const now = await this.#orderNow(reference ?? '').catch((error) => error);
    if (now instanceof Error && !(now instanceof CheckoutError)) throw now;
    await this.#pages.page(response, 'shop/thanks.html', thanksFields(now));
  }

  /** Returns the documented PIN, and an unused one of the same scenario. */
  #addFreshPin(row) {
    const hasSerials = !row.scenario.startsWith('sample');
    let fresh = row.pin;
    for (let serial = 2; hasSerials && this.#isUsed(row.provider, fresh); serial++) {
      fresh = pinFor(row.provider, row.scenario, serial);
    }
    return { ...row, fresh_pin: fresh, used: this.#isUsed(row.provider, fresh) };
  }

  #indexFields(search) {
    const { name, prices } = PRODUCTS.mug;
    return {
      ...themeFields(search),
      product: name,
      checkout_url: this.#checkoutUrl,
      price_zar: printForPeople(prices.ZAR, 'ZAR'),
      price_ttd: printForPeople(prices.TTD, 'TTD'),
      price_etb: printForPeople(prices.ETB, 'ETB'),
    };
  }
}
