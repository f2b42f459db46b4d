// A shopper without a mouse: every action by keyboard, with a check of the focus after each.
import assert from 'node:assert/strict';
import { until } from '../support/until.mjs';
import { embedded } from './shopper.mjs';

/** More stops than any page of ours has: a focus that takes longer is trapped. */
const MOST_STOPS = 40;
/** The minimum contrast of a focus ring with its surroundings (WCAG 1.4.11). */
const RING_CONTRAST = 3;

/**
 * Returns the focused element, in whichever frame: `{what, tag, ring, contrast, whole, inView}`. `what` is its name, id or text;
 * `body` means that the focus is lost.
 */
export async function focused(page) {
  let frame = page.mainFrame();
  for (;;) {
    const element = await frame.evaluateHandle(() => document.activeElement);
    const inner = await element.asElement()?.contentFrame();
    if (inner && (await inner.evaluate(() => document.hasFocus() && document.activeElement !== document.body))) {
      frame = inner;
      continue;
    }
    const seen = await element.evaluate(look);
    const box = await element.asElement()?.boundingBox();
    const { width, height } = page.viewportSize();
    const inView = Boolean(box) && box.x > -1 && box.y > -1 && box.x + box.width < width + 1 && box.y + box.height < height + 1;
    return { ...seen, inView };
  }
}

/** Presses Tab (or Shift+Tab) until the focus is there, and returns all stops on the way; each must be visible. */
export async function tabTo(page, wanted, { back = false } = {}) {
  const stops = [];
  while (stops.length < MOST_STOPS) {
    await page.keyboard.press(back ? 'Shift+Tab' : 'Tab');
    const stop = await focused(page);
    // Between the end of a page and its beginning, the focus passes through the browser's own controls.
    if (stop.tag !== 'body') {
      assertSeen(stop);
      stops.push(stop.what);
    }
    if (wanted.test(stop.what)) return stops;
  }
  throw new Error(`the focus does not reach ${wanted}: ${stops.join(', ')}`);
}

/** Moves the focus there by Tab, and types. The text replaces a value that the browser filled in or the widget kept. */
export async function typeAt(page, name, text) {
  const stops = await tabTo(page, new RegExp(`^${name}$`));
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type(text);
  return stops;
}

/** Waits until the focus is there. */
export function focusAt(page, wanted) {
  return until(() => focused(page), ({ what }) => wanted.test(what));
}

/**
 * Orders in the demo shop, and waits for the checkout: on the shop's page (`embedded`), on the hosted page (`hosted`), or there
 * without JavaScript (`plain`). Returns the page.
 */
export async function orderByKeys({ browser, simulator }, where) {
  const page = await browser.page({ javaScriptEnabled: where !== 'plain' });
  await page.goto(`${simulator.url}/`);
  if (where === 'hosted') {
    await tabTo(page, /^mode=embedded$/);
    await page.keyboard.press('ArrowDown');
    assert.equal((await focused(page)).what, 'mode=hosted');
  }
  await tabTo(page, /^pay$/);
  await page.keyboard.press('Enter');
  if (where === 'embedded') {
    await focusAt(page, /^checkout-title$/);
    await embedded(page).root.locator('.enhanced form').waitFor();
  } else {
    await page.waitForURL(/\/pay\/cs_/);
    await page.locator(where === 'plain' ? 'form[method]' : '.enhanced form').waitFor();
  }
  return page;
}

/** Types into all fields in turn; the focus stays in the last one. */
export async function fillInByKeys(page, pin) {
  await typeAt(page, 'pin', pin);
  await typeAt(page, 'phone', '082 123 4567');
  await typeAt(page, 'email', 'thandi@example.com');
}

/** Fails unless the focus is visible to the shopper. */
export function assertSeen({ what, ring, contrast, whole, inView }) {
  assert.ok(ring >= 2, `${what}: the ring is ${ring}px wide`);
  assert.ok(contrast >= RING_CONTRAST, `${what}: the ring has a contrast of ${contrast}`);
  assert.ok(whole, `${what}: the ring is cut off at the edge of its document`);
  assert.ok(inView, `${what}: has the focus outside the window`);
}

// Runs in the page.
function look(element) {
  const channels = (colour) => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 1, height: 1 });
    const context = canvas.getContext('2d');
    context.fillStyle = colour;
    context.fillRect(0, 0, 1, 1);
    return [...context.getImageData(0, 0, 1, 1).data];
  };
  const luminance = (colour) => {
    const linear = (value) => (value <= 10 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
    const [red, green, blue] = channels(colour).map(linear);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  // A visually hidden radio may leave the ring to its label.
  const label = element.closest('label');
  const ringed = getComputedStyle(element).opacity === '0' && label ? label : element;
  const { outlineStyle, outlineWidth, outlineColor, outlineOffset } = getComputedStyle(ringed);
  const ring = outlineStyle === 'none' ? 0 : Number.parseFloat(outlineWidth);
  let around = ringed.parentElement;
  while (around && channels(getComputedStyle(around).backgroundColor)[3] < 255) around = around.parentElement;
  const ground = around ? getComputedStyle(around).backgroundColor : 'Canvas';
  const [low, high] = [luminance(outlineColor), luminance(ground)].sort((a, b) => a - b);
  const { left, top, right, bottom } = ringed.getBoundingClientRect();
  const reach = ring + Number.parseFloat(outlineOffset);
  const { clientWidth, scrollHeight } = document.documentElement;
  const whole = left + scrollX - reach >= 0 && top + scrollY - reach >= 0 &&
    right + scrollX + reach <= clientWidth && bottom + scrollY + reach <= scrollHeight;
  const tag = element.localName;
  const isNamedByText = element.matches('main#checkout :is(a, button)');
  const offer = element.type === 'radio' ? `${element.name}=${element.value}` : '';
  return {
    what: tag === 'body' ? tag : offer || (isNamedByText ? element.textContent.trim() : element.name || element.id || element.textContent.trim()),
    tag,
    ring,
    contrast: (high + 0.05) / (low + 0.05),
    whole,
  };
}
