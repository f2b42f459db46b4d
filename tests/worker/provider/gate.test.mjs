/**
 * The circuit breaker: a provider that does not answer is no longer offered, and gets one trial payment at a time. The tests build on
 * one another.
 */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { assertProblem } from '../../support/answers.mjs';
import { pass, startProxy } from '../../support/proxy.mjs';
import { startCheckout } from '../../support/checkout.mjs';
import { SERVER_ERROR } from '../../support/review.mjs';
import { until } from '../../support/until.mjs';
import { closingTests } from '../closing.mjs';

const DOWN_MS = 3_000;

const proxy = await startProxy();
const limits = { breaker_failures: 3, breaker_open_ms: DOWN_MS, provider_timeout_ms: 5_000 };
const checkout = await startCheckout({ limits, simulatorUrl: proxy.url });
proxy.target = checkout.simulator.url;
after(() => proxy.close());
const { createSession, redeem, view, settled, freshPin, callsWith, lines } = checkout;

const offerOf = ({ providers }, provider) => providers.find((offer) => offer.provider === provider);
const pay = async (scenario, provider = 'kora') => redeem(await createSession(provider), { pin: freshPin(provider, scenario) });
const isCharge = ({ path }) => path.includes('charge/voucher');
const sent = [];
/** Resolves when Kora may answer payments. */
let answering = Promise.resolve();

/** Makes Kora answer look-ups, but payments only with errors. */
function takeKoraDown() {
  proxy.rule = async (call, next) => {
    if (!isCharge(call)) return next();
    sent.push(call);
    await answering;
    return SERVER_ERROR;
  };
}

/** Waits until the shopper's view offers the provider again. */
const offeredAgain = (session) => until(() => view(session), (seen) => offerOf(seen, 'kora').retry_after === undefined, { within: 60_000 });

test('two unanswered payments in a row leave the breaker closed, and an answer resets the count', async () => {
  takeKoraDown();
  for (let times = 0; times < 2; times++) assert.equal((await pay('exact')).status, 202);
  proxy.rule = pass;
  assert.equal((await pay('exact')).body.session.status, 'complete');
  takeKoraDown();
  for (let times = 0; times < 2; times++) assert.equal((await pay('exact')).status, 202);
  assert.equal(offerOf(await view(await createSession('kora')), 'kora').retry_after, undefined);
});

test('the third opens the breaker: the provider is not offered, and nothing is sent to it', async () => {
  await pay('exact');
  const session = await createSession('kora');
  const seen = offerOf(await view(session), 'kora');
  assert.ok(seen.retry_after >= 1 && seen.retry_after <= DOWN_MS / 1_000, JSON.stringify(seen));
  const before = sent.length;
  const pin = freshPin('kora', 'exact');
  const answer = await redeem(session, { pin, key: 'k-down' });
  assertProblem(answer, 429, 'provider_down');
  assert.deepEqual([sent.length, callsWith(pin)], [before, []]);
  assert.deepEqual((await view(session)).redemptions, []);
  await until(() => lines.some((line) => line.includes('"provider_health"') && line.includes('"down":true')), Boolean);
});

test('other providers stay available', async () => {
  const session = await createSession('celbux');
  assert.equal(offerOf(await view(session), 'celbux').retry_after, undefined);
  const { body } = await redeem(session, { pin: freshPin('celbux', 'exact') });
  assert.equal(body.session.status, 'complete');
});

/** Waits until a trial payment is sent, which fails, and checks that no other is sent in the meantime. */
async function assertOneIsLetThrough() {
  const [first, second] = [await createSession('kora'), await createSession('kora')];
  await offeredAgain(first);
  const before = sent.length;
  let answer;
  answering = new Promise((resolve) => (answer = resolve));
  const trying = redeem(first, { pin: freshPin('kora', 'exact') });
  await until(() => sent.length, (count) => count === before + 1);
  assertProblem(await redeem(second, { pin: freshPin('kora', 'exact') }), 429, 'provider_down');
  answer();
  assert.equal((await trying).status, 202);
  assert.equal(sent.length, before + 1);
  return offerOf(await view(second), 'kora').retry_after;
}

test('after the pause one trial payment is let through; its failure doubles the pause', async () => {
  assert.ok((await assertOneIsLetThrough()) > DOWN_MS / 1_000);
});

test('an open breaker survives a restart, and an answer closes it', async () => {
  await checkout.restart();
  assert.ok((await assertOneIsLetThrough()) > (2 * DOWN_MS) / 1_000);
  const session = await createSession('kora');
  proxy.rule = pass;
  await offeredAgain(session);
  // A decline is an answer as well.
  assert.equal((await redeem(session, { pin: freshPin('kora', 'used') })).body.redemption.status, 'declined');
  const { body } = await redeem(session, { pin: freshPin('kora', 'exact') });
  assert.equal(body.session.status, 'complete');
  await Promise.all(Array.from({ length: 3 }, () => pay('exact')));
});

test('the unanswered payments have been settled by look-ups', async () => {
  for (const session of checkout.sessions) {
    const { redemptions } = await settled(session);
    for (const one of redemptions) assert.ok(['succeeded', 'declined'].includes(one.status), JSON.stringify(one));
  }
});

closingTests(checkout);
