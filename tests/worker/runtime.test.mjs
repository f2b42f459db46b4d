/** Law 9: a configuration that is incomplete or contradictory is refused with the variable's name. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { freshSecrets, localVars } from '../../edge/tools/local-config.mjs';
import { startCheckout } from '../support/checkout.mjs';
import { start } from '../support/start.mjs';
import { until } from '../support/until.mjs';

const LIVE = 'sk_live_0123456789abcdef';

describe('law 9: the Worker does not start', { concurrency: 2 }, () => {
  for (const [name, vars, words] of [
    ['without the key that seals', { SEALING_KEY: null }, 'SEALING_KEY is not set'],
    ['without the key of a configured provider', { KORA_SECRET_KEY: null }, 'KORA_SECRET_KEY is not set'],
    ['with a live key in a sandbox', { KORA_SECRET_KEY: LIVE }, 'KORA_SECRET_KEY is a live key, but KORA_BASE_URL is a sandbox'],
    ['with a provider that is half configured', { WIPAY_ACCOUNT_NUMBER: null }, 'WIPAY_ACCOUNT_NUMBER is not set'],
    ['with limits that nobody knows', { LIMITS: '{"nonsense":1}' }, 'LIMITS is not valid'],
  ]) {
    test(name, async () => {
      await assert.rejects(start({ vars }), (error) => {
        assert.ok(error.message.startsWith(`The Worker refuses its configuration: ${words}`), error.message);
        assert.ok(!error.message.includes(LIVE));
        return true;
      });
    });
  }
});

/** One request for each kind of address that a broken configuration must refuse. */
const REQUESTS = [
  ['GET', '/healthz'],
  ['GET', '/v1/providers'],
  ['POST', '/v1/checkout_sessions'],
  ['GET', '/v1/checkout/cs_00000000000000000000000000000000'],
  ['GET', '/embed/cs_00000000000000000000000000000000'],
  ['GET', '/nowhere'],
];

test('law 9: a key lost at run time stops every route, and is logged once', async () => {
  const { send, reconfigure, apiKey, lines } = await startCheckout();
  const told = () => lines.filter((line) => line.includes('"misconfigured"'));
  await reconfigure({ SEALING_KEY: null }, (status) => status === 503);
  for (const [method, path] of REQUESTS) {
    const { status, body } = await send(method, path, { headers: { authorization: `Bearer ${apiKey}` } });
    assert.deepEqual([status, body.code], [503, 'misconfigured'], path);
    assert.match(body.detail, /^SEALING_KEY is not set\.$/);
  }
  await until(told, ({ length }) => length > 0);
  assert.equal(told().length, 1);
  const { event, variable, problem } = JSON.parse(/\{.*\}/.exec(told()[0])[0]);
  assert.deepEqual([event, variable, problem], ['misconfigured', 'SEALING_KEY', 'is not set']);
});

test('a provider without its variables is off, and not offered', async () => {
  const others = /^(WIPAY|CELBUX|ODM)_/;
  const off = Object.fromEntries(Object.keys({ ...localVars('', ''), ...freshSecrets() }).filter((name) => others.test(name)).map((name) => [name, null]));
  const checkout = await startCheckout({ vars: off });
  const { body } = await checkout.shop('GET', '/v1/providers');
  assert.deepEqual(body.data.map(({ id }) => id), ['kora']);
  const refused = await checkout.shop('POST', '/v1/checkout_sessions', { amount: 1, currency: 'TTD', reference: 'o' });
  assert.deepEqual([refused.status, refused.body.code, refused.body.field], [400, 'currency_unsupported', 'currency']);
  assert.equal(refused.body.detail, 'currency must be one of: ZAR.');
});

test('during a rotation both API keys are accepted', async () => {
  const keys = ['key_new_0123456789abcdef0123', 'key_old_0123456789abcdef0123'];
  const { send } = await startCheckout({ vars: { MERCHANT_API_KEY: keys.join(' ') } });
  for (const key of keys) assert.equal((await send('GET', '/v1/providers', { headers: { authorization: `Bearer ${key}` } })).status, 200);
  const { status } = await send('GET', '/v1/providers', { headers: { authorization: `Bearer ${keys.join(' ')}` } });
  assert.equal(status, 401);
});
