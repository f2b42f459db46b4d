// Svelte 5: the element's attributes as its tools read a template, and mistakes that they must find.
import type {} from 'svelte/elements';

type Props = svelteHTML.IntrinsicElements['voucher-checkout'];

export const props: Props = {
  session: 'cs_1',
  'client-secret': 'secret',
  locale: 'en',
  class: 'checkout',
  style: '--voucher-accent: #063',
  onready: ({ detail }) => detail.title.length,
  onpaid: ({ detail }) => detail.session.length,
  ondeclined: ({ detail }) => detail.code === 'voucher_used',
  onpending: ({ detail }) => detail.session.length,
  oncancel: ({ detail }) => detail.session.length,
  onerror: ({ detail }) => detail.code === 'session_not_found',
  onclick: (event) => event.currentTarget.getAttribute('session'),
};

// @ts-expect-error A session is a string.
export const number: Props = { session: 7 };
// @ts-expect-error There is no such attribute.
export const attribute: Props = { amount: '249.00' };
// @ts-expect-error The name is `onpaid`: this would listen for an event "Paid".
export const handler: Props = { onPaid: () => {} };
// @ts-expect-error The details of `paid` have no code.
export const detail: Props = { onpaid: (event) => event.detail.code };
