// What shops and shoppers usually say, provider by provider.
import { pinFor } from '../simulator/pins.mjs';

/** What an order costs there, and what a shopper types besides the PIN. */
export const USUAL = {
  kora: { currency: 'ZAR', amount: 249_00, contact: { phone: '0821234567', email: 'thandi@example.com' } },
  wipay: { currency: 'TTD', amount: 120_00, contact: { phone: '8686221234' } },
  celbux: { currency: 'ZAR', amount: 249_00, contact: { phone: '0821234567' } },
};

/** Gives out vouchers that nobody has used: `freshPin(provider, scenario, faceMajor)`. */
export function freshPins(serial = 1000) {
  return (provider, scenario, faceMajor) => pinFor(provider, scenario, serial++, faceMajor);
}
