/** The text messages that the providers would have sent. They go nowhere but into the books. */
export class Messages {
  #messages = [];
  #changed;

  /** `changed` is called after every message. */
  constructor(changed) {
    this.#changed = changed;
  }

  /** "Sends" a message. `kind` says what it is about, for programs. */
  send({ provider, to, text, kind }) {
    this.#messages.push({ at: new Date().toISOString(), provider, to, text, kind });
    this.#changed();
  }

  reset() {
    this.#messages = [];
  }

  /** A copy of all messages, oldest first. */
  entries() {
    return structuredClone(this.#messages);
  }
}
