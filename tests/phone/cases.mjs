// The pages that a shopper opens, and the marks to wait for: the hosted page, the widget in a shop's page, and Adyen's component
// in the same page.
import assert from 'node:assert/strict';
import { pinFor } from '../simulator/pins.mjs';
import { ADYEN_MARKS, ADYEN_SERVERS, adyenFiles } from './adyen.mjs';

const HEAD = `<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Shop</title>
<link rel="icon" href="data:,">`;
const PIN = { name: 'pin', selector: 'input[name=pin]', use: 'type' };
const PAYMENT = { name: 'payment', selector: 'form button.button', use: 'press' };
const PLAIN_PAYMENT = { ...PAYMENT, selector: 'form[method=post] button.button' };
const TAKEN_OVER = { name: 'widget', selector: '.enhanced form' };
const inner = (mark) => ({ ...mark, inner: true });

/** Returns the three cases by name: each opens its page once on the phone, and returns the phone's figures. */
export async function casesOf(world, phone) {
  Object.assign(world.files, await adyenFiles(HEAD));
  const first = await world.createSession();
  await world.warm([...(await world.assets()), first.url, ...['/adyen.js', '/adyen.css'].map((path) => world.site.url + path)]);
  return {
    async hosted() {
      const { url } = await world.createSession();
      return phone.open({ url, marks: [PIN, PAYMENT, TAKEN_OVER] });
    },
    async embedded() {
      const session = await world.createSession();
      world.files['/embedded'] = { type: 'text/html', body: shopPage(world.proxy.url, session) };
      return phone.open({ url: `${world.site.url}/embedded`, marks: [PIN, PAYMENT].map(inner) });
    },
    adyen: () => phone.open({ url: `${world.site.url}/adyen`, marks: ADYEN_MARKS, foreign: ADYEN_SERVERS }),
  };
}

function shopPage(checkout, { id, client_secret: secret }) {
  return `<!doctype html><html lang="en"><head>${HEAD}<script async src="${checkout}/checkout.js"></script></head>
<body><h1>Enamel mug</h1><voucher-checkout session="${id}" client-secret="${secret}"></voucher-checkout></body></html>`;
}

/**
 * Pays with the hosted page's form as soon as it can be used, before the widget is there. Returns when it was sent, and throws
 * unless the provider's books show the debit.
 */
export async function provePayment(world, phone) {
  const { url, id } = await world.createSession();
  const pin = pinFor('kora', 'exact', Math.floor(Math.random() * 1e6));
  const isIt = (debit) => debit.pin === pin;
  const { times } = await phone.open({
    url,
    marks: [PIN, PLAIN_PAYMENT],
    payment: { pin, phone: '0821234567', email: 'thandi@example.com' },
    then: () => world.simulator.until(({ debits }) => debits.some(isIt), 60_000),
  });
  const form = world.requests.find(({ method, path }) => method === 'POST' && path.startsWith(`/pay/${id}`));
  assert.equal(form?.headers['content-type'], 'application/x-www-form-urlencoded', 'another form than the plain one paid');
  assert.equal(world.simulator.books().debits.filter(isIt).length, 1, 'the voucher was not charged once');
  return times.sent;
}
