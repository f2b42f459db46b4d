// The usual orders of shops and contact details of shoppers, by provider.
import { pinFor } from '../simulator/pins.mjs';

/** The currency and amount of an order, in minor units, and the contact details typed besides the PIN. */
export const USUAL = {
  kora: { currency: 'ZAR', amount: 249_00, contact: { phone: '0821234567', email: 'thandi@example.com' } },
  wipay: { currency: 'TTD', amount: 120_00, contact: { phone: '8686221234' } },
  celbux: { currency: 'ZAR', amount: 249_00, contact: { phone: '0821234567' } },
};

/** Returns a function that returns unused PINs: `freshPin(provider, scenario, faceMajor)`. */
export function freshPins(serial = 1000) {
  return (provider, scenario, faceMajor) => pinFor(provider, scenario, serial++, faceMajor);
}
