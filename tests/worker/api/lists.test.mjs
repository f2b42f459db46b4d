/** The lists of sessions, redemptions, issued vouchers and events. */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { assertProblem } from '../../support/answers.mjs';
import { startCheckout } from '../../support/checkout.mjs';
import { indexed, walk } from '../../support/index.mjs';
import { until } from '../../support/until.mjs';

const checkout = await startCheckout();
const { shop, send, list, createSession, redeem, cancel, issue, freshKey, freshPin, shopView } = checkout;

const NAMES = ['checkout_sessions', 'redemptions', 'vouchers', 'events'];
const ids = (objects) => objects.map(({ id }) => id);

/** A paid session, a declined one, one paid in part and canceled with money owed, one at another provider. */
let paid, declined, owed, wipay;
before(async () => {
  paid = await createSession('kora');
  await redeem(paid, { pin: freshPin('kora', 'exact') });
  declined = await createSession('kora');
  await redeem(declined, { pin: freshPin('kora', 'used') });
  owed = await createSession('kora', { metadata: { note: 'for Thandi' } });
  await redeem(owed, { pin: freshPin('kora', 'exact'), amount: 100_00 });
  await cancel(owed);
  wipay = await createSession('wipay');
  await Promise.all([
    indexed(checkout, paid, ({ status }) => status === 'complete'),
    indexed(checkout, declined, ({ redemptions }) => redemptions.length > 0),
    indexed(checkout, owed, ({ status }) => status === 'canceled'),
    indexed(checkout, wipay),
  ]);
});

test('a session of the list is the session of the API without its secret and its metadata', async () => {
  const { client_secret, url, metadata, ...shown } = await shopView(owed);
  assert.deepEqual(metadata, { note: 'for Thandi' });
  assert.deepEqual(await indexed(checkout, owed), shown);
});

test('lists show the newest first, or the oldest first', async () => {
  const all = await walk(checkout, 'checkout_sessions');
  assert.deepEqual(ids(all), [wipay, owed, declined, paid].map(({ id }) => id));
  const turned = await walk(checkout, 'checkout_sessions', { order: 'asc' });
  assert.deepEqual(ids(turned), ids(all).reverse());
});

test('pages have no gaps and no repetitions, in both directions, while sessions come in', async () => {
  const before = ids(await walk(checkout, 'checkout_sessions'));
  const first = await list('checkout_sessions', { limit: 2 });
  assert.deepEqual([ids(first.data), first.has_more], [before.slice(0, 2), true]);
  const newcomer = await createSession('kora');
  await indexed(checkout, newcomer);
  const second = await list('checkout_sessions', { limit: 2, starting_after: first.data[1].id });
  assert.deepEqual([ids(second.data), second.has_more], [before.slice(2, 4), before.length > 4]);
  const back = await list('checkout_sessions', { limit: 2, ending_before: second.data[0].id });
  assert.deepEqual(ids(back.data), before.slice(0, 2));
  assert.equal(back.has_more, true, 'the newcomer comes before them');
  const newest = await list('checkout_sessions', { limit: 2, ending_before: before[0] });
  assert.deepEqual([ids(newest.data), newest.has_more], [[newcomer.id], false]);
});

test('sessions are filtered', async () => {
  const found = async (filters) => ids(await walk(checkout, 'checkout_sessions', filters));
  assert.deepEqual(await found({ status: 'complete' }), [paid.id]);
  assert.deepEqual(await found({ reference: paid.reference }), [paid.id]);
  assert.deepEqual(await found({ provider: 'wipay' }), [wipay.id]);
  assert.deepEqual(await found({ owed: 'true' }), [owed.id]);
  assert.deepEqual(await found({ needs_review: 'true' }), []);
  assert.deepEqual(await found({ created_after: declined.created_at, created_before: wipay.created_at }), [owed.id, declined.id]);
  assert.deepEqual(await found({ created_after: '2099-01-01' }), []);
  assert.deepEqual(await found({ reference: "order-1' OR '1' = '1" }), []);
});

test('an object is found by the beginning of its number, as read out on the telephone', async () => {
  const { redemptions: [one] } = await shopView(paid);
  for (const length of [11, 20, 35]) {
    assert.deepEqual(ids(await walk(checkout, 'redemptions', { number: one.id.slice(0, length) })), [one.id]);
    assert.deepEqual(ids(await walk(checkout, 'checkout_sessions', { number: paid.id.slice(0, length) })), [paid.id]);
  }
  assert.equal((await walk(checkout, 'redemptions', { number: 'rd_' })).length, 3);
  for (const number of ['cs_', `${one.id}0`, 'rd_g', '%', "rd_' OR '1' = '1"]) assert.deepEqual(await walk(checkout, 'redemptions', { number }), [], number);
});

test('redemptions are listed by status, provider and reference at the provider', async () => {
  const { redemptions: [one] } = await shopView(paid);
  const [listed] = await walk(checkout, 'redemptions', { provider_reference: one.provider_reference });
  assert.deepEqual(listed, { ...one, object: 'redemption', checkout_session: { id: paid.id, reference: paid.reference } });
  assert.deepEqual(ids(await walk(checkout, 'redemptions', { status: 'declined' })), ids((await shopView(declined)).redemptions));
  assert.equal((await walk(checkout, 'redemptions', { provider: 'kora' })).length, 3);
  assert.deepEqual(await walk(checkout, 'redemptions', { provider: 'wipay' }), []);
  assert.deepEqual(await walk(checkout, 'redemptions', { needs_review: 'true' }), []);
});

test('an issued voucher is listed without its number and its recipient', async () => {
  const order = { provider: 'celbux', recipient: '27648302057', voucher_type: '168Cash', amount: 2000, currency: 'ZAR', reference: 'gift-1' };
  const { body: issued } = await issue(order, freshKey());
  const [listed] = await until(() => walk(checkout, 'vouchers', { status: 'issued' }), ({ length }) => length > 0);
  const { recipient, voucher_type, voucher_number, ...shown } = issued;
  assert.ok(recipient && voucher_number);
  assert.deepEqual(listed, shown);
  assert.deepEqual(ids(await walk(checkout, 'vouchers', { reference: 'gift-1', provider: 'celbux' })), [issued.id]);
  assert.deepEqual(await walk(checkout, 'vouchers', { needs_review: 'true' }), []);
});

test('the events are a feed: who continues after the last one misses none', async () => {
  const known = await walk(checkout, 'events', { limit: 2 });
  const types = known.map(({ type }) => type);
  assert.deepEqual(types.filter((type) => type === 'checkout_session.completed'), ['checkout_session.completed']);
  const completed = known.find(({ type }) => type === 'checkout_session.completed');
  const { client_secret, url, metadata, ...shown } = await shopView(paid);
  assert.deepEqual([completed.object, completed.sequence, completed.data.object], ['event', 2, shown]);
  const later = await createSession('kora');
  await cancel(later);
  const { id } = known.at(-1);
  const feed = () => list('events', { starting_after: id });
  const { data } = await until(feed, ({ data }) => data.length > 0);
  assert.deepEqual(data.map(({ type, data: { object } }) => [type, object.id]), [['checkout_session.canceled', later.id]]);
  assert.deepEqual((await walk(checkout, 'events', { type: 'checkout_session.canceled' })).map(({ data: { object } }) => object.id), [owed.id, later.id]);
  // Without WEBHOOK_URL nothing is sent, but the feed has every event.
  assert.equal((await walk(checkout, 'events', { delivery: 'pending' })).length, known.length + 1);
  assert.deepEqual(await walk(checkout, 'events', { delivery: 'delivered' }), []);
});

test('a wrong parameter is refused by its name', async () => {
  const foreign = (await list('redemptions')).data[0].id;
  for (const [query, field] of [
    ['limit=0', 'limit'], ['limit=101', 'limit'], ['limit=1.5', 'limit'], ['limit=', 'limit'], ['limit=-1', 'limit'],
    ['order=up', 'order'],
    ['starting_after=cs_1', 'starting_after'], ['ending_before=%27', 'ending_before'], [`starting_after=${foreign}`, 'starting_after'],
    [`starting_after=${paid.id}&ending_before=${paid.id}`, 'ending_before'],
    ['status=paid', 'status'], ['created_after=yesterday', 'created_after'], ['created_before=2026-02-30', 'created_before'],
    ['needs_review=false', 'needs_review'], ['owed=1', 'owed'], ['reference=', 'reference'], [`reference=${'x'.repeat(201)}`, 'reference'],
    ['status=open&status=complete', 'status'],
  ]) {
    assertProblem(await shop('GET', `/v1/checkout_sessions?${query}`), 400, 'field_invalid', field, query);
  }
  for (const [query, field] of [['phone=1', 'phone'], ['owner=x', 'owner'], ['a%20b=1', '(a name)']]) {
    assertProblem(await shop('GET', `/v1/checkout_sessions?${query}`), 400, 'field_unknown', field, query);
  }
  assertProblem(await shop('GET', '/v1/redemptions?owed=true'), 400, 'field_unknown', 'owed');
  assertProblem(await shop('GET', '/v1/events?type=paid'), 400, 'field_invalid', 'type');
  assertProblem(await shop('GET', '/v1/events?delivery=lost'), 400, 'field_invalid', 'delivery');
});

test('lists require the API key', async () => {
  for (const name of NAMES) assertProblem(await send('GET', `/v1/${name}`), 401, 'api_key_missing');
  assertProblem(await send('POST', '/v1/events'), 405, 'method_not_allowed');
  assertProblem(await send('DELETE', '/v1/vouchers'), 405, 'method_not_allowed');
});
