// Measures every list, search and report with 10,000 sessions in the index: `npm run load -- --help`.
import { randomBytes } from 'node:crypto';
import { cpus } from 'node:os';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { parseArgs } from 'node:util';
import { ROOT } from '../../edge/tools/up-to-date.mjs';
import { clientOf, transportTo } from '../support/client.mjs';
import { indexed } from '../support/index.mjs';
import { start } from '../support/start.mjs';
import { until } from '../support/until.mjs';
import { freshPins, USUAL } from '../support/usual.mjs';

const HELP = `npm run load [-- OPTION …]

Fills the index with sessions, each with a payment, two events, two contacts and a movement, and measures every list, search and report in
workerd, one call after the other. Exits with 1 when one of them takes longer than 100 ms at the 95th centile. Requires a build.

  --sessions 10000   number of sessions
  --calls 200        number of calls of each kind
  --write            writes tests/load/RESULTS.md
`;
const OPTIONS = {
  sessions: { type: 'string', default: '10000' },
  calls: { type: 'string', default: '200' },
  write: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
};
/** The most milliseconds of a call, at the 95th centile. */
const MUST = 100;
const RESULTS = join(ROOT, 'tests/load/RESULTS.md');
/** The number of warm-up calls before the measured ones. */
const WARM = 10;
const DAYS = 90;
/** The first calls, which are measured for comparison only. */
const COMPARED = 2;

async function main() {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.help) return void process.stdout.write(HELP);
  const [sessions, calls] = [Number(values.sessions), Number(values.calls)];
  const stack = await start({});
  try {
    const client = clientOf({ send: transportTo(stack.url), apiKey: stack.apiKey, issuingKey: stack.issuingKey });
    const known = await payOnce(client);
    fill(stack.indexFile(), sessions - 1);
    const rows = [];
    for (const [name, call] of callsOf(client, known)) {
      const times = await measured(call, calls);
      rows.push({ name, p50: centile(times, 0.5), p95: centile(times, 0.95), most: times.at(-1) });
      console.log(`${name.padEnd(70)} ${rows.at(-1).p50.toFixed(1)} ${rows.at(-1).p95.toFixed(1)} ms`);
    }
    const text = report(rows, { sessions, calls });
    if (values.write) writeFileSync(RESULTS, text);
    const slow = rows.slice(COMPARED).filter(({ p95 }) => p95 >= MUST);
    for (const { name, p95 } of slow) console.log(`Too slow: ${name}, ${p95.toFixed(1)} ms`);
    process.exitCode = slow.length > 0 ? 1 : 0;
  } finally {
    await stack.stop();
  }
}

/** Pays a session and orders a voucher through the Worker, so that the searches find something. */
async function payOnce(client) {
  const pin = freshPins()('kora', 'exact');
  const { amount, currency, contact } = USUAL.kora;
  const customer = { phone: '0827654321', email: 'sipho@example.com' };
  const session = await client.createSession({ amount, currency, reference: 'order-known', customer });
  await client.redeem(session, { provider: 'kora', pin, ...contact });
  await client.issue({ provider: 'celbux', to_self: true, voucher_type: '168Cash', amount: 2000, currency: 'ZAR' }, 'load-1');
  await until(() => client.list('vouchers'), ({ data }) => data.length > 0);
  const row = await indexed(client, session, ({ status }) => status === 'complete');
  return { pin, customer, reference: row.redemptions[0].provider_reference };
}

/** Copies the rows of the session that was paid, with ids, references, hashes and times of their own, over the last days. */
function fill(file, count) {
  const database = new DatabaseSync(file);
  const random = (length) => randomBytes(length / 2).toString('hex');
  const one = (table, where = 'true') => database.prepare(`SELECT * FROM ${table} WHERE ${where}`).get();
  const statements = new Map();
  const insert = (table, row) => {
    const names = Object.keys(row);
    const statement = statements.get(table) ?? database.prepare(`INSERT INTO ${table} (${names}) VALUES (${names.map(() => '?')})`);
    statements.set(table, statement);
    statement.run(...Object.values(row));
  };
  const models = { session: one('sessions'), redemption: one('redemptions'), movement: one('movements'), contact: one('contacts'), voucher: one('vouchers') };
  const events = database.prepare("SELECT * FROM events WHERE type NOT LIKE 'voucher.%' ORDER BY position").all();
  database.exec('BEGIN');
  for (let i = 0; i < count; i++) {
    const at = Date.now() - Math.floor((i / count) * DAYS * 86_400_000);
    const [session, redemption] = [`cs_${random(32)}`, `rd_${random(32)}`];
    const named = (row) => JSON.parse(JSON.stringify(row).replaceAll(models.session.id, session).replaceAll(models.redemption.id, redemption));
    // One in fifty waits for a person, one in fifty has money owed, one in four is open.
    const status = i % 50 === 1 ? 'canceled' : i % 4 === 0 ? 'open' : 'complete';
    const review = i % 50 === 2 ? { needs_review: 1, review_since: at } : {};
    insert('sessions', { ...named(models.session), created_at: at, changed_at: at, status, reference: `order-${i}`, owed: i % 50 === 1 ? 500 : 0, ...review });
    insert('redemptions', { ...named(models.redemption), created_at: at, provider: i % 3 === 0 ? 'celbux' : 'kora', provider_reference: `${random(32)}-1`, voucher: random(64), ...review });
    insert('movements', { ...named(models.movement), at, provider: i % 3 === 0 ? 'celbux' : 'kora' });
    for (const kind of ['phone', 'email']) insert('contacts', { ...named(models.contact), hash: random(64), kind });
    for (const { position, ...event } of events) insert('events', { ...named(event), id: `evt_${random(32)}`, owner: session, created_at: at, delivery: i % 100 === 0 ? 'pending' : 'delivered' });
    if (i % 10 === 0) insert('vouchers', { ...models.voucher, id: `vo_${random(32)}`, created_at: at });
  }
  database.exec('COMMIT; PRAGMA wal_checkpoint(TRUNCATE)');
  database.close();
}

/** Returns the calls that are measured, each with its name. */
function callsOf({ shop }, { pin, customer, reference }) {
  const get = (path) => [`GET ${path}`, () => shop('GET', path)];
  const post = (name, body) => [`POST /v1/search by ${name}`, () => shop('POST', '/v1/search', body)];
  const day = (ago) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);
  // A page in the middle of each list.
  const deep = (path) => {
    let cursor;
    const call = async () => {
      cursor ??= await middle(shop, path);
      return shop('GET', `${path}${path.includes('?') ? '&' : '?'}limit=100&starting_after=${cursor}`);
    };
    return [`GET ${path}, 100 from the middle`, call];
  };
  return [
    // Without the index, and with calls to other objects, to compare with.
    get('/v1/providers'),
    get('/v1/status'),
    get('/v1/checkout_sessions'),
    get('/v1/checkout_sessions?limit=100'),
    deep('/v1/checkout_sessions'),
    get('/v1/checkout_sessions?status=canceled'),
    get('/v1/checkout_sessions?status=complete&provider=kora'),
    get('/v1/checkout_sessions?reference=order-5000'),
    get('/v1/checkout_sessions?needs_review=true'),
    get('/v1/checkout_sessions?owed=true'),
    get(`/v1/checkout_sessions?provider=nobody&created_after=${day(60)}&created_before=${day(30)}`),
    get('/v1/redemptions?limit=100'),
    deep('/v1/redemptions'),
    get('/v1/redemptions?status=declined'),
    get('/v1/redemptions?provider=celbux'),
    get(`/v1/redemptions?provider_reference=${reference}`),
    get('/v1/redemptions?needs_review=true'),
    get('/v1/vouchers?limit=100'),
    get('/v1/vouchers?status=issued&provider=celbux'),
    get('/v1/vouchers?needs_review=true'),
    get('/v1/events?limit=100'),
    deep('/v1/events'),
    get('/v1/events?type=checkout_session.completed&order=desc'),
    get('/v1/events?delivery=pending'),
    post('phone', { phone: customer.phone }),
    post('email', { email: customer.email }),
    post('pin', { pin }),
    get(`/v1/reports/takings?from=${day(30)}&to=${day(0)}`),
    get(`/v1/reports/takings?from=${day(89)}&to=${day(0)}&group=provider`),
  ];
}

/** Returns the id of an object in the middle of a list. */
async function middle(shop, path) {
  const day = new Date(Date.now() - (DAYS / 2) * 86_400_000).toISOString();
  const { body } = await shop('GET', `${path}${path.includes('?') ? '&' : '?'}limit=1&created_before=${day}`);
  return body.data[0].id;
}

/** Returns the milliseconds of each call, the shortest first. */
async function measured(call, count) {
  const times = [];
  for (let i = -WARM; i < count; i++) {
    const since = performance.now();
    const { status, text } = await call();
    if (status !== 200) throw new Error(`${status}: ${text}`);
    if (i >= 0) times.push(performance.now() - since);
  }
  return times.sort((a, b) => a - b);
}

const centile = (times, share) => times[Math.min(times.length - 1, Math.ceil(times.length * share) - 1)];

function report(rows, { sessions, calls }) {
  const ms = (time) => time.toFixed(1);
  return [
    '# Lists and searches with a full index',
    '',
    `\`npm run load -- --write\` on ${cpus().length} cores (${cpus()[0].model.trim()}): ${sessions} sessions in the index, ${calls} calls of each kind to the built Worker in`,
    `workerd, one after the other, over HTTP. Each list, search and report must take less than ${MUST} ms at the 95th centile. The first two calls`,
    'are for comparison: one without the index, and one that also asks other objects.',
    '',
    '| Call | p50, ms | p95, ms | longest, ms |',
    '|---|---:|---:|---:|',
    ...rows.map(({ name, p50, p95, most }) => `| \`${name}\` | ${ms(p50)} | ${ms(p95)} | ${ms(most)} |`),
    '',
  ].join('\n');
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
