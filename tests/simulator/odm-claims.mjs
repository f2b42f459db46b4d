/** ODM's claims on vouchers and the codes that confirm them. Each claim is independent: a later one on the voucher ends none. */
import { printMajor } from './money.mjs';
import { TEST_CODE } from './odm-test-vouchers.mjs';
import { digits } from './random.mjs';

/** The id in the document's sample; ids grow from here. */
const FIRST_ID = 7721;
/** The number of wrong codes that end a claim, unless its voucher's scenario sets another. */
const TRIES = 3;

export class OdmClaims {
  #claims = new Map();
  #nextId = FIRST_ID;
  #messages;
  #options;

  constructor({ messages, options }) {
    this.#messages = messages;
    this.#options = options;
  }

  /** Makes a claim of `amount` minor units, and sends its code to the voucher's owner. `key` is its Idempotency-Key. */
  make({ voucher, amount, key, merchantName }) {
    const { scenario, ownerNumber } = voucher;
    const now = this.#options.odmNow();
    const claim = {
      id: this.#nextId++,
      at: new Date().toISOString(),
      voucher,
      amount,
      key,
      code: scenario ? TEST_CODE : digits(6),
      expiresAt: scenario?.name === 'code_expired' ? now : now + this.#options.odmCodeMs,
      triesLeft: scenario?.tries ?? TRIES,
      state: 'open',
    };
    this.#claims.set(claim.id, claim);
    const text = `${claim.code} is your code to pay ETB ${printMajor(amount)} at ${merchantName}.`;
    this.#messages.send({ provider: 'odm', to: ownerNumber, text, kind: 'code' });
    return claim;
  }

  /** Returns the claim with this id, or undefined. */
  find(id) {
    return this.#claims.get(id);
  }

  /** Returns whether this is the claim's code. A wrong code uses up a try; the right one is good once. */
  accepts(claim, code) {
    if (this.#stateOf(claim) !== 'open') return false;
    if (code === claim.code) return true;
    claim.triesLeft--;
    return false;
  }

  /** Returns all claims, for the books. */
  entries() {
    return [...this.#claims.values()].map((claim) => ({
      at: claim.at,
      id: claim.id,
      voucher_code: claim.voucher.account.pin,
      amount: claim.amount,
      idempotency_key: claim.key,
      code: claim.code,
      code_expires_at: new Date(claim.expiresAt).toISOString(),
      phone: claim.voucher.ownerNumber,
      state: this.#stateOf(claim),
    }));
  }

  reset() {
    this.#claims.clear(); // ids go on, so that an id never means two claims
  }

  #stateOf({ state, triesLeft, expiresAt }) {
    if (state !== 'open') return state;
    if (triesLeft === 0) return 'blocked';
    return this.#options.odmNow() >= expiresAt ? 'expired' : 'open';
  }
}
