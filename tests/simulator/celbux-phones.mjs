/** Celbux's test recipients: the Usernames with which createVoucher fails, every time. */
import { phoneTable } from './phone-table.mjs';

export const celbuxPhones = phoneTable({
  prefix: '276000000',
  scenarios: [
    {
      number: 1,
      name: 'new_user',
      title: 'Always a new user',
      whatHappens: 'The text message has a username and a password, however often a voucher was sent there before.',
    },
    {
      number: 2,
      name: 'other_community',
      title: 'User of another community',
      whatHappens: 'Is added to this community; the text message has no password.',
    },
    {
      number: 9,
      name: 'duplicate_after',
      title: 'Delivered twice',
      whatHappens: 'The voucher is made by a first delivery nobody saw; the answer is status -2.',
    },
    {
      number: 10,
      name: 'general_failure_before',
      title: 'General failure, nothing made',
      whatHappens: 'No voucher is made; the answer is HTTP 500 with status -7.',
    },
    {
      number: 11,
      name: 'slow',
      title: 'Slow',
      whatHappens: 'The voucher is made at once; the answer comes after five seconds.',
    },
    {
      number: 12,
      name: 'unconfirmed_then_confirmed',
      title: 'Confirmed later',
      whatHappens: 'The voucher is made; for about three seconds the look-up says that it is not confirmed.',
    },
    {
      number: 13,
      name: 'general_failure_after',
      title: 'General failure, voucher made',
      whatHappens: 'The voucher is made, then the answer is HTTP 500 with status -7.',
    },
    {
      number: 14,
      name: 'reverse_silent_after',
      title: 'Reversal unheard, taken back',
      whatHappens: 'The voucher is made; when that is reversed, the money comes back but no byte is answered.',
    },
    {
      number: 15,
      name: 'reverse_refused',
      title: 'Reversal refused',
      whatHappens: 'The voucher is made; a reversal is refused: status -13.',
    },
    {
      number: 16,
      name: 'reverse_silent_before',
      title: 'Reversal unheard, not taken back',
      whatHappens: 'The voucher is made; when that is reversed, nothing comes back and no byte is answered.',
    },
  ],
});
