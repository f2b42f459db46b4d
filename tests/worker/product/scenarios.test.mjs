/** Every documented test voucher of every provider, and the required outcome of an order paid with it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { TEST_CODE } from '../../simulator/odm-test-vouchers.mjs';
import { TEST_PINS } from '../../simulator/pins.mjs';
import { startCheckout } from '../../support/checkout.mjs';
import { until } from '../../support/until.mjs';
import { USUAL } from '../../support/usual.mjs';
import { closingTests } from '../closing.mjs';

const checkout = await startCheckout({ limits: { provider_timeout_ms: 2_000 }, simulator: { processingMs: 2_000 } });
const { answerChallenge, createSession, redeem, view, shopView, settled, freshPin, debitsOf, callsWith } = checkout;

/**
 * The change of a voucher of R 500.00 after an order of R 249.00, and the balance of one of TT$ 500.00 after 120.00 and the fee.
 */
const CHANGE = { change: 251_00 };
const LEFT = { fee: 5_00, voucher_balance: 375_00 };
const REST = { rest_by_message: 251_00 };

/** The brand of a voucher, where a provider takes several brands. */
const BRAND = { kora: { provider_code: '0001' } };

/** Expectations: the outcome is known with the first answer, or (`late`) afterwards. */
const paid = (more) => ({ http: 200, first: 'succeeded', status: 'succeeded', ...more });
const declined = (decline_code) => ({ http: 200, first: 'declined', status: 'declined', decline_code });
const worth = (voucher_balance, usable) => ({ ...declined('insufficient_funds'), voucher_balance, usable });
const late = (first, outcome) => ({ ...outcome, http: 202, first });
const lostThenPaid = (more) => late('unknown', paid(more));
/** Kora's look-up does not return the change voucher, and its webhooks are off here. */
const paidWithoutChange = paid({ change_unknown: true });
const lostThenPaidAtKora = late('unknown', paidWithoutChange);
const lostThenNothing = late('unknown', declined('not_charged'));

const EXPECTED = {
  kora: {
    sample: paid({ change: 4751_00 }),
    exact: paid(),
    change: paid(CHANGE),
    too_small: declined('insufficient_funds'),
    not_found: declined('voucher_not_found'),
    used: declined('voucher_used'),
    amount_refused: declined('amount_refused'),
    inactive: declined('provider_unavailable'),
    code_unsupported: declined('provider_unavailable'),
    reference_used: lostThenPaidAtKora,
    partial: paid({ amount: 124_50 }),
    slow: paid(CHANGE),
    processing_then_success: late('processing', paidWithoutChange),
    processing_then_failed: late('processing', declined('voucher_refused')),
    error_before: lostThenNothing,
    error_after: lostThenPaidAtKora,
    silent_before: lostThenNothing,
    silent_after: lostThenPaidAtKora,
    cut_before: lostThenNothing,
    cut_after: lostThenPaidAtKora,
    html_before: lostThenNothing,
    html_after: lostThenPaidAtKora,
    unlisted_before: lostThenNothing,
    unlisted_after: lostThenPaidAtKora,
  },
  wipay: {
    sample: paid({ fee: 5_00, voucher_balance: 4875_00 }),
    exact: paid({ fee: 5_00, voucher_balance: 0 }),
    balance_left: paid(LEFT),
    too_small: worth(6_00, 1_00),
    not_found: declined('voucher_not_found'),
    used: declined('voucher_used'),
    inactive: declined('provider_unavailable'),
    too_many: { http: 200, first: 'not_sent', status: 'not_sent', decline_code: 'provider_busy' },
    slow: paid(LEFT),
    error_before: lostThenNothing,
    error_after: lostThenPaid(LEFT),
    silent_before: lostThenNothing,
    silent_after: lostThenPaid(LEFT),
    cut_before: lostThenNothing,
    cut_after: lostThenPaid(LEFT),
    html_before: lostThenNothing,
    html_after: lostThenPaid(LEFT),
    unlisted_before: lostThenNothing,
    unlisted_after: lostThenPaid(LEFT),
  },
};

EXPECTED.celbux = {
  sample: worth(20_00, 20_00),
  sample_locked: declined('voucher_refused'),
  exact: paid(),
  rest_by_sms: paid(REST),
  rest_stays: paid({ voucher_balance: 251_00 }),
  too_small: worth(10_00, 10_00),
  not_found: declined('voucher_refused'),
  used: declined('voucher_used'),
  locked: declined('voucher_refused'),
  wrong_merchant: declined('voucher_refused'),
  duplicate_after: lostThenPaid(REST),
  general_failure_before: lostThenNothing,
  general_failure_after: lostThenPaid(REST),
  slow: paid(REST),
  unconfirmed_then_confirmed: late('processing', paid(REST)),
  reverse_silent_before: paid(REST),
  reverse_silent_after: paid(REST),
  reverse_refused: paid(REST),
  error_before: lostThenNothing,
  error_after: lostThenPaid(REST),
  silent_before: lostThenNothing,
  silent_after: lostThenPaid(REST),
  cut_before: lostThenNothing,
  cut_after: lostThenPaid(REST),
  html_before: lostThenNothing,
  html_after: lostThenPaid(REST),
  unlisted_before: lostThenNothing,
  unlisted_after: lostThenPaid(REST),
};

/** ODM's vouchers pay by a code: the first answer asks for it, and `typed` is the status after it. */
const coded = (typed, outcome) => ({ ...outcome, http: 202, first: 'challenged', typed });
const atOnce = coded('succeeded', paid({ fee: 0, voucher_balance: 251_00 }));
const settledLater = coded('unknown', paid({ fee: 0, voucher_balance: 251_00 }));
const notSent = (decline_code) => ({ http: 200, first: 'not_sent', status: 'not_sent', decline_code });
EXPECTED.odm = {
  sample: coded('succeeded', paid({ fee: 0, voucher_balance: 101_00 })),
  exact: coded('succeeded', paid({ fee: 0, voucher_balance: 0 })),
  balance_left: atOnce,
  too_small: worth(10_00, 10_00),
  not_found: declined('voucher_not_found'),
  used: declined('voucher_used'),
  restricted_elsewhere: declined('voucher_refused'),
  restricted_here: atOnce,
  expired: declined('voucher_refused'),
  code_expired: coded('challenged', declined('code_refused')),
  one_try: atOnce,
  slow: atOnce,
  processing_409: coded('processing', paid({ fee: 0, voucher_balance: 251_00 })),
  settling_then_completed: coded('processing', paid({ fee: 0, voucher_balance: 251_00 })),
  settling_then_failed: coded('processing', declined('provider_unavailable')),
  claim_silent: notSent('provider_unavailable'),
  claim_unlisted: notSent('provider_unavailable'),
  error_before: settledLater,
  error_after: settledLater,
  silent_before: settledLater,
  silent_after: settledLater,
  cut_before: settledLater,
  cut_after: settledLater,
  html_before: settledLater,
  html_after: settledLater,
  unlisted_before: settledLater,
  unlisted_after: settledLater,
};

/** The scenario of WiPay's voucher that closes the gate for the whole account; it is played last. */
const LAST = 'too_many';
/** Scenarios that a balance check before the charge declines; they are never charged. */
const BALANCE_CHECK_ONLY = {
  kora: [],
  wipay: ['too_small', 'not_found', 'used'],
  celbux: ['too_small', 'not_found', 'used', 'locked', 'sample', 'sample_locked'],
};

test('every documented voucher has an expected outcome, and every expected outcome a voucher', () => {
  for (const [provider, scenarios] of Object.entries(EXPECTED)) {
    const documented = TEST_PINS.filter((one) => one.provider === provider).map(({ scenario }) => scenario);
    assert.deepEqual([...new Set(documented)].sort(), Object.keys(scenarios).sort());
  }
  assert.deepEqual([...new Set(TEST_PINS.map(({ provider }) => provider))].sort(), Object.keys(EXPECTED).sort());
});

describe('a documented voucher', { concurrency: 6 }, () => {
  for (const one of TEST_PINS.filter(({ scenario }) => scenario !== LAST)) test(`${one.provider} ${one.pin}: ${one.title}`, () => assertScenario(one));
});

/** Pays an order with the voucher, and compares each status on the way and the outcome with the expectation. */
async function assertScenario({ provider, pin, scenario }) {
  const { http, first, typed, amount = USUAL[provider].amount, change, ...outcome } = EXPECTED[provider][scenario];
  const session = await createSession(provider);
  const answer = await redeem(session, { pin });
  assert.deepEqual([answer.status, answer.body.redemption.status], [http, first]);
  if (http === 202) assertInSuspense(answer.body);
  if (typed) await typeCode(session, answer.body.redemption, typed);

  const { status, amount_received, redemptions } = await settled(session);
  assert.equal(redemptions.length, 1);
  const { id, created_at, change: voucher, ...redemption } = redemptions[0];
  assert.deepEqual(redemption, { provider, ...BRAND[provider], amount, change_unknown: false, needs_review: false, ...outcome });
  assert.equal(voucher?.amount, change);
  const credited = outcome.status === 'succeeded' ? amount : 0;
  assert.equal(amount_received, credited);
  assert.equal(status, credited === USUAL[provider].amount ? 'complete' : 'open');

  const [told] = (await shopView(session)).redemptions;
  assert.deepEqual([told.status, told.decline_code, told.fee], [outcome.status, outcome.decline_code, outcome.fee]);
  assert.deepEqual([told.needs_review, told.change_unknown], outcome.change_unknown ? [true, true] : [undefined, undefined]);
  const asks = callsWith(pin).filter(({ path }) => /charge\/voucher|voucher_pay|\/pay\?/.test(path));
  const isSent = !BALANCE_CHECK_ONLY[provider]?.includes(scenario);
  if (provider !== 'odm') assert.equal(asks.length, isSent ? 1 : 0, 'the charge is sent once');
  assert.deepEqual(debitsOf(pin).map((debit) => debit.amount), credited ? [credited] : []);
  if (voucher) assert.equal(voucher.pin, debitsOf(pin)[0].change_pin);
}

/** Types the code that was sent, and compares the status with the expectation; a code that is no longer valid as often as possible. */
async function typeCode(session, redemption, expected) {
  const { body } = await answerChallenge(session, redemption, { code: TEST_CODE });
  assert.equal(body.redemption.status, expected);
  for (let typed = 2; expected === 'challenged' && typed <= 3; typed++) await answerChallenge(session, redemption, { code: TEST_CODE });
}

/** Fails if a redemption with an unknown outcome is shown as failed or invites another try. */
function assertInSuspense({ redemption, session }) {
  assert.equal('decline_code' in redemption, false);
  assert.equal(session.status, 'processing');
  assert.deepEqual([session.amount_received, 'retry_after' in session], [0, false]);
}

test('law 3: "not found" and an unchanged balance are final only after the grace period', async () => {
  for (const provider of ['kora', 'wipay']) {
    const session = await createSession(provider);
    const pin = freshPin(provider, 'error_before');
    await redeem(session, { pin });
    const { provider_reference } = (await shopView(session)).redemptions[0];
    const isQuestion = ({ path, body }) => path.endsWith(provider_reference) || (path.endsWith('voucher_check') && body.includes(pin));
    await settled(session);
    // WiPay's balance check before the payment is one more call.
    const asked = checkout.simulator.books().calls.filter(isQuestion).length - (provider === 'wipay' ? 1 : 0);
    assert.ok(asked > 2, `${provider} was final after ${asked} answers`);
  }
});

test('an alarm settles a processing charge', async () => {
  const session = await createSession('kora');
  const pin = freshPin('kora', 'processing_then_success');
  await redeem(session, { pin });
  // The alarm settles the session.
  const { debits } = await checkout.simulator.until((books) => books.debits.some((debit) => debit.pin === pin));
  assert.equal(debits.filter((debit) => debit.pin === pin).length, 1);
  await until(() => view(session), ({ status }) => status === 'complete');
});

test(`wipay ${LAST}: nothing is taken, and nothing else is sent for a while`, async () => {
  const one = TEST_PINS.find(({ scenario }) => scenario === LAST);
  await assertScenario(one);
  const session = await createSession('wipay');
  const pin = freshPin('wipay', 'exact');
  const { status, body } = await redeem(session, { pin });
  assert.deepEqual([status, body.code], [429, 'provider_busy']);
  assert.deepEqual(callsWith(pin), []);
});

closingTests(checkout);
