/**
 * The documented test PINs of every provider: the single source for the books page, the demo shop, what the start script
 * prints, and the tests.
 */
import { koraVouchers } from './kora-vouchers.mjs';
import { wipayVouchers } from './wipay-vouchers.mjs';
import { printForPeople } from './money.mjs';

const VOUCHERS = { kora: koraVouchers, wipay: wipayVouchers };

/** `[{provider, pin, scenario, title, what_happens, value, currency}]`; `value` is for people, such as "R 500.00". */
export const TEST_PINS = Object.entries(VOUCHERS).flatMap(([provider, vouchers]) => [
  ...vouchers.samplePins.map((pin) => documented(provider, vouchers, vouchers.sample, pin)),
  ...vouchers.scenarios.map((scenario) => documented(provider, vouchers, scenario, vouchers.pinFor(scenario, 1, 0))),
]);

/**
 * The PIN of a fresh voucher. The same `serial` is the same voucher. `faceMajor` gives it another value than the
 * scenario's own, in whole units of its currency. For "sample", `serial` counts the provider's own samples.
 */
export function pinFor(provider, scenario, serial = 1, faceMajor = 0) {
  const vouchers = VOUCHERS[provider];
  if (scenario === 'sample' && vouchers?.samplePins[serial - 1]) return vouchers.samplePins[serial - 1];
  const row = vouchers?.scenarios.find(({ name }) => name === scenario);
  if (!row) throw new RangeError(`no test voucher: ${provider} ${scenario} ${serial}`);
  return vouchers.pinFor(row, serial, faceMajor);
}

function documented(provider, { currency }, scenario, pin) {
  return {
    provider,
    pin,
    scenario: scenario.name,
    title: scenario.title,
    what_happens: scenario.whatHappens,
    value: valueForPeople(scenario.value, currency),
    currency,
  };
}

function valueForPeople(value, currency) {
  if (value === 'asked') return 'what is asked';
  if (value === 'half') return 'half of what is asked';
  return value === 0 ? 'nothing' : printForPeople(value, currency);
}
