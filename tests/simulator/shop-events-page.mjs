/** The content of the events page: the fields of `www/shop/events.html`. */
import { markup } from './markup.mjs';
import { printForPeople, printMajor } from './money.mjs';

/** Returns the fields of the page, from the entries of shop-events.mjs. */
export function eventsFields({ listening, refused, events }) {
  const list = markup`<ol class="events">${events.map(row)}</ol>`;
  const empty = listening ? 'Nothing yet. Buy a mug, and what becomes of it appears here.' : NOT_LISTENING;
  return {
    count: events.length === 1 ? '1 event' : `${events.length} events`,
    refused: refused.count > 0 ? `Refused: ${refused.count}. The latest at ${clock(refused.at)}, because ${refused.reason}.` : '',
    list: events.length > 0 ? list : markup`<p class="note">${empty}</p>`,
  };
}

const NOT_LISTENING = 'This shop was started without WEBHOOK_SECRET, so it believes no event. It asks the checkout instead.';

function row({ id, at, type, sequence, order, session, redemption, voucher, status, times, did, ...amounts }) {
  const facts = [
    ['Order', order],
    ['Status', status],
    ...Object.entries(moneyOf(amounts)),
    ['Sequence', sequence],
    ['Session', session && code(session)],
    ['Redemption', redemption && code(redemption)],
    ['Voucher', voucher && code(voucher)],
    ['Event', code(id)],
  ].filter(([, value]) => value !== undefined);
  return markup`
<li>
  <p class="what"><code class="type">${breakable(type)}</code> <span class="badge">verified</span>
  ${times > 1 ? markup`<span class="badge again">came ${times} times</span>` : null}
  <time datetime="${at}">${clock(at)}</time></p>
  ${did ? markup`<p class="did">${did}</p>` : null}
  <dl>${facts.map(([name, value]) => markup`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
</li>`;
}

/** Prints the money of an event. An event of a payment has no currency; without its order, only the number is printed. */
function moneyOf({ currency, amount, amount_received, amount_owed }) {
  const print = (minor) => (minor === undefined ? undefined : currency ? printForPeople(minor, currency) : printMajor(minor));
  return { Amount: print(amount), Received: print(amount_received), Owed: print(amount_owed) };
}

/** Allows a line break after the dots of an event type, instead of in the middle of a word. */
function breakable(type) {
  const [first, ...others] = type.split('.');
  return [first, ...others.map((part) => markup`<wbr>.${part}`)];
}

function code(text) {
  return markup`<code>${text}</code>`;
}

function clock(iso) {
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;
}
