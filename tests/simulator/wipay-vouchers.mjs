/**
 * WiPay's test vouchers. Number: `wSSvFFFFNNNN`, 12 lower-case letters and digits, the serial in base 36; see voucher-table.mjs.
 * Upper case is another voucher.
 *
 * Missing here, because this API cannot express it: a change voucher (the rest stays on the same number), an amount refused, an
 * unsupported provider code, "processing", a reference used twice, a partial payment.
 */
import { voucherTable } from './voucher-table.mjs';

/** The value of the "exact" voucher when it is checked before its first payment: TT$ 120.00 and the fee. Minor units. */
export const EXACT_VALUE_WHEN_CHECKED_FIRST = 125_00;

const SCENARIOS = [
  {
    number: 1,
    name: 'exact',
    value: 'asked',
    title: 'Pays exactly',
    whatHappens: 'Worth exactly what is asked and the fee (TT$ 125.00 when its balance is checked first); nothing is left.',
  },
  {
    number: 2,
    name: 'balance_left',
    title: 'Pays, with a balance left',
    whatHappens: 'Pays; the rest stays on the same voucher number.',
  },
  {
    number: 3,
    name: 'too_small',
    value: 6_00,
    title: 'Not worth enough',
    whatHappens: 'Refused when more than its value is asked: voucher value insufficient.',
  },
  {
    number: 4,
    name: 'not_found',
    value: 0,
    title: 'No such voucher',
    whatHappens: 'Refused: voucher not found.',
  },
  {
    number: 5,
    name: 'used',
    value: 0,
    title: 'Already used',
    whatHappens: 'Spent elsewhere before; refused like one that is not worth enough.',
  },
  {
    number: 7,
    name: 'inactive',
    title: 'Account not authorised',
    whatHappens: 'A payment is refused: account_number is unauthorized.',
  },
  {
    number: 9,
    name: 'too_many',
    title: 'Too many attempts',
    whatHappens: 'A payment is refused: Too many attempts.',
  },
  {
    number: 11,
    name: 'slow',
    title: 'Pays slowly',
    whatHappens: 'The money is taken at once; the answer comes after five seconds.',
  },
];

export const wipayVouchers = voucherTable({
  currency: 'TTD',
  scenarios: SCENARIOS,
  samples: [
    {
      title: "Test voucher of WiPay's document",
      whatHappens: 'Pays; the rest stays on the same voucher number.',
      pins: ['uyr8vmap230t', 'jxaqe48tfvbs', 'zmq8x0y29usv', 'xq62mu0s81jv', 'b4zytr8e37si', '6v75kwyg3t0i'],
    },
  ],
  first: 'w',
  mark: 'v',
  serialLength: 4,
  serialBase: 36,
});
