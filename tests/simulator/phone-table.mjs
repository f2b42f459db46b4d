/**
 * Recipients for whom issuing a voucher goes wrong: a prefix and two digits, the number of the scenario. Faults have the
 * same numbers as in the PINs of voucher-table.mjs.
 */
import { FAULT_SCENARIOS } from './faults.mjs';

/** The table of a provider whose own scenarios are `scenarios`: rows with `number`, `name`, `title`, `whatHappens`. */
export function phoneTable({ prefix, scenarios }) {
  const rows = [...scenarios, ...FAULT_SCENARIOS];
  const phoneOf = ({ number }) => prefix + String(number).padStart(2, '0');

  return {
    scenarios: rows,

    /** The phone number of the scenario with this name, or undefined when there is none. */
    phoneFor(name) {
      const row = rows.find((one) => one.name === name);
      return row && phoneOf(row);
    },

    /** The scenario that this phone number plays, or undefined. */
    read(phone) {
      return rows.find((row) => phoneOf(row) === phone);
    },
  };
}
