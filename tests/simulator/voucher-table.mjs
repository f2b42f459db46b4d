/**
 * A provider's table of test vouchers, and the pattern of their PINs: a first character, SS (the scenario's number), a
 * mark, FFFF (the face value in whole units of the currency; 0000 means the scenario's own), and a serial. Any serial is
 * a fresh voucher of its scenario; serial 1 is the documented one.
 *
 * A scenario's `value` is in minor units, or "asked" (exactly what is first asked) or "half" (half of that).
 */
import { FAULT_SCENARIOS } from './faults.mjs';

/** What a test voucher is worth unless its scenario or its PIN says otherwise, in minor units. */
const DEFAULT_VALUE = 500_00;

/** A sample of the provider's own document is worth more, because the demo uses it often. Minor units. */
const SAMPLE_VALUE = 5000_00;

/** The table of a provider whose own scenarios are `scenarios` (numbers below 20); the faults are added here. */
export function voucherTable({ currency, scenarios, sample, samplePins, first, mark, serialLength, serialBase = 10 }) {
  const rows = [...scenarios, ...FAULT_SCENARIOS].map((scenario) => ({ value: DEFAULT_VALUE, ...scenario }));
  const sampleRow = { name: 'sample', value: SAMPLE_VALUE, ...sample };
  const pattern = new RegExp(`^${first}(\\d\\d)${mark}(\\d{4})[0-9a-z]{${serialLength}}$`);

  return {
    currency,
    scenarios: rows,
    sample: sampleRow,
    samplePins,

    /** The PIN of a scenario's voucher. Throws a RangeError when the serial or the face value has too many digits. */
    pinFor({ number }, serial, faceMajor) {
      return first + pad(number, 2) + mark + pad(faceMajor, 4) + pad(serial, serialLength, serialBase);
    },

    /** `{scenario, value}` of a test PIN, or undefined when it is none. */
    read(pin) {
      if (samplePins.includes(pin)) return { scenario: sampleRow, value: sampleRow.value };
      const match = pattern.exec(pin);
      const scenario = match && rows.find(({ number }) => number === Number(match[1]));
      if (!scenario) return undefined;
      const face = Number(match[2]) * 100;
      return { scenario, value: scenario.value !== 0 && face !== 0 ? face : scenario.value };
    },
  };
}

/** The minor units of a scenario's value, now that `asked` minor units are the first ever asked of the voucher. */
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
