// A checkout for the tests of the operations page: payments that wait for a person, and members of staff who are signed in.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, afterEach } from 'node:test';
import { ROOT } from '../../edge/tools/up-to-date.mjs';
import { accessFaults } from '../browser/accessible.mjs';
import { startCheckout } from '../support/checkout.mjs';
import { pass, startProxy } from '../support/proxy.mjs';
import { SERVER_ERROR, reviewsAt } from '../support/review.mjs';
import { until } from '../support/until.mjs';

const LIMITS = { provider_timeout_ms: 3_000, settle_backoff_ms: [50, 100, 200, 2_900], not_found_grace_ms: 3_001 };

/** The member of staff in the tests. */
export const EMAIL = 'thandi@example.com';

/**
 * Starts a checkout with a browser and these variables. It has `signedIn(options)`, a page of a member of staff,
 * `inReview(provider, scenario)` and `orderInReview({arrives})`.
 */
export async function startOperations(vars) {
  const proxy = await startProxy();
  after(() => proxy.close());
  const stack = await startCheckout({ simulatorUrl: proxy.url, limits: LIMITS, browser: true, vars });
  const { browser, simulator, createSession, redeem, freshPin, shopView } = stack;
  proxy.target = simulator.url;
  afterEach(() => (proxy.rule = pass));

  /** Opens the operations page as this member of staff, at a path below it. */
  async function signedIn({ email = EMAIL, path = '/', ...options } = {}) {
    const page = await browser.page({ viewport: { width: 1100, height: 800 }, ...options });
    await page.goto(`${simulator.url}/operations?email=${email}`);
    if (path !== '/') await page.goto(`${stack.url}/operations${path}`);
    return page;
  }

  /**
   * Orders a voucher whose answer is lost, and whose look-ups fail until the order waits for a person; `arrives` is whether the provider
   * receives the order.
   */
  async function orderInReview({ arrives }) {
    let isSent = false;
    proxy.rule = async (call, next) => {
      if (isSent) return SERVER_ERROR;
      isSent = true;
      if (arrives) await next();
      return SERVER_ERROR;
    };
    const order = { provider: 'celbux', recipient: '27648302057', voucher_type: '168Cash', amount: 20_00, currency: 'ZAR', reference: 'refund-17' };
    const { body } = await stack.issue(order, stack.freshKey());
    const shown = () => stack.shop('GET', `/v1/vouchers/${body.id}`);
    await until(shown, (answer) => answer.body.needs_review === true, { within: 60_000 });
    proxy.rule = pass;
    return body;
  }

  return Object.assign(stack, { signedIn, inReview: reviewsAt(proxy, stack), orderInReview });
}

/**
 * Fails on what axe finds, on content wider than the screen, and on errors in the console. Keeps a picture for people in
 * tests/.shots/operations, which git ignores.
 */
export async function assertPresentable(page, name) {
  assert.deepEqual(await accessFaults(page), [], name);
  const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(over <= 0, `${name} is ${over} px too wide`);
  assert.deepEqual(page.errors, [], name);
  await page.screenshot({ path: join(ROOT, `tests/.shots/operations/${name}.png`), fullPage: true });
}

/** The looks in which a screen must be presentable. */
export const LOOKS = ['light', 'dark'].flatMap((colorScheme) => [1100, 320].map((width) => ({ colorScheme, viewport: { width, height: 800 } })));

/** Returns the name of a look, for a picture. */
export const nameOf = ({ colorScheme, viewport }) => `${colorScheme}-${viewport.width}`;

/** Opens the dialog of an act, and returns its parts. */
export async function openAct(page, title, within = page) {
  await within.getByRole('button', { name: title, exact: true }).first().click();
  const dialog = page.getByRole('dialog', { name: title, exact: true });
  await dialog.waitFor();
  return {
    dialog,
    fill: (label, text) => dialog.getByLabel(label).fill(text),
    choose: (label) => dialog.getByLabel(label).check(),
    consequence: () => dialog.locator('.note').first().innerText(),
    confirm: async (name) => {
      await dialog.getByRole('button', { name, exact: true }).click();
    },
  };
}

/** Waits for the message that an act is done. */
export const told = (page, message) => page.locator('.toast', { hasText: message }).waitFor();
