/**
 * ODM's test vouchers. Code: `2SS0 FFFF NNNN NNNN`, 16 digits, in decimal; see voucher-table.mjs. The faults happen to the call that
 * takes the money, once for each Idempotency-Key: the same request again gets a real answer.
 */
import { voucherTable } from './voucher-table.mjs';

/** The code that confirms a payment by any test voucher. */
export const TEST_CODE = '123456';

const SCENARIOS = [
  {
    number: 1,
    name: 'exact',
    value: 249_00,
    title: 'Pays exactly',
    whatHappens: 'Worth ETB 249.00; when that is asked, nothing is left.',
  },
  {
    number: 2,
    name: 'balance_left',
    title: 'Pays, with a balance left',
    whatHappens: 'Pays; the rest stays on the same voucher.',
  },
  {
    number: 3,
    name: 'too_small',
    value: 10_00,
    title: 'Not worth enough',
    whatHappens: 'A claim of more than its value is refused with 422.',
  },
  {
    number: 4,
    name: 'not_found',
    value: 0,
    title: 'No such voucher',
    whatHappens: 'Refused with 404.',
  },
  {
    number: 5,
    name: 'used',
    value: 0,
    spentBefore: 500_00,
    title: 'Already used',
    whatHappens: 'Spent elsewhere before: its balance is 0.00, and a claim is refused with 422.',
  },
  {
    number: 6,
    name: 'restricted_elsewhere',
    restrictedTo: 13,
    title: 'Restricted to another merchant',
    whatHappens: 'Validated as restricted to merchant 13; a claim is refused with 422.',
  },
  {
    number: 7,
    name: 'restricted_here',
    restrictedTo: 12,
    title: 'Restricted to this merchant',
    whatHappens: 'Validated as restricted to merchant 12, and pays.',
  },
  {
    number: 8,
    name: 'expired',
    isExpired: true,
    title: 'Expired',
    whatHappens: 'Expired yesterday; a claim is refused with 422.',
  },
  {
    number: 9,
    name: 'code_expired',
    title: 'Code expired',
    whatHappens: 'The code has expired by the time it is typed.',
  },
  {
    number: 10,
    name: 'one_try',
    tries: 1,
    title: 'One wrong code ends the claim',
    whatHappens: 'Pays; but after one wrong code, the claim refuses every code.',
  },
  {
    number: 11,
    name: 'slow',
    title: 'Pays slowly',
    whatHappens: 'The money is taken at once; the answer comes after five seconds, and until then the same key gets 409.',
  },
  {
    number: 12,
    name: 'processing_409',
    title: 'Still processing',
    whatHappens: 'The money is taken, but the first answer is 409, still processing.',
  },
  {
    number: 13,
    name: 'settling_then_completed',
    settlesTo: 'completed',
    title: 'Settles, then pays',
    whatHappens: 'The answer is 503 for about three seconds; then the money is taken.',
  },
  {
    number: 14,
    name: 'settling_then_failed',
    settlesTo: 'failed',
    title: 'Settles, then fails',
    whatHappens: 'The answer is 503 for about three seconds; then the payment has failed, and nothing is taken.',
  },
  {
    number: 15,
    name: 'claim_silent',
    title: 'Claim without an answer',
    whatHappens: 'The claim is made and its code sent, but the first request for it stays without a byte.',
  },
  {
    number: 16,
    name: 'claim_unlisted',
    title: 'Claim with an unknown answer',
    whatHappens: 'The claim is made and its code sent, but the answer does not say which claim it is.',
  },
];

export const odmTestVouchers = voucherTable({
  currency: 'ETB',
  scenarios: SCENARIOS,
  samples: [
    {
      title: "Sample of ODM's document",
      whatHappens: 'Worth ETB 350.00 of 500.00, and restricted to merchant 12; pays.',
      value: 350_00,
      spentBefore: 150_00,
      restrictedTo: 12,
      pins: ['9876543210987654'],
    },
  ],
  first: '2',
  mark: '0',
  serialLength: 8,
});
