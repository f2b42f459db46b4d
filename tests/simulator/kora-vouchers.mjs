/** Kora's test vouchers. PIN: `1SS0 FFFF NNNN NNNN`, 16 digits, in decimal; see voucher-table.mjs. */
import { voucherTable } from './voucher-table.mjs';

const SCENARIOS = [
  {
    number: 1,
    name: 'exact',
    value: 'asked',
    title: 'Pays exactly',
    whatHappens: 'Worth exactly what is asked; nothing is left.',
  },
  {
    number: 2,
    name: 'change',
    title: 'Pays, with change',
    whatHappens: 'Pays; the rest comes back as a change voucher with a new PIN.',
  },
  {
    number: 3,
    name: 'too_small',
    value: 10_00,
    title: 'Not worth enough',
    whatHappens: 'Refused with HTTP 402 when more than its value is asked.',
  },
  {
    number: 4,
    name: 'not_found',
    value: 0,
    title: 'No such voucher',
    whatHappens: 'Refused: the PIN is invalid.',
  },
  {
    number: 5,
    name: 'used',
    value: 0,
    title: 'Already used',
    whatHappens: 'Refused: it was spent elsewhere before.',
  },
  {
    number: 6,
    name: 'amount_refused',
    title: 'Amount refused',
    whatHappens: 'Refused: the amount exceeds the required amount.',
  },
  {
    number: 7,
    name: 'inactive',
    title: 'Provider not active',
    whatHappens: 'Refused with HTTP 403: the brand is not active for this merchant.',
  },
  {
    number: 8,
    name: 'code_unsupported',
    title: 'Provider code not supported',
    whatHappens: 'Refused: the provider code is not supported.',
  },
  {
    number: 9,
    name: 'reference_used',
    title: 'Delivered twice',
    whatHappens: 'The money is taken by a first delivery nobody saw; the answer is "Duplicate payment reference".',
  },
  {
    number: 10,
    name: 'partial',
    value: 'half',
    title: 'Pays only a part',
    whatHappens: 'Success, but only half of what is asked is paid and the voucher is empty.',
  },
  {
    number: 11,
    name: 'slow',
    title: 'Pays slowly',
    whatHappens: 'The money is taken at once; the answer comes after five seconds.',
  },
  {
    number: 12,
    name: 'processing_then_success',
    title: 'Processing, then paid',
    whatHappens: 'The answer is "processing"; about three seconds later the money is taken.',
  },
  {
    number: 13,
    name: 'processing_then_failed',
    title: 'Processing, then failed',
    whatHappens: 'The answer is "processing"; about three seconds later it has failed and nothing is taken.',
  },
];

export const koraVouchers = voucherTable({
  currency: 'ZAR',
  scenarios: SCENARIOS,
  samples: [
    {
      title: "Sample of Kora's document",
      whatHappens: 'Pays; the rest comes back as a change voucher with a new PIN.',
      pins: ['1168648096792943'],
    },
  ],
  first: '1',
  mark: '0',
  serialLength: 8,
});
