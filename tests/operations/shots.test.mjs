// The picture of the operations page in the README: the waiting items on a busy morning. `npm run shots` renews it.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../../edge/tools/up-to-date.mjs';
import { until } from '../support/until.mjs';
import { closingTests } from '../worker/closing.mjs';
import { assertPresentable, startOperations } from './staff.mjs';

const PICTURE = 'tests/operations/shots/waiting.jpg';
const LARGEST = 150_000;
const stack = await startOperations();
const { shop, createSession, redeem, freshPin, cancel, signedIn, inReview } = stack;

test('the README shows what is waiting', async () => {
  const { session, payment } = await inReview('kora', 'exact', { reference: 'order-1042' });
  const owed = await createSession('kora', { reference: 'order-1038', amount: 450_00 });
  await redeem(owed, { pin: freshPin('kora', 'exact', 200), amount: 200_00 });
  await cancel(owed);
  await until(() => shop('GET', '/v1/checkout_sessions?owed=true'), ({ body }) => body.data?.length === 1);
  await until(() => shop('GET', '/v1/redemptions?needs_review=true'), ({ body }) => body.data?.length === 1);
  const page = await signedIn({ viewport: { width: 1000, height: 700 }, deviceScaleFactor: 1.5 });
  for (const text of ['order-1042', 'order-1038', 'No event was given up.']) await page.getByText(text).first().waitFor();
  await until(() => page.getByText('Answers').count(), (count) => count === 4);
  await page.evaluate(() => document.activeElement.blur());
  await assertPresentable(page, 'readme');
  if (process.env.UPDATE_SHOTS === '1') {
    mkdirSync(dirname(join(ROOT, PICTURE)), { recursive: true });
    writeFileSync(join(ROOT, PICTURE), await page.screenshot({ fullPage: true, type: 'jpeg', quality: 70 }));
  }
  await page.close();
  assert.ok(readFileSync(join(ROOT, 'README.md'), 'utf8').includes(`(${PICTURE})`));
  assert.ok(statSync(join(ROOT, PICTURE)).size <= LARGEST);
  const settled = { outcome: 'taken', amount: payment.amount, note: 'end of the test' };
  assert.equal((await shop('POST', `/v1/checkout_sessions/${session.id}/redemptions/${payment.id}/resolve`, settled)).status, 200);
});

closingTests(stack);
