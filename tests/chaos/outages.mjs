// A provider that is down for some seconds: every call to it fails, in one way or another.
import { HOLD } from '../support/between.mjs';

/** How a call to it fails. */
const FAILS = { 'error 500': 4, cut: 4, silence: 1, 'another page': 2 };
const PROVIDERS = ['kora', 'wipay', 'celbux'];
/** How long it is down, in milliseconds. */
const LASTS = [3_000, 8_000];

export class Outages {
  #points;
  #chance;
  #tally;
  #until = new Map();

  /** `wanted` of them, spread over so many `redemptions`. */
  constructor({ wanted, redemptions, chance, tally }) {
    this.#chance = chance;
    this.#tally = tally;
    this.#points = Array.from({ length: wanted }, () => chance.whole(1, redemptions)).sort((one, two) => one - two);
  }

  /** So many redemptions have begun. */
  begun(count) {
    while (this.#points[0] <= count) {
      this.#points.shift();
      const provider = this.#chance.pick(PROVIDERS);
      this.#tally.add(`down for a while: ${provider}`);
      this.#until.set(provider, Date.now() + this.#chance.whole(...LASTS));
    }
  }

  /** What a call to this path comes to while its provider is down; undefined when it is up. */
  answerTo(path) {
    const provider = /^\/(\w+)\//.exec(path)?.[1];
    if (!(this.#until.get(provider) > Date.now())) return undefined;
    const how = this.#tally.add(`call to a provider that is down: ${this.#chance.weighed(FAILS)}`).split(': ')[1];
    if (how === 'silence') return HOLD;
    if (how === 'cut') throw new Error('cut');
    if (how === 'another page') return { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>Down for maintenance</html>' };
    return { status: 500, body: '{"message":"Internal Server Error"}' };
  }
}
