// Payments that wait for a person.
import { HOLD, pass } from './proxy.mjs';
import { isCharge } from './reconciliation/attribution.mjs';
import { until } from './until.mjs';

/** The answer of a provider to every look-up until the look-ups are used up. */
export const SERVER_ERROR = { status: 500, body: JSON.stringify({ status: false, message: 'An unexpected system error occurred.' }) };

/**
 * Returns `inReview(provider, scenario, fields)`, which pays at `checkout` with a voucher whose answer is lost, and makes the look-ups fail
 * at `proxy` until the payment waits for a person. It returns `{session, pin, payment}`.
 */
export function reviewsAt(proxy, { createSession, redeem, shopView, freshPin }) {
  return async function inReview(provider, scenario, fields = {}) {
    const session = await createSession(provider, fields);
    const pin = freshPin(provider, scenario);
    let isCharged = false;
    proxy.rule = async (call, next) => {
      if (!isCharge(call)) return isCharged ? SERVER_ERROR : next();
      isCharged = true;
      await next();
      return HOLD;
    };
    await redeem(session, { pin });
    const { redemptions } = await until(() => shopView(session), ({ redemptions: [one] }) => one?.needs_review === true, { within: 10_000 });
    proxy.rule = pass;
    return { session, pin, payment: redemptions[0] };
  };
}
