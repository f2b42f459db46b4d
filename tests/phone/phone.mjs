// A slow phone: Chromium with its network and its processor slowed down in every target of a page, verified by measurement.
import { listenLocally } from '../simulator/listen.mjs';
import { launchChromium } from '../support/browser.mjs';
import { connect } from './devtools.mjs';
import { watchMarks } from './marks.mjs';
import { assertSlowed } from './proof.mjs';
import { slowDown } from './slow.mjs';

const TIMEOUT_MS = 90_000;

/** Starts Chromium with a port for its DevTools; `options` are Playwright's. Returns `{browser, port, version, close()}`. */
export async function startChromium(options = {}) {
  // A free port.
  const { port, close } = await listenLocally(0, () => {});
  await close();
  const browser = await launchChromium([`--remote-debugging-port=${port}`], options);
  return { browser, port, version: browser.version(), close: () => browser.close() };
}

/**
 * Starts a slow phone. Returns `{version, open(visit), close()}`. A visit is
 *   url              the page that the shopper opens, for the first time: nothing is cached
 *   marks, payment   the marks to wait for, and the payment after them, if any: marks.mjs
 *   foreign          `{pattern, answer(url)}`: the addresses of other servers, and their answers, without delay
 *   then             run when all the marks are there
 * `open` returns `{times: {mark: ms since the start}, bytes}`, and throws when the page was not as slow as it should be.
 */
export async function startPhone(slow) {
  const chromium = await startChromium();
  const devtools = await connect(chromium.port);
  return {
    version: chromium.version,
    open: (visit) => open(chromium.browser, devtools, slow, visit),
    async close() {
      devtools.close();
      await chromium.close();
    },
  };
}

async function open(browser, devtools, slow, { url, marks, payment, foreign, then = async () => {} }) {
  const context = await browser.newContext({ viewport: slow.screen, isMobile: true, hasTouch: true });
  let slowed;
  try {
    const page = await context.newPage();
    const { seen, complete } = await collectMarks(page, { marks, payment });
    slowed = await slowDown(devtools, await targetOf(context, page), slow, foreign);
    await page.goto(url, { waitUntil: 'commit', timeout: TIMEOUT_MS });
    await complete();
    await then();
    await page.waitForLoadState('load', { timeout: TIMEOUT_MS });
    const bytes = await slowed.read();
    // Requests after a payment are answered from the cache.
    if (!payment) await assertSlowed(page, slow, slowed);
    const start = seen.get('start');
    return { times: Object.fromEntries([...seen].map(([name, at]) => [name, at - start])), bytes };
  } finally {
    slowed?.stop();
    await context.close();
  }
}

/** Makes a page report its marks. `complete()` resolves when all are there, and rejects with the missing ones. */
async function collectMarks(page, { marks, payment }) {
  const wanted = ['start', ...marks.map(({ name }) => name), ...(payment ? ['sent'] : [])];
  const seen = new Map();
  const problems = [];
  const { promise, resolve } = Promise.withResolvers();
  page.on('pageerror', ({ message }) => problems.push(message));
  await page.exposeBinding('reportMark', (_, { name, at }) => {
    if (!seen.has(name)) seen.set(name, at);
    if (wanted.every((one) => seen.has(one))) resolve();
  });
  await page.addInitScript(watchMarks, { marks, payment });
  const complete = async () => {
    const timer = setTimeout(resolve, TIMEOUT_MS);
    await promise;
    clearTimeout(timer);
    const missing = wanted.filter((one) => !seen.has(one));
    if (missing.length > 0) throw new Error(`Not reached: ${missing.join(', ')}. ${problems.join('\n')}`);
  };
  return { seen, complete };
}

async function targetOf(context, page) {
  const session = await context.newCDPSession(page);
  const { targetInfo } = await session.send('Target.getTargetInfo');
  await session.detach();
  return targetInfo.targetId;
}
