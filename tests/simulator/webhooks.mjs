/**
 * The notifications that providers send. Each is retried, with growing pauses, until its provider accepts the answer or the
 * tries are used up. Notifications stay on this machine: a sample in a document names an address on the internet.
 */
const LOCAL_HOSTS = ['localhost', '127.0.0.1', '[::1]'];

export class Webhooks {
  #deliveries = [];
  #leaving = new AbortController();
  #changed;
  #later;
  #options;

  /** Creates the queue. `changed` is called after every try; `later(ms, act)` runs an action after a delay. */
  constructor({ changed, later, options }) {
    this.#changed = changed;
    this.#later = later;
    this.#options = options;
  }

  /**
   * Sends a notification soon, and again until it is accepted. A notification is `{provider, url, event, reference, headers,
   * body, isTaken(status)}`.
   */
  send(notice) {
    const delivery = this.#enter(notice);
    if (delivery.state === 'sending') this.#later(this.#options.webhookDelayMs, () => this.#tryUntilTaken(notice, delivery));
  }

  /** Sends a notification now and once. Returns the HTTP status of the answer, or null when there was none. */
  async sendOnce(notice) {
    const delivery = this.#enter(notice);
    if (delivery.state !== 'sending') throw new RangeError(`not on this machine: ${notice.url}`);
    await this.#try(notice, delivery);
    if (delivery.state === 'sending') this.#end(delivery, 'given_up');
    return delivery.status;
  }

  /** Forgets everything, and aborts pending deliveries. */
  reset() {
    this.close();
    this.#leaving = new AbortController();
    this.#deliveries = [];
  }

  /** Aborts pending deliveries. */
  close() {
    this.#leaving.abort();
  }

  /** Returns a copy of all deliveries, oldest first. */
  entries() {
    return structuredClone(this.#deliveries);
  }

  #enter({ provider, url, event, reference, body }) {
    const state = isLocal(url) ? 'sending' : 'not_sent';
    const delivery = { at: new Date().toISOString(), provider, url, event, reference, tries: 0, status: null, state, body };
    this.#deliveries.push(delivery);
    this.#changed();
    return delivery;
  }

  async #tryUntilTaken(notice, delivery) {
    const { signal } = this.#leaving;
    await this.#try(notice, delivery);
    if (signal.aborted || delivery.state !== 'sending') return;
    const { webhookTries, webhookRetryMs } = this.#options;
    if (delivery.tries >= webhookTries) this.#end(delivery, 'given_up');
    else this.#later(webhookRetryMs * 2 ** (delivery.tries - 1), () => this.#tryUntilTaken(notice, delivery));
  }

  async #try({ url, headers, body, isTaken }, delivery) {
    delivery.tries++;
    const signal = AbortSignal.any([this.#leaving.signal, AbortSignal.timeout(this.#options.webhookTimeoutMs)]);
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body,
        redirect: 'manual',
        signal,
      });
      await response.arrayBuffer();
      delivery.status = response.status;
      if (isTaken(response.status)) delivery.state = 'taken';
    } catch {
      delivery.status = null; // no server, or no answer in time
    }
    this.#changed();
  }

  #end(delivery, state) {
    delivery.state = state;
    this.#changed();
  }
}

function isLocal(url) {
  return URL.canParse(url) && LOCAL_HOSTS.includes(new URL(url).hostname);
}
