/**
 * The simulator's books: the ledger, the calls, messages and notifications, and the providers' own state, in one place that
 * can be read, waited on and reset.
 */
import { EventEmitter } from 'node:events';
import { CallLog } from './calls.mjs';
import { Later } from './later.mjs';
import { Messages } from './messages.mjs';
import { Ledger } from './vouchers.mjs';
import { Webhooks } from './webhooks.mjs';

export class Books {
  #version = 0;
  #changes = new EventEmitter().setMaxListeners(0);
  #later = new Later();
  #ledger = new Ledger(() => this.#changed());
  #calls = new CallLog(() => this.#changed());
  #messages = new Messages(() => this.#changed());
  #webhooks;
  #providers;

  /** Opens `providers` (modules of providers.mjs) on fresh books. */
  constructor(providers, options) {
    const later = this.#doLater.bind(this);
    this.#webhooks = new Webhooks({ changed: () => this.#changed(), later, options });
    const room = { ledger: this.#ledger, messages: this.#messages, webhooks: this.#webhooks, options, later };
    this.#providers = providers.map((provider) => ({ ...provider, account: provider.open(room) }));
  }

  /** Returns the provider under whose mount this path is, with its account in these books; undefined when there is none. */
  providerAt(path) {
    return this.#providers.find(({ mount }) => path.startsWith(`${mount}/`));
  }

  /** The log in which calls are recorded. */
  get calls() {
    return this.#calls;
  }

  /** The number of changes: two equal versions are the same books. */
  get version() {
    return this.#version;
  }

  /** Returns all entries as data; README.md describes the shape. Amounts in minor units. */
  entries() {
    const states = this.#providers.map(({ id, account }) => [id, account.state()]);
    return {
      version: this.#version,
      ...this.#ledger.entries(),
      messages: this.#messages.entries(),
      webhooks: this.#webhooks.entries(),
      calls: this.#calls.entries(),
      providers: Object.fromEntries(states),
    };
  }

  /** Returns whether a voucher exists: it was used since the last reset, or given as a change voucher. */
  has(provider, pin) {
    return this.#ledger.voucher(provider, pin) !== undefined;
  }

  /** Resolves with the entries as soon as `holds(entries)` is true; rejects after `timeoutMs`. */
  until(holds, timeoutMs = 60_000) {
    return new Promise((resolve, reject) => {
      const stop = () => {
        clearTimeout(timer);
        this.#changes.off('change', look);
      };
      const look = () => {
        const entries = this.entries();
        if (!holds(entries)) return;
        stop();
        resolve(entries);
      };
      const timer = setTimeout(() => {
        stop();
        reject(new Error(`the books did not satisfy the condition within ${timeoutMs} ms`));
      }, timeoutMs);
      this.#changes.on('change', look);
      look();
    });
  }

  /** Sends a provider's notification `times` times, one after the other; returns the statuses of the answers. */
  async sendWebhook({ provider, times = 1, ...wanted }) {
    const account = this.#providers.find(({ id }) => id === provider)?.account;
    if (!account?.notice) throw new RangeError(`${provider} sends no notifications`);
    const statuses = [];
    for (let sent = 0; sent < times; sent++) statuses.push(await this.#webhooks.sendOnce(account.notice(wanted)));
    return statuses;
  }

  /** Forgets all vouchers, debits, messages and calls, and cancels everything scheduled. */
  reset() {
    this.#later.clear();
    this.#webhooks.reset();
    this.#messages.reset();
    for (const { account } of this.#providers) account.reset();
    this.#calls.reset();
    this.#ledger.reset();
  }

  /** Cancels everything scheduled. */
  close() {
    this.#later.clear();
    this.#webhooks.close();
  }

  #doLater(ms, act) {
    this.#later.do(ms, () => {
      act();
      this.#changed();
    });
  }

  #changed() {
    this.#version++;
    this.#changes.emit('change');
  }
}
