// Power cuts: the Worker's processes are killed in the middle of something, and started again over the same storage.
import { setTimeout as pause } from 'node:timers/promises';

/** What the Worker is in the middle of when it is killed. */
const MOMENTS = [
  ...['charge asked', 'charge answered', 'outcome asked', 'outcome answered', 'order asked', 'order answered'],
  ...['reversal asked', 'event told', 'request sent', 'answer had'],
];
/** How often a start that fails is tried again. */
const STARTS = 3;

export class Kills {
  #points;
  #armed = [];
  #restart;
  #tally;
  #chance;
  #starting;
  /** Why the Worker could not be started again, when it could not. */
  failed;
  done = 0;

  /** `wanted` kills, spread over so many `redemptions`; `restart()` kills and starts again. */
  constructor({ restart, wanted, redemptions, chance, tally }) {
    this.#restart = restart;
    this.#chance = chance;
    this.#tally = tally;
    this.#points = Array.from({ length: wanted }, () => chance.whole(1, Math.max(1, redemptions))).sort((one, two) => one - two);
  }

  /** So many redemptions have begun: a kill whose turn has come waits for its moment. */
  begun(count) {
    while (this.#points.length > 0 && this.#points[0] <= count) {
      this.#points.shift();
      this.#armed.push(this.#chance.pick(MOMENTS));
    }
  }

  /** This is such a moment. True when the Worker was killed in it. */
  at(moment) {
    if (this.#starting || this.failed || this.#armed.length === 0) return false;
    // One whose moment does not come takes any as soon as the next one waits as well.
    const which = this.#armed.includes(moment) ? this.#armed.indexOf(moment) : this.#armed.length > 1 ? 0 : -1;
    if (which < 0) return false;
    this.#armed.splice(which, 1);
    this.#strike(moment);
    return true;
  }

  /** The kills that are left, one after the other, while what is outstanding is being found out. */
  async finish() {
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

  #strike(moment) {
    this.done++;
    this.#tally.add(`killed: ${moment}`);
    this.#starting = this.#startAgain().finally(() => (this.#starting = undefined));
  }

  async #startAgain() {
    for (let tries = 1; ; tries++) {
      try {
        return await this.#restart();
      } catch (error) {
        if (tries === STARTS) return void (this.failed = error);
        this.#tally.add('start tried again');
      }
    }
  }
}
