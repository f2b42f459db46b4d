// Plays a whole run: shoppers come and go, the outcomes they left open are looked up, and the books are reconciled.
import { indexLine } from '../support/reconciliation/indexing.mjs';
import { Tally } from './chance.mjs';
import { order } from './orders.mjs';
import { reconcileAll } from './reconciliation.mjs';
import { recoveredProviders } from './recovery.mjs';
import { endWaiting, finalState, forEachConcurrently, settle } from './settling.mjs';
import { visit } from './shoppers.mjs';
import { serve, settleByHand } from './staff.mjs';

/** The number of redemptions for each order of the shop. */
const REDEMPTIONS_PER_ORDER = 10;
const PROGRESS_MS = 10_000;

/** Plays a run. Returns `{lines, figures, faults}`: the reconciliation, the figures of the run, and the count of each fault. */
export async function play(world, { redemptions, concurrency, until, within, say }) {
  let visits = 0;
  let orders = 0;
  const shopper = async () => {
    while (world.begun < redemptions && Date.now() < until) {
      const isOrder = orders * REDEMPTIONS_PER_ORDER < world.begun;
      await (isOrder ? order(world, ++orders) : visit(world, ++visits));
    }
  };
  const progress = setInterval(() => {
    const { begun, sessions, kills, shop } = world;
    say(`${begun} redemptions, ${sessions.length} sessions, ${orders} orders, ${kills.done} kills, ${shop.requests} deliveries`);
  }, PROGRESS_MS);
  try {
    await Promise.all(Array.from({ length: concurrency }, shopper));
    say('The shoppers have gone; the kills that are left …');
    await world.kills.finish();
    // Each unanswered delivery costs fifteen seconds and was tested above; every other fault continues.
    world.shop.alwaysAnswers = true;
    const closed = await recoveredProviders(world);
    say('Waiting until nothing is outstanding …');
    await settle(world, { within, say });
    say(`The staff settles ${await settleByHand(world)} payments …`);
    say(`The shop ends the ${await endWaiting(world)} sessions with a payment in review …`);
    const unsettled = await settle(world, { within, say });
    await forEachConcurrently(world.sessions, (session) => serve(world, world.chance.fork(`owed ${session.id}`), session));
    await settle(world, { within, say });
    // The reconciliation must use the stored state alone.
    await world.kills.once('all settled');
    say('The reconciliation …');
    const { sessions, orders: answered } = await finalState(world);
    world.seen = sessions;
    say('The index …');
    const index = await indexLine(world.client, { sessions, orders: answered });
    return reconciled(world, { sessions, orders: answered, unsettled, closed, index });
  } finally {
    clearInterval(progress);
  }
}

function reconciled(world, { sessions, orders, unsettled, closed, index }) {
  const { stack, shop, faults, kills } = world;
  const books = world.simulator.books();
  const lines = [...reconcileAll(world, { sessions, orders, unsettled, lines: stack.lines }), index];
  const outcomes = new Tally();
  for (const { shop: { status, redemptions, payouts } } of sessions) {
    outcomes.add(`sessions ${status}`);
    for (const one of redemptions) outcomes.add(`payments ${one.status}${one.needs_review ? ', in review' : ''}`);
    if (new Set(redemptions.filter(hasPaid).map(({ provider }) => provider)).size > 1) outcomes.add('sessions paid at two providers');
    if (redemptions.filter(hasPaid).length > 1) outcomes.add('sessions paid with several vouchers');
    if (redemptions.some(({ refunds }) => refunds)) outcomes.add('sessions with a refund');
    if (payouts.length > 0) outcomes.add('sessions with a payout');
  }
  const health = stack.lines.filter((line) => line.includes('"provider_health"'));
  const figures = [
    ['vouchers tried', world.begun],
    ['kills', kills.done],
    ...outcomes.entries(),
    ['orders', orders.length],
    ['events', shop.received.size],
    ['deliveries of events', shop.requests],
    ['calls to providers', books.calls.length],
    ['outcomes hidden for good', faults.hidden.size],
    ['a circuit breaker opened', health.filter((line) => line.includes('"down":true')).length],
    ['a provider answered again', health.filter((line) => line.includes('"answered":true')).length],
    ['providers that accept payments at the end', closed],
  ];
  return { lines, figures, faults: [...world.tally.entries(), ...scenariosOf(books)] };
}

const hasPaid = ({ status }) => status === 'succeeded';

/** Counts how often calls that move money played each scenario of the simulator. */
function scenariosOf({ calls }) {
  const counts = new Tally();
  for (const { provider, path, scenario } of calls) {
    if (scenario && /charge\/voucher|voucher_pay|\/pay\?|createVoucher|\/issue|\/reverse|\/verify/.test(path)) counts.add(`${provider}: ${scenario}`);
  }
  return counts.entries();
}
