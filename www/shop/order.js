/** The client of the shop's own API. The shop's server sends prices and statuses as texts ready to show. */

/** Places an order and returns `{id, client_secret, url, order}`. Throws an Error with a message for the shopper. */
export function placeOrder({ product, currency, mode }) {
  return ask('/shop/orders', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ product, currency, mode }),
  });
}

/** Returns the order with its current status, which the shop's server requests from the checkout. */
export function loadOrder(reference) {
  return ask(`/shop/orders/${encodeURIComponent(reference)}`);
}

/** Returns the test vouchers of the simulated providers. */
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
