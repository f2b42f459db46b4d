// Measures how far elements of a page move by themselves: layout shift.

/** The largest invisible layout shift. Chromium's own limit for a good page is ten times that. */
export const STILL = 0.01;

/** Makes all documents of this page add up their layout shifts, from their first frame on. */
export async function watchShifts(page) {
  await page.addInitScript(() => {
    window.shifts = [];
    const note = ({ value, hadRecentInput, sources }) => {
      const moved = sources.map(({ node, previousRect, currentRect }) => {
        const element = node?.nodeType === Node.TEXT_NODE ? node.parentElement : node;
        return `${element?.localName}#${element?.id}.${element?.className}: ${previousRect.y} to ${currentRect.y}`;
      });
      window.shifts.push({ value, pressed: hadRecentInput, moved });
    };
    const observer = new PerformanceObserver((list) => list.getEntries().forEach(note));
    observer.observe({ type: 'layout-shift', buffered: true });
    window.takeShifts = () => {
      observer.takeRecords().forEach(note);
      return window.shifts.splice(0);
    };
  });
}

/**
 * Returns the layout shift in that page or frame since the last call, once the last frame was drawn. Without `pressed`, shifts
 * directly after a press of the shopper's are left out, and with `but` the shifts of the elements that it matches alone.
 */
export async function shifted(document, { pressed = true, but } = {}) {
  const all = await document.evaluate(
    () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve(window.takeShifts())))),
  );
  const isExpected = ({ moved }) => but && moved.every((element) => but.test(element));
  const shifts = all.filter((shift) => (pressed || !shift.pressed) && !isExpected(shift));
  return { sum: shifts.reduce((sum, { value }) => sum + value, 0), what: JSON.stringify(shifts) };
}
