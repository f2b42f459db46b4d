// The courses in which the Worker is stopped: sequences of calls by a shop, its shoppers and their providers, each with one
// fault.
import { setTimeout as pause } from 'node:timers/promises';
import { TEST_CODE } from '../simulator/odm-test-vouchers.mjs';
import { phoneFor } from '../simulator/pins.mjs';
import { fresh } from './crash-client.mjs';

/** Scenarios of vouchers that are redeemed once; the session is then polled until the outcome is known. */
const TRIED_ONCE = {
  kora: [
    ...['exact', 'change', 'not_found', 'too_small', 'partial', 'slow', 'reference_used'],
    ...['cut_before', 'cut_after', 'silent_before', 'silent_after', 'html_after'],
    ...['processing_then_success', 'processing_then_failed'],
  ],
  wipay: ['exact', 'balance_left', 'too_small', 'slow', 'cut_before', 'cut_after', 'silent_before', 'silent_after'],
  celbux: [
    ...['exact', 'rest_by_sms', 'rest_stays', 'too_small', 'wrong_merchant', 'unconfirmed_then_confirmed', 'duplicate_after'],
    ...['cut_before', 'cut_after', 'silent_after', 'general_failure_after'],
  ],
};
/** Scenarios of Celbux's vouchers, by the outcome of their reversal. */
const REVERSALS = ['exact', 'rest_by_sms', 'reverse_refused', 'reverse_silent_before', 'reverse_silent_after'];
/** Scenarios of recipients of vouchers that the shop orders; undefined for one without a fault. */
const RECIPIENTS = {
  celbux: [undefined, 'new_user', 'cut_before', 'cut_after', 'silent_after', 'duplicate_after', 'general_failure_after'],
  odm: [undefined, 'cut_before', 'cut_after', 'silent_after', 'processing_409', 'bad_gateway', 'finalization_pending', 'forbidden', 'wallet_empty'],
};
const PART = 100_00;
const RIGHT = { code: TEST_CODE };
const WRONG = { code: '000000' };

/** The courses, each `{name, play(calls)}`. */
export const COURSES = [
  ...each(TRIED_ONCE, (provider, scenario) => ({
    name: `${provider} ${scenario}`,
    play: async ({ session, pay }) => pay(await session(provider), provider, fresh(provider, scenario)),
  })),
  ...each(RECIPIENTS, (provider, scenario) => ({
    name: `${provider} issues: ${scenario ?? 'at once'}`,
    play: ({ order }) => order(orderAt(provider, scenario)),
  })),
  ...REVERSALS.map((scenario) => ({
    name: `celbux ${scenario}, canceled`,
    async play({ session, pay, cancel }) {
      const one = await session('celbux');
      await pay(one, 'celbux', fresh('celbux', scenario), PART);
      await cancel(one);
    },
  })),
  {
    name: 'celbux rest_stays, canceled with a bad token',
    async play({ session, pay, cancel, block, known, client }) {
      const one = await session('celbux');
      await pay(one, 'celbux', fresh('celbux', 'rest_stays'), PART);
      const end = block(one);
      await cancel(one);
      const look = () => client.shopView(one);
      const each = (holds) => ({ redemptions }) => redemptions.every((payment) => payment.status !== 'succeeded' || holds(payment));
      await known(look, each(({ reversal }) => reversal?.status === 'blocked'));
      end();
      await known(look, each(() => false));
    },
  },
  ...[[RIGHT], [WRONG, RIGHT], [WRONG, WRONG, WRONG], [], [{ resend: true }, RIGHT]].map((typed) => ({
    name: `odm balance_left, ${typed.map(({ code }) => (code ? (code === TEST_CODE ? 'right' : 'wrong') : 'another')).join(', then ') || 'no'} code`,
    play: async (calls) => payByCode(calls, await calls.session('odm'), fresh('odm', 'balance_left'), typed),
  })),
  ...['too_small', 'cut_before', 'cut_after', 'silent_after', 'settling_then_completed', 'settling_then_failed', 'claim_unlisted'].map((scenario) => ({
    name: `odm ${scenario}`,
    play: async (calls) => payByCode(calls, await calls.session('odm'), fresh('odm', scenario), [RIGHT]),
  })),
  {
    name: 'kora change, canceled',
    async play({ session, pay, cancel }) {
      const one = await session('kora');
      await pay(one, 'kora', fresh('kora', 'change'), PART);
      await cancel(one);
    },
  },
  {
    name: 'canceled twice, and once paid',
    async play({ session, pay, cancel }) {
      const [left, paid] = [await session('kora'), await session('kora')];
      await cancel(left);
      await cancel(left);
      await pay(paid, 'kora', fresh('kora', 'exact'));
      await cancel(paid);
    },
  },
  ...['rest_stays', 'reverse_refused', 'reverse_silent_after'].map((scenario) => ({
    name: `celbux ${scenario}, expired`,
    async play({ session, pay, known, client }) {
      const one = await session('celbux', { expires_in: 2 });
      await pay(one, 'celbux', fresh('celbux', scenario), PART);
      await known(() => client.view(one), ({ status }) => status !== 'open');
    },
  })),
  {
    name: 'kora told by a webhook',
    async play({ session, tryWith, tell, settled }) {
      const one = await session('kora');
      await tryWith(one, 'kora', fresh('kora', 'processing_then_success'));
      await tell(one);
      await settled(one);
    },
  },
  {
    name: 'kora change, told by a webhook afterwards',
    async play({ session, pay, tell }) {
      const one = await session('kora');
      await pay(one, 'kora', fresh('kora', 'change'));
      await tell(one);
    },
  },
  {
    name: 'kora recorded as not charged, and paid later',
    async play({ session, pay, tell, deny, settled }) {
      const one = await session('kora');
      const end = deny(one);
      await pay(one, 'kora', fresh('kora', 'cut_after'));
      end();
      await tell(one);
      await settled(one);
    },
  },
  ...['kora', 'wipay', 'celbux'].map((provider) => ({
    name: `${provider} cut_after, in review`,
    async play({ session, pay, hide }) {
      const one = await session(provider);
      const pin = fresh(provider, 'cut_after');
      hide(one, pin);
      await pay(one, provider, pin);
    },
  })),
  ...[['kora', 'cut_after'], ['kora', 'cut_before'], ['celbux', 'cut_after'], ['odm', 'cut_after']].map(([provider, scenario]) => ({
    name: `${provider} ${scenario}, settled by hand`,
    async play(calls) {
      const one = await calls.session(provider);
      const pin = fresh(provider, scenario);
      calls.hide(one, pin);
      if (provider === 'odm') await payByCode(calls, one, pin, [RIGHT]);
      else await calls.pay(one, provider, pin);
      await calls.settleByHand(one);
    },
  })),
  ...['cut_after', 'cut_before'].map((scenario) => ({
    name: `celbux issues: ${scenario}, settled by hand`,
    play: ({ order }) => order(orderAt('celbux', scenario), { hidden: true }),
  })),
  ...[['kora', 'exact', 10_00], ['kora', 'exact'], ['celbux', 'rest_stays'], ['celbux', 'reverse_silent_after'], ['celbux', 'exact', 10_00]].map(([provider, scenario, amount]) => ({
    name: `${provider} ${scenario}, refunded ${amount ? 'in part' : 'whole'}`,
    async play({ session, pay, act, client }) {
      const one = await session(provider);
      await pay(one, provider, fresh(provider, scenario));
      const { status, redemptions } = await client.shopView(one);
      if (status === 'complete') await act(`checkout_sessions/${one.id}/redemptions/${redemptions.at(-1).id}/refunds`, { amount });
    },
  })),
  {
    name: 'kora exact, canceled and paid out in two parts',
    async play(calls) {
      const one = await owing(calls);
      for (const amount of one ? [30_00, 70_00] : []) await calls.act(`checkout_sessions/${one.id}/payouts`, { amount });
    },
  },
  ...[undefined, 'cut_after', 'general_failure_before'].map((scenario) => ({
    name: `kora exact, canceled and paid out by a voucher: ${scenario ?? 'at once'}`,
    async play(calls) {
      const one = await owing(calls);
      if (!one) return;
      const { status, body } = await calls.order({ ...orderAt('celbux', scenario), payout_for: one.id });
      const isPaidOut = ({ voucher }) => voucher === body.id;
      // A voucher that is not issued frees the money, which is paid out in another way.
      if (status === 201) await calls.known(() => calls.client.shopView(one), ({ payouts }) => payouts.some(isPaidOut));
      else await calls.known(() => calls.payOut(one, PART), (answer) => answer.status === 200);
    },
  })),
  {
    name: 'kora exact, erased',
    async play({ session, pay, act }) {
      const one = await session('kora');
      await pay(one, 'kora', fresh('kora', 'exact'));
      await act(`checkout_sessions/${one.id}/erase`);
    },
  },
  {
    name: 'celbux reverse_silent_after, in review',
    async play({ session, pay, cancel, hide }) {
      const one = await session('celbux');
      await pay(one, 'celbux', fresh('celbux', 'reverse_silent_after'), PART);
      hide(one);
      await cancel(one);
    },
  },
  {
    name: 'two vouchers of two providers',
    async play({ session, pay }) {
      const one = await session('celbux');
      await pay(one, 'celbux', fresh('celbux', 'rest_stays'), PART);
      await pay(one, 'kora', fresh('kora', 'change'));
    },
  },
  {
    name: 'a part, and the rest with its change',
    async play({ session, pay }) {
      const one = await session('kora');
      const { redemptions } = await pay(one, 'kora', fresh('kora', 'change'), PART);
      const change = redemptions.at(-1)?.change?.pin;
      if (change) await pay(one, 'kora', change);
    },
  },
  ...[['kora', 'silent_after'], ['wipay', 'silent_after'], ['wipay', 'slow'], ['celbux', 'slow']].map(([provider, scenario]) => ({
    name: `${provider} ${scenario}, one voucher in two sessions`,
    async play({ session, pay }) {
      const sessions = [await session(provider), await session(provider)];
      const pin = fresh(provider, scenario, 300);
      await Promise.all(sessions.map((one) => pay(one, provider, pin)));
    },
  })),
  ...['cut_after', 'unconfirmed_then_confirmed'].map((scenario) => ({
    name: `celbux issues: ${scenario}, told by a webhook`,
    play: ({ order }) => order(orderAt('celbux', scenario), { hint: true }),
  })),
];

/** Pays with one of ODM's vouchers, and types these codes as long as one is requested. */
async function payByCode({ tryWith, answer, settled }, one, pin, typed) {
  let last = await tryWith(one, 'odm', pin);
  for (const next of typed) {
    if (last?.status !== 'challenged') break;
    // Another code is sent after a pause.
    if (next.resend) await pause(150);
    last = await answer(one, last, next);
  }
  await settled(one);
}

/** Returns a canceled session that owes its shopper PART; undefined if the payment was not made before a stop. */
async function owing({ session, pay, cancel, client }) {
  const one = await session('kora');
  await pay(one, 'kora', fresh('kora', 'exact', PART / 100), PART);
  await cancel(one);
  const { amount_owed: owed } = await client.shopView(one);
  return owed === PART ? one : undefined;
}

function each(groups, courseOf) {
  return Object.entries(groups).flatMap(([provider, scenarios]) => scenarios.map((scenario) => courseOf(provider, scenario)));
}

function orderAt(provider, scenario) {
  const phone = scenario ? phoneFor(provider, scenario) : { celbux: '27648302057', odm: '+251911234567' }[provider];
  if (provider === 'celbux') return { provider, recipient: phone, voucher_type: '168Cash', amount: 20_00, currency: 'ZAR' };
  const money = { foreign_currency_amount: '8.85', exchange_rate: '56.5', originating_country: 'US' };
  return { provider, denomination_id: 1, merchant_id: 12, recipient_phone: phone, restricted: false, ...money };
}
