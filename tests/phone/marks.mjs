// What runs in the pages: it tells when something can be seen and used. Handed over as source, so it uses nothing from outside.

/**
 * Watches a page from its start, frame by frame, and calls `window.reportMark({name, at})` for each mark in `marks` that is in
 * this document; `at` is on the clock of `performance.timeOrigin`, which is the same in all frames. A mark is
 *   name, selector   what must be in the document
 *   shown            a selector of what must be visible; the same elements when left out
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
  // Through the browser's own editing, which refuses where a keyboard would be refused.
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
      if (!typed(document.querySelector(`input[name=${name}]`), text)) throw new Error(`${name} does not take what is typed`);
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
  // No frame is drawn, and so none of these runs, before the style sheets in the head are there.
  const look = () => {
    for (const mark of open) if (found(mark)) afterPaint(() => report(mark));
    if (open.length > 0) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

/** A fixed piece of work, for the check that the processor is slowed. Of the browser itself: a script grows faster. */
export function work() {
  const text = `[${'12345,'.repeat(300_000)}0]`;
  for (let i = 0; i < 7; i++) JSON.parse(text);
}

/** What this document knows of its own transfer and of that of its files. Of other origins it is told no sizes. */
export function readTransfers() {
  const entries = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')];
  // When an answer begins is no help: it is noted before Chromium holds it back.
  return entries.map(({ name, requestStart, responseEnd, encodedBodySize }) => {
    return { name, requestStart, responseEnd, bytes: encodedBodySize };
  });
}

/** How long a file takes to come again, over the network, in milliseconds. */
export async function timeFetch(address) {
  const started = performance.now();
  await (await fetch(address, { cache: 'reload' })).arrayBuffer();
  return performance.now() - started;
}
