// A page that stays open: it shows the time left, the session's end, and changes made elsewhere. Also the texts about money and the choice
// of language on the hosted page.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { startCheckout } from '../support/checkout.mjs';
import { until } from '../support/until.mjs';
import { open } from './sessions.mjs';
import { hosted } from './shopper.mjs';

let page;
const stack = await startCheckout({ browser: true });
afterEach(() => page?.close());

/** Opens the hosted page of a new session. */
async function opened(fields = {}, { javaScriptEnabled = true } = {}) {
  const session = await open(stack, fields);
  page = await stack.browser.page({ javaScriptEnabled });
  await page.goto(session.url);
  if (javaScriptEnabled) await page.locator('.enhanced #pay').waitFor();
  return session;
}

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? '' : ' (plain form)';
  test(`at its end an open page says so by itself, before it would ask again${how}`, async () => {
    const session = await opened({ expires_in: 12 }, { javaScriptEnabled });
    await page.getByText(/You have \d+ seconds? left to pay\./).waitFor();
    await until(() => stack.view(session), ({ status }) => status === 'expired');
    // The page asks every 25 seconds, and this waits for 13.
    await hosted(page).notice('bad', /expired/, { timeout: 13_000 });
  });
}

test('within half a minute an open page shows what others did: a part paid, then canceled by the shop', async () => {
  const session = await open(stack);
  page = await stack.browser.page();
  await page.clock.install();
  await page.goto(session.url);
  await page.locator('.enhanced #pay').waitFor();
  assert.equal(await page.getByText(/left to pay\./).isVisible(), false, 'there is enough time');
  await hosted(page).phone().fill('082 123');
  const within = async (shown) => {
    await page.clock.runFor(28_000);
    await shown.waitFor();
  };
  await stack.redeem(session, { pin: stack.freshPin('kora', 'exact'), amount: 100_00 });
  await within(page.locator('#order-notice', { hasText: '100.00 is paid' }));
  assert.equal(await hosted(page).phone().inputValue(), '082 123', 'what is typed stays');
  await page.locator('#next-voucher', { hasText: /Pay the rest by .*20\d\d.*what you have paid goes back to your voucher or Harbour Mugs owes it to you/ }).waitFor();
  await stack.cancel(session);
  await within(page.locator('#order-notice', { hasText: 'canceled' }));
});

test('an idle page asks once in 25 seconds', async () => {
  let requests = 0;
  page = await stack.browser.page();
  page.on('request', (request) => (requests += /\/v1\/checkout\/cs_\w+$/.test(request.url())));
  await page.clock.install();
  const session = await open(stack);
  await page.goto(session.url);
  await page.locator('.enhanced #pay').waitFor();
  // From now on the clock stands still in between.
  await page.clock.pauseAt(await page.evaluate(() => Date.now() + 10_000));
  for (let second = 0; second < 50; second++) await page.clock.runFor(1_000);
  await until(() => requests, (all) => all === 2);
});

test('the words for money: the amount paid, and a button that says what is taken, with the fee', async () => {
  const session = await opened({ provider: 'wipay' });
  assert.match(await hosted(page).payButton().innerText(), /^Pay \$125\.00$/);
  await hosted(page).pay({ pin: stack.freshPin('wipay', 'exact'), phone: '868 622 1234', email: null });
  await hosted(page).notice('good', /Paid/);
  assert.equal(await page.locator('#headline-label').innerText(), 'Amount paid');
  assert.equal((await stack.view(session)).status, 'complete');
});

test('the page has a choice of language, which works without JavaScript', async () => {
  await opened({ locale: 'fr' }, { javaScriptEnabled: false });
  await page.getByText('Langue').click();
  await page.getByRole('link', { name: 'isiZulu' }).click();
  await page.waitForURL(/locale=zu/);
  assert.equal(await page.locator(':root').getAttribute('lang'), 'zu');
  await hosted(page).pin().waitFor();
  await page.getByText('Ulimi').click();
  assert.equal(await page.locator('footer [aria-current]').innerText(), 'isiZulu');
});
