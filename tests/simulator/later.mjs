/** Things to be done after a while, all of which can be called off together. */
export class Later {
  #timers = new Set();

  /** Does `act` after `ms` milliseconds. */
  do(ms, act) {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      act();
    }, ms);
    this.#timers.add(timer);
  }

  /** Calls everything off. */
  clear() {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }
}
