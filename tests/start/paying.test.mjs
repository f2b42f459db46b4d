/** `npm start` takes payments. The other tests start the Worker through Miniflare, this one through wrangler. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseEnv } from 'node:util';
import { runSchedule } from '../../edge/tools/schedule.mjs';
import { ROOT } from '../../edge/tools/up-to-date.mjs';
import { clientOf, transportTo } from '../support/client.mjs';
import { indexed } from '../support/index.mjs';
import { until } from '../support/until.mjs';
import { freshPins, USUAL } from '../support/usual.mjs';
import { npmStart } from './started.mjs';

test('a voucher pays for an order, the index lists it, and the schedule runs', async () => {
  const { port, output, end } = await npmStart(ROOT);
  await until(output, (text) => /Ctrl-C stops everything/.test(text), { within: 120_000 });
  const url = `http://localhost:${port}`;
  const { MERCHANT_API_KEY: keys } = parseEnv(readFileSync(join(ROOT, '.dev.vars'), 'utf8'));
  const send = transportTo(url);
  const client = clientOf({ send, apiKey: keys.split(' ')[0] });
  const { contact, ...order } = USUAL.kora;
  const session = await client.createSession({ ...order, reference: `order-${randomUUID()}` });
  const { body } = await client.redeem(session, { provider: 'kora', pin: freshPins()('kora', 'exact'), ...contact });
  assert.equal(body.session.status, 'complete');
  await indexed(client, session, ({ status }) => status === 'complete');
  assert.match((await send('GET', '/checkout.js')).headers.get('cache-control'), /max-age=300/);
  await runSchedule(url);
  await end({ signal: 'SIGTERM', process: 'node' });
});
