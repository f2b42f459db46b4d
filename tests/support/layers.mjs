// Layers around a client's `send`: each returns a `send` that does more.
import { setTimeout as pause } from 'node:timers/promises';
import { assertProper } from './answers.mjs';
import { until } from './until.mjs';

/** The error of a request without an answer: the Worker is down, or the client left. The request may have taken effect. */
export class NoAnswer extends Error {}

/** How often a request without an answer is sent before NoAnswer is thrown. */
const TRIES = 200;
const REQUEST_MS = 60_000;

/**
 * Checks every answer against the rules for all answers. `typed` are the PINs that were typed, which no answer may hold; `change`
 * collects the PINs of change vouchers, which no answer to the shop (`apiKey`) may hold.
 */
export function withRules(send, { apiKey, typed, change }) {
  return async (method, path, options) => {
    const answer = await send(method, path, options);
    for (const one of changesIn(answer.body)) change.add(one);
    const secrets = [...typed].filter((pin) => !change.has(pin));
    const isShop = options?.headers?.authorization === `Bearer ${apiKey}`;
    assertProper(answer, { method, path, typed: isShop ? [...secrets, ...change] : secrets });
    return answer;
  };
}

/** Adds every address that is requested or redirected to, to `addresses`. */
export function withAddresses(send, addresses) {
  return async (method, path, options) => {
    const answer = await send(method, path, options);
    addresses.push(`${method} ${path} ${answer.headers.get('location') ?? ''}`);
    return answer;
  };
}

/** Returns the PINs of change vouchers in a view or in the answer to a redemption; one that is hidden is empty. */
function changesIn(body) {
  const redemptions = [body?.redemption, ...(body?.redemptions ?? []), ...(body?.session?.redemptions ?? [])];
  return redemptions.flatMap((one) => one?.change?.pin || []);
}

/**
 * Sends requests to a Worker that `kills` stops and restarts; throws NoAnswer where none comes. `kills` is notified of each
 * moment in which the Worker can be killed. `violations` collects the answers that no client may ever get.
 */
export function withFaults(send, { kills, tally, violations }) {
  return async (method, path, { signal, ...options } = {}) => {
    await kills.up();
    const wasBroken = kills.broken;
    let answer;
    try {
      const signals = [AbortSignal.timeout(REQUEST_MS), ...(signal ? [signal] : [])];
      const asked = send(method, path, { ...options, signal: AbortSignal.any(signals) });
      kills.at('request sent');
      answer = await asked;
    } catch (error) {
      // A truncated JSON text is a fault of the Worker, not a lost answer: the response was complete.
      if (error instanceof SyntaxError) throw error;
      tally.add(signal?.aborted ? 'client: left' : 'client: no answer');
      throw new NoAnswer(error.message);
    }
    const { status, headers, text } = answer;
    const isOurs = /json/.test(headers.get('content-type') ?? '');
    if (status >= 500 && !(isOurs && text.includes('"provider_down"'))) {
      if ((wasBroken || kills.broken) && text.includes('"misconfigured"')) {
        kills.refused++;
        tally.add('client: the configuration is broken');
        throw new NoAnswer('misconfigured');
      }
      // The server in front of the Worker answers 5xx while the Worker is down; the Worker itself never may.
      if (isOurs) violations.push(`${method} ${path.replace(/[0-9a-f]{32}/, '…')} -> ${status} ${text}`);
      tally.add('client: no answer');
      throw new NoAnswer(`HTTP ${status}`);
    }
    kills.at('answer had');
    return answer;
  };
}

/** Repeats a request unchanged until it is answered. `online()` waits until the Worker is up. */
export function withRetries(send, { online, tally }) {
  return async (method, path, options) => {
    for (let tries = 1; ; tries++) {
      try {
        const answer = await send(method, path, options);
        if (answer.body?.code !== 'idempotency_in_progress') return answer;
        tally.add('client: key still under way');
        await pause(150);
      } catch (error) {
        if (!(error instanceof NoAnswer) || options?.signal?.aborted || tries === TRIES) throw error;
        await online();
      }
    }
  };
}

/** Returns a function that waits until the Worker at `url`, which `kills` stops and restarts, is healthy. */
export const onlineAt = (url, kills) => () =>
  until(
    async () => {
      await kills.up();
      const status = await fetch(`${url}/healthz`).then((answer) => answer.status, () => undefined);
      if (status !== 200 && kills.broken) kills.refused++;
      return status;
    },
    (status) => status === 200,
    { within: 120_000, every: 300 },
  );
