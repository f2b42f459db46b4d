/** Feeding the index: each change takes effect once, and no payment waits for the index. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { migrate } from '../../../edge/tools/migrations.mjs';
import { ROOT } from '../../../edge/tools/up-to-date.mjs';
import { assertProblem } from '../../support/answers.mjs';
import { startCheckout } from '../../support/checkout.mjs';
import { indexed, walk, withIndex } from '../../support/index.mjs';
import { databaseOf } from '../../support/storage.mjs';
import { until } from '../../support/until.mjs';

describe('an index that works', async () => {
  const checkout = await startCheckout();
  const { shop, send, createSession, redeem, issue, freshKey, freshPin } = checkout;
  const reindex = (ids) => shop('POST', '/v1/reindex', { ids });

  async function paid() {
    const session = await createSession('kora', { customer: { phone: '0827654321' } });
    await redeem(session, { pin: freshPin('kora', 'exact') });
    await indexed(checkout, session, ({ status }) => status === 'complete');
    return session;
  }

  test('a missing object comes back with all its parts, and an existing one is not duplicated', async () => {
    await paid();
    const order = { provider: 'celbux', to_self: true, voucher_type: '168Cash', amount: 2000, currency: 'ZAR' };
    const { body: voucher } = await issue(order, freshKey());
    await until(() => walk(checkout, 'vouchers'), (all) => all.some(({ id, status }) => id === voucher.id && status === 'issued'));
    const tables = ['sessions', 'redemptions', 'movements', 'contacts', 'vouchers', 'events'];
    const content = () => withIndex(checkout, (database) => tables.map((table) => {
      const rows = database.prepare(`SELECT * FROM ${table}`).all();
      return rows.map(({ seq, position, ...row }) => JSON.stringify(row)).sort();
    }));
    const before = content();
    withIndex(checkout, (database) => tables.forEach((table) => database.exec(`DELETE FROM ${table}`)));
    const every = [...new Set(before[0].concat(before[4]).map((row) => JSON.parse(row).id))];
    const answer = await reindex(every);
    assert.deepEqual(answer.body, { object: 'reindex', data: every.map((id) => ({ id, found: true })) });
    const seen = await until(content, (rows) => rows.every((table, place) => table.length >= before[place].length));
    assert.deepEqual(seen, before);
    // Again, with nothing missing.
    await reindex(every);
    await until(() => withIndex(checkout, (database) => database.prepare('SELECT MAX(seq) AS seq FROM vouchers').get().seq), (seq) => seq > 2);
    assert.deepEqual(content().map(({ length }) => length), before.map(({ length }) => length));
  });

  test('npm run reindex takes ids from a file or from its input', async () => {
    const session = await paid();
    withIndex(checkout, (database) => database.prepare('DELETE FROM sessions WHERE id = ?').run(session.id));
    const unknown = `cs_${'0'.repeat(32)}`;
    const env = { ...process.env, CHECKOUT_URL: checkout.url, MERCHANT_API_KEY: checkout.apiKey };
    const program = join(ROOT, 'edge/tools/reindex.mjs');
    const run = spawnSync(process.execPath, [program], { input: `${session.id}\n\n${unknown}\n`, env, encoding: 'utf8' });
    assert.match(run.stdout, /2 of 2/);
    assert.match(run.stdout, new RegExp(`not found: ${unknown}`));
    assert.equal(run.status, 1, run.stderr);
    await indexed(checkout, session);
    assert.match(spawnSync(process.execPath, [program, '--help'], { encoding: 'utf8' }).stdout, /npm run reindex/);
    const wrong = spawnSync(process.execPath, [program], { input: 'nonsense\n', env, encoding: 'utf8' });
    assert.match(wrong.stderr, /ids must be a list/);
    assert.equal(wrong.status, 1);
  });

  test('a newer row is not replaced by an older one that comes late', async () => {
    const session = await paid();
    withIndex(checkout, (database) => {
      database.prepare('UPDATE sessions SET seq = 1000000, view = json_set(view, ?, ?) WHERE id = ?').run('$.reference', 'kept', session.id);
    });
    assert.deepEqual((await reindex([session.id])).body.data, [{ id: session.id, found: true }]);
    // The redemption's row has no such version, and is written.
    withIndex(checkout, (database) => database.prepare('DELETE FROM redemptions WHERE session = ?').run(session.id));
    await until(async () => (await walk(checkout, 'redemptions')).some((one) => one.checkout_session.id === session.id), Boolean);
    assert.equal((await walk(checkout, 'checkout_sessions')).find(({ id }) => id === session.id).reference, 'kept');
  });

  test('a wrong list of ids is refused', async () => {
    const { id } = await createSession('kora');
    for (const body of [{ ids: [] }, { ids: 'all' }, { ids: ['cs_1'] }, { ids: [1] }, { ids: Array.from({ length: 101 }, () => id) }]) {
      assertProblem(await shop('POST', '/v1/reindex', body), 400, 'field_invalid', 'ids');
    }
    assertProblem(await shop('POST', '/v1/reindex', {}), 400, 'field_missing', 'ids');
    assertProblem(await shop('POST', '/v1/reindex', { ids: [id], all: true }), 400, 'field_unknown', 'all');
    assertProblem(await send('POST', '/v1/reindex', { body: { ids: [id] } }), 401, 'api_key_missing');
    const made = [`cs_${'1'.repeat(32)}`, `vo_${'1'.repeat(32)}`];
    assert.deepEqual((await reindex(made)).body.data, made.map((one) => ({ id: one, found: false })));
  });
});

const behindSince = async ({ shop }) => (await shop('GET', '/v1/status')).body.index.behind_since;

describe('how far the index is behind', async () => {
  const checkout = await startCheckout();
  const { createSession, redeem, freshPin } = checkout;
  /** Takes the tables of sessions out of the index, or puts them back. */
  const rename = (from, to) => withIndex(checkout, (database) => database.exec(`ALTER TABLE ${from} RENAME TO ${to}`));

  test('is reported by the oldest change that it has not received, until it has received it', async () => {
    const before = await createSession('kora');
    await indexed(checkout, before);
    assert.equal(await behindSince(checkout), null);
    rename('sessions', 'hidden');
    const first = await createSession('kora');
    const createdBy = Date.now();
    const since = await until(() => behindSince(checkout), Boolean);
    assert.ok(first.created_at <= since && Date.parse(since) <= createdBy, `${since} ${first.created_at}`);
    // Later changes, of this session or another one, do not move the time forward.
    const second = await createSession('kora');
    await redeem(first, { pin: freshPin('kora', 'exact') });
    const failed = () => checkout.lines.filter((line) => line.includes('"event":"index"')).length;
    const count = failed();
    await until(failed, (now) => now >= count + 2);
    assert.equal(await behindSince(checkout), since);
    rename('hidden', 'sessions');
    await until(() => behindSince(checkout), (at) => at === null, { within: 60_000, every: 200 });
    for (const session of [first, second]) await indexed(checkout, session);
  });

  test('survives a power cut', async () => {
    rename('sessions', 'hidden');
    const session = await createSession('kora');
    const since = await until(() => behindSince(checkout), Boolean);
    await checkout.restart();
    assert.equal(await behindSince(checkout), since);
    rename('hidden', 'sessions');
    await until(() => behindSince(checkout), (at) => at === null, { within: 60_000, every: 200 });
    await indexed(checkout, session);
  });

  test('counts the changes of a release without their times, and marks them from then on', async () => {
    const session = await createSession('kora');
    await indexed(checkout, session);
    await checkout.stopWorker();
    // The session's storage in the form of an earlier release.
    const database = databaseOf(checkout, session);
    database.exec('ALTER TABLE mark DROP COLUMN since');
    database.exec('UPDATE mark SET received = 0');
    database.close();
    rename('sessions', 'hidden');
    await checkout.restart();
    await redeem(session, { pin: freshPin('kora', 'exact') });
    const since = await until(() => behindSince(checkout), Boolean);
    assert.ok(Date.parse(since) >= Date.parse(session.created_at) && Date.parse(since) <= Date.now(), since);
    rename('hidden', 'sessions');
    await until(() => behindSince(checkout), (at) => at === null, { within: 60_000, every: 200 });
    await indexed(checkout, session, ({ status }) => status === 'complete');
  });
});

describe('an index that never answers', async () => {
  const checkout = await startCheckout({ entry: buildWaitingWorker() });
  const { shop, createSession, redeem, freshPin, events } = checkout;

  test('payments continue, lists fail within their timeout, and the status shows since when', async () => {
    const session = await createSession('kora');
    const { status, body } = await redeem(session, { pin: freshPin('kora', 'change') });
    assert.deepEqual([status, body.session.status], [200, 'complete']);
    assert.deepEqual((await events(session)).map(({ type }) => type), ['redemption.succeeded', 'checkout_session.completed']);
    const paidBy = Date.now();
    const [list, state] = await Promise.all([shop('GET', '/v1/checkout_sessions'), shop('GET', '/v1/status')]);
    assertProblem(list, 503, 'index_unavailable');
    assert.deepEqual([state.status, state.body.index.status, state.body.waiting], [200, 'unavailable', null]);
    const since = await until(() => behindSince(checkout), Boolean);
    assert.ok(session.created_at <= since && Date.parse(since) <= paidBy, since);
  });
});

/**
 * Writes a copy of the deployed Worker whose calls to D1 are never answered: workerd's own D1 cannot be made to hang. Returns the path of its
 * entry from the root.
 */
function buildWaitingWorker() {
  const folder = '.tools/worker-without-answers';
  mkdirSync(join(ROOT, folder), { recursive: true });
  copyFileSync(join(ROOT, 'edge/build/index_bg.wasm'), join(ROOT, folder, 'index_bg.wasm'));
  const js = readFileSync(join(ROOT, 'edge/build/index.js'), 'utf8');
  const call = /(\w+)\.batch\((\w+)\)/;
  assert.match(js, call);
  writeFileSync(join(ROOT, folder, 'index.js'), js.replace(call, 'new Promise(()=>{})'));
  return `${folder}/index.js`;
}

describe('an index that fails', async () => {
  // Without tables, every call to it fails.
  const checkout = await startCheckout({ index: false });
  const { shop, createSession, redeem, freshPin, shopView, events, lines } = checkout;

  test('payments go on, lists say that they cannot, and the index has everything once it works again', async () => {
    const session = await createSession('kora', { customer: { phone: '0827654321' } });
    const { status, body } = await redeem(session, { pin: freshPin('kora', 'change') });
    assert.deepEqual([status, body.session.status], [200, 'complete']);
    assert.deepEqual((await events(session)).map(({ type }) => type), ['redemption.succeeded', 'checkout_session.completed']);
    for (const path of ['checkout_sessions', 'redemptions', 'vouchers', 'events', 'reports/takings?from=2026-11-01&to=2026-11-30', 'exports/redemptions.csv?from=2026-11-01&to=2026-11-30']) {
      assertProblem(await shop('GET', `/v1/${path}`), 503, 'index_unavailable', undefined, path);
    }
    assertProblem(await shop('POST', '/v1/search', { phone: '0827654321' }), 503, 'index_unavailable');
    const state = await shop('GET', '/v1/status');
    assert.deepEqual([state.status, state.body.index.status, state.body.waiting], [200, 'unavailable', null]);
    await until(() => lines.filter((line) => line.includes('"event":"index"')), ({ length }) => length > 0);

    // The tables are created, as when the migrations are applied after a deployment.
    await checkout.stopWorker();
    await migrate(checkout.state);
    await checkout.restart();
    const row = await indexed(checkout, session);
    const { client_secret, url, metadata, ...shown } = await shopView(session);
    assert.deepEqual(row, shown);
    assert.deepEqual((await walk(checkout, 'events')).map(({ type }) => type), ['redemption.succeeded', 'checkout_session.completed']);
  });
});
