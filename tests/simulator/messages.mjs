/** The text messages that the providers would have sent. They exist in the books only. */
export class Messages {
  #messages = [];
  #changed;

  /** Creates an empty list. `changed` is called after every message. */
  constructor(changed) {
    this.#changed = changed;
  }

  /** Records a message as sent. `kind` is its subject, for programs. */
  send({ provider, to, text, kind }) {
    this.#messages.push({ at: new Date().toISOString(), provider, to, text, kind });
    this.#changed();
  }

  reset() {
    this.#messages = [];
  }

  /** Returns a copy of all messages, oldest first. */
  entries() {
    return structuredClone(this.#messages);
  }
}
