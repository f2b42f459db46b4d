/** Calls to the simulated providers as their documents show them, for the tests of the simulator. */

const KEY = 'sk_test_simulator';
let references = 0;

/** `{status, type, body}` of one call; `body` is parsed when it is JSON. */
export async function call(url, options) {
  const response = await fetch(url, options);
  const text = await response.text();
  const type = response.headers.get('content-type') ?? '';
  return { status: response.status, type, text, body: type.startsWith('application/json') ? JSON.parse(text) : undefined };
}

/** A fresh reference. */
export function newReference() {
  return `test-${++references}`;
}

/** The document's sample request, with the differences given. `amount` is in rand, or a text put in as it is. */
export function chargeRequest({ pin, amount = 100, reference = newReference(), voucher, customer, ...others }) {
  const request = {
    amount: typeof amount === 'string' ? '@amount' : amount,
    currency: 'ZAR',
    merchant_bears_cost: true,
    notification_url: 'https://secure.example.com/api/v1/callback/deposit',
    description: 'This is a voucher payment',
    reference,
    voucher: { pin, phone_number: '+270576847568', provider_code: '0001', ...voucher },
    customer: { email: 'john@example.com', name: 'John Doe', ...customer },
    metadata: { key: 'Value 1' },
    ...others,
  };
  return JSON.stringify(request).replace('"@amount"', amount);
}

/** The providers' calls at a simulator's address. */
export function client(url) {
  const post = (path, type, body, headers) => {
    return call(url + path, { method: 'POST', headers: { 'content-type': type, ...headers }, body });
  };
  const form = (path, fields) => post(path, 'application/x-www-form-urlencoded', new URLSearchParams(fields).toString());
  const key = { authorization: `Bearer ${KEY}` };
  const payment = { account_number: '4630', details: 'This is a test Voucher Payment', total: '120.00' };
  return {
    charge: (fields) => post('/kora/api/v1/charge/voucher', 'application/json', chargeRequest(fields), key),
    lookUp: (reference) => call(`${url}/kora/api/v1/charges/${reference}`, { headers: key }),
    pay: (fields) => form('/wipay/v1/voucher_pay', { ...payment, ...fields }),
    check: (voucher) => form('/wipay/v1/voucher_check', { voucher }),
    post,
  };
}
