// The page in plain JavaScript.
import { placeOrder } from './order.js';

document.getElementById('app').innerHTML = `
  <p><button id="more">One more</button> <output id="count">1</output></p>
  <p><button id="another">Another order</button> <button id="leave">Leave</button></p>
  <p>Heard: <output id="heard"></output></p>`;
const byId = (id) => document.getElementById(id);

const checkout = document.createElement('voucher-checkout');
checkout.addEventListener('ready', () => (byId('heard').textContent += ' ready'));
checkout.addEventListener('done', ({ detail }) => (byId('heard').textContent += ` done:${detail.session}`));

async function open() {
  const order = await placeOrder();
  checkout.setAttribute('session', order.id);
  checkout.setAttribute('client-secret', order.client_secret);
}

byId('more').addEventListener('click', () => {
  byId('count').textContent = Number(byId('count').textContent) + 1;
  checkout.className = `count-${byId('count').textContent}`;
});
byId('another').addEventListener('click', open);
byId('leave').addEventListener('click', () => (checkout.isConnected ? checkout.remove() : byId('app').append(checkout)));
byId('app').append(checkout);
open();
