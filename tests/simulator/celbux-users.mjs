/** Celbux's users, and the text messages that they get with a voucher. */
import { randomBytes } from 'node:crypto';
import { printForPeople } from './money.mjs';

/** An MSISDN: country code and number, digits only. */
const MSISDN = /^[1-9]\d{9,14}$/;

export class Users {
  #communities = new Map();
  #messages;
  #known;

  /** Creates the users. `known` are existing users, each with its communities: `{username: [community]}`. */
  constructor(messages, known) {
    this.#messages = messages;
    this.#known = known;
    this.reset();
  }

  /** Returns whether a voucher can be sent to this username: to a user, or to a phone number that becomes one. */
  canReceive(username) {
    return this.#communities.has(username) || MSISDN.test(username);
  }

  /** Notifies the recipient of a new voucher, and makes them a user and a member of the community if necessary. */
  welcome(username, community, voucher, { alwaysNew = false } = {}) {
    const communities = alwaysNew ? undefined : this.#communities.get(username);
    this.#communities.set(username, [...new Set([...(communities ?? []), community])]);
    if (communities) return this.tell(username, 'voucher', voucher);
    const password = randomBytes(4).toString('hex');
    return this.tell(username, 'new_user', voucher, ` Your username is ${username}, your password ${password}.`);
  }

  /** Sends an owner the number and the balance of a voucher. The merchant's own account has no phone. */
  tell(username, kind, { pin, balance, currency }, more = '') {
    if (!MSISDN.test(username)) return;
    const text = `Your voucher ${pin} is worth ${printForPeople(balance, currency)}.${more}`;
    this.#messages.send({ provider: 'celbux', to: username, text, kind });
  }

  reset() {
    this.#communities = new Map(Object.entries(this.#known));
  }

  /** Returns all users, for the books. */
  entries() {
    return [...this.#communities].map(([username, communities]) => ({ username, communities }));
  }
}
