// The screens with lists: filters, pages, and waiting items, in both colour schemes and down to 320 px.
import assert from 'node:assert/strict';
import { afterEach, before, test } from 'node:test';
import { until } from '../support/until.mjs';
import { closingTests } from '../worker/closing.mjs';
import { assertPresentable, LOOKS, nameOf, startOperations } from './staff.mjs';

const COUNT = 30;
const stack = await startOperations();
const { send, shop, shopView, createSession, redeem, freshPin, cancel, signedIn } = stack;
let page;
afterEach(() => page?.close());

before(async () => {
  for (let count = 0; count < COUNT; count += 1) await createSession('kora', { reference: `list-${count}` });
  const owed = await createSession('kora', { reference: 'list-owed', amount: 300_00 });
  await redeem(owed, { pin: freshPin('kora', 'exact', 100), amount: 100_00 });
  await cancel(owed);
  await until(() => shop('GET', '/v1/checkout_sessions?owed=true'), ({ body }) => body.data?.length === 1);
  await until(() => shop('GET', '/v1/checkout_sessions?limit=100'), ({ body }) => body.data?.length === COUNT + 1);
});

const rows = () => page.locator('.rows > .row');
const rowsAre = (count) => until(() => rows().count(), (seen) => seen === count);

test('what is waiting: owed money, and the providers', async () => {
  page = await signedIn();
  await page.getByRole('link', { name: 'list-owed' }).waitFor();
  await page.getByText('ZAR 100.00').waitFor();
  await page.getByText('No payment waits for you.').waitFor();
  await until(() => page.getByText('Answers').count(), (seen) => seen === 4);
  assert.equal(await page.locator('nav a[aria-current]').innerText(), 'Waiting');
});

test('violations that browsers report are shown', async () => {
  page = await signedIn();
  await page.getByText('No browser has reported anything in the last 30 days.').waitFor();
  const body = { documentURL: `${stack.url}/pay/cs_1`, effectiveDirective: 'script-src-elem', blockedURL: 'https://cdn.example/a.js' };
  for (let time = 0; time < 2; time++) {
    const report = { headers: { 'content-type': 'application/reports+json' }, body: [{ type: 'csp-violation', body }] };
    assert.equal((await send('POST', '/v1/csp_reports', report)).status, 204);
  }
  await page.reload();
  const row = page.locator('.row', { hasText: 'https://cdn.example' });
  await row.waitFor();
  assert.match((await row.innerText()).replaceAll(/\s+/g, ' '), /^https:\/\/cdn\.example 2 reports .*\/pay\/.*script-src-elem/);
  await assertPresentable(page);
});

test('sessions are filtered and paged, and the address keeps both', async () => {
  page = await signedIn({ path: '/sessions' });
  await rowsAre(25);
  await page.getByRole('link', { name: /Next page/ }).click();
  await rowsAre(COUNT + 1 - 25);
  assert.match(page.url(), /starting_after=cs_/);
  await page.getByRole('link', { name: /Previous page/ }).click();
  await rowsAre(25);
  await page.getByLabel('Status').selectOption('canceled');
  await page.getByRole('button', { name: 'Show' }).click();
  await rowsAre(1);
  await page.reload();
  await rowsAre(1);
  // The filter is shown after a reload.
  await until(() => page.getByLabel('Status').inputValue(), (seen) => seen === 'canceled');
  await page.getByLabel('Status').selectOption('');
  await page.getByLabel('Order reference').fill('list-7');
  await page.keyboard.press('Enter');
  await rowsAre(1);
  await page.getByLabel('Order reference').fill('nothing');
  await page.keyboard.press('Enter');
  await page.getByText('No session matches.').waitFor();
});

test('an invalid filter shows the Worker’s message, and can be tried again', async () => {
  page = await signedIn({ path: '/sessions?created_after=yesterday' });
  await page.getByRole('alert').getByText(/created_after must be/).waitFor();
  await page.getByRole('button', { name: 'Try again' }).waitFor();
});

test('a search by order, by number and by the provider’s reference', async () => {
  const session = await createSession('kora', { reference: 'by-number' });
  const paid = await redeem(session, { pin: freshPin('kora', 'exact') });
  const payment = (await shopView(session)).redemptions[0];
  assert.equal(paid.status, 200);
  await until(() => shop('GET', `/v1/redemptions?number=${payment.id}`), ({ body }) => body.data?.length === 1);
  page = await signedIn({ path: '/search' });
  const search = async (kind, label, text) => {
    await kind.check();
    await page.getByRole('textbox', { name: label }).fill(text);
    await page.keyboard.press('Enter');
  };
  for (const [kind, label, text] of [
    ['Order reference', 'Order reference', 'by-number'],
    ['Payment number or another number', 'Number', payment.id.slice(0, 11)],
    ['Payment number or another number', 'Number', session.id.slice(0, 11)],
    ['The provider’s reference', 'The provider’s reference', payment.provider_reference],
  ]) {
    await search(page.getByRole('radio', { name: kind }), label, text);
    await page.getByText('Found one.').waitFor();
    await page.getByRole('link', { name: 'by-number' }).waitFor();
    await page.reload();
  }
  await search(page.getByRole('radio', { name: 'E-mail address' }), 'E-mail address', 'nobody@example.com');
  await page.getByText('Nothing was found.').waitFor();
  await search(page.getByRole('radio', { name: 'Payment number' }), 'Number', session.id);
  await page.getByRole('heading', { name: /^Session cs_/ }).waitFor();
});

test('a payment in a list has its currency', async () => {
  page = await signedIn({ path: '/payments' });
  await page.locator('.row', { hasText: 'list-owed' }).getByText('ZAR 100.00').waitFor();
});

test('a slow answer is announced after a moment', async () => {
  page = await signedIn();
  await page.getByRole('link', { name: 'list-owed' }).waitFor();
  let release;
  const held = new Promise((resolve) => (release = resolve));
  await page.route('**/v1/checkout_sessions?**', async (route) => {
    await held;
    await route.continue();
  });
  await page.getByRole('link', { name: 'Sessions', exact: true }).click();
  await page.getByText('Loading…').waitFor();
  release();
  await rowsAre(25);
});

for (const screen of ['waiting', 'search', 'sessions', 'payments', 'vouchers', 'events', 'takings', 'reconciliation']) {
  test(`the screen ${screen} is presentable, light and dark, at 1100 and 320 px`, async () => {
    for (const look of LOOKS) {
      page = await signedIn({ path: screen === 'waiting' ? '/' : `/${screen}`, ...look });
      await page.getByRole('heading', { level: 1 }).waitFor();
      await until(() => page.getByText('Loading…').count(), (count) => count === 0);
      await assertPresentable(page, `${screen}-${nameOf(look)}`);
      await page.close();
    }
  });
}

closingTests(stack);
