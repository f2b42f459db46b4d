/**
 * Recipients for whom issuing a voucher fails: a prefix and two digits, the number of the scenario. Faults have the same numbers
 * as in the PINs of voucher-table.mjs.
 */
import { FAULT_SCENARIOS } from './faults.mjs';

/** Returns the table of a provider whose own scenarios are `scenarios`: rows with `number`, `name`, `title`, `whatHappens`. */
export function phoneTable({ prefix, scenarios }) {
  const rows = [...scenarios, ...FAULT_SCENARIOS];
  const phoneOf = ({ number }) => prefix + String(number).padStart(2, '0');

  return {
    scenarios: rows,

    /** Returns the phone number of the scenario with this name, or undefined when there is none. */
    phoneFor(name) {
      const row = rows.find((one) => one.name === name);
      return row && phoneOf(row);
    },

    /** Returns the scenario of this phone number, or undefined. */
    read(phone) {
      return rows.find((row) => phoneOf(row) === phone);
    },
  };
}
