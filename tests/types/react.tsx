// React 19: the element in JSX, and mistakes that the compiler must find.
import { useRef } from 'react';
import type { VoucherCheckoutElement } from '../../www/public/checkout';

export function Checkout({ session, secret }: { session: string; secret: string }) {
  const ref = useRef<VoucherCheckoutElement>(null);
  return (
    <voucher-checkout
      ref={ref}
      key={session}
      id="checkout"
      className="checkout"
      session={session}
      client-secret={secret}
      locale="en"
      aria-label="Voucher"
      style={{ '--voucher-accent': '#063', '--voucher-scheme': 'dark', minHeight: '20em' }}
      onready={({ detail }) => detail.title.length}
      onpaid={({ detail }) => detail.session.length}
      ondeclined={({ detail }) => detail.code === 'voucher_used'}
      onpending={({ detail }) => detail.session.length}
      oncancel={({ detail }) => detail.session.length}
      onerror={({ detail }) => detail.code === 'session_not_found'}
      onClick={(event) => event.currentTarget.getAttribute('session')}
    />
  );
}

export const nothingYet = <voucher-checkout session={undefined} client-secret={null} />;

// @ts-expect-error A session is a string.
export const number = <voucher-checkout session={7} />;
// @ts-expect-error There is no such attribute.
export const attribute = <voucher-checkout amount="249.00" />;
// @ts-expect-error The name is `client-secret`: React would set an unknown attribute.
export const camel = <voucher-checkout clientSecret="secret" />;
// @ts-expect-error The name is `onpaid`: this would listen for an event "Paid".
export const handler = <voucher-checkout onPaid={() => {}} />;
// @ts-expect-error The details of `paid` have no code.
export const detail = <voucher-checkout onpaid={(event) => event.detail.code} />;
// @ts-expect-error There is no such scheme.
export const scheme = <voucher-checkout style={{ '--voucher-scheme': 'sepia' }} />;
// @ts-expect-error Another element.
export const other = <voucher-chekout session="cs_1" />;
