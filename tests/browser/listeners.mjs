// What is known of a shop's page from outside: what its elements tell, what its policy forbids, who listens in it.
import { until } from '../support/until.mjs';

/**
 * Notes every event and iframe of every element, and every violation of the page's policy, from the next address on. No
 * script of the page is needed for that, so its policy can be as strict as it likes.
 */
export async function listen(page) {
  await page.addInitScript(() => {
    window.heard = [];
    for (const type of ['ready', 'paid', 'declined', 'pending', 'cancel', 'error']) {
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
    /** All events up to now, as `[id of the element, type, detail]`. */
    heard,
    /** Waits until the element of this id has told that. */
    hears: (id, type) => until(heard, (events) => events.some(([from, what]) => from === id && what === type)),
    /** All violations up to now, as `[directive, address]`. */
    violations: () => page.evaluate(() => window.violations),
    /** How many iframes have been put into the page up to now, those included that were there for no more than a moment. */
    iframes: () => page.evaluate(() => window.iframes),
  };
}

/** How many listeners for messages the page's window has. */
export async function messageListeners(page) {
  const tools = await page.context().newCDPSession(page);
  const { result } = await tools.send('Runtime.evaluate', { expression: 'window' });
  const { listeners } = await tools.send('DOMDebugger.getEventListeners', { objectId: result.objectId });
  await tools.detach();
  return listeners.filter(({ type }) => type === 'message').length;
}
