// Reconciles the vouchers that the shop ordered: at most one is issued for each key, and the shop knows of each.

import { phoneFor } from '../../simulator/pins.mjs';

/**
 * Recipients whom ODM always refuses: after a lost answer, the refusal of a repeated order does not prove the outcome of the
 * first.
 */
const REFUSED_BY_ODM = new Set(['forbidden', 'not_entitled', 'wallet_empty', 'limit_exceeded'].map((scenario) => phoneFor('odm', scenario)));

export function orderLines({ orders, books, received, hidden }) {
  const issuedAt = new Map();
  const enter = (reference, voucher) => issuedAt.set(reference, [...(issuedAt.get(reference) ?? []), voucher]);
  for (const { type, reference, amount, reverse_id: reversed } of books.providers.celbux.transactions) {
    if (type === '0') enter(reference, { amount, reversed });
  }
  for (const { idempotency_key: key, voucher_code: code } of books.providers.odm.issued) {
    enter(key, { code, amount: books.funded_vouchers.find(({ provider, pin }) => provider === 'odm' && pin === code)?.issued });
  }
  const told = new Map();
  for (const { event } of received.values()) {
    if (event?.type === 'voucher.issued') told.set(event.data.object.id, (told.get(event.data.object.id) ?? 0) + 1);
  }
  const counts = { issued: 0, 'by message': 0, refused: 0, 'in review': 0 };
  const problems = orders.flatMap((one) => problemsOf(one, { issuedAt, told, counts, books, hidden }));
  const ours = new Set(orders.flatMap(({ answers, last }) => [...answers, last].map(({ body }) => body?.provider_reference)));
  const unattributed = [...issuedAt.keys()].filter((reference) => !ours.has(reference)).map((reference) => `${reference}: unknown to the shop`);
  const figures = Object.entries(counts).map(([name, count]) => `${count} ${name}`);
  return [{ name: 'each ordered voucher is issued once, and the shop knows its outcome', told: `${orders.length} orders: ${figures.join(', ')}`, problems: [...problems, ...unattributed] }];
}

function problemsOf({ key, body: asked, answers, last: { status, body } }, { issuedAt, told, counts, books, hidden }) {
  const name = `${asked.provider} ${key} ${body?.id ?? ''}`;
  const references = new Set(answers.map((answer) => answer.body?.provider_reference).filter(Boolean));
  const [reference] = references;
  const issued = issuedAt.get(reference) ?? [];
  const problems = [];
  const off = (words) => problems.push(`${name}: ${words}`);
  if (references.size > 1) off(`has ${references.size} references`);
  if (issued.length > 1) off(`was issued ${issued.length} times`);
  if (status === 201) {
    counts.issued++;
    if (issued.length !== 1) off('is reported as issued, and is not');
    if ((told.get(body.id) ?? 0) !== 1) off(`was reported as issued ${told.get(body.id) ?? 0} times`);
    if (issued[0] && body.amount !== issued[0].amount) off(`is reported with the value ${body.amount}, and has the value ${issued[0].amount}`);
    if (asked.provider === 'odm' && body.voucher_code !== issued[0]?.code) off('its code is not the one that was issued');
    if (asked.provider === 'celbux' && body.voucher_number === undefined) {
      counts['by message']++;
      if (!books.messages.some(({ provider, to }) => provider === 'celbux' && to === asked.recipient)) off('its number was not sent to the recipient');
    }
    const codes = new Set(answers.map((answer) => answer.body?.voucher_number ?? answer.body?.voucher_code).filter(Boolean));
    if (codes.size > 1) off('two answers have different numbers');
  } else if (status === 422) {
    counts.refused++;
    if (issued.length !== 0) off('is reported as refused, and is issued');
  } else if (body?.needs_review) {
    counts['in review']++;
    if (issued.length > 0 || !(hidden.has(reference) || REFUSED_BY_ODM.has(asked.recipient_phone))) off(`is in review: ${body.provider_message}`);
  } else {
    off(`ends as ${status} ${JSON.stringify(body)}`);
  }
  return problems;
}
