// Observes a shop's page from outside: the events of its elements, the violations of its policy, and its listeners for messages.
import { until } from '../support/until.mjs';

/**
 * Records every event and iframe of every element, and every violation of the page's policy, from the next navigation on. This
 * needs no script of the page, so the page's policy can be as strict as possible.
 */
export async function listen(page) {
  await page.addInitScript(() => {
    window.heard = [];
    for (const type of ['ready', 'paid', 'done', 'declined', 'pending', 'cancel', 'error']) {
      addEventListener(type, ({ target, detail }) => window.heard.push([target.id, type, detail]), true);
    }
    window.violations = [];
    addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
      window.violations.push([violatedDirective, blockedURI]);
    });
    window.iframes = 0;
    new MutationObserver((changes) => {
      for (const node of changes.flatMap(({ addedNodes }) => [...addedNodes])) window.iframes += node.nodeName === 'IFRAME';
    }).observe(document, { childList: true, subtree: true });
  });
  const heard = () => page.evaluate(() => window.heard);
  return {
    /** Returns all events so far, as `[id of the element, type, detail]`. */
    heard,
    /** Waits until the element with this id has dispatched this event. */
    hears: (id, type) => until(heard, (events) => events.some(([from, what]) => from === id && what === type)),
    /** Returns all violations so far, as `[directive, address]`. */
    violations: () => page.evaluate(() => window.violations),
    /** Returns the number of iframes added to the page so far, including those removed at once. */
    iframes: () => page.evaluate(() => window.iframes),
  };
}

/** Returns the number of `message` listeners of the page's window. */
export async function messageListeners(page) {
  const tools = await page.context().newCDPSession(page);
  const { result } = await tools.send('Runtime.evaluate', { expression: 'window' });
  const { listeners } = await tools.send('DOMDebugger.getEventListeners', { objectId: result.objectId });
  await tools.detach();
  return listeners.filter(({ type }) => type === 'message').length;
}
