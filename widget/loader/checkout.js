// <voucher-checkout session="cs_…" client-secret="…" locale="…">: opens our checkout in an iframe and turns its messages
// into DOM events. PIN, amount and outcome are handled inside the iframe only.
import { NAMESPACE, VERSION } from './protocol.js';

(() => {
  const TAG = NAMESPACE;
  // document.currentScript is set only while a classic script runs.
  const ORIGIN = new URL(document.currentScript.src).origin;
  if (customElements.get(TAG)) return;
  // How long the widget may take to start after its page has loaded.
  const START_TIMEOUT_MS = 30_000;
  const ATTRIBUTES = ['session', 'client-secret', 'locale'];

  class VoucherCheckout extends HTMLElement {
    static observedAttributes = [...ATTRIBUTES, 'class', 'style'];

    constructor() {
      super();
      for (const attribute of ATTRIBUTES) {
        const name = attribute.replace('-s', 'S');
        // It may have been set before the element was defined.
        const value = this[name];
        Object.defineProperty(this, name, {
          get: () => this.getAttribute(attribute),
          set: (value) => (value == null ? this.removeAttribute(attribute) : this.setAttribute(attribute, value)),
        });
        if (value) this[name] = value;
      }
    }

    connectedCallback() {
      addEventListener('message', this);
      this.schedule();
    }

    disconnectedCallback() {
      removeEventListener('message', this);
      this.schedule();
    }

    // Called by moveBefore(), which keeps the iframe, so there is nothing to open.
    connectedMoveCallback() {}

    attributeChangedCallback(name, before, after) {
      if (before !== after) this.schedule();
    }

    // Opens the iframe in a microtask: several attributes set in a row, or a move within the page, open it once.
    schedule() {
      this.scheduled ||= Promise.resolve().then(() => {
        this.scheduled = 0;
        this.open();
      });
    }

    open() {
      const session = this.getAttribute('session');
      const secret = this.getAttribute('client-secret');
      const query = this.isConnected && session && secret && this.query();
      const url = query && `${ORIGIN}/embed/${encodeURIComponent(session)}?${query}`;
      if (this.opened === url + secret) return;
      this.opened = url + secret;
      this.frame = this.greeted = undefined;
      this.replaceChildren();
      if (!url) return;
      const frame = (this.frame = document.createElement('iframe'));
      frame.src = url;
      frame.title = TAG;
      frame.allow = 'clipboard-write';
      frame.referrerPolicy = 'origin';
      frame.sandbox = 'allow-scripts allow-same-origin allow-forms allow-modals allow-popups allow-popups-to-escape-sandbox';
      // The CSSOM is allowed by a strict style-src. Without color-scheme a dark iframe gets an opaque background.
      frame.style.cssText = 'display:block;width:100%;height:44em;min-height:8em;border:0;color-scheme:light dark';
      // Our page sends `hello` before its load event. A frame that stays silent is blocked, or shows an error page of the browser. Loads
      // the frame again once, in case a script or the answer to its form was lost.
      frame.onload = () => {
        const greeted = this.greeted;
        this.greeted = false;
        if (greeted) return;
        setTimeout(() => {
          if (this.greeted || this.frame !== frame) return;
          frame.onload = null;
          frame.src = url;
          this.emit('error', { code: 'unreachable' });
        }, START_TIMEOUT_MS);
      };
      this.append(frame);
    }

    // Returns the language and the theme as a query. Colours are resolved by the browser, so every CSS syntax works.
    query() {
      const query = new URLSearchParams();
      const locale = this.getAttribute('locale');
      if (locale) query.set('locale', locale);
      const probe = this.appendChild(document.createElement('i'));
      const { style } = probe;
      // Important, to override the page's own rules for all elements.
      const put = (property, value) => style.setProperty(property, value, 'important');
      put('transition', 'none');
      for (const name of ['scheme', 'accent', 'surface', 'text', 'radius', 'spacing', 'font']) {
        const value = getComputedStyle(this).getPropertyValue('--voucher-' + name).trim();
        style.color = '';
        put('color', value);
        if (style.color) put('color', `color-mix(in srgb,${value},${value})`);
        if (value) query.set(name, style.color ? getComputedStyle(probe).color : value);
      }
      probe.remove();
      return query;
    }

    handleEvent({ origin, source, data }) {
      const { frame } = this;
      const ours = origin === ORIGIN && source && frame && source === frame.contentWindow;
      if (!ours || !data || data.v !== VERSION || data.ns !== NAMESPACE) return;
      if (data.title) frame.title = data.title;
      if (data.type === 'resize') return this.receive(data);
      if (data.type !== 'hello') return;
      const { port1, port2 } = new MessageChannel();
      this.greeted = true;
      // Each page in the frame sends `hello`: the first one, and the answer to its form.
      port1.onmessage = ({ data }) => frame === this.frame && this.receive(data);
      const init = { v: VERSION, ns: NAMESPACE, type: 'init', clientSecret: this.getAttribute('client-secret') };
      source.postMessage(init, ORIGIN, [port2]);
    }

    receive({ v, ns, type, ...detail }) {
      if (type === 'resize') return (this.frame.style.height = detail.height + 'px');
      this.emit(type, detail);
    }

    emit(type, detail) {
      this.dispatchEvent(new CustomEvent(type, { bubbles: true, composed: true, detail }));
    }
  }

  // Any rule of the shop overrides it.
  const box = new CSSStyleSheet();
  box.replaceSync(`:where(${TAG}){display:block;width:100%}`);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, box];
  customElements.define(TAG, VoucherCheckout);
})();
