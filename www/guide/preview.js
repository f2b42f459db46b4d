/**
 * Runs inside a preview's frame: requests the reader's code from the guide, replaces the document with it, and reports events and
 * errors to the guide.
 */
(() => {
  const CHECKOUT_EVENTS = ['ready', 'paid', 'done', 'declined', 'pending', 'cancel'];
  const HEAD = [
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>Preview</title>',
    '<meta name="color-scheme" content="light dark"><link rel="stylesheet" href="/guide/preview.css">',
  ].join('');
  const post = (kind, members) => parent.postMessage({ preview: kind, ...members }, location.origin);
  const log = (tone, text) => post('line', { tone, text });

  addEventListener('message', ({ source, origin, data }) => {
    if (source !== parent || origin !== location.origin || data.preview !== 'text') return;
    document.open(); // removes all listeners, so the new ones are added after it
    for (const type of CHECKOUT_EVENTS) addEventListener(type, onCheckoutEvent, true);
    addEventListener('error', onError, true);
    addEventListener('unhandledrejection', ({ reason }) => log('bad', `Not caught: ${reason}`));
    addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
      log('bad', `Blocked by ${violatedDirective}: ${blockedURI}`);
    });
    document.write(HEAD + data.text);
    document.close();
    new ResizeObserver(() => post('height', { height: document.documentElement.offsetHeight })).observe(document.documentElement);
  });

  for (const level of ['log', 'info', 'warn', 'error']) {
    const print = console[level];
    console[level] = (...parts) => {
      print.apply(console, parts);
      log(level === 'error' ? 'bad' : '', parts.map(textOf).join(' '));
    };
  }

  post('open');

  function onCheckoutEvent({ type, detail }) {
    post('event', { type, detail: JSON.stringify(detail) });
  }

  /** Reports an `error` event: of the checkout, of a script that throws, or of a file that does not load. */
  function onError(event) {
    if (event instanceof CustomEvent) onCheckoutEvent(event);
    else if (event instanceof ErrorEvent) log('bad', event.message);
    else log('bad', `Cannot be loaded: ${event.target.src ?? event.target.href}`);
  }

  function textOf(part) {
    if (typeof part === 'string' || part instanceof Error) return String(part);
    try {
      return JSON.stringify(part) ?? String(part);
    } catch {
      return String(part);
    }
  }
})();
