// Vue 3: the element in h() and, as its tools read a template, in GlobalComponents; and mistakes that they must find.
import { type GlobalComponents, h, useTemplateRef } from 'vue';
import type { VoucherCheckoutElement, VoucherCheckoutVueProps } from '../../www/public/checkout';

type Props = InstanceType<GlobalComponents['voucher-checkout']>['$props'];

export const element = useTemplateRef<VoucherCheckoutElement>('checkout');

const props: Props = {
  session: 'cs_1',
  'client-secret': 'secret',
  locale: 'en',
  class: 'checkout',
  id: 'checkout',
  style: { '--voucher-accent': '#063' },
  onReady: ({ detail }) => detail.title.length,
  onPaid: ({ detail }) => detail.session.length,
  onDeclined: ({ detail }) => detail.code === 'voucher_used',
  onError: ({ detail }) => detail.code === 'session_not_found',
  onCancel: ({ detail }) => detail.session.length,
  onClick: (event) => event.clientX,
};
export const node = h('voucher-checkout', { ref: 'checkout', ...props });
export const checked = h('voucher-checkout', {
  session: 'cs_1',
  'client-secret': 'secret',
  onPaid: ({ detail }) => detail.session,
} satisfies VoucherCheckoutVueProps);
/** As the tools for templates write `client-secret="…"`. */
export const fromTemplate: Props = { session: 'cs_1', clientSecret: 'secret' };
/** The tools treat the instance as the element. */
export const instance: VoucherCheckoutElement = new (null! as GlobalComponents['voucher-checkout'])();

// @ts-expect-error A session is a string.
export const number: Props = { session: 7 };
// @ts-expect-error There is no such attribute.
export const attribute: Props = { amount: '249.00' };
// @ts-expect-error There is no such event.
export const handler: Props = { onPayed: () => {} };
// @ts-expect-error The details of `paid` have no code.
export const detail: Props = { onPaid: (event) => event.detail.code };
// @ts-expect-error Another element.
export type Other = GlobalComponents['voucher-chekout'];
