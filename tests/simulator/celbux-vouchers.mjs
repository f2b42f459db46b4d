/**
 * Celbux's test vouchers. Number: `168-SSFFF-FNNNN`, 13 digits, accepted with or without hyphens; see voucher-table.mjs.
 *
 * `settles` is the document's VSettle: a payment closes the number, and the rest comes by text message under a new one.
 */
import { hyphenated, voucherTable } from './voucher-table.mjs';

/** The owner of the test vouchers. */
export const OWNER = '27648302057';
export const VOUCHER_TYPES = ['168Cash', '168Food'];

/** The value of the "exact" voucher when it is viewed before its first payment: a mug of the demo shop. Minor units. */
export const EXACT_VALUE_WHEN_VIEWED_FIRST = 249_00;

const GROUPS = [3, 5, 5];
const SAMPLE_VALUE = 20_00;

/** The usual traits of a voucher: it may be spent, and its rest gets a new number. */
const USUAL = { owner: OWNER, type: '168Cash', locked: false, autoLock: false, settles: true, accumulates: false };

const SCENARIOS = [
  {
    number: 1,
    name: 'exact',
    value: 'asked',
    title: 'Pays exactly',
    whatHappens: 'Worth exactly what is asked (R 249.00 when it is viewed first); nothing is left.',
  },
  {
    number: 2,
    name: 'rest_by_sms',
    title: 'Pays, the rest by text message',
    whatHappens: 'Pays; the rest gets a new number, which is sent to its owner by text message.',
  },
  {
    number: 3,
    name: 'too_small',
    value: 10_00,
    title: 'Not worth enough',
    whatHappens: 'Refused when more than its value is asked: status -12.',
  },
  {
    number: 4,
    name: 'not_found',
    value: 0,
    title: 'No such voucher',
    whatHappens: 'Refused: status -14.',
  },
  {
    number: 5,
    name: 'used',
    value: 0,
    title: 'Already used',
    whatHappens: 'Spent elsewhere before; refused like one that is not worth enough.',
  },
  {
    number: 6,
    name: 'rest_stays',
    settles: false,
    title: 'Pays, the rest stays',
    whatHappens: 'Pays; the rest stays on the same number.',
  },
  {
    number: 7,
    name: 'wrong_merchant',
    title: 'Wrong merchant',
    whatHappens: 'Refused: status -13, it cannot be spent here.',
  },
  {
    number: 8,
    name: 'locked',
    locked: true,
    title: 'Locked',
    whatHappens: 'Refused: status -1, it is locked.',
  },
  {
    number: 9,
    name: 'duplicate_after',
    title: 'Delivered twice',
    whatHappens: 'The money is taken by a first delivery nobody saw; the answer is status -2.',
  },
  {
    number: 10,
    name: 'general_failure_before',
    title: 'General failure, nothing taken',
    whatHappens: 'Nothing is taken; the answer is HTTP 500 with status -7.',
  },
  {
    number: 11,
    name: 'slow',
    title: 'Pays slowly',
    whatHappens: 'The money is taken at once; the answer comes after five seconds.',
  },
  {
    number: 12,
    name: 'unconfirmed_then_confirmed',
    title: 'Confirmed later',
    whatHappens: 'Pays; for about three seconds the look-up says that it is not confirmed.',
  },
  {
    number: 13,
    name: 'general_failure_after',
    title: 'General failure, money taken',
    whatHappens: 'The money is taken, then the answer is HTTP 500 with status -7.',
  },
  {
    number: 14,
    name: 'reverse_silent_after',
    title: 'Reversal unheard, given back',
    whatHappens: 'Pays; when the payment is reversed, the money is given back but no byte is answered.',
  },
  {
    number: 15,
    name: 'reverse_refused',
    title: 'Reversal refused',
    whatHappens: 'Pays; a reversal of the payment is refused: status -13.',
  },
  {
    number: 16,
    name: 'reverse_silent_before',
    title: 'Reversal unheard, not given back',
    whatHappens: 'Pays; when the payment is reversed, nothing is given back and no byte is answered.',
  },
];

export const celbuxVouchers = voucherTable({
  currency: 'ZAR',
  scenarios: SCENARIOS,
  samples: [
    {
      title: "Payment sample of Celbux's document",
      whatHappens: 'Pays; the rest gets a new number, which is sent to its owner by text message.',
      value: SAMPLE_VALUE,
      pins: ['168-41405-74358'],
    },
    {
      name: 'sample_locked',
      title: "View sample of Celbux's document",
      whatHappens: 'Refused: it is locked, as the document shows it.',
      value: SAMPLE_VALUE,
      locked: true,
      autoLock: true,
      accumulates: true,
      pins: ['168-78439-48310'],
    },
  ],
  first: '168',
  mark: '',
  serialLength: 4,
  groups: GROUPS,
});

/** Returns a voucher number with its hyphens, or undefined when the text is not one. */
export function voucherNumber(text) {
  return /^\d{3}-?\d{5}-?\d{5}$/.test(text) ? hyphenated(text.replaceAll('-', ''), GROUPS) : undefined;
}

/** Returns the traits of a voucher, with the differences of its scenario. */
export function traitsOf(scenario) {
  const traits = { ...USUAL };
  for (const name of Object.keys(traits)) if (scenario?.[name] !== undefined) traits[name] = scenario[name];
  return traits;
}
