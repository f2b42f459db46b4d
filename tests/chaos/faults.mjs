// Faults between the Worker and its providers, besides those of the simulator: answers to look-ups are lost, late or garbled, and
// the outcome of a few charges is hidden for good.
import { setTimeout as pause } from 'node:timers/promises';
import { HOLD, startProxy } from '../support/proxy.mjs';

/** The share of each fault among look-ups, in percent. */
const LOOKUP_FAULTS = { none: 74, silence: 5, late: 7, 'error 500': 6, cut: 4, garbled: 4 };
/** The share of charges whose outcome is hidden for good. */
const HIDDEN = 0.015;
/** The share of balance checks before a charge that may fail: nothing is outstanding yet. */
const BEFOREHAND = 0.3;

/** A reference of ours; at ODM a call's own key begins with it. */
const REFERENCE = /vo-[0-9a-f]{32}|[0-9a-f]{32}-\d+/;

/**
 * Starts the proxy. `hidden` holds the references, and WiPay's voucher numbers, whose look-ups always fail. Set `target` to the
 * simulator's address, `kills`, and `outages` where there are any.
 */
export async function startFaults({ chance, tally, sabotage }) {
  const proxy = await startProxy();
  const hidden = new Set();
  const charged = new Set();
  const aboutOne = aboutCodes();
  let doubled = false;

  proxy.rule = async (call, next) => {
    const about = aboutOne(call);
    // The calls of a long run would fill the memory; the simulator keeps them.
    proxy.calls.length = 0;
    if (!about) return next();
    const { kind, name, provider } = about;
    const { kills } = proxy;
    const isDown = proxy.outages?.answerTo(call.path);
    if (isDown) return isDown;
    if (kind === 'charge') {
      charged.add(name);
      if (chance.happens(HIDDEN)) hidden.add(name);
      if (sabotage === 'double_debit' && !doubled && call.path.endsWith('/voucher_pay')) doubled = took(await next());
    }
    const moment = kind === 'charge' ? `${provider} charge` : kind;
    if (kills.at(`${moment} asked`)) {
      // The request is on its way when the power fails: it arrives, or it does not.
      if (chance.happens(0.5)) await next();
      return HOLD;
    }
    const answer = kind === 'outcome' ? await lookUp(name, next) : await next();
    if (kind === 'charge') return took(answer) && kills.at(`${moment} taken`) ? HOLD : answer;
    return kills.at(`${moment} answered`) ? HOLD : answer;
  };

  async function lookUp(name, next) {
    if (hidden.has(name)) {
      tally.add('look-up: hidden for good');
      return error500();
    }
    const isSpared = !charged.has(name) && !chance.happens(BEFOREHAND);
    const fault = isSpared ? 'none' : chance.weighted(LOOKUP_FAULTS);
    if (fault !== 'none') tally.add(`look-up: ${fault}`);
    switch (fault) {
      case 'silence':
        return HOLD;
      case 'error 500':
        return error500();
      case 'cut':
        throw new Error('cut');
      case 'late':
        await pause(chance.whole(100, 1_200));
        return next();
      case 'garbled':
        return garbled(await next());
      default:
        return next();
    }
  }

  /** Returns a truncated answer or an HTML page, neither of which reads as another outcome. */
  function garbled(answer) {
    const body = chance.happens(0.5) ? answer.body.slice(0, chance.whole(0, Math.max(0, answer.body.length - 2))) : '<html>We will be right back</html>';
    return { ...answer, body };
  }

  return Object.assign(proxy, { hidden });
}

/**
 * Returns `{kind, name, provider}` of a call: its kind as in the moments of kills.mjs, and a reference or WiPay's voucher number.
 */
function aboutOf(call) {
  const about = kindOf(call);
  return about && { ...about, provider: call.path.split('/')[1] };
}

/** Returns a function like {@link aboutOf}, for which a code that is sent again asks for the outcome of the first request. */
export function aboutCodes() {
  const sent = new Set();
  return (call) => {
    const about = aboutOf(call);
    if (about?.key === undefined || !sent.has(about.key)) {
      sent.add(about?.key);
      return about;
    }
    return { ...about, kind: 'outcome' };
  };
}

function kindOf({ method, path, body, headers }) {
  const [where] = path.split('?');
  if (where.includes('/merchant-api/')) return kindAtOdm(where, headers['idempotency-key']);
  if (where.endsWith('/voucher_pay')) return { kind: 'charge', name: new URLSearchParams(body).get('voucher') };
  if (where.endsWith('/voucher_check')) return { kind: 'outcome', name: new URLSearchParams(body).get('voucher') };
  const [name] = REFERENCE.exec(method === 'GET' ? where : body) ?? [];
  if (where.endsWith('/charge/voucher') || where.endsWith('/pay')) return { kind: 'charge', name };
  if (where.includes('/charges/') || where.endsWith('/payment') || where.endsWith('/viewVoucher')) return { kind: 'outcome', name };
  if (where.endsWith('/reverse')) return { kind: 'reversal', name };
  return where.endsWith('/createVoucher') || where.endsWith('/issue') ? { kind: 'order', name } : undefined;
}

function kindAtOdm(where, key) {
  const [name] = REFERENCE.exec(key);
  if (where.endsWith('/verify')) return { kind: 'charge', name, key };
  return { kind: where.endsWith('/claims') ? 'challenge' : 'outcome', name };
}

export const error500 = () => ({ status: 500, body: '{"message":"Internal Server Error"}' });
/** Returns whether a charge's answer says that the money was taken. */
const took = ({ status, body }) => status === 200 && /"status": ?"success"|"State": ?"Success"|"status": ?"COMPLETED"/.test(body);
