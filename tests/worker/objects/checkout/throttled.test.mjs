/**
 * A throttle that does not answer: a session that has failed waits, a first try is admitted, and the ruling of the other throttle applies.
 */
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { after, test } from 'node:test';
import { ROOT } from '../../../../edge/tools/up-to-date.mjs';
import { assertProblem } from '../../../support/answers.mjs';
import { startCheckout } from '../../../support/checkout.mjs';
import { freshShoppers } from '../../../support/usual.mjs';
import { closingTests } from '../../closing.mjs';

const MOST = 2;
/** The class in place of the deployed one: it fails for the buckets that the variable SILENT names. */
const silenced = (deployed) => `
export class Throttle {
  constructor(state, env) {
    this.inner = new ${deployed}(state, env);
    this.silent = (env.SILENT ?? '').split(' ').filter(Boolean);
  }
  async fetch(request) {
    const text = await request.clone().text();
    if (this.silent.some((bucket) => text.includes('"bucket":"' + bucket + '"'))) throw new Error('This throttle does not answer.');
    return this.inner.fetch(request);
  }
  alarm(...given) {
    return this.inner.alarm(...given);
  }
}
`;
const folder = mkdtempSync(join(tmpdir(), 'silent-throttle-'));
after(() => rmSync(folder, { recursive: true, force: true }));
cpSync(join(ROOT, 'edge/build'), folder, { recursive: true });
const entry = join(folder, 'index.js');
const code = readFileSync(entry, 'utf8');
const [exported, deployed] = /([\w$]+) as Throttle\b/.exec(code);
writeFileSync(entry, code.replace(exported, `${deployed} as DeployedThrottle`) + silenced(deployed));

const checkout = await startCheckout({
  entry: relative(ROOT, entry),
  limits: { phone_failed_per_minute: MOST, mask_declines_after: 1_000, provider_timeout_ms: 10_000 },
});
const { createSession, redeem, freshPin, restart, callsWith } = checkout;
const freshShopper = freshShoppers();
const silence = (buckets) => restart({ SILENT: buckets });
const tried = (session, scenario, shopper) => redeem(session, { pin: freshPin('kora', scenario), ...shopper });

for (const silent of ['phone', 'address', 'phone address']) {
  test(`law 8: without an answer for ${silent}, a first try is admitted, and a session that has failed waits`, async () => {
    await silence(silent);
    const first = await tried(await createSession('kora'), 'exact', freshShopper());
    assert.equal(first.body.session?.status, 'complete', first.text);
    const session = await createSession('kora');
    const shopper = freshShopper();
    assert.equal((await tried(session, 'not_found', shopper)).body.redemption?.status, 'declined');
    const pin = freshPin('kora', 'exact');
    assertProblem(await redeem(session, { pin, ...shopper }), 429, 'too_many_attempts');
    assert.deepEqual(callsWith(pin), []);
    await silence('');
    assert.equal((await redeem(session, { pin, ...shopper })).body.session?.status, 'complete');
  });
}

test('law 8: the throttle of a phone number that has failed too often refuses a first try while that of the address does not answer', async () => {
  await silence('');
  const { phone } = freshShopper();
  for (let times = 0; times < MOST; times++) {
    const { headers } = freshShopper();
    assert.equal((await tried(await createSession('kora'), 'not_found', { phone, headers })).body.redemption?.status, 'declined');
  }
  await silence('address');
  const { headers } = freshShopper();
  assertProblem(await tried(await createSession('kora'), 'exact', { phone, headers }), 429, 'too_many_attempts');
});

closingTests(checkout);
