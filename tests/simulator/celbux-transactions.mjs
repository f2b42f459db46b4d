/**
 * Celbux's transactions. Each has a TID of its own; its Reference is unique on the whole platform, whatever kind of transaction
 * used it. Only a completed action is a transaction: a refused request leaves its Reference unused.
 */
import { digits } from './random.mjs';

/** Transaction types (TT). */
export const TT = { create: '0', pay: '4', reverse: '16' };

/** The last fields of every answer that reports a completed action. */
export const SUCCESS = { State: 'Success', Status: '1', Error: '' };

/** South Africa has one time zone and no daylight saving time. */
const ZONE_HOURS = 2;

export class Transactions {
  #all = [];

  /** Records a transaction: `{type, reference, amount, recipient, ...}`. `amount` is in cents. */
  add(fields) {
    const tid = `1${digits(10)}`;
    const transaction = { tid, at: new Date(), reverseId: '', confirmed: true, ...fields };
    this.#all.push(transaction);
    return transaction;
  }

  /** Returns whether a transaction has used this Reference. */
  has(reference) {
    return reference !== undefined && this.#all.some((one) => one.reference === reference);
  }

  /** Returns the transaction that a request names: by OldReference, or by TID when there is no OldReference. */
  find({ OldReference, TID }) {
    if (OldReference !== undefined) return this.#all.find(({ reference }) => reference === OldReference);
    return this.#all.find(({ tid }) => tid === TID);
  }

  reset() {
    this.#all = [];
  }

  /** Returns all transactions, for the books. */
  entries() {
    return this.#all.map(({ tid, type, reference, amount, recipient, reverseId, confirmed }) => {
      return { tid, type, reference: reference ?? null, amount, recipient, reverse_id: reverseId, confirmed };
    });
  }
}

/** Returns the fields that report a new transaction. */
export function receipt({ tid, reference, at, amount }, more) {
  const { date, time } = localTime(at);
  return { TID: tid, Reference: reference ?? '', Created: `${date} ${time}`, Amount: String(amount), ...more, ...SUCCESS };
}

/** Returns the fields of a look-up. */
export function statement({ tid, reference, at, type, amount, recipient, reverseId, confirmed }) {
  const { date, time } = localTime(at);
  return {
    TID: tid,
    Reference: reference ?? '',
    Date: date,
    Time: time,
    Type: type,
    Amount: String(amount),
    Comms: '0',
    Recipient: recipient,
    ReverseID: reverseId,
    ConfirmID: confirmed ? '1' : '0',
    ...SUCCESS,
  };
}

function localTime(moment) {
  const [day, time] = new Date(moment.getTime() + ZONE_HOURS * 3_600_000).toISOString().split('T');
  return { date: day.replaceAll('-', '/'), time: time.slice(0, 5) };
}
