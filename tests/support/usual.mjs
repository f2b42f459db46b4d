// The usual orders of shops and contact details of shoppers, by provider.
import { pinFor } from '../simulator/pins.mjs';

/** The currency and amount of an order, in minor units, and the contact details typed besides the PIN. */
export const USUAL = {
  kora: { currency: 'ZAR', amount: 249_00, contact: { phone: '0821234567', email: 'thandi@example.com' } },
  wipay: { currency: 'TTD', amount: 120_00, contact: { phone: '8686221234' } },
  celbux: { currency: 'ZAR', amount: 249_00, contact: { phone: '0821234567' } },
  odm: { currency: 'ETB', amount: 249_00, contact: { phone: '0911234567' } },
};

/** Returns a function that returns a shopper in South Africa at an address of their own, as options of `redeem`. */
export function freshShoppers(serial = 1000) {
  return () => {
    serial++;
    const address = [serial >> 16, serial >> 8, serial].map((part) => part & 255).join('.');
    return { phone: `082${String(serial).padStart(7, '0')}`, headers: { 'cf-connecting-ip': `10.${address}` } };
  };
}

/** Returns a function that returns unused PINs: `freshPin(provider, scenario, faceMajor)`. */
export function freshPins(serial = 1000) {
  return (provider, scenario, faceMajor) => pinFor(provider, scenario, serial++, faceMajor);
}
