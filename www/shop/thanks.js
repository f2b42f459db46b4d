/** Polls the shop's server until the order is settled, and reloads the page when its status has changed. */
import { loadOrder } from './order.js';

const POLL_MS = 2000;
const { order, status, settled } = document.querySelector('main').dataset;

if (order && settled === 'no') setTimeout(poll, POLL_MS);

async function poll() {
  const now = await loadOrder(order).catch(() => undefined);
  if (now && now.status !== status) location.reload();
  else setTimeout(poll, POLL_MS);
}
