/** The browser's side of the shop's own API. Prices and outcomes come from the shop's server, in words ready to show. */

/** Places an order and returns `{id, client_secret, url, order}`. Throws an Error with words for the shopper. */
export function placeOrder({ product, currency, mode }) {
  return ask('/shop/orders', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ product, currency, mode }),
  });
}

/** The order as the shop's server knows it now, asked anew of the checkout. */
export function orderNow(reference) {
  return ask(`/shop/orders/${encodeURIComponent(reference)}`);
}

/** The documented test vouchers. */
export async function testPins() {
  return (await ask('/shop/pins.json')).pins;
}

async function ask(path, options) {
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    throw new Error('The shop cannot be reached. Please check your connection and try again.');
  }
  const answer = await response.json().catch(() => ({}));
  const problem = answer.error?.message ?? `The shop answered with an error (${response.status}).`;
  if (!response.ok) throw Object.assign(new Error(problem), { status: response.status });
  return answer;
}
