// The last tests of a file: whether what the providers took is what the sessions say, and whether anything was told that
// must not be told.
import assert from 'node:assert/strict';
import { test } from 'node:test';

/**
 * Adds the tests that end every file: no secret in the log, no PIN in an address, and books that agree to the cent.
 * `inDoubt()` is the number of payments that the file has left unknown on purpose.
 */
export function closingTests(checkout, { inDoubt = () => 0 } = {}) {
  test('at the end: what the providers took is what the sessions were credited', () => assertBooks(checkout, inDoubt()));
  test('law 6: at the end: no secret in the log, no PIN in an address', () => assertQuiet(checkout));
}

async function assertBooks({ simulator, sessions, shopView }, inDoubt) {
  const shown = await Promise.all(sessions.map(shopView));
  const { totals, debits } = simulator.books();
  for (const total of totals) assert.ok(total.balanced, JSON.stringify(total));

  const redemptions = shown.flatMap(({ currency, redemptions: all }) => all.map((one) => ({ ...one, currency })));
  const open = redemptions.filter(({ status }) => status === 'unknown' || status === 'processing');
  assert.equal(open.length, inDoubt, `payments without an outcome: ${JSON.stringify(open)}`);
  for (const session of shown) {
    const received = sum(session.redemptions.filter(succeeded).map(({ amount }) => amount));
    assert.equal(session.amount_received, received, session.id);
    assert.equal(session.amount_remaining, session.amount - received, session.id);
  }
  // Everything credited has a debit of exactly its amount. Every other debit belongs to a payment that is still in doubt.
  const taken = debits.filter(({ reversed_by }) => reversed_by === null).map(line);
  const credited = redemptions.filter(succeeded).map(line);
  assert.deepEqual(without(credited, taken), []);
  assert.deepEqual(without(without(taken, credited), open.map(line)), []);
  // What was given back is what the providers hold as reversed.
  const givenBack = debits.filter(({ reversed_by }) => reversed_by !== null).map(line);
  const reversed = redemptions.filter(({ status }) => status === 'reversed').map(line);
  assert.deepEqual(givenBack.sort(), reversed.sort());
  const ours = redemptions.map((one) => one.provider_reference);
  // WiPay takes no reference.
  const theirs = debits.filter((one) => one.provider !== 'wipay').map((one) => one.reference);
  assert.equal(new Set(theirs).size, theirs.length, 'a reference was charged twice');
  assert.deepEqual(theirs.filter((reference) => !ours.includes(reference)), []);
}

const succeeded = ({ status }) => status === 'succeeded';
const sum = (amounts) => amounts.reduce((total, amount) => total + amount, 0);
const line = ({ provider, currency, amount }) => `${provider} ${currency} ${amount}`;

/** `items` with every one of `others` taken out once. */
function without(items, others) {
  const left = [...items];
  for (const other of others) {
    const at = left.indexOf(other);
    if (at >= 0) left.splice(at, 1);
  }
  return left;
}

/** No secret of the Worker, the shopper or a voucher stands in what was printed, nor a PIN in an address asked for. */
function assertQuiet({ settings, lines, simulator, sessions, typed, change }) {
  // wrangler lists the variables when it starts, cut short; that is not the Worker's log.
  const log = lines.filter((line) => !line.startsWith('env.')).join('\n');
  assert.notEqual(log, '');
  const isSecret = ([name]) => /KEY|TOKEN|SECRET/.test(name);
  const secrets = [
    ...Object.entries(settings).filter(isSecret).map(([, value]) => value),
    ...sessions.map(({ client_secret }) => client_secret),
    ...typed,
    ...change,
  ].filter(Boolean);
  for (const secret of secrets) {
    assert.ok(!log.includes(secret), `a secret stands in the log: ${lines.find((line) => line.includes(secret))}`);
  }
  for (const { path } of simulator.books().calls) {
    for (const secret of secrets) assert.ok(!path.includes(secret), `a secret stands in an address: ${path}`);
  }
}
