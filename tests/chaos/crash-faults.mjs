// A proxy between the Worker and its providers that hides the outcome of a payment, for good or for a while.
import { pass, startProxy } from '../support/proxy.mjs';
import { aboutCodes, error500 } from './faults.mjs';
import { digitsOf, digitsOfKey } from './steps.mjs';

const BAD_TOKEN = { status: 400, body: '{"Status":"-1","State":"Error","Error":"Transaction Failed - Verification: bad token"}' };
const NEVER_HEARD_OF = { status: 404, body: '{"status":false,"message":"Charge not found","data":null}' };

/** Starts the proxy. `hidden` holds the references, and WiPay's voucher numbers, whose look-ups always fail. */
export async function startCrashFaults() {
  const proxy = await startProxy();
  const hidden = new Set();
  const charged = new Set();
  const hiding = new Set();
  const denied = new Set();
  const blocked = new Set();
  const aboutOne = aboutCodes();
  // A call whose reference is in none of the places that aboutOne knows is about nobody.
  const isOf = (names, name) => name !== undefined && (names.has(name) || names.has(digitsOf(name)));
  const during = (names, { id }) => names.add(digitsOf(id)) && (() => names.delete(digitsOf(id)));

  proxy.rule = (call, next) => {
    proxy.calls.length = 0;
    const { kind, name } = aboutOne(call) ?? {};
    if (kind === 'charge' || kind === 'order') charged.add(name);
    if (kind === 'reversal' && isOf(blocked, name)) return BAD_TOKEN;
    // Look-ups before the charge are answered: nothing is outstanding yet.
    if (kind !== 'outcome' || !isOf(charged, name)) return pass(call, next);
    if (isOf(denied, name)) return NEVER_HEARD_OF;
    if (!isOf(hiding, name)) return pass(call, next);
    hidden.add(name);
    return error500();
  };

  return Object.assign(proxy, {
    hidden,
    /** Hides the outcome of this session's payments for good; at WiPay, of this voucher. */
    hide: ({ id }, pin) => [digitsOf(id), pin].forEach((name) => hiding.add(name)),
    /** Hides the outcome of the order under this key for good. */
    hideOrder: (key) => hiding.add(digitsOfKey(key)),
    /** Makes Kora answer "not found" for this session's payments, until the returned function is called. */
    deny: (session) => during(denied, session),
    /** Makes Celbux refuse the reversals of this session for a bad token, until the returned function is called. */
    block: (session) => during(blocked, session),
  });
}
