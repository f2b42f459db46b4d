// The shop and its shoppers where the Worker is stopped and started again all the time.
import { clientOf, transportTo } from '../support/client.mjs';
import { onlineAt, withFaults, withRetries } from '../support/layers.mjs';

/**
 * `{client, once, online, strange}`. `client` sends a call again until it is answered; a call of `once` is sent once, and NoAnswer is an
 * error. `strange` collects answers that nobody may ever get. `sabotage` "lost_change" hides one change voucher from its shopper.
 */
export function clientsOf({ stack: { url, apiKey }, kills, tally, sabotage }) {
  const strange = [];
  const online = onlineAt(url, kills);
  const send = withFaults(transportTo(url), { kills, tally, strange });
  const client = clientOf({ send: withRetries(send, { online, tally }), apiKey });
  if (sabotage === 'lost_change') client.view = withoutOneChange(client.view);
  return { client, once: clientOf({ send, apiKey }), online, strange };
}

/** A look at a session in which the first change voucher that is seen is missing, whenever it should be shown. */
function withoutOneChange(view) {
  let hidden;
  return async (session) => {
    const seen = await view(session);
    for (const one of seen.redemptions) if (one.change && (hidden ??= one.id) === one.id) delete one.change;
    return seen;
  };
}
