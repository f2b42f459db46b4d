// The shop and its shoppers as HTTP clients that live with a Worker that goes away: an answer, or the news that there is none.
import { setTimeout as pause } from 'node:timers/promises';

/** No answer came: the Worker is gone, or the client left. What was asked may have been done all the same. */
export class NoAnswer extends Error {}

/** How often a look is taken that has no answer, before the run is given up. */
const LOOKS = 200;
const REQUEST_MS = 60_000;

/**
 * The calls of a run. `strange` collects answers that nobody may ever get; `change` the PINs that shoppers were shown;
 * `sabotage` "lost_change" hides one of these.
 */
export function clientOf({ url, apiKey, kills, tally, sabotage }) {
  const strange = [];
  let hiddenChange;

  /** One request: the answer, or NoAnswer. */
  async function send(method, path, { body, headers = {}, signal } = {}) {
    await kills.up();
    const wasBroken = kills.broken;
    let response;
    let text;
    try {
      const signals = [AbortSignal.timeout(REQUEST_MS), ...(signal ? [signal] : [])];
      const asked = fetch(url + path, {
        method,
        headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
        body: body === undefined ? undefined : JSON.stringify(body),
        redirect: 'manual',
        signal: AbortSignal.any(signals),
      });
      kills.at('request sent');
      response = await asked;
      text = await response.text();
    } catch (error) {
      tally.add(signal?.aborted ? 'client: left' : 'client: no answer');
      throw new NoAnswer(error.message);
    }
    const isOurs = /json/.test(response.headers.get('content-type') ?? '');
    const isRefusal = isOurs && text.includes('"provider_down"');
    if (response.status >= 500 && !isRefusal) {
      if ((wasBroken || kills.broken) && text.includes('"misconfigured"')) {
        kills.refused++;
        tally.add('client: the configuration is broken');
        throw new NoAnswer('misconfigured');
      }
      // What stands in front of the Worker says so when it is gone; the Worker itself never may.
      if (isOurs) strange.push(`${method} ${path.replace(/[0-9a-f]{32}/, '…')} -> ${response.status} ${text}`);
      tally.add('client: no answer');
      throw new NoAnswer(`HTTP ${response.status}`);
    }
    kills.at('answer had');
    return { status: response.status, headers: response.headers, text, body: isOurs && text ? JSON.parse(text) : undefined };
  }

  /** A look, which changes nothing: taken again until there is an answer. */
  async function look(path, headers) {
    for (let looks = 1; ; looks++) {
      try {
        return await send('GET', path, { headers });
      } catch (error) {
        if (!(error instanceof NoAnswer) || looks === LOOKS) throw error;
        await online();
      }
    }
  }

  /** Waits until the Worker answers at all. */
  async function online() {
    for (let looks = 1; looks <= LOOKS; looks++) {
      await kills.up();
      const status = await fetch(`${url}/healthz`).then((answer) => answer.status, () => undefined);
      if (status === 200) return;
      if (kills.broken) kills.refused++;
      await pause(300);
    }
    throw new Error('the Worker does not come back');
  }

  const byShop = { authorization: `Bearer ${apiKey}` };
  const byShopper = ({ client_secret: secret }) => ({ authorization: `Bearer ${secret}` });

  /** A call of the shop, with a key: sent again, as it was, until there is an answer. */
  async function shop(method, path, body, key) {
    for (let tries = 1; ; tries++) {
      try {
        const answer = await send(method, path, { body, headers: { ...byShop, 'idempotency-key': key } });
        if (answer.body?.code !== 'idempotency_in_progress') return answer;
        tally.add('client: key still under way');
        await pause(150);
      } catch (error) {
        if (!(error instanceof NoAnswer) || tries === LOOKS) throw error;
        await online();
      }
    }
  }

  return {
    strange,
    send,
    shop,
    online,
    byShop,
    /** What the shopper sees. */
    async view(session) {
      const { body, status, text } = await look(`/v1/checkout/${session.id}`, byShopper(session));
      if (status !== 200) throw new Error(`a shopper cannot see their session: ${text}`);
      for (const one of body.redemptions) {
        if (sabotage === 'lost_change' && one.change && (hiddenChange ??= one.id) === one.id) delete one.change;
      }
      return body;
    },
    shopView: async ({ id }) => (await look(`/v1/checkout_sessions/${id}`, byShop)).body,
    events: async ({ id }) => (await look(`/v1/checkout_sessions/${id}/events`, byShop)).body.data,
    /** One try with a voucher. */
    redeem: (session, key, fields, signal) =>
      send('POST', `/v1/checkout/${session.id}/redemptions`, { body: fields, headers: { ...byShopper(session), 'idempotency-key': key }, signal }),
  };
}
