// The clients of a shop and its shoppers, for a Worker that is killed and restarted again and again.
import { clientOf, transportTo } from '../support/client.mjs';
import { onlineAt, withFaults, withRetries } from '../support/layers.mjs';

/**
 * Returns `{client, once, online, violations}`. `client` repeats a call until it is answered; `once` sends a call once, and
 * throws NoAnswer where none comes. `violations` collects the answers that no client may ever get. `sabotage` "lost_change" hides
 * one change voucher from its shopper, and "lost_row" one payment from the list of payments.
 */
export function clientsOf({ stack: { url, apiKey, issuingKey }, kills, tally, sabotage }) {
  const violations = [];
  const online = onlineAt(url, kills);
  const send = withFaults(transportTo(url), { kills, tally, violations });
  const client = clientOf({ send: withRetries(send, { online, tally }), apiKey, issuingKey });
  if (sabotage === 'lost_change') client.view = withoutOneChange(client.view);
  if (sabotage === 'lost_row') client.list = withoutOneRow(client.list);
  return { client, once: clientOf({ send, apiKey, issuingKey }), online, violations };
}

/** Returns a `view` that leaves out the first change voucher it meets, on every call. */
function withoutOneChange(view) {
  let hidden;
  return async (session) => {
    const seen = await view(session);
    for (const one of seen.redemptions) if (one.change && (hidden ??= one.id) === one.id) delete one.change;
    return seen;
  };
}

/** Returns a `list` that leaves out the first payment it meets, on every call. */
function withoutOneRow(list) {
  let hidden;
  return async (name, filters) => {
    const page = await list(name, filters);
    if (name === 'redemptions') page.data = page.data.filter(({ id }) => id !== (hidden ??= id));
    return page;
  };
}
