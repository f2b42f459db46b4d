// <voucher-checkout session="cs_…" client-secret="…" locale="…">: opens our checkout in an iframe and turns its messages
// into DOM events. It holds no product logic: the PIN, the amount and the outcome are known in the iframe only.
(() => {
  const TAG = 'voucher-checkout';
  // Known only while a classic script runs for the first time.
  const ORIGIN = new URL(document.currentScript.src).origin;
  if (customElements.get(TAG)) return;

  class VoucherCheckout extends HTMLElement {
    static observedAttributes = ['session', 'client-secret', 'locale'];

    connectedCallback() {
      addEventListener('message', this);
      this.later();
    }

    disconnectedCallback() {
      removeEventListener('message', this);
      this.later();
    }

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
      const locale = this.getAttribute('locale');
      this.replaceChildren();
      if (!this.isConnected || !session || !this.getAttribute('client-secret')) return;
      const frame = (this.frame = document.createElement('iframe'));
      frame.src = `${ORIGIN}/embed/${encodeURIComponent(session)}${locale ? '?locale=' + encodeURIComponent(locale) : ''}`;
      frame.title = 'Voucher checkout';
      frame.allow = 'clipboard-write';
      frame.referrerPolicy = 'origin';
      frame.sandbox = 'allow-scripts allow-same-origin allow-forms allow-modals allow-popups';
      // Through the CSSOM, which a strict style-src allows. Without the scheme a dark iframe would not be see-through.
      frame.style.cssText = 'display:block;width:100%;height:30em;min-height:8em;border:0;color-scheme:light dark';
      this.append(frame);
    }

    handleEvent({ origin, source, data }) {
      const { frame } = this;
      const ours = origin === ORIGIN && source && frame && source === frame.contentWindow;
      if (!ours || !data || data.v !== 1 || data.ns !== TAG || data.type !== 'hello') return;
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = ({ data: { v, ns, type, ...detail } }) => {
        if (type === 'resize') frame.style.height = detail.height + 'px';
        else {
          // The first message brings the title in the shopper's language.
          if (detail.title) frame.title = detail.title;
          this.dispatchEvent(new CustomEvent(type, { bubbles: true, composed: true, detail }));
        }
      };
      const init = { v: 1, ns: TAG, type: 'init', clientSecret: this.getAttribute('client-secret') };
      source.postMessage(init, ORIGIN, [port2]);
    }
  }

  customElements.define(TAG, VoucherCheckout);
})();
