/** The takings of days and providers, and the export for spreadsheets. */
import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { before, describe, test } from 'node:test';
import { assertProblem } from '../../support/answers.mjs';
import { startCheckout } from '../../support/checkout.mjs';
import { indexed } from '../../support/index.mjs';
import { start } from '../../support/start.mjs';

/** Half an hour off the full hour, with summer time from 8 March to 1 November 2026. */
const TIMEZONE = 'America/St_Johns';
const checkout = await startCheckout({ vars: { TIMEZONE } });
const { shop, send, createSession, redeem, freshPin, shopView } = checkout;

const takings = async (from, to, group) => (await shop('GET', `/v1/reports/takings?${new URLSearchParams({ from, to, ...(group && { group }) })}`)).body;
const exported = (filters) => shop('GET', `/v1/exports/redemptions.csv?${new URLSearchParams(filters)}`);
const ofDay = ({ group, taken, reversed, net, count }) => [group, taken, reversed, net, count];

/** Writes rows to the database, as the objects would. */
function write(table, rows) {
  const database = new DatabaseSync(checkout.indexFile());
  database.exec('BEGIN');
  for (const row of rows) {
    const names = Object.keys(row);
    database.prepare(`INSERT INTO ${table} (${names}) VALUES (${names.map(() => '?')})`).run(...Object.values(row));
  }
  database.exec('COMMIT');
  database.close();
}

let count = 0;
const movement = (at, kind, amount, more = {}) => ({
  id: `rd_${count++}.${kind}`, seq: 1, session: 'cs_1', redemption: 'rd_1', provider: 'kora', kind, amount, fee: 0, currency: 'ZAR', at: Date.parse(at),
  reference: 'order', ...more,
});
const redemption = (at, more = {}) => ({
  id: `rd_x${String(count++).padStart(5, '0')}`, seq: 1, session: 'cs_1', created_at: Date.parse(at), changed_at: 0, provider: 'kora', status: 'succeeded', amount: 100, fee: null,
  currency: 'ZAR', reference: 'order', provider_reference: 'ref', needs_review: 0, refunded: 0, view: '{}', ...more,
});

describe('takings', () => {
  before(() => write('movements', [
    // 10 March 2026, in summer time: from 02:30 UTC to 02:30 UTC.
    movement('2026-03-10T02:29:59.999Z', 'taken', 1),
    movement('2026-03-10T02:30:00Z', 'taken', 10_00),
    movement('2026-03-11T02:29:59Z', 'taken', 5_00, { provider: 'wipay', fee: 50, currency: 'TTD' }),
    movement('2026-03-11T02:30:00Z', 'taken', 7),
    movement('2026-03-10T12:00:00Z', 'reversed', 4_00),
    movement('2026-03-10T12:00:00Z', 'refunded', 1_00),
    movement('2026-03-10T12:00:00Z', 'paid_out', 50, { provider: null, redemption: null }),
    // The day on which the clocks go forward has 23 hours, and the one on which they go back has 25.
    movement('2026-03-08T03:30:00Z', 'taken', 100),
    movement('2026-03-09T02:29:59Z', 'taken', 20),
    movement('2026-11-01T02:30:00Z', 'taken', 300),
    movement('2026-11-02T03:29:59Z', 'taken', 40),
    movement('2026-11-02T03:30:00Z', 'taken', 9),
  ]));

  test('the sums of a day, in the shop’s time zone and by currency', async () => {
    const { object, timezone, from, to, data } = await takings('2026-03-10', '2026-03-10');
    assert.deepEqual([object, timezone, from, to], ['takings', TIMEZONE, '2026-03-10', '2026-03-10']);
    assert.deepEqual(data, [
      { group: '2026-03-10', currency: 'TTD', taken: 5_00, fees: 50, refunded: 0, reversed: 0, paid_out: 0, net: 5_00, count: 1 },
      { group: '2026-03-10', currency: 'ZAR', taken: 10_00, fees: 0, refunded: 1_00, reversed: 4_00, paid_out: 50, net: 4_50, count: 1 },
    ]);
  });

  test('days on which the clocks change are whole', async () => {
    assert.deepEqual((await takings('2026-03-08', '2026-03-08')).data.map(ofDay), [['2026-03-08', 120, 0, 120, 2]]);
    assert.deepEqual((await takings('2026-11-01', '2026-11-02')).data.map(ofDay), [['2026-11-01', 340, 0, 340, 2], ['2026-11-02', 9, 0, 9, 1]]);
  });

  test('the sums of a provider', async () => {
    const { data } = await takings('2026-03-10', '2026-03-10', 'provider');
    assert.deepEqual(data.map(({ group, currency, net }) => [group, currency, net]), [['kora', 'ZAR', 5_00], ['shop', 'ZAR', -50], ['wipay', 'TTD', 5_00]]);
  });

  test('days and providers add up to the same over a year', async () => {
    const sum = ({ data }) => data.filter(({ currency }) => currency === 'ZAR').reduce((all, { net }) => all + net, 0);
    const [days, providers] = [await takings('2026-01-01', '2026-12-31'), await takings('2026-01-01', '2026-12-31', 'provider')];
    assert.equal(sum(days), sum(providers));
    assert.ok(sum(days) > 0);
  });

  test('a payment is in the takings of its day', async () => {
    const session = await createSession('kora');
    await redeem(session, { pin: freshPin('kora', 'exact') });
    await indexed(checkout, session, ({ status }) => status === 'complete');
    const today = new Intl.DateTimeFormat('en-CA', { timeZone: TIMEZONE }).format(new Date());
    assert.deepEqual((await takings(today, today)).data.map(ofDay), [[today, session.amount, 0, session.amount, 1]]);
  });

  test('a wrong parameter is refused by its name', async () => {
    for (const [query, code, field] of [
      ['from=2026-03-10', 'field_missing', 'to'],
      ['to=2026-03-10', 'field_missing', 'from'],
      ['from=2026-3-10&to=2026-03-10', 'field_invalid', 'from'],
      ['from=2026-02-30&to=2026-03-10', 'field_invalid', 'from'],
      ['from=2026-03-10&to=2026-03-09', 'field_invalid', 'to'],
      ['from=2026-01-01&to=2027-01-02', 'field_invalid', 'to'],
      ['from=2026-03-10&to=2026-03-10&group=month', 'field_invalid', 'group'],
      ['from=2026-03-10&to=2026-03-10&currency=ZAR', 'field_unknown', 'currency'],
    ]) {
      assertProblem(await shop('GET', `/v1/reports/takings?${query}`), 400, code, field, query);
    }
    assertProblem(await send('GET', '/v1/reports/takings?from=2026-03-10&to=2026-03-10'), 401, 'api_key_missing');
    assertProblem(await send('POST', '/v1/reports/takings'), 405, 'method_not_allowed');
  });

  test('law 9: a time zone that there is not is refused at the start', async () => {
    for (const wrong of ['Mars/Olympus', '+02:00', 'Africa/Johannesburg; DROP']) {
      await assert.rejects(start({ vars: { TIMEZONE: wrong } }), /TIMEZONE must be the name of a time zone/, wrong);
    }
  });
});

describe('the export', () => {
  const HEAD = 'redemption,checkout_session,reference,provider,status,currency,amount,amount_minor,fee,fee_minor,refunded,refunded_minor,'
    + 'provider_reference,provider_transaction,needs_review,created_at_utc,created_at_local,taken_at_utc,taken_at_local';

  test('a payment is a line with decimal amounts and both times', async () => {
    const session = await createSession('kora', { reference: '=HYPERLINK("https://evil.example","a, b")' });
    await redeem(session, { pin: freshPin('kora', 'exact') });
    await indexed(checkout, session, ({ status }) => status === 'complete');
    const { redemptions: [one] } = await shopView(session);
    const today = new Intl.DateTimeFormat('en-CA', { timeZone: TIMEZONE }).format(new Date());
    const answer = await exported({ from: today, to: today });
    assert.equal(answer.headers.get('content-type'), 'text/csv; charset=utf-8; header=present');
    assert.equal(answer.headers.get('content-disposition'), `attachment; filename="redemptions-${today}-${today}.csv"`);
    assert.ok(answer.text.startsWith(`${HEAD}\r\n`));
    const line = answer.text.split('\r\n').find((text) => text.startsWith(one.id));
    const created = one.created_at;
    const local = new Date(created).toLocaleString('sv-SE', { timeZone: TIMEZONE });
    const start = `${one.id},${session.id},"'=HYPERLINK(""https://evil.example"",""a, b"")",kora,succeeded,ZAR,249.00,24900,,,0.00,0,${one.provider_reference},${one.provider_transaction},,${created},${local},`;
    assert.ok(line.startsWith(start), `${line}\n${start}`);
    assert.match(line.slice(start.length), /^20\d\d-\d\d-\d\dT[\d:.]+Z,20\d\d-\d\d-\d\d \d\d:\d\d:\d\d$/);
  });

  test('all pages of a long export arrive, in order and once, from one provider or from all', async () => {
    const times = Array.from({ length: 1_203 }, (_, i) => new Date(Date.parse('2026-05-05T12:00:00Z') + Math.floor(i / 3)).toISOString());
    const rows = times.map((at, i) => redemption(at, i % 4 === 0 ? { provider: 'wipay', needs_review: 1, fee: 7 } : {}));
    write('redemptions', rows);
    // The day before and the day after, in the shop's time zone.
    write('redemptions', [redemption('2026-05-05T02:29:59Z'), redemption('2026-05-06T02:30:00Z')]);
    const { text } = await exported({ from: '2026-05-05', to: '2026-05-05' });
    const lines = text.trimEnd().split('\r\n').slice(1).map((line) => line.split(','));
    assert.deepEqual(lines.map(([id]) => id), rows.map(({ id }) => id));
    assert.deepEqual(lines[0].slice(3, 15), ['wipay', 'succeeded', 'ZAR', '1.00', '100', '0.07', '7', '0.00', '0', 'ref', '', 'true']);
    const one = await exported({ from: '2026-05-05', to: '2026-05-05', provider: 'wipay' });
    assert.equal(one.text.trimEnd().split('\r\n').length, 1 + rows.filter(({ provider }) => provider === 'wipay').length);
  });

  test('a day without payments is a file with its head alone', async () => {
    assert.equal((await exported({ from: '2020-01-01', to: '2020-01-01' })).text, `${HEAD}\r\n`);
  });

  test('a wrong parameter is refused by its name', async () => {
    assertProblem(await exported({ from: '2026-05-05' }), 400, 'field_missing', 'to');
    assertProblem(await exported({ from: '2026-05-05', to: 'today' }), 400, 'field_invalid', 'to');
    assertProblem(await exported({ from: '2026-05-05', to: '2026-05-05', format: 'xls' }), 400, 'field_unknown', 'format');
    assertProblem(await send('GET', '/v1/exports/redemptions.csv?from=2026-05-05&to=2026-05-05'), 401, 'api_key_missing');
  });
});
