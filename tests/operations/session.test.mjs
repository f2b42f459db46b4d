// Law 10: a person settles, refunds, pays out and erases on the screen of a session, and the ledger names the person.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { until } from '../support/until.mjs';
import { closingTests } from '../worker/closing.mjs';
import { assertPresentable, EMAIL, LOOKS, nameOf, openAct, startOperations, told } from './staff.mjs';

const stack = await startOperations();
const { shop, view, shopView, createSession, redeem, freshPin, debitsOf, cancel, signedIn, inReview } = stack;
let page;
afterEach(() => page?.close());

const screenOf = async ({ id }, options) => (page = await signedIn({ path: `/sessions/${id}`, ...options }));
const ledgerOf = async ({ id }) => (await shop('GET', `/v1/checkout_sessions/${id}/ledger`)).body.data;

test('a lost charge is settled as taken, with its change voucher', async () => {
  const { session, pin, payment } = await inReview('kora', 'change');
  const [{ change_pin: change }] = debitsOf(pin);
  stack.change.add(change);
  await screenOf(session);
  await page.getByText('Needs review').first().waitFor();
  const act = await openAct(page, 'Settle');
  assert.match(await act.consequence(), /249\.00 is credited\. The order is then paid in full\./);
  await act.choose('Nothing was taken');
  assert.match(await act.consequence(), /voucher is free again/);
  assert.equal(await act.dialog.getByLabel('Amount that was taken').isVisible(), false);
  await act.choose('The money was taken');
  await act.fill('PIN of the change voucher', change);
  await act.fill('Value of the change voucher', '251.00');
  await act.fill('Note for the ledger', 'Kora confirmed it by phone');
  assert.match(await act.consequence(), /shows the change voucher/);
  await act.confirm('Settle the payment');
  await told(page, 'The payment is settled.');

  await page.getByText('Paid', { exact: true }).first().waitFor();
  const ledger = page.locator('.ledger');
  await ledger.getByText(EMAIL).waitFor();
  await ledger.getByText('Kora confirmed it by phone').waitFor();
  assert.ok(!(await page.content()).includes(change), 'the page shows no PIN');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'main', 'the focus is not lost');

  const shown = await view(session);
  assert.deepEqual([shown.status, shown.redemptions[0].change], ['complete', { pin: change, amount: 251_00 }]);
  const entry = (await ledgerOf(session)).find(({ type }) => type === 'resolved');
  assert.deepEqual([entry.by, entry.note, entry.redemption], [EMAIL, 'Kora confirmed it by phone', payment.id]);
});

test('a payment that two people settle is settled once, and the second one reads who was first', async () => {
  const { session } = await inReview('kora', 'exact');
  const first = await signedIn({ path: `/sessions/${session.id}` });
  const second = await signedIn({ email: 'sipho@example.com', path: `/sessions/${session.id}` });
  const acts = [];
  for (const one of [first, second]) {
    const act = await openAct(one, 'Settle');
    await act.fill('Note for the ledger', 'seen at the provider');
    acts.push(act);
  }
  await acts[0].confirm('Settle the payment');
  await told(first, 'The payment is settled.');
  await acts[1].confirm('Settle the payment');
  await acts[1].dialog.getByRole('alert').getByText(EMAIL).waitFor();
  assert.equal((await ledgerOf(session)).filter(({ type }) => type === 'resolved').length, 1);
  await Promise.all([first.close(), second.close()]);
});

test('an act whose answer is lost is sent again under the same key, and carried out once', async () => {
  const session = await createSession('kora', { amount: 300_00 });
  await redeem(session, { pin: freshPin('kora', 'exact', 100), amount: 100_00 });
  await cancel(session);
  await screenOf(session);
  const keys = [];
  await page.route('**/payouts', async (route) => {
    keys.push(route.request().headers()['idempotency-key']);
    if (keys.length > 1) return route.continue();
    await route.fetch();
    await route.abort();
  });
  const act = await openAct(page, 'Record a payout');
  await act.fill('Amount', '40.00');
  await act.fill('Note for the ledger', 'cash at the till');
  assert.match(await act.consequence(), /40\.00 back.*60\.00 stays owed/s);
  await act.confirm('Record the payout');
  await act.dialog.getByRole('alert').getByText('did not answer').waitFor();
  await act.confirm('Record the payout');
  await told(page, 'The payout is recorded.');
  assert.equal(keys.length, 2);
  assert.equal(keys[0], keys[1]);
  assert.equal((await shopView(session)).amount_owed, 60_00);
  await page.getByText('cash at the till').first().waitFor();
});

test('fields that cannot be right are refused before anything is sent', async () => {
  const session = await createSession('kora', { amount: 300_00 });
  await redeem(session, { pin: freshPin('kora', 'exact', 50), amount: 50_00 });
  await cancel(session);
  await screenOf(session);
  const act = await openAct(page, 'Record a payout');
  await act.fill('Note for the ledger', 'x');
  for (const [text, reason] of [['50.01', /more than 50\.00/], ['0', /must be a number/], ['1,50', /must be a number/]]) {
    await act.fill('Amount', text);
    await act.confirm('Record the payout');
    await act.dialog.getByRole('alert').getByText(reason).waitFor();
  }
  assert.equal((await shopView(session)).amount_owed, 50_00);
});

test('law 6: a note that looks like a PIN is warned about, and other numbers are not', async () => {
  const session = await createSession('kora');
  await redeem(session, { pin: freshPin('kora', 'exact') });
  await screenOf(session);
  const act = await openAct(page, 'Refund');
  const warning = act.dialog.getByText('This looks like a PIN. Notes are kept in the ledger.');
  for (const [note, looksLikePin] of [['the voucher 1168 6480 9679 2943', true], ['called 082 123 4567', false], ['1168-6480-9679-2943', true], ['ticket 77', false]]) {
    await act.fill('Note for the ledger', note);
    await until(() => warning.count(), (count) => count === Number(looksLikePin));
  }
  await act.confirm('Refund');
  await told(page, 'The refund is recorded.');
});

test('a paid order is refunded, in part by the shop', async () => {
  const session = await createSession('kora');
  await redeem(session, { pin: freshPin('kora', 'exact') });
  await screenOf(session);
  const act = await openAct(page, 'Refund');
  await act.fill('Amount', '49.00');
  await act.fill('Note for the ledger', 'one mug was broken');
  assert.match(await act.consequence(), /moves no money/);
  await act.confirm('Refund');
  await told(page, 'The refund is recorded.');
  await page.locator('.payment').getByText('one mug was broken').waitFor();
  assert.equal((await shopView(session)).amount_refunded, 49_00);
});

test('personal data is erased after a warning', async () => {
  const session = await createSession('kora', { metadata: { cart: 'seventeen' } });
  await screenOf(session);
  await page.getByText('seventeen').waitFor();
  const act = await openAct(page, 'Erase personal data');
  assert.match(await act.consequence(), /Nobody can undo this/);
  await act.fill('Note for the ledger', 'the shopper asked for it');
  await act.confirm('Erase for good');
  await told(page, 'The personal data is erased.');
  await until(() => page.getByText('seventeen').count(), (count) => count === 0);
  assert.deepEqual((await shopView(session)).metadata, {});
});

test('everything is done by keyboard: the dialog keeps the focus, Escape closes it, and the focus returns', async () => {
  const { session } = await inReview('kora', 'error_before');
  await screenOf(session);
  const button = page.getByRole('button', { name: 'Settle', exact: true });
  await button.waitFor();
  const focused = () => page.evaluate(() => document.activeElement.textContent);
  assert.match(await focused(), /^Session cs_/, 'the heading has the focus on a new screen');
  for (let steps = 0; (await focused()) !== 'Settle'; steps += 1) {
    assert.ok(steps < 40, 'the button is reached');
    await page.keyboard.press('Tab');
  }
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Settle', exact: true });
  await dialog.waitFor();
  for (let steps = 0; steps < 14; steps += 1) {
    await page.keyboard.press('Tab');
    const isInside = await page.evaluate(() => document.activeElement === document.body || document.activeElement.closest('dialog') !== null);
    assert.ok(isInside, 'the focus stays in the dialog');
  }
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
  assert.equal(await focused(), 'Settle');
  await page.keyboard.press('Enter');
  await dialog.getByLabel('The money was taken').focus();
  await page.keyboard.press('ArrowDown');
  await dialog.getByLabel('Note for the ledger').focus();
  await page.keyboard.type('they have no such charge');
  await page.keyboard.press('Enter');
  await told(page, 'The payment is settled.');
  assert.equal((await shopView(session)).redemptions[0].status, 'declined');
});

test('the screen and its dialogs are presentable, light and dark, at 1100 and 320 px', async () => {
  const { session, payment } = await inReview('kora', 'error_before');
  for (const look of LOOKS) {
    await screenOf(session, look);
    const { dialog } = await openAct(page, 'Settle');
    await assertPresentable(page, `settle-${nameOf(look)}`);
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await assertPresentable(page, `session-${nameOf(look)}`);
    await page.close();
  }
  const settled = { outcome: 'not_taken', note: 'end of the test' };
  assert.equal((await shop('POST', `/v1/checkout_sessions/${session.id}/redemptions/${payment.id}/resolve`, settled)).status, 200);
});

closingTests(stack);
