/** Until the order is settled, asks the shop's server again, and shows the page anew when the answer has changed. */
import { orderNow } from './order.js';

const AGAIN_AFTER_MS = 2000;
const { order, status, settled } = document.querySelector('main').dataset;

if (order && settled === 'no') setTimeout(look, AGAIN_AFTER_MS);

async function look() {
  const now = await orderNow(order).catch(() => undefined);
  if (now && now.status !== status) location.reload();
  else setTimeout(look, AGAIN_AFTER_MS);
}
