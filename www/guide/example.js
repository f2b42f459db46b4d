/**
 * A live example: an editor, a preview that is renewed when typing pauses, and the log of what happens in it. The text runs in
 * the preview's frame only; here it is never anything but text.
 */
import { placeOrder } from '/shop/order.js';
import { copy, ease } from './editor.js';
import { Log } from './log.js';
import { renewVouchers, VoucherPicker } from './vouchers.js';

const PAUSE_MS = 600;
const HEIGHT = { least: 160, most: 1600 };
/** The preview may not lead the guide itself elsewhere. What it needs for the checkout's frame inside it is allowed. */
const SANDBOX = 'allow-scripts allow-same-origin allow-forms allow-modals allow-popups';

export class Example {
  #figure;
  #textarea;
  #place;
  #frame;
  #log;
  #order;
  #timer;
  #renewals = 0;

  /** `figure` holds a textarea with the text; all around it comes from `parts`, a template. */
  constructor(figure, parts) {
    this.#figure = figure;
    this.#textarea = figure.querySelector('textarea');
    const built = parts.content.cloneNode(true);
    built.querySelector('.editor-place').replaceWith(this.#textarea);
    const extra = figure.querySelector('.extra');
    if (extra) built.querySelector('.tools').prepend(extra);
    const name = `preview of ${this.#textarea.getAttribute('aria-label')}`;
    built.querySelector('[role=log]').setAttribute('aria-label', `Log: ${name}`);
    figure.append(built);
    this.#place = figure.querySelector('.frame');
    this.#place.dataset.title = name;
    this.#log = new Log(figure.querySelector('[role=log]'));
    new VoucherPicker(figure.querySelector('.voucher'));
    this.#listen();
  }

  get text() {
    return this.#textarea.value;
  }

  /** Another text, as if it were typed. */
  set text(text) {
    this.#textarea.value = text;
    this.#textarea.dispatchEvent(new Event('input'));
  }

  /** Opens the preview, once the reader comes near it. */
  openWhenNear() {
    const observer = new IntersectionObserver(([{ isIntersecting }]) => {
      if (!isIntersecting) return;
      observer.disconnect();
      this.#renew();
    }, { rootMargin: '400px' });
    observer.observe(this.#figure);
  }

  #listen() {
    ease(this.#textarea);
    this.#textarea.addEventListener('input', () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#renew(), PAUSE_MS);
    });
    const act = {
      reset: () => (this.text = this.#textarea.defaultValue),
      copy: (button) => copy(this.text, button),
      session: () => this.#startAnew(),
      clear: () => this.#log.clear(),
    };
    this.#figure.addEventListener('click', ({ target }) => act[target.dataset.do]?.(target));
    addEventListener('message', ({ source, origin, data }) => {
      if (origin === location.origin && source && source === this.#frame?.contentWindow) this.#hear(data);
    });
  }

  #startAnew() {
    this.#order = undefined;
    renewVouchers();
    this.#renew();
  }

  /** A fresh frame: its window is new, too, so nothing of the last try is left in it. */
  async #renew() {
    clearTimeout(this.#timer);
    const renewal = ++this.#renewals;
    this.#order ??= this.#newOrder();
    await this.#order;
    if (renewal !== this.#renewals) return;
    const frame = document.createElement('iframe');
    frame.title = `Live ${this.#place.dataset.title}`;
    frame.sandbox = SANDBOX;
    frame.src = '/guide/preview';
    frame.style.height = this.#frame?.style.height ?? '';
    this.#frame = frame;
    this.#place.replaceChildren(frame);
  }

  async #newOrder() {
    try {
      const order = await placeOrder({ product: 'mug', currency: 'ZAR', mode: 'embedded' });
      this.#log.line('quiet', `new session ${order.id}`);
      return order;
    } catch (error) {
      this.#log.line('bad', error.message);
      this.#order = undefined;
      return undefined;
    }
  }

  async #hear({ preview, type, detail, tone, text, height }) {
    if (preview === 'open') {
      const filled = await this.#filled();
      this.#frame.contentWindow.postMessage({ preview: 'text', text: filled }, location.origin);
    }
    if (preview === 'event') this.#log.event(type, detail);
    if (preview === 'line') this.#log.line(tone, text);
    if (preview === 'height') {
      this.#frame.style.height = `${Math.min(Math.max(height, HEIGHT.least), HEIGHT.most)}px`;
    }
    if (type === 'paid' || type === 'declined') renewVouchers();
  }

  /** The text with a real session in the place of its wildcards. */
  async #filled() {
    const { id: session = '', client_secret = '', order = '' } = (await this.#order) ?? {};
    const values = { session, client_secret, order };
    return this.text.replace(/\{\{(session|client_secret|order)\}\}/g, (_, name) => values[name]);
  }
}
