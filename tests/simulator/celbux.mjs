/**
 * Celbux, South Africa, ZAR: issues a voucher paid from the merchant's account, shows one, takes money off one, looks a
 * transaction up and reverses it. Every call is POST with JSON; all fields are strings, amounts are in cents. This module
 * authorizes the call; celbux-bank.mjs carries it out.
 */
import { randomBytes } from 'node:crypto';
import { json } from './answers.mjs';
import { CelbuxBank } from './celbux-bank.mjs';
import { celbuxNotice } from './celbux-notice.mjs';
import { celbuxPhones } from './celbux-phones.mjs';
import { callAt, failure, readFields } from './celbux-request.mjs';
import { TT } from './celbux-transactions.mjs';
import { celbuxVouchers, VOUCHER_TYPES } from './celbux-vouchers.mjs';

const COMMUNITY = 'sandbox';
const STORE = 'Store1';
/** The transaction types that a token needs the right for; a look-up needs none. */
const TYPES = { createVoucher: TT.create, pay: TT.pay, reverse: TT.reverse };

export const celbux = {
  id: 'celbux',
  title: 'Celbux',
  mount: '/celbux',
  vouchers: celbuxVouchers,
  phones: celbuxPhones,
  testSecrets: { CELBUX_TOKEN: 'celbux-test-token', CELBUX_WEBHOOK_TOKEN: 'celbux-test-webhook-token' },
  localVars: (base) => ({
    CELBUX_API_URL: `${base}/celbux`,
    CELBUX_COMMUNITY: COMMUNITY,
    CELBUX_STORE_ID: STORE,
    CELBUX_CURRENCY: celbuxVouchers.currency,
  }),
  localSecrets: () => ({
    CELBUX_TOKEN: randomBytes(24).toString('hex'),
    CELBUX_WEBHOOK_TOKEN: randomBytes(24).toString('hex'),
  }),
  open: (room) => new Celbux(room),
};

class Celbux {
  #bank;
  #options;

  constructor({ webhooks, options, ...room }) {
    const notify = (transaction) => {
      if (options.celbuxWebhooks) webhooks.send(celbuxNotice({ transaction, ...this.#whereTo() }));
    };
    this.#bank = new CelbuxBank({ ...room, options, notify, community: COMMUNITY, store: STORE });
    this.#options = options;
  }

  /** Answers one call: an answer, or a fault that loses it. */
  handle({ method, path, target, headers, body }) {
    const call = callAt(path);
    if (!call) return json(404, { message: 'Not Found' });
    if (method !== 'POST') return json(405, { message: 'Method Not Allowed' });
    const community = new URL(target, 'http://localhost').searchParams.get('ns');
    const { refusal, fields } = this.#read(call, { headers, community, body });
    return refusal ? { ...refusal, did: 'refused, nothing done' } : this.#bank[call](fields);
  }

  /** Returns every transaction and user, for the books. */
  state() {
    return this.#bank.state();
  }

  reset() {
    this.#bank.reset();
  }

  /** Returns the notification of a transaction, or of one that never took place. It can be falsified; see celbuxNotice. */
  notice({ reference, url, ...wanted }) {
    return celbuxNotice({ transaction: this.#bank.transaction(reference), ...this.#whereTo(url), ...wanted });
  }

  #whereTo(url = `${this.#options.checkoutUrl}/webhooks/celbux`) {
    return { url, community: COMMUNITY, token: this.#options.secrets.CELBUX_WEBHOOK_TOKEN };
  }

  #read(call, { headers, community, body }) {
    const token = /^bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
    if (token !== this.#options.secrets.CELBUX_TOKEN) return { refusal: failure(-1, 'bad token') };
    if (community !== COMMUNITY) return { refusal: failure(-1, 'unknown community') };
    const { refusal, fields } = readFields(call, headers['content-type'], body);
    return { fields, refusal: refusal ?? this.#check(call, fields) };
  }

  #check(call, { StoreID, Currency, VoucherType }) {
    const { celbuxRights: rights } = this.#options;
    if (rights && TYPES[call] && !rights.includes(TYPES[call])) return failure(-5);
    if (StoreID !== undefined && StoreID !== STORE) return failure(-4);
    if (Currency !== undefined && Currency !== celbuxVouchers.currency) return failure(-8);
    return VoucherType !== undefined && !VOUCHER_TYPES.includes(VoucherType) ? failure(-1, 'unknown VoucherType') : undefined;
  }
}
