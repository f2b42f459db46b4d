/**
 * Runs in a preview's frame, not in the guide: asks the guide for the reader's text, becomes the document that the text
 * describes, and tells the guide what happens in it.
 */
(() => {
  const CHECKOUT_EVENTS = ['ready', 'paid', 'declined', 'pending', 'cancel'];
  const HEAD = [
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>Preview</title>',
    '<meta name="color-scheme" content="light dark"><link rel="stylesheet" href="/guide/preview.css">',
  ].join('');
  const tell = (kind, members) => parent.postMessage({ preview: kind, ...members }, location.origin);
  const say = (tone, text) => tell('line', { tone, text });

  addEventListener('message', ({ source, origin, data }) => {
    if (source !== parent || origin !== location.origin || data.preview !== 'text') return;
    document.open(); // takes every listener away, so those come after it
    for (const type of CHECKOUT_EVENTS) addEventListener(type, heard, true);
    addEventListener('error', failed, true);
    addEventListener('unhandledrejection', ({ reason }) => say('bad', `Not caught: ${reason}`));
    addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
      say('bad', `Blocked by ${violatedDirective}: ${blockedURI}`);
    });
    document.write(HEAD + data.text);
    document.close();
    new ResizeObserver(() => tell('height', { height: document.documentElement.offsetHeight })).observe(document.documentElement);
  });

  for (const level of ['log', 'info', 'warn', 'error']) {
    const print = console[level];
    console[level] = (...parts) => {
      print.apply(console, parts);
      say(level === 'error' ? 'bad' : '', parts.map(readable).join(' '));
    };
  }

  tell('open');

  function heard({ type, detail }) {
    tell('event', { type, detail: JSON.stringify(detail) });
  }

  /** Three things bear this name: an event of the checkout, a script that throws, and a file that does not come. */
  function failed(event) {
    if (event instanceof CustomEvent) heard(event);
    else if (event instanceof ErrorEvent) say('bad', event.message);
    else say('bad', `Cannot be loaded: ${event.target.src ?? event.target.href}`);
  }

  function readable(part) {
    if (typeof part === 'string' || part instanceof Error) return String(part);
    try {
      return JSON.stringify(part) ?? String(part);
    } catch {
      return String(part);
    }
  }
})();
