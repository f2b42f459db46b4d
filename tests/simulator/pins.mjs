/**
 * The documented test PINs and phones of every provider: the single source for the books page, the demo shop, the output of the
 * start script, and the tests.
 */
import { printForPeople } from './money.mjs';
import { PROVIDERS } from './providers.mjs';

/** The providers whose vouchers a checkout accepts, and those that issue vouchers. */
const ACCEPTING = PROVIDERS.filter(({ vouchers }) => vouchers);
const ISSUING = PROVIDERS.filter(({ phones }) => phones);

/** `[{provider, provider_title, pin, scenario, title, what_happens, value, currency}]`; `value` is for people: "R 500.00". */
export const TEST_PINS = ACCEPTING.flatMap((provider) => [
  ...provider.vouchers.samples.flatMap((sample) => sample.pins.map((pin) => documented(provider, sample, pin))),
  ...provider.vouchers.scenarios.map((scenario) => documented(provider, scenario, provider.vouchers.pinFor(scenario, 1, 0))),
]);

/** `[{provider, phone, scenario, title, what_happens}]`: recipients for whom issuing a voucher fails. */
export const TEST_PHONES = ISSUING.flatMap(({ id, phones }) => {
  return phones.scenarios.map(({ name, title, whatHappens }) => {
    return { provider: id, phone: phones.phoneFor(name), scenario: name, title, what_happens: whatHappens };
  });
});

/**
 * Returns the PIN of a fresh voucher. The same `serial` is the same voucher. `faceMajor` gives it another value than the
 * scenario's own, in whole units of its currency. For samples, `serial` counts the provider's own.
 */
export function pinFor(provider, scenario, serial = 1, faceMajor = 0) {
  const vouchers = ACCEPTING.find(({ id }) => id === provider)?.vouchers;
  const sample = vouchers?.samples.find(({ name }) => name === scenario)?.pins[serial - 1];
  if (sample) return sample;
  const row = vouchers?.scenarios.find(({ name }) => name === scenario);
  if (!row) throw new RangeError(`no test voucher: ${provider} ${scenario} ${serial}`);
  return vouchers.pinFor(row, serial, faceMajor);
}

/** Returns the recipient for whom issuing a voucher fails in this way. */
export function phoneFor(provider, scenario) {
  const phone = ISSUING.find(({ id }) => id === provider)?.phones.phoneFor(scenario);
  if (!phone) throw new RangeError(`no test phone: ${provider} ${scenario}`);
  return phone;
}

function documented({ id, title, vouchers: { currency } }, scenario, pin) {
  return {
    provider: id,
    provider_title: title,
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
