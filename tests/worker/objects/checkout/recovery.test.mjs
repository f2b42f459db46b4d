/** Law 3: an outcome that no look-up settles stays unknown. It goes to review, and never becomes a decline. */
import assert from 'node:assert/strict';
import { after, afterEach, describe, test } from 'node:test';
import { assertProblem } from '../../../support/answers.mjs';
import { HOLD, pass, startProxy } from '../../../support/proxy.mjs';
import { startCheckout } from '../../../support/checkout.mjs';
import { withCookies } from '../../../support/cookies.mjs';
import { isCharge } from '../../../support/reconciliation/attribution.mjs';
import { until } from '../../../support/until.mjs';
import { closingTests } from '../../closing.mjs';
import { readPage } from '../../html.mjs';

const PAUSES = [100, 300, 500];
const proxy = await startProxy();
const startBehindProxy = (limits) => startCheckout({
  simulatorUrl: proxy.url,
  vars: { SUPPORT_CONTACT: 'help@mugs.example, 011 555 0100' },
  limits: { settle_backoff_ms: PAUSES, ...limits },
});
const checkout = await startBehindProxy({ provider_timeout_ms: 5_000, not_found_grace_ms: 5_001 });
/** The tests wait until it has given up a look-up that gets no answer. */
const hasty = await startBehindProxy({ provider_timeout_ms: 1_500, not_found_grace_ms: 1_501 });
/** The tests wait until "not found" is final. */
const FINAL = { provider_timeout_ms: 3_000, not_found_grace_ms: 3_001, settle_backoff_ms: [100, 300, 3_000] };
const final = await startBehindProxy(FINAL);
const { createSession, view, shopView, settled, cancel, debitsOf } = checkout;
const { url } = checkout.simulator;
proxy.target = url;
afterEach(() => Object.assign(proxy, { rule: pass, target: url }));
after(() => proxy.close());

const json = (status, body) => ({ status, body: JSON.stringify(body) });
const SERVER_ERROR = json(500, { status: false, message: 'An unexpected system error occurred.' });

/** Kora's report of a success that leaves open how much was paid. */
const NOT_TOLD = { status: 'success', amount: '249.00', amount_paid: 0, currency: 'ZAR' };

/** Answers to the look-up of a charge that leave its outcome unknown. Functions of `next` receive the true answer. */
const NO_ANSWER = {
  'server error': () => SERVER_ERROR,
  nothing: () => ({ status: 200, body: '' }),
  'an HTML page': () => ({ status: 200, headers: { 'content-type': 'text/html' }, body: '<h1>We will be right back</h1>' }),
  'half of the truth': async (next) => ({ status: 200, body: (await next()).body.slice(0, 20) }),
  'no answer in time': () => HOLD,
  'a redirect': () => ({ status: 302, headers: { location: '/' } }),
  'too many requests': () => json(429, { status: false, message: 'Too many requests' }),
  'not allowed to ask': () => json(401, { status: false, message: 'Invalid authorization key' }),
  'a success without the amount paid': () => json(200, { status: true, message: 'Charge retrieved successfully', data: NOT_TOLD }),
  'a refusal of a charge': () => json(400, { status: false, message: 'The voucher has already been used.' }),
};

/** The references of the payments at each checkout whose outcome stays unknown; the reconciliation allows for them. */
const leftOpen = new Map([checkout, hasty, final].map((at) => [at, new Set()]));

/** Loses the answer to a charge (money taken or not) at the checkout `at`, then answers every look-up with `reply`. */
async function payAndAsk(provider, scenario, reply, at = checkout) {
  proxy.target = at.simulator.url;
  const session = await at.createSession(provider);
  const pin = at.freshPin(provider, scenario);
  const [charges, questions] = [[], []];
  proxy.rule = async (call, next) => {
    if (isCharge(call)) {
      charges.push(call);
      return next();
    }
    if (charges.length === 0) return next();
    questions.push(call);
    return reply(next);
  };
  const answer = await at.redeem(session, { pin });
  return { session, pin, answer, charges, questions, at };
}

/** Fails unless the payment is in review, the browser sees no final outcome, and no look-up is sent any more. */
async function assertLeftToPerson({ session, pin, answer, charges, questions, at }, asked) {
  const { send, redeem, view, shopView, cancel, events, freshPin } = at;
  assert.equal(answer.status, 202);
  const told = await until(() => shopView(session), ({ redemptions }) => redemptions[0].needs_review === true, { within: 60_000 });
  leftOpen.get(at).add(told.redemptions[0].provider_reference);
  const types = (await events(session)).map(({ type }) => type);
  assert.deepEqual(types.filter((type) => type === 'redemption.needs_review').length, 1, types.join());
  assert.equal(questions.length, asked);
  assert.deepEqual([told.status, told.redemptions[0].status, told.amount_received], ['processing', 'unknown', 0]);
  assert.equal('decline_code' in told.redemptions[0], false);

  for (const shown of [answer.body.session, await view(session)]) {
    const [{ status, decline_code }] = shown.redemptions;
    assert.deepEqual([shown.status, status, decline_code, shown.retry_after], ['processing', 'unknown', undefined, undefined]);
    assert.ok(!/again/.test(JSON.stringify(shown)));
  }
  assert.equal((await view(session)).redemptions[0].needs_review, true);
  assertProblem(await redeem(session, { pin: freshPin(session.provider, 'exact') }), 409, 'payment_in_progress');
  const { words, form } = readPage(await withCookies(send)('GET', session.url.slice(at.url.length)));
  assert.match(words, /We are still checking/);
  assert.match(words, /finds it out by hand/);
  assert.doesNotMatch(words, /keep asking/);
  assert.ok(words.includes(`Payment number ${told.redemptions[0].id.slice(0, 11)}, `), words);
  assert.ok(words.includes('help@mugs.example, 011 555 0100'), words);
  assert.doesNotMatch(words, /again|not charged/i);
  assert.equal(form, undefined);
  assert.equal(charges.filter(({ body }) => body.includes(pin)).length, 1);
  // The shop can cancel during the review; money found out later is reversed or owed.
  const { status, body } = await cancel(session);
  assert.deepEqual([status, body.status, body.redemptions[0].status, body.redemptions[0].needs_review], [200, 'canceled', 'unknown', true]);
  const ended = readPage(await withCookies(send)('GET', session.url.slice(at.url.length))).words;
  assert.match(ended, /wait for the result before you order again/);
  assert.doesNotMatch(ended, /Go back to the shop and order again/);
}

/** The checkout at which look-ups get this reply. */
const placeFor = (name) => (name === 'no answer in time' ? hasty : checkout);

for (const [name, reply] of Object.entries(NO_ANSWER)) {
  for (const scenario of ['error_before', 'error_after']) {
    test(`law 3: Kora's look-up gives ${name} (${scenario}): it stays unknown`, async () => {
      await assertLeftToPerson(await payAndAsk('kora', scenario, reply, placeFor(name)), PAUSES.length);
    });
  }
}

for (const [name, reply] of Object.entries(NO_ANSWER).filter(([name]) => !/to ask|of a charge/.test(name))) {
  test(`law 3: WiPay's check gives ${name}: it stays unknown`, async () => {
    await assertLeftToPerson(await payAndAsk('wipay', 'error_after', reply, placeFor(name)), PAUSES.length);
  });
}

test('law 3: a WiPay voucher that is suddenly unknown leaves the outcome unknown', async () => {
  const gone = () => json(200, { status: 'error', msg: 'Parameter: voucher not found' });
  await assertLeftToPerson(await payAndAsk('wipay', 'error_after', gone), PAUSES.length);
});

test('law 3: a balance difference that matches no payment of ours goes to review at once', async () => {
  for (const value of ['499.99', '380.00', '0.00', '500.01']) {
    const odd = () => json(200, { status: 'success', msg: 'Voucher check successful', value });
    await assertLeftToPerson(await payAndAsk('wipay', 'error_before', odd), 1);
  }
});

test('law 3: a look-up that reports more than the charged amount goes to review at once', async () => {
  const data = { reference: 'x', status: 'success', amount: '300.00', amount_paid: 300, currency: 'ZAR' };
  const more = () => json(200, { status: true, message: 'Charge retrieved successfully', data });
  await assertLeftToPerson(await payAndAsk('kora', 'error_before', more), 1);
});

test('law 3: a charge that stays "processing" goes to review', async () => {
  const data = { status: 'processing', amount: '249.00', currency: 'ZAR' };
  const paying = await payAndAsk('kora', 'error_before', () => json(200, { status: true, message: 'ok', data }));
  await assertLeftToPerson(paying, PAUSES.length);
});

test('one valid answer among bad ones settles the payment', async () => {
  proxy.target = final.simulator.url;
  const looks = new Map();
  proxy.rule = (call, next) => {
    if (isCharge(call)) return next();
    const about = `${call.path} ${call.body}`;
    // WiPay's first check of a voucher comes before the payment.
    const asked = (looks.get(about) ?? (call.path.endsWith('/voucher_check') ? -1 : 0)) + 1;
    looks.set(about, asked);
    return asked > 0 && asked < PAUSES.length ? SERVER_ERROR : next();
  };
  const ways = [['kora', 'error_after', 'complete'], ['wipay', 'error_after', 'complete'], ['kora', 'error_before', 'open'], ['wipay', 'error_before', 'open']];
  await Promise.all(ways.map(async ([provider, scenario, status]) => {
    const session = await final.createSession(provider);
    const pin = final.freshPin(provider, scenario);
    await final.redeem(session, { pin });
    assert.equal((await final.settled(session)).status, status);
    assert.equal(final.debitsOf(pin).length, status === 'complete' ? 1 : 0);
  }));
  assert.equal(looks.size, ways.length);
});

test('the browser sees "unknown" first, and the outcome once the look-up finds it', async () => {
  let answers = false;
  const { session, answer } = await payAndAsk('kora', 'error_after', (next) => until(() => answers, Boolean).then(next));
  assert.deepEqual([answer.status, answer.body.redemption.status], [202, 'unknown']);
  assert.equal((await view(session)).redemptions[0].status, 'unknown');
  answers = true;
  assert.equal((await settled(session)).redemptions[0].status, 'succeeded');
});

test('law 5: a Kora payment that a look-up settles says that there may be a new voucher, until a webhook brings it', async () => {
  const { session, pin } = await payAndAsk('kora', 'cut_after', (next) => next());
  const { redemptions: [shown] } = await settled(session);
  assert.deepEqual([shown.status, shown.change, shown.change_unknown], ['succeeded', undefined, true]);
  const [told] = (await shopView(session)).redemptions;
  assert.deepEqual([told.status, told.needs_review, told.change_unknown], ['succeeded', true, true]);
  const page = async () => readPage(await withCookies(checkout.send)('GET', session.url.slice(checkout.url.length))).words;
  assert.match(await page(), /There may be a new voucher with the rest of your money/);
  assert.ok((await page()).includes(`Payment number ${told.id.slice(0, 11)}, `));
  const { simulator, url } = checkout;
  assert.deepEqual(await simulator.sendWebhook({ provider: 'kora', url: `${url}/webhooks/kora`, reference: told.provider_reference }), [200]);
  const { redemptions: [now] } = await view(session);
  assert.deepEqual([now.change.pin, now.change_unknown], [debitsOf(pin)[0].change_pin, false]);
  assert.doesNotMatch(await page(), /There may be a new voucher/);
  const [known] = (await shopView(session)).redemptions;
  assert.deepEqual([known.status, 'needs_review' in known, 'change_unknown' in known], ['succeeded', false, false]);
});

test('law 3: what follows from a WiPay balance alone is marked', async () => {
  const { session } = await payAndAsk('wipay', 'cut_after', (next) => next());
  assert.equal((await settled(session)).status, 'complete');
  const [told] = (await shopView(session)).redemptions;
  assert.deepEqual([told.status, told.inferred], ['succeeded', true]);
});

test('law 3: a WiPay balance that was unchanged at first and lacks the amount later goes to review', async () => {
  const reply = (value) => json(200, { status: 'success', msg: 'Voucher check successful', value });
  let looks = 0;
  // The shopper spends the same amount elsewhere while the answer is lost.
  const paying = await payAndAsk('wipay', 'error_before', () => reply(++looks === 1 ? '500.00' : '246.00'));
  await assertLeftToPerson(paying, 2);
});

test('a session is canceled while the outcome of a voucher is being found out, and late money is owed', async () => {
  let answers = false;
  const { session } = await payAndAsk('kora', 'error_after', (next) => until(() => answers, Boolean).then(next));
  const { status, body } = await cancel(session);
  assert.deepEqual([status, body.status, body.amount_owed, body.redemptions[0].status], [200, 'canceled', 0, 'unknown']);
  answers = true;
  const late = await until(() => shopView(session), ({ redemptions }) => redemptions[0].status === 'succeeded');
  assert.deepEqual([late.status, late.amount_owed], ['canceled', late.amount]);
});

test('law 3: a payment that counts as not charged is looked up once more, and credited if it was charged after all', async () => {
  const rechecked = await startBehindProxy({ ...FINAL, recheck_after_ms: [3_000, 10_000] });
  proxy.target = rechecked.simulator.url;
  const session = await rechecked.createSession('kora');
  const pin = rechecked.freshPin('kora', 'cut_after');
  const NOT_FOUND = json(404, { status: false, message: 'Charge not found', data: null });
  let knows = false;
  proxy.rule = (call, next) => (call.path.includes('/charges/') && !knows ? NOT_FOUND : next());
  await rechecked.redeem(session, { pin });
  const declined = await until(() => rechecked.view(session), ({ status }) => status === 'open');
  assert.equal(declined.redemptions[0].decline_code, 'not_charged');
  knows = true;
  const credited = await until(() => rechecked.view(session), ({ status }) => status === 'complete', { within: 60_000 });
  assert.equal(credited.redemptions[0].status, 'succeeded');
  assert.equal(rechecked.debitsOf(pin).length, 1);
});

const PHONE_MOST = 3;
/** What the shopper meets who tries the voucher of a late charge again. */
const AGAIN = {
  'is declined': async () => 'voucher_used',
  'is refused by the limit of the phone number': async ({ createSession, redeem, freshPin }) => {
    for (let tries = 0; tries < PHONE_MOST; tries++) await redeem(await createSession('wipay'), { pin: freshPin('wipay', 'not_found') });
    return 'too_many_attempts';
  },
};

for (const [name, prepare] of Object.entries(AGAIN)) {
  test(`law 5: a charge that was carried out late is found, although a further try of the shopper ${name}`, async () => {
    const rechecked = await startBehindProxy({ ...FINAL, recheck_after_ms: [4_000, 12_000], phone_failed_per_minute: PHONE_MOST });
    proxy.target = rechecked.simulator.url;
    const session = await rechecked.createSession('wipay');
    const pin = rechecked.freshPin('wipay', 'exact');
    let carryOut;
    proxy.rule = (call, next) => {
      if (!isCharge(call)) return next();
      carryOut = next;
      return SERVER_ERROR;
    };
    await rechecked.redeem(session, { pin });
    const declined = await until(() => rechecked.view(session), ({ status }) => status === 'open', { within: 60_000 });
    assert.equal(declined.redemptions[0].decline_code, 'not_charged');
    await carryOut();
    const expected = await prepare(rechecked);
    const { body } = await rechecked.redeem(session, { pin });
    assert.equal(body.redemption?.decline_code ?? body.code, expected, JSON.stringify(body));
    assert.equal(rechecked.debitsOf(pin).length, 1);
    const isFound = ({ redemptions: [first] }) => first.status !== 'declined';
    const [found] = (await until(() => rechecked.shopView(session), isFound, { within: 60_000 })).redemptions;
    assert.ok(found.needs_review || found.status === 'succeeded', JSON.stringify(found));
  });
}

describe('at the impatient checkout', () => closingTests(hasty, { hidden: leftOpen.get(hasty) }));
describe('at the checkout with a longer pause', () => closingTests(final, { hidden: leftOpen.get(final) }));
closingTests(checkout, { hidden: leftOpen.get(checkout) });
