/** The client secret expires some time after the end of the session, so that an old link or log line is useless. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertProblem } from '../../support/answers.mjs';
import { bearer } from '../../support/client.mjs';
import { startCheckout } from '../../support/checkout.mjs';
import { withCookies } from '../../support/cookies.mjs';

const DAY = 86_400_000;
const checkout = await startCheckout({ limits: { secret_kept_days: 30, provider_timeout_ms: 10_000 } });
const { url, send, createSession, redeem, cancel, view, shopView, freshPin, restart } = checkout;

const look = (session) => send('GET', `/v1/checkout/${session.id}`, { headers: bearer(session) });
const page = (session) => withCookies(send)('GET', session.url.slice(url.length));

test('thirty days after the end the shop still sees the session, and the holder of the link sees nothing', async () => {
  const paid = await createSession('kora');
  await redeem(paid, { pin: freshPin('kora', 'change') });
  const owed = await createSession('kora');
  await redeem(owed, { pin: freshPin('kora', 'exact', 100), amount: 100_00 });
  await cancel(owed);
  assert.equal((await view(paid)).status, 'complete');
  await restart(undefined, 31 * DAY);
  assertProblem(await look(paid), 404, 'session_not_found');
  assert.equal((await page(paid)).status, 404);
  assertProblem(await redeem(paid, { pin: freshPin('kora', 'exact') }), 404, 'session_not_found');
  assert.equal((await shopView(paid)).status, 'complete');
  // A shopper who is owed money can still see it.
  assert.equal((await view(owed)).amount_owed, 100_00);
});
