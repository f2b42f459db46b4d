// The support call, end to end: a voucher was charged and its answer is lost for good. A member of staff finds the payment by phone and
// by PIN, settles it with the change voucher, and shopper, shop and ledger show the result.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, afterEach, test } from 'node:test';
import { webhookSecrets } from '../../edge/tools/local-config.mjs';
import { listenLocally } from '../simulator/listen.mjs';
import { until } from '../support/until.mjs';
import { closingTests } from '../worker/closing.mjs';
import { EMAIL, openAct, startOperations, told } from './staff.mjs';

/** The events that the shop's server has received. */
const heard = [];
const server = await listenLocally(0, async (request, response) => {
  const parts = [];
  for await (const part of request) parts.push(part);
  heard.push(JSON.parse(Buffer.concat(parts)));
  response.writeHead(204).end();
});
after(() => server.close());
const stack = await startOperations({ WEBHOOK_URL: `http://localhost:${server.port}/events`, ...webhookSecrets() });
const { url, shop, view, debitsOf, browser, signedIn, inReview } = stack;
let page;
afterEach(() => page?.close());

const typesOf = (id) => heard.filter(({ data: { object } }) => (object.checkout_session ?? object).id === id).map(({ type }) => type);

/** Searches on the screen of that name, and follows the only result. */
async function find(kind, label, text, reference) {
  await page.getByRole('link', { name: 'Search', exact: true }).click();
  await page.getByRole('radio', { name: kind }).check();
  await page.getByRole('textbox', { name: label }).fill(text);
  await page.getByRole('button', { name: 'Search', exact: true }).click();
  await page.getByText(/^Found /).waitFor();
  await page.getByRole('link', { name: reference }).first().click();
  await page.getByRole('heading', { name: /^Session cs_/ }).waitFor();
}

test('a lost payment is found by phone and by PIN, settled, and heard of everywhere', async () => {
  const { session, pin, payment } = await inReview('kora', 'change', { reference: 'order-support' });
  const [{ change_pin: change }] = debitsOf(pin);
  stack.change.add(change);
  const rows = () => shop('GET', '/v1/redemptions?needs_review=true');
  await until(rows, ({ body }) => body.data?.some(({ id }) => id === payment.id));

  const addresses = [];
  page = await signedIn();
  page.on('request', (request) => addresses.push(request.url()));
  await page.getByRole('link', { name: 'order-support' }).first().waitFor();
  await find('Phone number', 'Phone number', '082 123 4567', 'order-support');
  await find('PIN of a voucher', 'PIN', pin.replace(/(.{4})(?=.)/g, '$1 '), 'order-support');

  const act = await openAct(page, 'Settle');
  await act.fill('PIN of the change voucher', change);
  await act.fill('Value of the change voucher', '251.00');
  await act.fill('Note for the ledger', 'Kora confirmed it, ticket 77');
  await act.confirm('Settle the payment');
  await told(page, 'The payment is settled.');
  await page.getByText('Paid', { exact: true }).first().waitFor();
  await page.locator('.ledger').getByText(EMAIL).waitFor();

  const shown = await view(session);
  assert.deepEqual([shown.status, shown.redemptions[0].change], ['complete', { pin: change, amount: 251_00 }]);
  const hosted = await browser.page();
  await hosted.goto(session.url);
  await hosted.getByLabel(/To see its PIN/).fill('082 123 4567');
  await hosted.getByText('Show PIN').click();
  await hosted.getByText(change.slice(0, 4)).first().waitFor();
  await hosted.close();
  await until(() => typesOf(session.id), (types) => types.includes('redemption.resolved') && types.includes('checkout_session.completed'));

  const today = new Date().toISOString().slice(0, 10);
  const takings = () => shop('GET', `/v1/reports/takings?from=${today}&to=${today}&group=day`);
  const { body } = await until(takings, ({ body: { data } }) => data.some(({ taken }) => taken === 249_00));
  assert.deepEqual(body.data.map(({ group, currency, taken, count }) => [group, currency, taken, count]), [[today, 'ZAR', 249_00, 1]]);
  await page.getByRole('link', { name: 'Takings', exact: true }).click();
  await page.getByRole('cell', { name: 'ZAR 249.00' }).first().waitFor();
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download the payments (CSV)' }).click()]);
  const csv = readFileSync(await download.path(), 'utf8');
  assert.ok(csv.includes(payment.id) && csv.includes('order-support') && csv.includes('249.00'), csv);
  assert.ok(!csv.includes(pin) && !csv.includes(change));

  const typed = [pin, change, '0821234567', '082%20123'];
  assert.deepEqual(addresses.filter((address) => typed.some((text) => address.includes(text))), [], 'no address has what was typed');
  assert.ok(addresses.every((address) => address.startsWith(url) || address.startsWith('blob:')));
  await until(rows, ({ body: { data } }) => data.length === 0);
});

closingTests(stack);
