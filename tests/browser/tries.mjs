// Another window of the same shopper, in which vouchers are refused until the Worker asks for a pause.
import { pinFor } from '../simulator/pins.mjs';

const TRIES = 5;
const CONTACT = { phone: '0821234567', email: 'thandi@example.com' };

/** Uses up all tries for the session whose hosted page has this address. `serial` is that of the first PIN. */
export async function useUpTries(stack, address, serial) {
  const { pathname, searchParams } = new URL(address);
  const session = pathname.split('/').at(-1);
  for (let tries = 0; tries < TRIES; tries += 1) {
    const pin = pinFor('kora', 'not_found', serial + tries);
    await fetch(`${stack.url}/v1/checkout/${session}/redemptions`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${searchParams.get('key')}`,
        'content-type': 'application/json',
        'idempotency-key': `try-${serial + tries}`,
      },
      body: JSON.stringify({ provider: 'kora', provider_code: '0001', pin, ...CONTACT }),
    });
  }
}
