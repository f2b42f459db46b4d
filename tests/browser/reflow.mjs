// Whether everything on a page can be read and reached, however large its text is.
import assert from 'node:assert/strict';

/** What a finger needs, in CSS pixels: nearly twice what WCAG 2.5.8 asks for. */
const TARGET = 44;

/** Fails with all that is cut off, lies over something else, or makes a document (`root`, a page or a frame) scroll sideways. */
export async function assertReadable(root, where) {
  const found = await root.locator(':root').evaluate(() => {
    const problems = [];
    const named = (element) => `${element.localName} ${element.className} "${element.textContent.trim().slice(0, 40)}"`;
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth > clientWidth) problems.push(`scrolls sideways: ${scrollWidth} in ${clientWidth}`);

    const texts = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node.parentElement;
      if (!node.data.trim() || !element.checkVisibility() || element.closest('.live, script')) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      for (const rect of range.getClientRects()) if (rect.width > 1) texts.push({ element, rect });
    }
    for (const { element, rect } of texts) {
      if (rect.left < -1 || rect.right > clientWidth + 1) problems.push(`beyond the edge: ${named(element)}`);
      for (let box = element; box !== document.body; box = box.parentElement) {
        const isBox = box.matches('.button, .notice, .change, .choice label, .pin, summary');
        const clips = getComputedStyle(box).overflowX !== 'visible';
        if (!isBox && !clips) continue;
        const { left, right, top, bottom } = box.getBoundingClientRect();
        const inside = rect.left > left - 1 && rect.right < right + 1 && rect.top > top - 3 && rect.bottom < bottom + 3;
        if (!inside) problems.push(`out of its box: ${named(element)} in ${named(box)}`);
      }
    }
    const controls = [...document.querySelectorAll('input, button, a, summary')].filter((element) => element.checkVisibility());
    const things = [...texts, ...controls.map((element) => ({ element, rect: element.getBoundingClientRect() }))];
    for (const [i, one] of things.entries()) {
      for (const two of things.slice(i + 1)) {
        if (one.element.contains(two.element) || two.element.contains(one.element)) continue;
        const wide = Math.min(one.rect.right, two.rect.right) - Math.max(one.rect.left, two.rect.left);
        const high = Math.min(one.rect.bottom, two.rect.bottom) - Math.max(one.rect.top, two.rect.top);
        // The boxes of letters are taller than the lines they stand in.
        const most = Math.min(one.rect.height, two.rect.height) / 4;
        if (wide > 1 && high > most) problems.push(`lie over each other: ${named(one.element)} and ${named(two.element)}`);
      }
    }
    if (things.length < 5) problems.push('there is nothing to look at');
    return problems;
  });
  assert.deepEqual(found, [], where);
}

/** The words that can be seen, without the spaces between them. */
export const wordsOf = async (root) => (await root.locator('main').innerText()).replaceAll(/\s+/g, ' ');

/** Fails with every button, link, fold, field and choice that a finger may miss. */
export async function assertTargets(root, where) {
  const found = await root.locator(':root').evaluate((_, least) => {
    const targets = document.querySelectorAll('button:not(.live), a, summary, label:has([type=radio]), .field input');
    const seen = [...targets].filter((target) => target.checkVisibility());
    const sizes = seen.map((target) => ({ target, ...target.getBoundingClientRect().toJSON() }));
    const small = sizes.filter(({ width, height }) => width < least || height < least);
    const named = ({ localName, textContent }) => `${localName} "${textContent.trim()}"`;
    const lines = small.map(({ target, width, height }) => `${named(target)}: ${width} x ${height}`);
    return seen.length ? lines : ['there is nothing to touch'];
  }, TARGET);
  assert.deepEqual(found, [], where);
}

/** Gives text the spacing that readers may ask for, or takes it back. By the CSSOM, which a strict policy allows. */
export const spaceOut = (root, on) =>
  root.locator(':root').evaluate((_, on) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; } ' +
      'p { margin-block-end: 2em !important; }');
    document.adoptedStyleSheets = on ? [sheet] : [];
  }, on);
