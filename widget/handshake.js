// The iframe's part of the handshake with the loader: the check of the message that carries the client secret.
import { NAMESPACE, VERSION } from './loader/protocol.js';

/**
 * Returns `{secret, port}` of a valid `init` message, and undefined for every other message. A valid one comes from the parent
 * window, from an allowed origin, with exactly one port. A malformed secret is returned as an empty text, which the Worker then
 * refuses with a code.
 */
export function accept({ source, origin, data, ports }, { parent, origins }) {
  const isValid = source === parent && origins.includes(origin) && ports.length === 1 &&
    data?.v === VERSION && data.ns === NAMESPACE && data.type === 'init';
  if (!isValid) return undefined;
  // The secret goes into a header: `fetch` throws on other characters.
  const isWellFormed = typeof data.clientSecret === 'string' && /^[!-~]+$/.test(data.clientSecret);
  return { secret: isWellFormed ? data.clientSecret : '', port: ports[0] };
}
