// The shop's staff: they refund paid orders, pay out owed money, ask providers once more, and settle payments in review,
// sometimes two of them at the same time.
import { attributed } from '../support/reconciliation/attribution.mjs';
import { finalState, forEachConcurrently } from './settling.mjs';

/** The shares of paid orders that are refunded, and of owed amounts that are paid out. */
const REFUNDS = 0.2;
const PAYOUTS = 0.5;
/** The share of acts that two members of staff do at the same time, each with a key of their own. */
const BOTH = 0.3;
/** The share of payments in review that are settled by hand. The rest stays in review. */
const SETTLED = 0.5;
const NOTE = 'Done in the chaos run';

/** Gives back money of a session that is paid or has ended, or leaves it as it is. */
export async function serve(world, chance, session) {
  const shop = await world.client.shopView(session);
  if (shop.status === 'complete' && chance.happens(REFUNDS)) await refund(world, chance, shop);
  if (shop.amount_owed > 0 && chance.happens(PAYOUTS)) await payOut(world, chance, shop);
}

async function refund(world, chance, shop) {
  const { id, amount } = chance.pick(shop.redemptions.filter(({ status }) => status === 'succeeded'));
  const body = { note: NOTE, ...(chance.happens(0.5) && { amount: chance.whole(1, amount) }) };
  await act(world, chance, shop, `redemptions/${id}/refunds`, body, 'not_refundable');
}

async function payOut(world, chance, shop) {
  const amount = chance.happens(0.5) ? shop.amount_owed : chance.whole(1, shop.amount_owed);
  await act(world, chance, shop, 'payouts', { amount, note: NOTE }, 'not_owed');
}

/**
 * Does an act once, or twice at the same time. The second one may be refused with this code. The reconciliation checks that not too much
 * was given back.
 */
async function act(world, chance, { id }, path, body, refusal) {
  const times = chance.happens(BOTH) ? 2 : 1;
  world.tally.add(`staff: ${path.replace(/rd_\w+/, '…')}${times > 1 ? ', twice at once' : ''}`);
  const answers = await Promise.all(
    Array.from({ length: times }, () => world.client.shop('POST', `/v1/checkout_sessions/${id}/${path}`, body, `a-${chance.key()}`)),
  );
  for (const { status, body: told, text } of answers) {
    if (status !== 200 && told?.code !== refusal) world.found(`${path} was answered ${status}`, id, text);
  }
}

/** Settles a share of the payments in review according to the providers' books, and leaves the others. Returns the number settled. */
export async function settleByHand(world) {
  const chance = world.chance.fork('staff');
  const books = world.simulator.books();
  const { sessions } = await finalState(world);
  const waiting = attributed(books, sessions).payments.filter((one) => one.needs_review && chance.happens(SETTLED));
  await forEachConcurrently(waiting, async (payment) => {
    const { session, id } = payment;
    const body = { ...verdict(payment, books), note: NOTE };
    const { status, body: told, text } = await world.client.shop('POST', `/v1/checkout_sessions/${session}/redemptions/${id}/resolve`, body, `a-${id}`);
    // The Worker can be faster: a late notification settles the payment.
    if (status !== 200 && told?.code !== 'nothing_to_resolve') world.found(`resolve was answered ${status}`, session, id, text);
    else world.tally.add(`staff: settled as ${body.outcome}`);
  });
  return waiting.length;
}

/** Returns the finding of a person from the provider's books. */
export function verdict({ status, reversal, amount, change_unknown: isChangeOpen, debits }, { change_vouchers: vouchers }) {
  const [debit] = debits.filter(({ reversed_by: reversedBy }) => reversedBy === null);
  if (debit === undefined) return { outcome: 'not_taken' };
  // A reversal returns the whole amount, and only the change voucher of a success is unknown.
  const isOpen = status !== 'succeeded';
  const pin = debit.change_pin;
  const isShown = pin && debit.provider === 'kora' && (isOpen || isChangeOpen) && !(reversal && !isChangeOpen);
  const issued = isShown && vouchers.find((one) => one.provider === debit.provider && one.pin === pin)?.issued;
  return {
    outcome: 'taken',
    ...(isOpen && debit.amount !== amount && { amount: debit.amount }),
    ...(isShown && { change: { pin, amount: issued } }),
  };
}
