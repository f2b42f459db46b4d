// The layout faults of a page as it is now: too wide, cut off, overlapping, too small to tap.

/** The width of a finger in CSS pixels: nearly twice the minimum of WCAG 2.5.8. */
const FINGER = 44;

/**
 * Returns a list of sentences, empty when the layout is sound. `page` may be a frame; frames in it are left out. With `typed`,
 * the typed text must be entirely visible in its field; without, it may run on under the field's edge, as long texts do in any
 * field.
 */
export function layoutFaults(page, { typed = true } = {}) {
  return page.evaluate(([finger, typed]) => {
    const faults = [];
    const root = document.documentElement;
    const name = (element) => {
      const own = element.id ? `#${element.id}` : element.className ? `.${element.className}` : '';
      return `${element.localName}${own} "${element.textContent.trim().slice(0, 40)}"`;
    };
    const seen = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && !element.closest('.live');
    const shared = (a, b, start, end) => Math.min(a[end], b[end]) - Math.max(a[start], b[start]);
    const meet = (a, b) => shared(a, b, 'left', 'right') > 1 && shared(a, b, 'top', 'bottom') > 1;
    const within = (a, b) => shared(a, b, 'left', 'right') >= a.width - 1 && shared(a, b, 'top', 'bottom') >= a.height - 1;
    if (root.scrollWidth > root.clientWidth) faults.push(`the page is ${root.scrollWidth} wide in ${root.clientWidth}`);

    for (const element of document.body.querySelectorAll('*')) {
      if (!seen(element)) continue;
      const { left, right, width, height } = element.getBoundingClientRect();
      if (left < -0.5 || right > root.clientWidth + 0.5) faults.push(`outside of the window: ${name(element)}`);
      // Browsers report no width for inline elements; an element that is not clipped can stick out without being cut off.
      const clips = element.matches('input') ? typed : getComputedStyle(element).overflowX !== 'visible';
      if (clips && element.clientWidth > 0 && element.scrollWidth > element.clientWidth) {
        faults.push(`cut off: ${name(element)}, ${element.scrollWidth} in ${element.clientWidth}`);
      }
      // A link within a sentence is as high as its line.
      const target = element.matches('button, a, summary, input:not([type=radio]), label:has([type=radio])');
      if (target && getComputedStyle(element).display !== 'inline' && Math.min(width, height) < finger) {
        faults.push(`${width} by ${height}: ${name(element)}`);
      }
    }

    const inputs = [...document.querySelectorAll('input')].filter(seen);
    const boxes = inputs.map((element) => ({ element, rects: [element.getBoundingClientRect()] }));
    let texts = 0;
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const { data, parentElement } = walker.currentNode;
      if (data.trim() === '' || !seen(parentElement)) continue;
      const range = document.createRange();
      range.selectNodeContents(walker.currentNode);
      const rects = [...range.getClientRects()].filter(({ width }) => width > 0);
      texts += 1;
      for (const { 0: word, index } of data.matchAll(/\p{L}+/gu)) {
        range.setStart(walker.currentNode, index);
        range.setEnd(walker.currentNode, index + word.length);
        const lines = new Set([...range.getClientRects()].map(({ top }) => Math.round(top)));
        if (lines.size > 1) faults.push(`a word in ${lines.size} lines: ${word}`);
      }
      boxes.push({ element: parentElement, rects });
      for (const rect of rects) {
        for (let around = parentElement; around !== document.body; around = around.parentElement) {
          if (['inline', 'contents'].includes(getComputedStyle(around).display)) continue;
          const box = around.getBoundingClientRect();
          if (!within(rect, box)) faults.push(`text sticks out of ${name(around)}`);
        }
      }
    }
    if (texts === 0) faults.push('there is nothing to read');
    boxes.forEach((one, place) => {
      for (const other of boxes.slice(place + 1)) {
        const over = one.rects.some((a) => other.rects.some((b) => meet(a, b)));
        if (over) faults.push(`${name(one.element)} lies over ${name(other.element)}`);
      }
    });
    return [...new Set(faults)];
  }, [FINGER, typed]);
}
