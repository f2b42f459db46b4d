/**
 * ODM's test recipients. A refusal is repeated every time; any other fault happens only when an Idempotency-Key is first seen,
 * and the same request again gets a real answer.
 */
import { phoneTable } from './phone-table.mjs';

export const odmPhones = phoneTable({
  prefix: '+2519000000',
  scenarios: [
    {
      number: 11,
      name: 'slow',
      title: 'Slow',
      whatHappens: 'The voucher is issued at once; the answer comes after five seconds, and until then the same key gets 409.',
    },
    {
      number: 12,
      name: 'processing_409',
      title: 'Still processing',
      whatHappens: 'The voucher is issued, but the answer is 409, still processing.',
    },
    {
      number: 14,
      name: 'finalization_pending',
      title: 'Finalization pending',
      whatHappens: 'The voucher is issued; the answer has the transactionStatus FINALIZATION_PENDING.',
    },
    { number: 15, name: 'forbidden', title: 'Forbidden', whatHappens: 'Refused with 403.', refusal: true },
    { number: 16, name: 'not_entitled', title: 'Not entitled', whatHappens: 'Refused with 422: not enabled for Gift Cards.', refusal: true },
    { number: 17, name: 'wallet_empty', title: 'Wallet empty', whatHappens: 'Refused with 409: insufficient wallet balance.', refusal: true },
    { number: 18, name: 'limit_exceeded', title: 'Limit exceeded', whatHappens: 'Refused with 422: the partner limit is exceeded.', refusal: true },
    { number: 30, name: 'bad_gateway', title: 'Bad gateway', whatHappens: 'Nothing is issued; the answer is 502.', gateway: 502 },
    { number: 31, name: 'unavailable', title: 'Unavailable', whatHappens: 'Nothing is issued; the answer is 503.', gateway: 503 },
    { number: 32, name: 'gateway_timeout', title: 'Gateway timeout', whatHappens: 'Nothing is issued; the answer is 504.', gateway: 504 },
  ],
});
