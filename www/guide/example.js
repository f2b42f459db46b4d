/**
 * A live example: an editor, a preview that reloads when typing pauses, and a log of the preview's events. The reader's code runs
 * only inside the preview's frame.
 */
import { placeOrder } from '/shop/order.js';
import { copy, indentWithTab } from './editor.js';
import { Log } from './log.js';
import { reloadVouchers, VoucherPicker } from './vouchers.js';

const TYPING_PAUSE_MS = 600;
const HEIGHT = { min: 160, max: 1600 };
/** Keeps the preview from navigating the guide. Allows what the checkout's frame inside it needs. */
const SANDBOX = 'allow-scripts allow-same-origin allow-forms allow-modals allow-popups';

export class Example {
  #figure;
  #textarea;
  #container;
  #frame;
  #log;
  #order;
  #timer;
  #loads = 0;

  /** Builds the example in `figure`, which holds a textarea with the code. `parts` is the template of everything else. */
  constructor(figure, parts) {
    this.#figure = figure;
    this.#textarea = figure.querySelector('textarea');
    const content = parts.content.cloneNode(true);
    content.querySelector('.editor-place').replaceWith(this.#textarea);
    const extra = figure.querySelector('.extra');
    if (extra) content.querySelector('.tools').prepend(extra);
    const name = `preview of ${this.#textarea.getAttribute('aria-label')}`;
    content.querySelector('[role=log]').setAttribute('aria-label', `Log: ${name}`);
    figure.append(content);
    this.#container = figure.querySelector('.frame');
    this.#container.dataset.title = name;
    this.#log = new Log(figure.querySelector('[role=log]'));
    new VoucherPicker(figure.querySelector('.voucher'));
    this.#listen();
  }

  get text() {
    return this.#textarea.value;
  }

  /** Replaces the text as if the reader had typed it. */
  set text(text) {
    this.#textarea.value = text;
    this.#textarea.dispatchEvent(new Event('input'));
  }

  /** Opens the preview when the reader scrolls near it. */
  openWhenNear() {
    const observer = new IntersectionObserver(([{ isIntersecting }]) => {
      if (!isIntersecting) return;
      observer.disconnect();
      this.#reload();
    }, { rootMargin: '400px' });
    observer.observe(this.#figure);
  }

  #listen() {
    indentWithTab(this.#textarea);
    this.#textarea.addEventListener('input', () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#reload(), TYPING_PAUSE_MS);
    });
    const actions = {
      reset: () => (this.text = this.#textarea.defaultValue),
      copy: (button) => copy(this.text, button),
      session: () => this.#newSession(),
      clear: () => this.#log.clear(),
    };
    this.#figure.addEventListener('click', ({ target }) => actions[target.dataset.do]?.(target));
    addEventListener('message', ({ source, origin, data }) => {
      if (origin === location.origin && source && source === this.#frame?.contentWindow) this.#receive(data);
    });
  }

  #newSession() {
    this.#order = undefined;
    reloadVouchers();
    this.#reload();
  }

  /** Loads the preview in a new frame, whose window keeps nothing of the previous code. */
  async #reload() {
    clearTimeout(this.#timer);
    const load = ++this.#loads;
    this.#order ??= this.#newOrder();
    await this.#order;
    if (load !== this.#loads) return;
    const frame = document.createElement('iframe');
    frame.title = `Live ${this.#container.dataset.title}`;
    frame.sandbox = SANDBOX;
    frame.src = '/guide/preview';
    frame.style.height = this.#frame?.style.height ?? '';
    this.#frame = frame;
    this.#container.replaceChildren(frame);
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

  async #receive({ preview, type, detail, tone, text, height }) {
    if (preview === 'open') {
      const filled = await this.#filledText();
      this.#frame.contentWindow.postMessage({ preview: 'text', text: filled }, location.origin);
    }
    if (preview === 'event') this.#log.event(type, detail);
    if (preview === 'line') this.#log.line(tone, text);
    if (preview === 'height') {
      this.#frame.style.height = `${Math.min(Math.max(height, HEIGHT.min), HEIGHT.max)}px`;
    }
    if (type === 'paid' || type === 'declined') reloadVouchers();
  }

  /** Returns the text with its placeholders replaced by the values of a real session. */
  async #filledText() {
    const { id: session = '', client_secret = '', order = '' } = (await this.#order) ?? {};
    const values = { session, client_secret, order };
    return this.text.replace(/\{\{(session|client_secret|order)\}\}/g, (_, name) => values[name]);
  }
}
