/**
 * The demo shop's page. It shows what a shop has to do: ask its own server for a checkout session, put the element on the
 * page, listen to its events, and believe only its own server about the outcome.
 */
import { orderNow, placeOrder } from './order.js';
import { showPins } from './pins.js';
import { address, dress, offerThemes } from './themes.js';

const form = document.getElementById('buy');
const payButton = document.getElementById('pay');
const price = document.getElementById('price');
const title = document.getElementById('checkout-title');
const widget = document.getElementById('widget');
const back = document.getElementById('back');
const statusLine = document.getElementById('status');
const pinPanel = document.getElementById('pins');

const INVITATION = statusLine.textContent;
const CONFIRMING = 'Your payment is being confirmed. Please do not pay again.';
const MISSING = 'The checkout cannot be reached. Nothing can be paid here now.';
/** The checkout itself offers the way back when it has one of these problems. */
const LEAVABLE = ['session_not_found', 'misconfigured'];

/** The order whose checkout is on the page. */
let current;

form.addEventListener('submit', pay);
form.addEventListener('change', showPrice);
pinPanel.addEventListener('toggle', () => showPins(currency()));
back.addEventListener('click', () => leaveCheckout(current.status === 'processing' ? CONFIRMING : ''));
window.addEventListener('load', warnWithoutLoader);
// Back from the hosted page, as this page was left.
window.addEventListener('pageshow', ({ persisted }) => persisted && location.reload());

for (const [event, act] of Object.entries({
  ready: () => {
    offerBack(false);
    report(current);
  },
  paid: () => {
    offerBack(true);
    current.status = 'processing';
    askServer();
  },
  pending: () => {
    offerBack(true);
    current.status = 'processing';
    report(current);
    askAgain(current);
  },
  declined: () => {
    offerBack(false);
    current.status = 'open';
    say('bad', 'That voucher was declined. You can try another one.');
  },
  cancel: () => leaveCheckout('You left the checkout.'),
  error: ({ code }) => {
    offerBack(!LEAVABLE.includes(code));
    // The one that the checkout itself offers to try again.
    const problem = code === 'internal' ? 'The checkout could not be loaded. You can try again there.' : `The checkout has a problem (${code}). Please try later.`;
    askServer(problem);
  },
})) {
  widget.addEventListener(event, ({ detail }) => act(detail));
}

offerThemes();
showPrice();
await resume();

async function pay(event) {
  event.preventDefault();
  const { product, currency, mode } = Object.fromEntries(new FormData(form));
  payButton.disabled = true;
  say('wait', 'Preparing your order…');
  try {
    const { id, client_secret, url, order } = await placeOrder({ product, currency, mode });
    if (mode === 'hosted') {
      location.href = url;
      return;
    }
    history.replaceState(null, '', address({ order }));
    openCheckout(await orderNow(order), id, client_secret);
  } catch (error) {
    say('bad', error.message);
    statusLine.scrollIntoView({ block: 'nearest' });
  }
  payButton.disabled = false;
}

/** After a reload, or on the way back from the hosted page: the order is in the address, its truth on the server. */
async function resume() {
  const query = new URLSearchParams(location.search);
  if (query.has('canceled')) say('wait', 'You left the checkout.');
  const reference = query.get('order');
  if (!reference) return;
  try {
    const order = await orderNow(reference);
    form.elements.currency.value = order.currency;
    showPrice();
    openCheckout(order, order.id, order.client_secret);
  } catch (error) {
    // Otherwise it is still an order, and a reload asks for it again.
    if (error.status === 404) history.replaceState(null, '', address());
    say('bad', error.message);
  }
}

/** Shows the order and its checkout; of a paid order, the checkout still shows the change voucher. */
function openCheckout(order, session, secret) {
  current = order;
  form.hidden = true;
  const element = document.createElement('voucher-checkout');
  element.setAttribute('session', session);
  element.setAttribute('client-secret', secret);
  dress(element);
  widget.replaceChildren(element);
  title.focus({ preventScroll: true });
  // As much of the checkout as the window can show.
  title.parentElement.scrollIntoView({ block: 'nearest' });
  offerBack(true);
  back.classList.add('late');
  report(order);
  warnWithoutLoader();
}

/** The loader has had its chance when the page has loaded; without it, the element stays empty. */
function warnWithoutLoader() {
  if (document.readyState !== 'complete' || customElements.get('voucher-checkout')) return;
  offerBack(true);
  reportProblem(current, MISSING);
}

/** The checkout has a way back of its own, but not in every state: the shop's is there when it has none. */
function offerBack(isNeeded) {
  if (!isNeeded && document.activeElement === back) title.focus();
  back.classList.remove('late');
  back.hidden = !isNeeded || !current;
  // It stands above the checkout, which the shopper may have scrolled down.
  if (!back.hidden && widget.contains(document.activeElement)) back.scrollIntoView({ block: 'nearest' });
}

function leaveCheckout(message) {
  current = undefined;
  widget.replaceChildren();
  offerBack(false);
  form.hidden = false;
  history.replaceState(null, '', address());
  say(message ? 'wait' : '', message || INVITATION);
  payButton.focus();
}

/**
 * The browser heard that the order is paid, or of a problem, which may have come after the payment: what is so, only the
 * server can tell.
 */
async function askServer(problem) {
  say('wait', 'Checking your payment with our server…');
  const { reference } = current;
  try {
    const order = await orderNow(reference);
    if (current?.reference !== reference) return; // the shopper has left in the meantime
    current = order;
    if (problem) reportProblem(order, problem);
    else report(order);
  } catch (error) {
    if (current?.reference === reference) say('bad', error.message);
  }
  showPins(currency());
}

/** How long to wait before the server is asked again, in milliseconds. */
const PAUSE = 3_000;

/** Asks the server until it knows what became of a late payment: a part that was paid is an event for nobody but the server. */
function askAgain(order) {
  setTimeout(async () => {
    if (current !== order || order.status !== 'processing') return;
    const now = await orderNow(order.reference).catch(() => order);
    if (current !== order || order.status !== 'processing') return;
    if (now.status === 'processing') return askAgain(order);
    current = now;
    offerBack(now.status !== 'open');
    report(now);
  }, PAUSE);
}

/** A problem matters while there is something to pay; after that, what became of the order does. */
function reportProblem(order, problem) {
  if (order && order.status !== 'open') report(order);
  else say('bad', [order && received(order), problem].filter(Boolean).join(' '));
}

function report(order) {
  const { status, amount_received_text: receivedText } = order;
  if (status === 'complete') say('good', `Thank you. We have received ${receivedText}; your mug is on its way.`);
  else if (status === 'processing') say('wait', CONFIRMING);
  else if (status === 'expired' || status === 'canceled') say('bad', `This order is ${status} and can no longer be paid.`);
  else if (received(order)) say('wait', received(order));
  else say('', `Order ${order.reference.slice(0, 8).toUpperCase()}: ${order.product}, ${order.amount_text}`);
}

/** What to say of the part that is paid; nothing when there is none. */
function received({ amount_received: received, amount_received_text: receivedText, amount_text: amountText }) {
  return received > 0 ? `We have received ${receivedText} of ${amountText} so far.` : '';
}

function showPrice() {
  price.textContent = price.dataset[currency().toLowerCase()];
  showPins(currency());
}

function currency() {
  return form.elements.currency.value;
}

function say(tone, text) {
  statusLine.dataset.tone = tone;
  // An amount stays on one line.
  statusLine.textContent = text.replace(/ (?=[\d,]+\.\d\d)/g, '\u00a0');
}
