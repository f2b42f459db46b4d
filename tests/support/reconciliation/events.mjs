// Reconciles the events: none is lost, none is invented, each was signed, and together they report every outcome.

/** The time after which an event is sent although the one before it is not answered: `HEAD_START` in edge/core/src/outbox.rs. */
const HEAD_START_MS = 1_000;

export function eventLines({ sessions, received, orders = [] }, { payments }) {
  const problems = { listed: [], told: [], missing: [] };
  const known = new Set();
  let listed = 0;
  for (const { shop, events } of sessions) {
    listed += events.length;
    events.forEach(({ id, sequence, type, delivery }, place) => {
      if (sequence !== place + 1) problems.listed.push(`${shop.id}: ${id} has the number ${sequence} in place ${place + 1}`);
      if (known.has(id)) problems.listed.push(`${shop.id}: ${id} is listed twice`);
      known.add(id);
      const one = received.get(id);
      if (!one) problems.told.push(`${shop.id}: ${id} (${type}) was never received; it counts as ${delivery.status}`);
      else if (`${one.event.type} ${one.event.sequence} ${aboutOf(one.event)}` !== `${type} ${sequence} ${shop.id}`) {
        problems.told.push(`${shop.id}: ${id} was received as another`);
      }
      if (delivery.status !== 'delivered') problems.told.push(`${shop.id}: ${id} is ${delivery.status}`);
    });
    const begun = events.map(({ delivery }) => delivery.tries[0]?.at ?? '');
    if (begun.some((at, place) => place > 0 && at < begun[place - 1])) problems.told.push(`${shop.id}: first tries were out of order`);
    // A first try without an answer may never have arrived: the Worker can stop just before it sends.
    const heard = events.filter(({ delivery }) => delivery.tries[0]?.status != null);
    const orders = heard.map(({ id, delivery }) => ({ order: received.get(id)?.order ?? -1, at: Date.parse(delivery.tries[0].at) }));
    // On a busy machine an event can be on its way for longer than its head start.
    const overtakes = ({ order, at }, before) => order < before.order && at - before.at < HEAD_START_MS;
    if (orders.some((one, place) => place > 0 && overtakes(one, orders[place - 1]))) problems.told.push(`${shop.id}: events were received out of order`);
    const ends = { complete: 'completed', canceled: 'canceled', expired: 'expired' }[shop.status];
    const count = events.filter(({ type }) => type === `checkout_session.${ends}`).length;
    if (ends && count !== 1) problems.missing.push(`${shop.id} is ${shop.status}, and was reported ${count} times`);
  }
  const news = new Map();
  for (const { event } of received.values()) {
    const name = `${event.data.object.id} ${event.type}`;
    news.set(name, (news.get(name) ?? 0) + 1);
  }
  for (const { id, status, session, reversal, refunds = [], needs_review: needsReview } of payments) {
    const told = (type) => news.get(`${id} redemption.${type}`) ?? 0;
    const off = (type) => problems.missing.push(`${session} ${id} is ${status}, and "${type}" was reported ${told(type)} times`);
    if (/succeeded|reversed/.test(status) && told('succeeded') !== 1) off('succeeded');
    if (status === 'declined' && told('declined') !== 1) off('declined');
    if (status === 'unknown' && told('unknown') < 1) off('unknown');
    if (needsReview && told('needs_review') < 1) off('needs_review');
    const isResolved = told('unknown') > 0 && /succeeded|declined|not_sent/.test(status);
    const isBack = /succeeded|refused/.test(reversal?.status ?? '') && !isRefunded({ reversal, refunds });
    if ((isResolved || isBack) && told('resolved') < 1) off('resolved');
    if (told('refunded') !== refunds.filter((refund) => refund.status === 'succeeded').length) off('refunded');
  }
  for (const { shop } of sessions) {
    const untold = shop.payouts.filter((payout) => news.get(`${payout.id} payout.recorded`) !== 1);
    problems.missing.push(...untold.map((payout) => `${shop.id} ${payout.id} was not reported once`));
  }
  // "Not charged" comes from look-ups, and a later look-up may contradict it; a decline is the provider's own final answer.
  const declined = [...received.values()].filter(({ event }) => event.type === 'redemption.declined').map(({ event }) => event.data.object);
  const refusals = declined.filter(({ decline_code: code }) => code !== 'not_charged');
  const statuses = new Map(payments.map(({ id, status }) => [id, status]));
  const takenBack = refusals.filter(({ id }) => statuses.has(id) && statuses.get(id) !== 'declined');
  // The last answer to a refused order does not name the voucher.
  const vouchers = new Set(orders.flatMap(({ answers = [], last }) => [...answers, last].map(({ body }) => body?.id)));
  const isOrders = ({ type, data }) => type.startsWith('voucher.') && vouchers.has(data.object.id);
  for (const { last } of orders) {
    const isTold = (news.get(`${last.body?.id} voucher.needs_review`) ?? 0) > 0;
    if (last.body?.needs_review && !isTold) problems.missing.push(`${last.body.id} needs a review, which was not reported`);
  }
  const ofOrders = [...received.values()].filter(({ event }) => isOrders(event));
  const invented = [...received].filter(([id, { event }]) => !known.has(id) && !isOrders(event)).map(([id]) => `${id} is in no list`);
  const unsigned = [...received].filter(([, { invalid }]) => invalid > 0).map(([id]) => id);
  const deliveries = [...received.values()].reduce((sum, { times }) => sum + times, 0);
  const count = `${received.size} received, ${ofOrders.length} of them of orders`;
  return [
    { name: 'each session’s events are numbered 1 to n', told: `${listed} events of ${sessions.length} sessions`, problems: problems.listed },
    { name: 'each event was received, in order', told: count, problems: [...problems.told, ...invented] },
    { name: 'each event was signed, and the same in every delivery', told: `${deliveries} deliveries`, problems: unsigned },
    { name: 'each outcome was reported by an event', told: `${payments.length} payments, ${sessions.length} sessions`, problems: problems.missing },
    {
      name: 'no refusal is taken back',
      told: `${refusals.length} refusals`,
      problems: takenBack.map(({ id, decline_code: code }) => `${id} was refused (${code}), and is ${statuses.get(id)}`),
    },
  ];
}

/** Returns whether the provider has reversed the payment as a refund, which has an event of its own. */
const isRefunded = ({ reversal, refunds }) => reversal.status === 'succeeded' && refunds.some((refund) => refund.by_provider);

const aboutOf = ({ data: { object } }) => (object.checkout_session ?? object).id;
