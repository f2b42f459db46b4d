// Outages: a provider is down for some seconds, and every call to it fails in one of several ways.
import { HOLD } from '../support/proxy.mjs';

/** The ways in which a call fails during an outage, with their weights. */
const FAILS = { 'error 500': 4, cut: 4, silence: 1, 'another page': 2 };
const PROVIDERS = ['kora', 'wipay', 'celbux', 'odm'];
/** The shortest and the longest outage, in milliseconds. */
const LASTS = [3_000, 8_000];

export class Outages {
  #points;
  #chance;
  #tally;
  #until = new Map();

  /** Spreads `wanted` outages over this number of `redemptions`. */
  constructor({ wanted, redemptions, chance, tally }) {
    this.#chance = chance;
    this.#tally = tally;
    this.#points = Array.from({ length: wanted }, () => chance.whole(1, redemptions)).sort((one, two) => one - two);
  }

  /** Records the number of redemptions begun, and starts the outages that are due. */
  begun(count) {
    while (this.#points[0] <= count) {
      this.#points.shift();
      const provider = this.#chance.pick(PROVIDERS);
      this.#tally.add(`down for a while: ${provider}`);
      this.#until.set(provider, Date.now() + this.#chance.whole(...LASTS));
    }
  }

  /** Returns the faulty answer to a call to this path while its provider is down, or throws; undefined while it is up. */
  answerTo(path) {
    const provider = /^\/(\w+)\//.exec(path)?.[1];
    if (!(this.#until.get(provider) > Date.now())) return undefined;
    const how = this.#tally.add(`call to a provider that is down: ${this.#chance.weighted(FAILS)}`).split(': ')[1];
    if (how === 'silence') return HOLD;
    if (how === 'cut') throw new Error('cut');
    if (how === 'another page') return { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>Down for maintenance</html>' };
    return { status: 500, body: '{"message":"Internal Server Error"}' };
  }
}
