// The comparison of the index with the objects: the index must contain exactly the data of the objects.
import { isDeepStrictEqual } from 'node:util';
import { until } from '../until.mjs';
import { walk } from '../index.mjs';

/** The time in which the index must have received everything. */
const WITHIN_MS = 60_000;
/** The members of an issued voucher that the index shows. */
const VOUCHER = ['id', 'object', 'provider', 'status', 'amount', 'currency', 'reference', 'provider_reference', 'provider_transaction', 'provider_message', 'finalization_pending', 'needs_review', 'created_at'];

/**
 * Returns a line: reads the whole index until it agrees with the final state of all sessions and orders, for a limited time.
 * `client` calls the API; `sessions` are `{shop, events}` of each, `orders` are `{last}` of each.
 */
export async function indexLine(client, { sessions, orders }, { within = WITHIN_MS } = {}) {
  let compared;
  const compare = async () => (compared = differences(await content(client, sessions), { sessions, orders }));
  await until(compare, ({ problems }) => problems.length === 0, { within, every: 500 }).catch(() => {});
  return { name: 'the index agrees with every ledger', ...compared };
}

/** Returns everything in the index. */
async function content(client, sessions) {
  const names = ['checkout_sessions', 'redemptions', 'vouchers', 'events'];
  const [listed, redemptions, vouchers, events] = await Promise.all(names.map((name) => walk(client, name)));
  const times = sessions.map(({ shop }) => Date.parse(shop.created_at));
  const day = (ms) => new Date(ms).toISOString().slice(0, 10);
  const [from, to] = times.length > 0 ? [day(Math.min(...times)), day(Date.now())] : [day(Date.now()), day(Date.now())];
  const { body } = await client.shop('GET', `/v1/reports/takings?group=provider&from=${from}&to=${to}`);
  return { listed, redemptions, vouchers, events, takings: body.data };
}

function differences({ listed, redemptions, vouchers, events, takings }, { sessions, orders }) {
  const problems = [];
  const payments = sessions.flatMap(({ shop }) => shop.redemptions.map((one) => ({ ...one, object: 'redemption', checkout_session: { id: shop.id, reference: shop.reference } })));
  const told = sessions.flatMap(({ events: own }) => own);
  const issued = orders.map(({ last }) => last.body).filter(({ id }) => id !== undefined);
  compare(problems, 'the session', listed, sessions.map(({ shop }) => withoutSecrets(shop)));
  compare(problems, 'the payment', redemptions, payments.map(withoutNotes));
  compare(problems, 'the voucher', vouchers.filter(({ status }) => status !== 'refused'), issued.map(shown));
  // The events of issued vouchers stand in the index alone.
  const ofSessions = events.filter(({ type }) => !type.startsWith('voucher.'));
  compare(problems, 'the event', ofSessions.map(({ data, ...event }) => event), told);
  const done = ({ refunds = [] }) => refunds.filter(({ status }) => status === 'succeeded');
  const refunds = payments.flatMap((one) => done(one).map(({ amount }) => ({ ...one, amount })));
  const payouts = sessions.flatMap(({ shop }) => shop.payouts.map(({ amount }) => ({ provider: 'shop', amount, checkout_session: { id: shop.id } })));
  const kinds = { taken: payments.filter(isTaken), reversed: payments.filter(({ status }) => status === 'reversed'), refunded: refunds, paid_out: payouts };
  for (const [kind, movements] of Object.entries(kinds)) {
    const expected = sums(movements, sessions);
    const found = new Map(takings.filter((one) => one[kind] > 0).map((one) => [`${one.group} ${one.currency}`, one[kind]]).sort(byName));
    if (!isDeepStrictEqual(found, expected)) problems.push(`${kind}: ${JSON.stringify([...found])} instead of ${JSON.stringify([...expected])}`);
  }
  return { told: `${listed.length} sessions, ${redemptions.length} payments, ${vouchers.length} vouchers, ${events.length} events`, problems };
}

/** Adds a problem for each object that is missing, is too many, or differs. */
function compare(problems, what, found, expected) {
  const rows = new Map(found.map((one) => [one.id, one]));
  if (rows.size !== found.length) problems.push(`${what}: ${found.length - rows.size} are listed twice`);
  for (const one of expected) {
    const row = rows.get(one.id);
    if (row === undefined) problems.push(`${what} ${one.id} is not in the index`);
    else if (!isDeepStrictEqual(row, one)) problems.push(`${what} ${one.id} is ${JSON.stringify(row)} instead of ${JSON.stringify(one)}`);
    rows.delete(one.id);
  }
  for (const id of rows.keys()) problems.push(`${what} ${id} is in the index alone`);
}

const isTaken = ({ status }) => status === 'succeeded' || status === 'reversed';

function sums(movements, sessions) {
  const currencies = new Map(sessions.map(({ shop }) => [shop.id, shop.currency]));
  const sums = new Map();
  for (const { provider, amount, checkout_session: { id } } of movements) {
    const group = `${provider} ${currencies.get(id)}`;
    sums.set(group, (sums.get(group) ?? 0) + amount);
  }
  return new Map([...sums].sort(byName));
}

const byName = ([a], [b]) => (a < b ? -1 : 1);

function withoutSecrets({ client_secret: secret, url, metadata, ...shown }) {
  return withoutNotes(shown);
}

/** Returns an object without notes and their authors, which are not in the index. */
const withoutNotes = (object) => JSON.parse(JSON.stringify(object, (name, value) => (/^(note|by|resolved)$/.test(name) ? undefined : value)));

const shown = (voucher) => Object.fromEntries(Object.entries(voucher).filter(([name]) => VOUCHER.includes(name)));
