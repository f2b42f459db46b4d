// The reconciliation of a run: the books, the secrets, and the problems noticed during the run.
import { reckon } from '../support/reckoning/reckoning.mjs';
import { secretLines } from '../support/reckoning/secrets.mjs';

/** Returns all lines of a run at its end. `unsettled` are the sessions and orders that were not settled in time. */
export function reckonAll(world, { sessions, orders, unsettled = { sessions: [], orders: [] }, lines }) {
  const { simulator, shop, faults, violations, problems, stack } = world;
  const books = simulator.books();
  const clientSecrets = world.sessions.map(({ client_secret: secret }) => secret);
  const late = [...unsettled.sessions.map(({ id }) => id), ...unsettled.orders.map(({ key }) => `the order ${key}`)];
  const seen = [...problems, ...violations, ...late.map((one) => `${one} was not settled in time`)];
  return [
    ...reckon({ books, sessions, orders, received: shop.received, hidden: faults.hidden }),
    ...secretLines({ books, lines, settings: stack.settings, clientSecrets, received: shop.received }),
    { name: 'what was seen on the way', told: `${seen.length}`, problems: seen },
  ];
}
