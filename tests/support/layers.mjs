// Layers around a client's `send`: each gives a `send` that does more.
import { setTimeout as pause } from 'node:timers/promises';
import { assertProper } from './answers.mjs';
import { until } from './until.mjs';

/** No answer came: the Worker is gone, or the client left. What was asked may have been done all the same. */
export class NoAnswer extends Error {}

/** How often a request without an answer is sent again before that is an error. */
const TRIES = 200;
const REQUEST_MS = 60_000;

/**
 * Holds every answer against the rules that hold for all answers. `typed` are the PINs that were typed, which no answer may hold;
 * `change` collects the PINs that shoppers were given as change, which no answer to the shop (`apiKey`) may hold.
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

/** The PINs of change vouchers in a view or in the answer to a redemption. */
function changesIn(body) {
  const redemptions = [body?.redemption, ...(body?.redemptions ?? []), ...(body?.session?.redemptions ?? [])];
  return redemptions.flatMap((one) => one?.change?.pin ?? []);
}

/**
 * For a Worker that is stopped and started again by `kills`: an answer, or NoAnswer. `kills` is told of each moment in which the Worker
 * can be killed. `strange` collects the answers that nobody may ever get.
 */
export function withFaults(send, { kills, tally, strange }) {
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
      // Half a JSON text is no lost answer: the Worker has said that it was whole.
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
      // What stands in front of the Worker says so when it is gone; the Worker itself never may.
      if (isOurs) strange.push(`${method} ${path.replace(/[0-9a-f]{32}/, '…')} -> ${status} ${text}`);
      tally.add('client: no answer');
      throw new NoAnswer(`HTTP ${status}`);
    }
    kills.at('answer had');
    return answer;
  };
}

/** Sends a request again, as it was, until there is an answer to it. `online()` waits until the Worker answers at all. */
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

/** Waits until the Worker at `url`, which `kills` stops and starts, answers at all. */
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
