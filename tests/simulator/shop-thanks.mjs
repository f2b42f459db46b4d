/** The text of the thank-you page, from the Worker's report on the order. */
import { orderNumber } from './shop-orders.mjs';

const DELIVERED = { event: 'sent, told by an event', question: 'sent, after asking the checkout' };

/** Returns the fields of `thanks.html`. `now` is the order with its status, or the error of the query. */
export function thanksFields(now) {
  if (now instanceof Error) {
    return { title: 'We could not check your order', message: now.message, tone: 'wait', settled: 'no' };
  }
  const { status, reference, product, amount_text: price, delivered_by } = now;
  const delivery = DELIVERED[delivered_by];
  return { reference, number: orderNumber(reference), product, price, status, delivery, ...verdict(now) };
}

function verdict({ status, amount_text: price, amount_received: received, amount_received_text: receivedText }) {
  switch (status) {
    case 'complete':
      return said('good', 'yes', 'Thank you', `We have received ${receivedText}. Your mug is on its way.`);
    case 'expired':
    case 'canceled': {
      const taken = received > 0 ? `We have received ${receivedText}, which we owe you.` : 'Nothing was taken.';
      return said('bad', 'yes', `This order is ${status}`, `It can no longer be paid. ${taken}`);
    }
    case 'processing':
      return said('wait', 'no', 'One moment', 'Your payment is being confirmed. Please do not pay again.');
    default:
      return said('wait', 'no', 'Not paid yet', `So far we have received ${receivedText} of ${price}.`);
  }
}

function said(tone, settled, title, message) {
  return { tone, settled, title, message };
}
