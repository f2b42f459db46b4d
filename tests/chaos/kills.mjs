// Power cuts: the Worker's processes are killed in the middle of something, and started again over the same storage. Now and then
// it is started with a variable missing, and mended.
import { setTimeout as pause } from 'node:timers/promises';

/** What the Worker is in the middle of when it is killed: a charge is asked for; it was taken, and the answer is not heard. */
const MOMENTS = [
  ...['kora', 'wipay', 'celbux'].flatMap((provider) => [`${provider} charge asked`, `${provider} charge taken`]),
  ...['outcome asked', 'outcome answered', 'order asked', 'order answered'],
  ...['reversal asked', 'event told', 'request sent', 'answer had'],
];
/** How often a start that fails is tried again. */
const STARTS = 3;
/** What is missing when the configuration is broken: nothing works without any of these. */
const REQUIRED = ['MERCHANT_API_KEY', 'SEALING_KEY', 'KORA_SECRET_KEY', 'CELBUX_TOKEN'];
/** How many requests meet a broken configuration before it is mended. */
const REFUSED = 40;

export class Kills {
  #points;
  #breaks;
  #armed = [];
  #deck = [];
  #stack;
  #tally;
  #chance;
  #starting;
  /** While the configuration is broken: what resolves when it is mended. */
  broken;
  /** How many requests were refused for that. */
  refused = 0;
  /** Why the Worker could not be started again, when it could not. */
  failed;
  done = 0;

  /** `wanted` kills and `breaks` of the configuration, spread over so many `redemptions`. */
  constructor({ stack, wanted, breaks, redemptions, chance, tally }) {
    this.#stack = stack;
    this.#chance = chance;
    this.#tally = tally;
    this.#points = spread(chance, wanted, redemptions);
    this.#breaks = spread(chance, breaks, redemptions * 0.8);
  }

  /** So many redemptions have begun: a kill whose turn has come waits for its moment. */
  begun(count) {
    while (this.#points.length > 0 && this.#points[0] <= count) {
      this.#points.shift();
      this.#armed.push(this.#deal());
    }
    if (this.#breaks[0] <= count && !this.#starting && !this.broken && !this.failed) {
      this.#breaks.shift();
      this.broken = this.#break().finally(() => (this.broken = undefined));
    }
  }

  /** This is such a moment. True when the Worker was killed in it. */
  at(moment) {
    if (this.#starting || this.broken || this.failed || this.#armed.length === 0) return false;
    // One whose moment does not come takes any as soon as two others wait as well.
    const which = this.#armed.includes(moment) ? this.#armed.indexOf(moment) : this.#armed.length > 2 ? 0 : -1;
    if (which < 0) return false;
    this.#armed.splice(which, 1);
    this.#strike(moment);
    return true;
  }

  /** The kills that are left, one after the other, while what is outstanding is being found out. */
  async finish() {
    await this.broken;
    for (let left = this.#points.length + this.#armed.length; left > 0 && !this.failed; left--) {
      // When it comes is chance; nothing is waited for.
      await pause(this.#chance.whole(100, 1_500));
      this.#strike('nothing asked');
      await this.up();
    }
    this.#points = [];
    this.#armed = [];
  }

  /** Kills it once more, and waits until it is there again. */
  async once(moment) {
    await this.up();
    this.#strike(moment);
    await this.up();
  }

  /** Resolves when the Worker is not being started. Rejects when it could not be. */
  async up() {
    await this.#starting;
    if (this.failed) throw this.failed;
  }

  /** Each moment comes once before any comes again. */
  #deal() {
    if (this.#deck.length === 0) this.#deck = [...MOMENTS];
    return this.#deck.splice(this.#chance.whole(0, this.#deck.length - 1), 1)[0];
  }

  #strike(moment) {
    this.done++;
    this.#tally.add(`killed: ${moment}`);
    this.#starting = this.#startAgain().finally(() => (this.#starting = undefined));
  }

  async #startAgain() {
    for (let tries = 1; ; tries++) {
      try {
        return await this.#stack.restart();
      } catch (error) {
        if (tries === STARTS) return void (this.failed = error);
        this.#tally.add('start tried again');
      }
    }
  }

  /** Takes a variable away, lets requests meet that, and puts it back. */
  async #break() {
    const name = this.#chance.pick(REQUIRED);
    const value = this.#stack.settings[name];
    this.#tally.add('the configuration was broken');
    await this.#stack.reconfigure({ [name]: null }, (status) => status === 503);
    const enough = this.refused + REFUSED;
    await this.#stack.reconfigure({ [name]: null }, () => this.refused >= enough);
    await this.#stack.reconfigure({ [name]: value }, (status) => status === 200);
  }
}

/** So many places up to `most`, in their order. */
function spread(chance, count, most) {
  return Array.from({ length: count }, () => chance.whole(1, Math.max(1, Math.round(most)))).sort((one, two) => one - two);
}
