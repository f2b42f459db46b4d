/**
 * A provider's table of test vouchers, and the pattern of their PINs: a first character, SS (the scenario's number), a mark,
 * FFFF (the face value in whole units of the currency; 0000 means the scenario's own), and a serial. Any serial is a fresh
 * voucher of its scenario; serial 1 is the documented one.
 *
 * Where a provider prints its numbers in groups with hyphens, `groups` holds their lengths: PINs are issued in that form, and
 * read with or without hyphens.
 *
 * A scenario's `value` is in minor units, or "asked" (exactly the first amount asked) or "half" (half of that).
 */
import { FAULT_SCENARIOS } from './faults.mjs';

/** The value of a test voucher unless its scenario or its PIN sets another, in minor units. */
const DEFAULT_VALUE = 500_00;

/** The value of a sample from the provider's own document: higher, because the demo uses it often. Minor units. */
const SAMPLE_VALUE = 5000_00;

/**
 * Returns the table of a provider whose own scenarios are `scenarios` (numbers below 20); the faults are added here. `samples`
 * are the vouchers of the provider's document: `{name?, title, whatHappens, value?, pins}`.
 */
export function voucherTable({ currency, scenarios, samples, first, mark, serialLength, serialBase = 10, groups }) {
  const rows = [...scenarios, ...FAULT_SCENARIOS].map((scenario) => ({ value: DEFAULT_VALUE, ...scenario }));
  const sampleRows = samples.map((sample) => ({ name: 'sample', value: SAMPLE_VALUE, ...sample }));
  const pattern = new RegExp(`^${first}(\\d\\d)${mark}(\\d{4})[0-9a-z]{${serialLength}}$`);

  return {
    currency,
    scenarios: rows,
    samples: sampleRows,

    /** Returns the PIN of a scenario's voucher. Throws a RangeError when the serial or the face value has too many digits. */
    pinFor({ number }, serial, faceMajor) {
      const bare = first + pad(number, 2) + mark + pad(faceMajor, 4) + pad(serial, serialLength, serialBase);
      return groups ? hyphenated(bare, groups) : bare;
    },

    /** Returns `{scenario, value}` of a test PIN, or undefined when it is not one. */
    read(pin) {
      const sample = sampleRows.find(({ pins }) => pins.includes(pin));
      if (sample) return { scenario: sample, value: sample.value };
      const match = pattern.exec(groups ? pin.replaceAll('-', '') : pin);
      const scenario = match && rows.find(({ number }) => number === Number(match[1]));
      if (!scenario) return undefined;
      const face = Number(match[2]) * 100;
      return { scenario, value: scenario.value !== 0 && face !== 0 ? face : scenario.value };
    },
  };
}

/** Returns digits in groups of these lengths, with hyphens between. */
export function hyphenated(digits, groups) {
  let from = 0;
  return groups.map((length) => digits.slice(from, (from += length))).join('-');
}

/** Returns the minor units of a scenario's value; `asked` is the first amount ever asked of the voucher, in minor units. */
export function valueWhenAsked(value, asked) {
  if (value === 'asked') return asked;
  if (value === 'half') return (asked + (asked % 2)) / 2;
  return value;
}

function pad(number, length, base = 10) {
  const places = number.toString(base).padStart(length, '0');
  if (!/^[0-9a-z]+$/.test(places) || places.length > length) throw new RangeError(`${number} does not fit ${length} places`);
  return places;
}
