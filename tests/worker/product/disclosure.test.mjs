/** Law 6: a PIN is money, and is disclosed only to its holder. */
import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import { pass, startProxy } from '../../support/proxy.mjs';
import { startCheckout } from '../../support/checkout.mjs';
import { hostedPath, withCookies } from '../../support/cookies.mjs';
import { isCharge } from '../../support/reconciliation/attribution.mjs';
import { until } from '../../support/until.mjs';
import { closingTests } from '../closing.mjs';
import { readPage } from '../html.mjs';

const proxy = await startProxy();
// The breaker stays closed: most payments here are left in doubt on purpose.
const checkout = await startCheckout({ simulatorUrl: proxy.url, limits: { breaker_failures: 50 } });
const { url, lines, typed, send, createSession, redeem, shopView, settled, freshPin, simulator } = checkout;
proxy.target = simulator.url;
afterEach(() => (proxy.rule = pass));
after(() => proxy.close());

const grouped = (pin) => pin.replace(/(.{4})(?=.)/g, '$1 ');
const events = (id) => lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line)).filter((line) => line.about === id || line.id === id);

test('law 6: the log lines of a payment have a fixed set of fields', async () => {
  const session = await createSession('kora');
  const { body, headers } = await redeem(session, { pin: freshPin('kora', 'change') });
  const joined = { request: headers.get('request-id'), session: session.id };
  assert.match(joined.request, /^req_[0-9a-f]{24}$/);
  const [call, outcome] = await until(() => events(body.redemption.id), ({ length }) => length > 1);
  const { ms, ...told } = call;
  assert.ok(Number.isInteger(ms) && ms >= 0);
  assert.deepEqual(told, { event: 'provider_call', provider: 'kora', about: body.redemption.id, op: 'charge', status: 200, heard: 'paid', ...joined });
  assert.deepEqual(outcome, { event: 'redemption', id: body.redemption.id, provider: 'kora', status: 'succeeded', words: null, ...joined });
});

test('every answer has the id of its request, and the lines of two payments at once name their own', async () => {
  const paths = ['/healthz', '/v1/providers', '/nothing', '/problems', '/pay/cs_1'];
  const ids = await Promise.all(paths.map(async (path) => (await send('GET', path)).headers.get('request-id')));
  assert.equal(new Set(ids.filter((id) => /^req_[0-9a-f]{24}$/.test(id ?? ''))).size, paths.length, ids.join());
  const pay = async () => {
    const session = await createSession('kora');
    const { body, headers } = await redeem(session, { pin: freshPin('kora', 'slow') });
    const told = await until(() => events(body.redemption.id), ({ length }) => length > 1);
    assert.deepEqual(told.map(({ request, session: about }) => [request, about]), told.map(() => [headers.get('request-id'), session.id]));
  };
  await Promise.all([pay(), pay(), pay()]);
});

test('the lines of an alarm name the session', async () => {
  const session = await createSession('kora');
  const { body } = await redeem(session, { pin: freshPin('kora', 'error_after') });
  await settled(session);
  const asked = await until(() => events(body.redemption.id).filter(({ op }) => op === 'lookup'), ({ length }) => length > 0);
  assert.deepEqual([asked[0].session, asked[0].request], [session.id, undefined]);
});

test('law 6: a PIN that a provider repeats in a decline reaches no log, view or answer', async () => {
  const echoes = [(pin) => `Voucher ${pin} is bad`, (pin) => `Voucher ${grouped(pin)} is bad`, (pin) => `pin=${pin};`, (pin) => `bad:${pin.toUpperCase()}`];
  const isCheck = ({ path }) => path.endsWith('/voucher_check');
  // A decline with words of the provider's choice: WiPay's to a check, Celbux's beside the code of a charge. Kora's words are the decision,
  // so other words leave a charge unknown.
  const answers = {
    kora: [isCharge, 400, (message) => ({ status: false, message, data: null })],
    wipay: [isCheck, 200, (msg) => ({ status: 'error', msg })],
    celbux: [isCharge, 400, (Error) => ({ State: 'Failed', Status: '-13', Error })],
  };
  const asked = [];
  for (const [provider, [isAsked, status, said]] of Object.entries(answers)) {
    for (const echo of echoes) {
      const pin = freshPin(provider, 'exact');
      const body = JSON.stringify(said(echo(pin)));
      proxy.rule = (call, next) => (isAsked(call) ? { status, body } : next());
      const session = await createSession(provider);
      const answer = await redeem(session, { pin });
      assert.equal(answer.body.redemption.decline_code, provider === 'kora' ? undefined : 'voucher_refused');
      const [{ provider_message }] = (await shopView(session)).redemptions;
      for (const told of [answer.text, provider_message ?? '', ...lines]) {
        assert.ok(!told.replace(/[\s-]/g, '').toLowerCase().includes(pin.replaceAll('-', '')), told);
      }
      if (provider !== 'kora') assert.match(provider_message, /#/);
      asked.push(session);
    }
  }
  await Promise.all(asked.map(settled));
});

test('law 6: for every outcome of a payment, no answer, log line or address contains its PIN', async () => {
  const ends = {
    kora: ['change', 'used', 'inactive', 'error_after', 'cut_after', 'html_before', 'processing_then_failed', 'silent_after'],
    wipay: ['balance_left', 'too_small', 'inactive', 'error_after', 'cut_before', 'silent_after'],
  };
  const pay = async (provider, scenario) => {
    const session = await createSession(provider);
    // The client fails on every answer that contains a typed PIN.
    await redeem(session, { pin: grouped(freshPin(provider, scenario)) });
    await settled(session);
  };
  await Promise.all(Object.entries(ends).flatMap(([provider, scenarios]) => scenarios.map((scenario) => pay(provider, scenario))));
  for (const { path } of proxy.calls) {
    for (const pin of typed) assert.ok(!path.includes(pin), path);
  }
});

test('law 6: errors about a PIN do not repeat it', async () => {
  const session = await createSession('kora');
  for (const fields of [{ phone: 'x' }, { email: 'x' }, { amount: 0 }, { provider: 'odm' }, { extra: 1 }]) {
    const answer = await redeem(session, { pin: freshPin('kora', 'exact'), ...fields });
    assert.equal(answer.status, 400);
  }
  for (const pin of ['98765432109876543210', '9876543210987654321x']) {
    const { text } = await redeem(session, { pin });
    assert.ok(!text.includes(pin.slice(0, 16)));
  }
  const names = { '1168648096792943': 1 };
  typed.add('1168648096792943');
  assert.equal((await redeem(session, { pin: '1', ...names })).body.field, '(a name)');
});

test('law 6: the hosted page’s key and the form’s input stay out of the log', async () => {
  const session = await createSession('wipay');
  const path = session.url.slice(url.length);
  const browser = withCookies(send);
  const { form } = readPage(await browser('GET', path));
  const pin = freshPin('wipay', 'exact');
  typed.add(pin);
  const body = new URLSearchParams({ ...form.values, pin, phone: '8686221234' }).toString();
  const { status } = await browser('POST', hostedPath(session), { body, headers: { 'content-type': 'application/x-www-form-urlencoded' } });
  assert.equal(status, 303);
  assert.ok(!lines.some((line) => line.includes(session.client_secret)));
});

test('law 6: no PIN is stored in the clear, during a payment or after it', async () => {
  const { readFiles } = checkout;
  const session = await createSession('wipay');
  const pin = freshPin('wipay', 'balance_left');
  let found;
  proxy.rule = async (call, next) => {
    if (isCharge(call)) found = readFiles();
    return next();
  };
  await redeem(session, { pin });
  const { change } = (await redeem(await createSession('kora'), { pin: freshPin('kora', 'change') })).body.redemption;
  for (const files of [found, readFiles()]) {
    assert.ok(files.some((bytes) => bytes.includes(session.id)), 'the searched files are the storage');
    for (const secret of [pin, change.pin, session.client_secret]) assert.ok(!files.some((bytes) => bytes.includes(secret)));
  }
});

closingTests(checkout);
