/** The digest: an event reports work that has waited too long and failures, each once a day. */
import assert from 'node:assert/strict';
import { after, afterEach, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { webhookSecrets } from '../../../edge/tools/local-config.mjs';
import { interval, keepSchedule } from '../../../edge/tools/schedule.mjs';
import { listenLocally } from '../../simulator/listen.mjs';
import { phoneFor } from '../../simulator/pins.mjs';
import { startCheckout } from '../../support/checkout.mjs';
import { indexed, walk } from '../../support/index.mjs';
import { pass, startProxy } from '../../support/proxy.mjs';
import { SERVER_ERROR } from '../../support/review.mjs';
import { until } from '../../support/until.mjs';

const LATE_MS = 400;
const TYPE = 'operations.attention';
/** Two time zones whose days always differ. */
const [EARLY, LATE] = ['Pacific/Kiritimati', 'Pacific/Pago_Pago'];

/** Serves as the shop's server: `received` are the events, in the order in which they came; `status` is the answer. */
async function shopServer() {
  const shop = { received: [], status: 200 };
  const { port, close } = await listenLocally(0, async (request, response) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    shop.received.push(JSON.parse(Buffer.concat(parts)));
    response.writeHead(shop.status).end();
  });
  after(close);
  const told = () => shop.received.filter(({ type }) => type === TYPE);
  return Object.assign(shop, {
    vars: { ...webhookSecrets(), WEBHOOK_URL: `http://localhost:${port}/hook` },
    told,
    /** Waits for this many different digests, and returns the last one. */
    digest: async (count) => {
      const ids = () => new Set(told().map(({ id }) => id));
      await until(ids, ({ size }) => size >= count);
      assert.equal(ids().size, count);
      return told().find(({ sequence }) => sequence === count);
    },
  });
}

const kinds = ({ data }) => data.object.causes.map(({ cause, provider }) => (provider ? `${cause} ${provider}` : cause)).sort();

test('npm start runs the schedule as often as the cron trigger', () => {
  assert.equal(interval(), 300_000);
});

describe('causes', async () => {
  const proxy = await startProxy();
  const server = await shopServer();
  const limits = {
    attention_after_ms: LATE_MS, provider_timeout_ms: 4_000, not_found_grace_ms: 4_001, settle_backoff_ms: [50, 100, 600], order_resent_for_ms: 300,
    breaker_failures: 2, breaker_open_ms: 60_000, webhook_backoff_ms: [200],
  };
  const checkout = await startCheckout({ limits, vars: { ...server.vars, TIMEZONE: EARLY }, simulatorUrl: proxy.url });
  proxy.target = checkout.simulator.url;
  after(() => proxy.close());
  afterEach(() => {
    proxy.rule = pass;
    server.status = 200;
  });
  const { url, shop, createSession, redeem, cancel, issue, freshPin, freshKey, runSchedule } = checkout;
  const status = async () => (await shop('GET', '/v1/status')).body;
  /** Waits until `name` has this count, and the oldest item, whose time is in `oldest`, has waited for longer than the limit. */
  const overdue = (name, oldest, count = 1) => {
    const isOverdue = (waiting) => waiting?.[name] >= count && Date.now() - Date.parse(waiting[oldest]) > LATE_MS;
    return until(async () => (await status()).waiting, isOverdue, { every: 100 });
  };

  /** Runs the schedule once the shop's server has taken every event: one that waits for too long is reported as well. */
  async function report() {
    await until(async () => (await status()).waiting?.undelivered_events, (count) => count === 0, { every: 100 });
    await runSchedule();
  }

  /** Creates money that is owed to a shopper. */
  async function owe() {
    const session = await createSession('celbux');
    await redeem(session, { pin: freshPin('celbux', 'reverse_refused'), amount: 100_00 });
    await cancel(session);
    await indexed(checkout, session, ({ amount_owed: owed, redemptions: [one] }) => owed > 0 && one.reversal?.status === 'refused');
  }

  test('nothing is reported while nothing waits; owed money is reported once, with its count, its time and the page', async () => {
    await report();
    await owe();
    const waiting = await overdue('owed_sessions', 'oldest_owed_at');
    await report();
    const event = await server.digest(1);
    const { day, ...object } = event.data.object;
    assert.deepEqual(object, {
      id: 'attention',
      object: 'attention',
      causes: [{ cause: 'owed_sessions', count: 1, oldest_at: waiting.oldest_owed_at }],
      url: `${url}/operations`,
    });
    const today = new Intl.DateTimeFormat('en-CA', { timeZone: EARLY }).format(new Date(event.created_at));
    assert.deepEqual([event.sequence, day], [1, today]);
    await owe();
    await overdue('owed_sessions', 'oldest_owed_at', 2);
    for (let time = 0; time < 3; time += 1) await report();
    // A second scheduled run reports nothing twice, either.
    const end = keepSchedule(url, 20);
    await until(async () => (await walk(checkout, 'events', { type: TYPE }))[0], (one) => one?.delivery.status === 'delivered', { every: 100 });
    end();
    await server.digest(1);
  });

  test('a provider whose breaker is open, with its id', async () => {
    // Kora knows the payments as failed, so that the first look-up settles them.
    proxy.rule = async ({ path }, next) => {
      const answer = await next();
      return path.includes('charge/voucher') ? SERVER_ERROR : answer;
    };
    for (let time = 0; time < limits.breaker_failures; time += 1) await redeem(await createSession('kora'), { pin: freshPin('kora', 'used') });
    await report();
    const event = await server.digest(2);
    assert.deepEqual(event.data.object.causes, [{ cause: 'provider_down', provider: 'kora' }]);
  });

  test('payments and orders in review', async () => {
    const order = {
      provider: 'odm', denomination_id: 1, merchant_id: 12, recipient_phone: phoneFor('odm', 'wallet_empty'), restricted: false,
      foreign_currency_amount: '8.85', exchange_rate: '56.5', originating_country: 'US',
    };
    await issue(order, freshKey());
    await overdue('vouchers_needing_review', 'oldest_at');
    await report();
    const orders = await server.digest(3);
    assert.deepEqual(kinds(orders), ['vouchers_needing_review']);

    proxy.rule = ({ path }, next) => (!/celbux/.test(path) || /viewVoucher/.test(path) ? next() : SERVER_ERROR);
    await redeem(await createSession('celbux'), { pin: freshPin('celbux', 'exact') });
    await overdue('redemptions_needing_review', 'oldest_at');
    // `oldest_at` is the time of the order.
    const payments = await until(async () => (await report(), server.told()[3]), Boolean);
    assert.deepEqual(kinds(payments), ['redemptions_needing_review']);
    for (const { created_at: now, data } of [orders, payments]) {
      const [{ count, oldest_at: at }] = data.object.causes;
      assert.equal(count, 1);
      assert.ok(Date.parse(now) - Date.parse(at) > LATE_MS, at);
    }
  });

  test('events that the shop’s server does not take; the digest is tried until it is taken', async () => {
    server.status = 500;
    await owe();
    await overdue('undelivered_events', 'oldest_undelivered_at');
    await runSchedule();
    await until(() => server.told().filter(({ sequence }) => sequence === 5), ({ length }) => length >= 2);
    server.status = 200;
    assert.deepEqual(kinds(await server.digest(5)), ['undelivered_events']);
    const list = await until(() => walk(checkout, 'events', { type: TYPE }), (all) => all.length === 5 && all.every(({ delivery }) => delivery.status === 'delivered'), { every: 100 });
    assert.deepEqual(list.map(({ sequence }) => sequence), [1, 2, 3, 4, 5]);
    assert.ok(list[4].delivery.tries.length >= 3);
  });

  test('an item that still waits is reported again on the next day', async () => {
    await checkout.restart({ TIMEZONE: LATE });
    await runSchedule();
    const told = kinds(await server.digest(6));
    for (const cause of ['owed_sessions', 'redemptions_needing_review', 'vouchers_needing_review']) assert.ok(told.includes(cause), `${told}`);
    await runSchedule();
    await server.digest(6);
  });

  test('a power cut at any moment neither loses nor repeats it', async () => {
    for (const [place, wait] of [2, 10, 25, 60].entries()) {
      await checkout.restart({ TIMEZONE: place % 2 ? LATE : EARLY });
      const cut = runSchedule().catch(() => {});
      await pause(wait);
      await checkout.restart();
      await cut;
      await runSchedule();
      const told = kinds(await server.digest(7 + place));
      assert.ok(told.includes('owed_sessions'), `${told}`);
    }
  });

  test('WEBHOOK_EVENTS can leave it out: the feed still has it', async () => {
    await checkout.restart({ TIMEZONE: EARLY, WEBHOOK_EVENTS: 'checkout_session.completed' });
    await runSchedule();
    const last = await until(async () => (await walk(checkout, 'events', { type: TYPE })).at(-1), ({ sequence }) => sequence === 11, { every: 100 });
    assert.equal(last.delivery.status, 'not_wanted');
    // An event whose delivery was cut off may arrive again.
    assert.equal(server.told().some(({ id }) => id === last.id), false);
  });

  test('the digest has no personal data: no phone number, no e-mail address, no reference of an order', () => {
    const text = JSON.stringify(server.told());
    for (const part of ['0821234567', '821234567', 'thandi@example.com', 'order-', 'cs_', 'rd_', 'vo_']) assert.ok(!text.includes(part), part);
  });
});

describe('an index that does not answer', async () => {
  const server = await shopServer();
  const checkout = await startCheckout({ index: false, vars: server.vars });

  test('is reported once a day, although the index cannot have the event', async () => {
    await checkout.runSchedule();
    await checkout.runSchedule();
    const event = await server.digest(1);
    assert.deepEqual(event.data.object.causes, [{ cause: 'index_unavailable' }]);
  });
});
