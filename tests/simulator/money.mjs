/**
 * Money as integer minor units (cents). Decimal text is read and written digit by digit: no value
 * passes through a binary float, so R 0.10 + R 0.20 is exactly R 0.30.
 */

const SYMBOLS = { ZAR: 'R', TTD: 'TT$' };

/**
 * Returns the minor units of a plain decimal such as "75", "75.5" or "75.00". Undefined for anything else: signs, exponents,
 * more than two decimals, separators, or more than 13 digits before the point (beyond that an integer would not be exact).
 */
export function parseMajor(text) {
  const match = /^(\d{1,13})(?:\.(\d{1,2}))?$/.exec(text);
  if (!match) return undefined;
  const [, whole, decimals = ''] = match;
  return Number(whole + decimals.padEnd(2, '0'));
}

/** Prints minor units with exactly two decimals: 7500 is "75.00". */
export function printMajor(minor) {
  if (!Number.isSafeInteger(minor) || minor < 0) throw new RangeError(`not an amount in minor units: ${minor}`);
  const digits = String(minor).padStart(3, '0');
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** Prints minor units with no more decimals than needed, as a JSON number is usually written: 10000 is "100", 24950 "249.5". */
export function printShortest(minor) {
  return printMajor(minor).replace(/\.?0+$/, '');
}

/** Prints minor units for people, with the currency's own sign: 24900 ZAR is "R 249.00". */
export function printForPeople(minor, currency) {
  const [whole, decimals] = printMajor(minor).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return `${SYMBOLS[currency] ?? currency} ${grouped}.${decimals}`;
}
