/** Delayed actions, which can be canceled all at once. */
export class Later {
  #timers = new Set();

  /** Runs `act` after `ms` milliseconds. */
  do(ms, act) {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      act();
    }, ms);
    this.#timers.add(timer);
  }

  /** Cancels all pending actions. */
  clear() {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }
}
