// The reconciliation of a run: the books, the secrets, and the problems noticed during the run.
import { reconcile } from '../support/reconciliation/reconciliation.mjs';
import { secretLines } from '../support/reconciliation/secrets.mjs';

/** Returns all lines of a run at its end. `unsettled` are the sessions and orders that were not settled in time. */
export function reconcileAll(world, { sessions, orders, unsettled = { sessions: [], orders: [] }, lines }) {
  const { simulator, shop, faults, violations, problems, stack } = world;
  const books = simulator.books();
  const clientSecrets = world.sessions.map(({ client_secret: secret }) => secret);
  const late = [...unsettled.sessions.map(({ id }) => id), ...unsettled.orders.map(({ key }) => `the order ${key}`)];
  const seen = [...problems, ...violations, ...late.map((one) => `${one} was not settled in time`)];
  return [
    ...reconcile({ books, sessions, orders, received: shop.received, hidden: faults.hidden }),
    ...secretLines({ books, lines, settings: stack.settings, clientSecrets, received: shop.received }),
    { name: 'problems during the run', told: `${seen.length}`, problems: seen },
  ];
}
