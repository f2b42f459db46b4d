// Checks that every provider takes payments again after the last outage, without manual help.
import { setTimeout as pause } from 'node:timers/promises';
import { USUAL } from '../support/usual.mjs';
import { begin } from './tries.mjs';

/** How often a payment is tried at a provider, a second or more apart. */
const TRIES = 30;

/** Tries a payment at each provider until one is accepted, and reports the providers that accept none. Returns the number that do. */
export async function recoveredProviders(world) {
  const through = await Promise.all(Object.keys(USUAL).map((provider) => tryAt(world, provider)));
  return through.filter(Boolean).length;
}

async function tryAt(world, provider) {
  const chance = world.chance.fork(`recovery ${provider}`);
  const session = await begin(world, chance, provider, `recovery-${provider}`, { expires_in: 3_600 });
  const fields = { provider, pin: world.vouchers.exact(provider), ...USUAL[provider].contact };
  for (let tries = 0; tries < TRIES; tries++) {
    const { status, body, headers } = await world.once.redeem(session, fields, { key: `k-${chance.key()}` });
    // A busy provider answers.
    if (status === 200 || status === 202 || body.code === 'provider_busy') return true;
    if (body.code !== 'provider_down') break;
    // The Worker says how long to wait.
    await pause(1000 * Number(headers.get('retry-after') ?? 1));
  }
  world.found('a provider takes no payments any more', provider, session.id);
  return false;
}
