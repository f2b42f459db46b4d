/** Law 6: the log that a deployment keeps has our own lines only. Cloudflare's line for each request would have its address. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { unstable_readConfig as readConfig } from 'wrangler';
import { ROOT } from '../../edge/tools/up-to-date.mjs';

test('a deployment keeps no line with the address of a request', () => {
  const { observability } = readConfig({ config: join(ROOT, 'wrangler.toml') });
  assert.deepEqual([observability.enabled, observability.logs.invocation_logs], [true, false]);
  assert.ok(!observability.traces?.enabled);
});
