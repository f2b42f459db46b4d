// Payments that wait for a person.
import { pass } from './proxy.mjs';
import { isCharge } from './reconciliation/attribution.mjs';
import { until } from './until.mjs';

/** An answer of a provider that leaves the outcome unknown, at once. */
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
      return SERVER_ERROR;
    };
    await redeem(session, { pin });
    const { redemptions } = await until(() => shopView(session), ({ redemptions: [one] }) => one?.needs_review === true, { within: 60_000 });
    proxy.rule = pass;
    return { session, pin, payment: redemptions[0] };
  };
}
