// Power cuts: kills the Worker's processes in the middle of an operation, and restarts them on the same storage. Now and then it
// removes a required variable, and restores it.
import { setTimeout as pause } from 'node:timers/promises';

/** The moments of a kill, such as: a charge was requested; it was taken, and its answer is lost. */
const MOMENTS = [
  ...['kora', 'wipay', 'celbux', 'odm'].flatMap((provider) => [`${provider} charge asked`, `${provider} charge taken`]),
  ...['outcome asked', 'outcome answered', 'order asked', 'order answered', 'challenge asked', 'challenge answered'],
  ...['reversal asked', 'event told', 'request sent', 'answer had'],
];
/** How often a start is tried. */
const STARTS = 3;
/** The variables that are removed to break the configuration, each of which the Worker requires. */
const REQUIRED = ['MERCHANT_API_KEY', 'SEALING_KEY', 'KORA_SECRET_KEY', 'CELBUX_TOKEN'];
/** How many requests meet a broken configuration before it is restored. */
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
  /** While the configuration is broken: the promise that resolves when it is restored. */
  broken;
  /** The number of requests refused because of a broken configuration. */
  refused = 0;
  /** The error of a failed restart. */
  failed;
  done = 0;

  /** Spreads `wanted` kills and `breaks` of the configuration over this number of `redemptions`. */
  constructor({ stack, wanted, breaks, redemptions, chance, tally }) {
    this.#stack = stack;
    this.#chance = chance;
    this.#tally = tally;
    this.#points = spread(chance, wanted, redemptions);
    this.#breaks = spread(chance, breaks, redemptions * 0.8);
  }

  /** Records the number of redemptions begun, and arms the kills that are due. */
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

  /** Kills the Worker when a kill is armed for this moment, and returns whether it did. */
  at(moment) {
    if (this.#starting || this.broken || this.failed || this.#armed.length === 0) return false;
    // With more than two kills armed, the first one takes any moment: its own may never come.
    const which = this.#armed.includes(moment) ? this.#armed.indexOf(moment) : this.#armed.length > 2 ? 0 : -1;
    if (which < 0) return false;
    this.#armed.splice(which, 1);
    this.#strike(moment);
    return true;
  }

  /** Performs the remaining kills one after the other, while outstanding outcomes are looked up. */
  async finish() {
    await this.broken;
    for (let left = this.#points.length + this.#armed.length; left > 0 && !this.failed; left--) {
      // A random moment; this is no wait for a condition.
      await pause(this.#chance.whole(100, 1_500));
      this.#strike('nothing asked');
      await this.up();
    }
    this.#points = [];
    this.#armed = [];
  }

  /** Kills the Worker once, and waits until it is up again. */
  async once(moment) {
    await this.up();
    this.#strike(moment);
    await this.up();
  }

  /** Resolves when the Worker is not being restarted. Rejects when a restart failed. */
  async up() {
    await this.#starting;
    if (this.failed) throw this.failed;
  }

  /** Returns a random moment; each comes once before any comes again. */
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

  /** Removes a variable, waits until REFUSED requests were refused, and restores it. */
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

/** Returns `count` random places from 1 to `most`, sorted. */
function spread(chance, count, most) {
  return Array.from({ length: count }, () => chance.whole(1, Math.max(1, Math.round(most)))).sort((one, two) => one - two);
}
