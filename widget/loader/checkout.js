// <voucher-checkout session="cs_…" client-secret="…" locale="…">: opens our checkout in an iframe and turns its messages
// into DOM events. It holds no product logic: the PIN, the amount and the outcome are known in the iframe only.
(() => {
  const TAG = 'voucher-checkout';
  // Known only while a classic script runs for the first time.
  const ORIGIN = new URL(document.currentScript.src).origin;
  if (customElements.get(TAG)) return;
  // How long the widget may take to come, after its page: milliseconds.
  const PATIENCE = 30_000;

  class VoucherCheckout extends HTMLElement {
    static observedAttributes = ['session', 'client-secret', 'locale', 'class', 'style'];

    connectedCallback() {
      addEventListener('message', this);
      this.later();
    }

    disconnectedCallback() {
      removeEventListener('message', this);
      this.later();
    }

    // Moved by moveBefore(), which keeps the iframe.
    connectedMoveCallback() {}

    attributeChangedCallback(name, before, after) {
      if (before !== after) this.later();
    }

    // Several attributes set in a row, or a move within the page, open one iframe.
    later() {
      this.due ||= Promise.resolve().then(() => {
        this.due = 0;
        this.open();
      });
    }

    open() {
      const session = this.getAttribute('session');
      const secret = this.getAttribute('client-secret');
      const query = this.isConnected && session && secret && this.wishes();
      const url = query && `${ORIGIN}/embed/${encodeURIComponent(session)}?${query}`;
      if (this.opened === url + secret) return;
      this.opened = url + secret;
      this.frame = this.heard = undefined;
      this.replaceChildren();
      if (!url) return;
      const frame = (this.frame = document.createElement('iframe'));
      frame.src = url;
      frame.title = TAG;
      frame.allow = 'clipboard-write';
      frame.referrerPolicy = 'origin';
      frame.sandbox = 'allow-scripts allow-same-origin allow-forms allow-modals allow-popups allow-popups-to-escape-sandbox';
      // Through the CSSOM, which a strict style-src allows. Without the scheme a dark iframe would not be see-through.
      frame.style.cssText = 'display:block;width:100%;height:44em;min-height:8em;border:0;color-scheme:light dark';
      // A refused frame loads as well, and says nothing. One whose script was lost does better the second time.
      frame.onload = () =>
        setTimeout(() => {
          if (this.heard || this.frame !== frame) return;
          frame.onload = null;
          frame.src = url;
          this.tell('error', { code: 'unreachable' });
        }, PATIENCE);
      this.append(frame);
    }

    // The language and the theme, for the address. Colours as the browser computes them, whatever their syntax.
    wishes() {
      const query = new URLSearchParams();
      const locale = this.getAttribute('locale');
      if (locale) query.set('locale', locale);
      const probe = this.appendChild(document.createElement('i'));
      const { style } = probe;
      // Whatever the page says of all its elements.
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
      if (!ours || !data || data.v !== 1 || data.ns !== TAG) return;
      if (data.type === 'resize') return this.hear(data);
      if (data.type !== 'hello') return;
      const { port1, port2 } = new MessageChannel();
      this.heard = true;
      // A page says hello once more when its wasm has come, and may have taken either answer.
      port1.onmessage = ({ data }) => frame === this.frame && this.hear(data);
      const init = { v: 1, ns: TAG, type: 'init', clientSecret: this.getAttribute('client-secret') };
      source.postMessage(init, ORIGIN, [port2]);
    }

    hear({ v, ns, type, ...detail }) {
      if (type === 'resize') return (this.frame.style.height = detail.height + 'px');
      // The first message brings the title in the shopper's language.
      if (detail.title) this.frame.title = detail.title;
      this.tell(type, detail);
    }

    tell(type, detail) {
      this.dispatchEvent(new CustomEvent(type, { bubbles: true, composed: true, detail }));
    }
  }

  customElements.define(TAG, VoucherCheckout);
})();
