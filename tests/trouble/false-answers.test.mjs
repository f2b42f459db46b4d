// Answers that are not the Worker's, and answers that arrive too late: a captive portal, a proxy that times out. Only the Worker
// reports the outcome of a voucher.
import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import { embedded, order } from '../browser/shopper.mjs';
import { MODES, arrive, assertNeverUrged, assertPaidOnce, sessionOn, watchedPage } from '../browser/watched.mjs';
import { listenLocally } from '../simulator/listen.mjs';
import { startCheckout } from '../support/checkout.mjs';
import { until } from '../support/until.mjs';

const POST = /\/redemptions$/;
const GET = /\/v1\/checkout\/cs_\w+$/;
const HTML = { contentType: 'text/html', body: '<!doctype html><title>Welcome</title><p>Log in to use this network.' };

let page;
/** The requests that the portal's own server received. */
const caught = [];
const portal = await listenLocally(0, async (request, response) => {
  const body = (await request.toArray()).join('');
  caught.push([request.method, request.url, JSON.stringify(request.headers), body].join(' '));
  // Every request of the browser is allowed.
  const open = { 'access-control-allow-origin': '*', 'access-control-allow-headers': '*', 'access-control-allow-methods': '*' };
  response.writeHead(200, { 'content-type': 'text/html', ...open }).end(HTML.body);
});
const stack = await startCheckout({ browser: true });
const { browser } = stack;
afterEach(async () => {
  await page?.close();
});
after(() => portal.close());

const freshPin = (scenario = 'exact') => stack.freshPin('kora', scenario);
const to = (status, path) => () => ({ status, headers: { location: `http://localhost:${portal.port}${path}` } });

async function opened(mode, prepare = async () => {}) {
  page = await watchedPage(browser);
  await prepare();
  return arrive(page, stack, mode);
}

/** Opens the checkout in the demo shop, which may fail to open. */
async function arriveWithout() {
  await order(page, stack);
  return embedded(page);
}

/**
 * Puts a portal or a proxy before the Worker: the next payment and request get this answer. `reaches`: the payment is passed on.
 */
async function interceptAnswers(answer, { reaches, times = 1 }) {
  const given = { POST: 0, GET: 0 };
  const give = async (route) => {
    const method = route.request().method();
    if (reaches && method === 'POST') await route.fetch();
    given[method] += 1;
    await route.fulfill(answer());
  };
  await page.route(POST, give, { times: 1 });
  await page.route(GET, give, { times });
  return given;
}

const PORTALS = {
  'its own page with 200': () => ({ status: 200, ...HTML }),
  'its own page with 511': () => ({ status: 511, ...HTML }),
  'a redirect to its page on this origin': () => ({ status: 302, headers: { location: '/site.css' } }),
  'a redirect to its page elsewhere': to(302, '/login'),
  'a redirect that would carry the payment along': to(307, '/carry'),
};
/** Splits the cases: the first runs in both places, the others in one of them, because the network treats both places alike. */
const inTurn = (mode) => (_, place) => place === 0 || place % 2 === MODES.indexOf(mode);

for (const mode of MODES) {
  for (const [what, answer] of Object.entries(PORTALS).filter(inTurn(mode))) {
    test(`${mode}: a portal answers with ${what}: paid once, after the portal opens`, async () => {
      const checkout = await opened(mode);
      const pin = freshPin();
      caught.length = 0;
      const given = await interceptAnswers(answer, { reaches: false });
      await checkout.pay({ pin });
      await checkout.notice('wait', /still checking/i);
      assert.equal(stack.debitsOf(pin).length, 0);
      await assertPaidOnce(checkout, stack, pin);
      assert.deepEqual(given, { POST: 1, GET: 1 });
      await assertNeverUrged(page);
      assert.ok(!caught.join().includes(pin), 'law 6: the portal does not receive the PIN');
    });
  }

  for (const status of [502, 503, 200, 403, 408].filter(inTurn(mode))) {
    test(`${mode}: a proxy answers with a page and ${status} after the charge: paid once`, async () => {
      const checkout = await opened(mode);
      const pin = freshPin();
      const given = await interceptAnswers(() => ({ status, ...HTML }), { reaches: true });
      await checkout.pay({ pin });
      await assertPaidOnce(checkout, stack, pin);
      assert.deepEqual(given, { POST: 1, GET: 1 });
      await assertNeverUrged(page);
    });
  }

  test(`${mode}: a proxy refuses with a page and 403 before the charge: shows that nothing was sent, then pays`, async () => {
    const checkout = await opened(mode);
    const pin = freshPin();
    await interceptAnswers(() => ({ status: 403, ...HTML }), { reaches: false });
    await checkout.pay({ pin });
    await checkout.notice('bad', 'Nothing was charged');
    const { status, amount_received: received } = await stack.shopView(await sessionOn(checkout));
    assert.deepEqual({ status, received, debits: stack.debitsOf(pin).length }, { status: 'open', received: 0, debits: 0 });
    await assertNeverUrged(page, /Nothing was charged/);
    assert.equal((await checkout.pin().inputValue()).replaceAll(' ', ''), pin);
    await checkout.payButton().click();
    await assertPaidOnce(checkout, stack, pin);
  });

  test(`${mode}: answers that arrive after the widget's timeout`, async () => {
    const checkout = await opened(mode, () => page.clock.install());
    const pin = freshPin();
    const [moved, asked, late] = [Promise.withResolvers(), Promise.withResolvers(), Promise.withResolvers()];
    const answers = [];
    const hold = (reached) => async (route) => {
      const response = await route.fetch();
      reached.resolve();
      await late.promise;
      // The browser has aborted the request, and accepts no answer to it any more.
      answers.push(route.fulfill({ response }).catch(() => {}));
    };
    await page.route(POST, hold(moved), { times: 1 });
    await page.route(GET, hold(asked), { times: 1 });
    await checkout.pay({ pin });
    await moved.promise;
    assert.equal(stack.debitsOf(pin).length, 1);
    await page.clock.fastForward(39_000);
    assert.match(await checkout.root.locator('.notice').innerText(), /^Checking your voucher/, 'it waits longer than the Worker does');
    await page.clock.fastForward(2_000);
    await checkout.notice('wait', /still checking/i);
    await asked.promise;
    await page.clock.fastForward(16_000);
    await page.clock.fastForward(2_000);
    await assertPaidOnce(checkout, stack, pin);
    late.resolve();
    await until(() => answers.length, (count) => count === 2);
    await Promise.all(answers);
    await assertPaidOnce(checkout, stack, pin);
    await assertNeverUrged(page);
  });
}

for (const status of [200, 403, 511]) {
  // An answer that is not the Worker's says nothing about the session.
  test(`embedded: a portal answers ${status} when the checkout opens: it opens once the portal does`, async () => {
    page = await watchedPage(browser);
    await page.route(GET, (route) => route.fulfill({ status, ...HTML }), { times: 1 });
    const { root } = await arriveWithout();
    await root.locator('.enhanced form').waitFor();
  });

  test(`embedded: a portal answers ${status} when the checkout opens: the shopper can try again without waiting`, async () => {
    page = await watchedPage(browser);
    await page.clock.install();
    let closed = true;
    await page.route(GET, (route) => (closed ? route.fulfill({ status, ...HTML }) : route.continue()));
    const { root } = await arriveWithout();
    const again = root.getByRole('button', { name: 'Try again' });
    await again.waitFor();
    // The pending retries fail; after that the checkout does not retry by itself.
    const last = page.waitForResponse(GET);
    await page.clock.pauseAt(Date.now() + 60_000);
    await (await last).finished();
    closed = false;
    await again.click();
    await root.locator('.enhanced form').waitFor();
  });
}
