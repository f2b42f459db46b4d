// Browsers report violations of our pages' policies, and the staff see them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startCheckout } from '../support/checkout.mjs';
import { until } from '../support/until.mjs';

const stack = await startCheckout({ browser: true });

test('a script that is planted into the hosted page does not run, and is reported', async () => {
  const page = await stack.browser.page();
  // Chromium sends reports by `report-to` over HTTPS only, so that this is a browser that knows only `report-uri`.
  await page.route('**/pay/*', async (route) => {
    const response = await route.fetch();
    const headers = response.headers();
    await route.fulfill({ response, headers: { ...headers, 'content-security-policy': headers['content-security-policy'].replace('report-to csp; ', '') } });
  });
  // As of a browser without cookies: after a redirect, the page would not pass this route.
  await page.goto(`${(await stack.createSession('kora')).url}&c=0`);
  await page.locator('.enhanced form').waitFor();
  await page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'window.planted = true;';
    document.body.append(script);
  });
  assert.equal(await page.evaluate(() => window.planted), undefined);
  const seen = await until(async () => (await stack.shop('GET', '/v1/status')).body.violations, (list) => list.length > 0);
  assert.deepEqual(seen.map(({ last_at: at, ...rest }) => rest), [{ page: 'pay', directive: 'script-src-elem', blocked: 'inline', count: 1 }]);
  await page.close();
});
