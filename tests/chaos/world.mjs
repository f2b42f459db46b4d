// Starts everything that takes part in a run: the Worker, its providers, the faults between them, the shop's server, and the
// clients.
import { start } from '../support/start.mjs';
import { chanceOf, Tally } from './chance.mjs';
import { clientsOf } from './clients.mjs';
import { startFaults } from './faults.mjs';
import { Kills } from './kills.mjs';
import { storeInMemory } from './memory.mjs';
import { Outages } from './outages.mjs';
import { startShopServer } from './shop-server.mjs';
import { Vouchers } from './vouchers.mjs';

/** Timeouts in seconds instead of minutes, in the same order of size as in production. */
const LIMITS = {
  ...{ provider_timeout_ms: 1_500, not_found_grace_ms: 2_500, breaker_failures: 5, breaker_open_ms: 250 },
  // Long enough for a shopper who types a code, short enough for one who leaves.
  ...{ challenge_ms: 6_000, challenge_resend_ms: 300 },
  webhook_backoff_ms: [100, 200, 400, 800],
  ...{ failed_per_minute: 1_000, failed_per_session: 1_000, mask_declines_after: 1_000 },
};
const PROVIDERS = {
  ...{ koraWebhooks: true, celbuxWebhooks: true, webhookTries: 8 },
  ...{ celbuxFunds: 1e12, odmWallet: 1e12, slowMs: 700, processingMs: 800 },
};

/**
 * Starts a run's world. `kills`, `breaks` and `outages` are the numbers of each over this number of `redemptions`; `sabotage` is the
 * planted fault: double_debit, lost_change, lost_event or lost_row; `entry` is another Worker than the deployed one.
 */
export async function open({ redemptions, kills: wanted, breaks, outages, seed, sabotage, entry }) {
  storeInMemory();
  const chance = chanceOf(seed);
  const tally = new Tally();
  const faults = await startFaults({ chance: chance.fork('faults'), tally, sabotage });
  const shop = await startShopServer({ chance: chance.fork('shop'), tally, sabotage, refuses: true });
  const vars = { SHOP_NAME: 'Chaos', ...shop.vars };
  const stack = await start({ entry, limits: LIMITS, simulator: PROVIDERS, simulatorUrl: faults.url, vars });
  const kills = new Kills({ stack, wanted, breaks, redemptions, chance: chance.fork('kills'), tally });
  faults.outages = new Outages({ wanted: outages, redemptions, chance: chance.fork('outages'), tally });
  faults.target = stack.simulator.url;
  faults.kills = shop.kills = kills;
  const { url, simulator } = stack;
  const problems = [];
  const world = {
    url,
    chance,
    tally,
    faults,
    kills,
    shop,
    stack,
    simulator,
    problems,
    ...clientsOf({ stack, kills, tally, sabotage }),
    vouchers: new Vouchers(tally),
    sessions: [],
    orders: [],
    begun: 0,
    begin() {
      world.begun++;
      kills.begun(world.begun);
      faults.outages.begun(world.begun);
    },
    found: (words, ...ids) => problems.push(`${words}: ${ids.join(' ')}`),
    close: () => Promise.all([stack.stop(), shop.close(), faults.close()]),
  };
  return world;
}
