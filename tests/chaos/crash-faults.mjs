// What nobody can find out about a payment, or only later: between the Worker and its providers, while it is stopped step by step.
import { pass, startBetween } from '../support/between.mjs';
import { aboutOf, error500 } from './faults.mjs';

const NEVER_HEARD_OF = { status: 404, body: '{"status":false,"message":"Charge not found","data":null}' };

/** Starts the host. `hidden` holds the references, and WiPay's numbers, that nobody is told anything of. */
export async function startCrashFaults() {
  const between = await startBetween();
  const hidden = new Set();
  const charged = new Set();
  const hiding = new Set();
  const denied = new Set();
  const isOf = (names, name) => names.has(name) || names.has(name?.slice(0, 32));
  const bare = ({ id }) => id.slice('cs_'.length);

  between.rule = (call, next) => {
    between.calls.length = 0;
    const { kind, name } = aboutOf(call) ?? {};
    if (kind === 'charge') charged.add(name);
    // What is asked before the charge is answered: nothing is outstanding yet.
    if (kind !== 'outcome' || !charged.has(name)) return pass(call, next);
    if (isOf(denied, name)) return NEVER_HEARD_OF;
    if (!isOf(hiding, name)) return pass(call, next);
    hidden.add(name);
    return error500();
  };

  return Object.assign(between, {
    hidden,
    /** Nobody finds out what becomes of this session's payments; at WiPay, of this voucher. */
    hide: (session, pin) => [bare(session), pin].forEach((name) => hiding.add(name)),
    /** Kora says that it knows nothing of this session's payments, until what this gives is called. */
    deny: (session) => denied.add(bare(session)) && (() => denied.delete(bare(session))),
  });
}
