// Law 10: an ordered voucher that waits for a person is settled on its screen.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { closingTests } from '../worker/closing.mjs';
import { assertPresentable, openAct, startOperations, told } from './staff.mjs';

const stack = await startOperations();
const { shop, signedIn, orderInReview } = stack;
let page;
afterEach(() => page?.close());

test('an order whose answer is lost is asked about, and settled as not issued', async () => {
  const { id } = await orderInReview({ arrives: false });
  page = await signedIn({ path: `/vouchers/${id}`, viewport: { width: 320, height: 800 } });
  await page.getByText('refund-17').waitFor();
  await assertPresentable(page, 'voucher-320');
  const act = await openAct(page, 'Settle');
  await act.choose('The voucher was not issued');
  assert.match(await act.consequence(), /money was not spent/);
  await act.fill('Note for the ledger', 'Celbux has no such order');
  await assertPresentable(page, 'settle-voucher-320');
  await act.confirm('Settle the order');
  await told(page, 'The order is settled.');
  await page.getByText('Not issued', { exact: true }).waitFor();
  assert.equal((await shop('GET', `/v1/vouchers/${id}`)).body.status, 'refused');
});

test('an order that the provider knows is found when it is asked again', async () => {
  const { id } = await orderInReview({ arrives: true });
  page = await signedIn({ path: `/vouchers/${id}` });
  const act = await openAct(page, 'Ask the provider again');
  await act.confirm('Ask now');
  await told(page, 'The provider was asked.');
  await page.getByText('Issued', { exact: true }).waitFor();
  assert.equal((await shop('GET', `/v1/vouchers/${id}`)).body.status, 'issued');
});

closingTests(stack);
