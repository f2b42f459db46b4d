/**
 * The demo shop's page. It shows how a shop integrates the checkout: get a checkout session from its own server, put the element on
 * the page, listen to its events, and trust only its own server about the outcome.
 */
import { loadOrder, placeOrder } from './order.js';
import { showPins } from './pins.js';
import { address, applyTheme, offerThemes } from './themes.js';

const form = document.getElementById('buy');
const payButton = document.getElementById('pay');
const price = document.getElementById('price');
const title = document.getElementById('checkout-title');
const widget = document.getElementById('widget');
const back = document.getElementById('back');
const statusLine = document.getElementById('status');
const pinPanel = document.getElementById('pins');

const INITIAL_STATUS = statusLine.textContent;
const CONFIRMING = 'Your payment is being confirmed. Please do not pay again.';
const UNREACHABLE = 'The checkout cannot be reached. Nothing can be paid here now.';
/** With these error codes the checkout itself shows a button back to the shop. */
const HAS_OWN_BACK = ['session_not_found', 'misconfigured'];

/** The order whose checkout is on the page. */
let current;

form.addEventListener('submit', pay);
form.addEventListener('change', showPrice);
pinPanel.addEventListener('toggle', () => showPins(currency()));
back.addEventListener('click', () => leaveCheckout(current.status === 'processing' ? CONFIRMING : ''));
window.addEventListener('load', warnWithoutLoader);
// The browser restored this page on the way back from the hosted page: its state may be out of date.
window.addEventListener('pageshow', ({ persisted }) => persisted && location.reload());

for (const [event, act] of Object.entries({
  ready: () => {
    showBack(false);
    report(current);
  },
  paid: () => {
    showBack(true);
    current.status = 'processing';
    checkOrder();
  },
  pending: () => {
    showBack(true);
    current.status = 'processing';
    report(current);
    pollOrder(current);
  },
  declined: () => {
    showBack(false);
    current.status = 'open';
    say('bad', 'That voucher was declined. You can try another one.');
  },
  cancel: () => leaveCheckout('You left the checkout.'),
  error: ({ code }) => {
    showBack(!HAS_OWN_BACK.includes(code));
    // For `internal` the checkout shows a retry button.
    const problem = code === 'internal' ? 'The checkout could not be loaded. You can try again there.' : `The checkout has a problem (${code}). Please try later.`;
    checkOrder(problem);
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
    openCheckout(await loadOrder(order), id, client_secret);
  } catch (error) {
    say('bad', error.message);
    statusLine.scrollIntoView({ block: 'nearest' });
  }
  payButton.disabled = false;
}

/** Opens the order in the address after a reload or on the way back from the hosted page, with the status from the server. */
async function resume() {
  const query = new URLSearchParams(location.search);
  if (query.has('canceled')) say('wait', 'You left the checkout.');
  const reference = query.get('order');
  if (!reference) return;
  try {
    const order = await loadOrder(reference);
    form.elements.currency.value = order.currency;
    showPrice();
    openCheckout(order, order.id, order.client_secret);
  } catch (error) {
    // After any other error the order stays in the address for the next reload.
    if (error.status === 404) history.replaceState(null, '', address());
    say('bad', error.message);
  }
}

/** Shows the order and its checkout. For a paid order the checkout still shows the change voucher. */
function openCheckout(order, session, secret) {
  current = order;
  form.hidden = true;
  const element = document.createElement('voucher-checkout');
  element.setAttribute('session', session);
  element.setAttribute('client-secret', secret);
  applyTheme(element);
  widget.replaceChildren(element);
  title.focus({ preventScroll: true });
  // Scrolls as much of the checkout into view as fits.
  title.parentElement.scrollIntoView({ block: 'nearest' });
  showBack(true);
  back.classList.add('late');
  report(order);
  warnWithoutLoader();
}

/** Warns when the page has loaded without the loader: the element then stays empty. */
function warnWithoutLoader() {
  if (document.readyState !== 'complete' || customElements.get('voucher-checkout')) return;
  showBack(true);
  reportProblem(current, UNREACHABLE);
}

/** Shows or hides the shop's back button, which is needed in states where the checkout has none of its own. */
function showBack(isNeeded) {
  if (!isNeeded && document.activeElement === back) title.focus();
  back.classList.remove('late');
  back.hidden = !isNeeded || !current;
  // The button is above the checkout and may be scrolled out of view.
  if (!back.hidden && widget.contains(document.activeElement)) back.scrollIntoView({ block: 'nearest' });
}

function leaveCheckout(message) {
  current = undefined;
  widget.replaceChildren();
  showBack(false);
  form.hidden = false;
  history.replaceState(null, '', address());
  say(message ? 'wait' : '', message || INITIAL_STATUS);
  payButton.focus();
}

/** Loads the order from the server after `paid` or `error`: an event alone proves nothing, and a problem may follow a payment. */
async function checkOrder(problem) {
  say('wait', 'Checking your payment with our server…');
  const { reference } = current;
  try {
    const order = await loadOrder(reference);
    if (current?.reference !== reference) return; // the shopper has left in the meantime
    current = order;
    if (problem) reportProblem(order, problem);
    else report(order);
  } catch (error) {
    if (current?.reference === reference) say('bad', error.message);
  }
  showPins(currency());
}

/** The delay before the order is loaded again. */
const POLL_MS = 3_000;

/** Loads the order until its late outcome is known. A partial payment fires no event in the browser. */
function pollOrder(order) {
  setTimeout(async () => {
    if (current !== order || order.status !== 'processing') return;
    const now = await loadOrder(order.reference).catch(() => order);
    if (current !== order || order.status !== 'processing') return;
    if (now.status === 'processing') return pollOrder(order);
    current = now;
    showBack(now.status !== 'open');
    report(now);
  }, POLL_MS);
}

/** Shows a problem while the order is open, otherwise the order's status. */
function reportProblem(order, problem) {
  if (order && order.status !== 'open') report(order);
  else say('bad', [order && partPaidText(order), problem].filter(Boolean).join(' '));
}

function report(order) {
  const { status, amount_received_text: receivedText } = order;
  if (status === 'complete') say('good', `Thank you. We have received ${receivedText}; your mug is on its way.`);
  else if (status === 'processing') say('wait', CONFIRMING);
  else if (status === 'expired' || status === 'canceled') say('bad', `This order is ${status} and can no longer be paid.`);
  else if (partPaidText(order)) say('wait', partPaidText(order));
  else say('', `Order ${order.reference.slice(0, 8).toUpperCase()}: ${order.product}, ${order.amount_text}`);
}

/** Returns a text about the part that is paid, or an empty text. */
function partPaidText({ amount_received: received, amount_received_text: receivedText, amount_text: amountText }) {
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
  // Keeps an amount on one line.
  statusLine.textContent = text.replace(/ (?=[\d,]+\.\d\d)/g, '\u00a0');
}
