// Functions that run in the pages: they report when an element is visible and usable. Each is passed as source, so it uses
// nothing from outside.

/**
 * Watches a page from its start, frame by frame, and calls `window.reportMark({name, at})` for each mark in `marks` that is in
 * this document; `at` is on the clock of `performance.timeOrigin`, which is the same in all frames. A mark is
 *   name, selector   the element that must be in the document
 *   shown            a selector of the elements that must be visible; the same elements when left out
 *   use              "type": it is a field that takes typed characters; "press": it is a button that can be pressed
 *   inner            whether it is in an iframe
 * Every mark is reported after the paint that shows it, under all style sheets of the page. With `payment`, `{field: text}`,
 * these texts are typed and the button is pressed as soon as every mark of the document has been reported.
 */
export function watchMarks({ marks, payment }) {
  if (!location.href.startsWith('http')) return;
  if (window === window.top) window.reportMark({ name: 'start', at: performance.timeOrigin });
  const now = () => performance.timeOrigin + performance.now();
  let open = marks.filter(({ inner }) => Boolean(inner) === (window !== window.top));

  const isVisible = (element) => {
    const { width, height } = element.getBoundingClientRect();
    return width > 0 && height > 0 && element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  };
  const isStyled = () => {
    const sheets = [...document.querySelectorAll('link[rel=stylesheet], style')];
    return sheets.length > 0 && sheets.every(({ sheet }) => sheet);
  };
  const found = ({ selector, shown = selector }) => {
    const element = document.querySelector(selector);
    const seen = [...document.querySelectorAll(shown)];
    return isStyled() && seen.length > 0 && seen.every(isVisible) ? element : null;
  };
  // By the browser's own editing commands, which fail where a keyboard would fail.
  const typed = (input, text) => {
    input.focus({ preventScroll: true });
    input.select();
    return document.execCommand('insertText', false, text) && input.value.replaceAll(/\W/g, '') === text.replaceAll(/\W/g, '');
  };
  const USES = {
    type: (input) => typed(input, '1') && (input.select(), document.execCommand('delete')) && input.value === '',
    press: (button) => !button.disabled && button.getAttribute('aria-disabled') === null,
  };
  const afterPaint = (act) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = act;
    port2.postMessage(undefined);
  };
  const pay = () => {
    for (const [name, text] of Object.entries(payment)) {
      if (!typed(document.querySelector(`input[name=${name}]`), text)) throw new Error(`${name} does not accept typed text`);
    }
    const form = document.querySelector('form[method=post]');
    window.reportMark({ name: 'sent', at: now() });
    form.querySelector('button[type=submit]').click();
  };
  const report = (mark) => {
    if (!open.includes(mark)) return;
    const element = found(mark);
    if (!element || (mark.use && !USES[mark.use](element))) return;
    open = open.filter((other) => other !== mark);
    window.reportMark({ name: mark.name, at: now() });
    if (payment && open.length === 0) pay();
  };
  // Before the style sheets in the head are loaded, no frame is drawn and none of these runs.
  const look = () => {
    for (const mark of open) if (found(mark)) afterPaint(() => report(mark));
    if (open.length > 0) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

/**
 * Does a fixed piece of work, for the check that the processor is slowed. The work is the browser's own: a script gets faster
 * when repeated.
 */
export function work() {
  const text = `[${'12345,'.repeat(300_000)}0]`;
  for (let i = 0; i < 7; i++) JSON.parse(text);
}

/** Returns this document's record of its own transfer and of those of its files. It has no sizes for other origins. */
export function readTransfers() {
  const entries = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')];
  // The start of an answer is of no use: it is recorded before Chromium delays the answer.
  return entries.map(({ name, requestStart, responseEnd, encodedBodySize }) => {
    return { name, requestStart, responseEnd, bytes: encodedBodySize };
  });
}

/** Returns how long a file takes to be fetched again, over the network, in milliseconds. */
export async function timeFetch(address) {
  const started = performance.now();
  await (await fetch(address, { cache: 'reload' })).arrayBuffer();
  return performance.now() - started;
}
