// Plain TypeScript: the code of a shop's programmer without a framework, and mistakes that the compiler must find.
import type { VoucherDeclineCode, VoucherScheme, VoucherTheme, VoucherThemeProperty } from '../../www/public/checkout';

const element = document.createElement('voucher-checkout');
element.setAttribute('session', 'cs_1');
const found = document.querySelector('voucher-checkout');

element.addEventListener('ready', (event) => event.detail.title.toUpperCase());
element.addEventListener('done', ({ detail }) => location.assign(`/thanks?session=${detail.session}`), { once: true });
element.addEventListener('paid', ({ detail }) => !detail.change);
element.addEventListener('pending', ({ detail }) => detail.session.length);
element.addEventListener('cancel', ({ detail }) => detail.session.length);
element.addEventListener('error', ({ detail }) => {
  const code: 'session_not_found' | 'misconfigured' | 'internal' | 'widget_failed' | 'unreachable' = detail.code;
  return code;
});
element.addEventListener('click', (event) => event.clientX);
element.addEventListener('of-the-shop', (event) => event.type);
found?.addEventListener('paid', function () {
  this.getAttribute('session');
});

/** One sentence for every code: the compiler reports a missing one. */
const REASONS: Record<VoucherDeclineCode, string> = {
  voucher_not_found: '',
  voucher_used: '',
  voucher_refused: '',
  insufficient_funds: '',
  amount_refused: '',
  provider_unavailable: '',
  provider_busy: '',
  voucher_in_use: '',
  not_charged: '',
  code_refused: '',
  code_not_entered: '',
};
element.addEventListener('declined', ({ detail }) => REASONS[detail.code].length);

const onPaid = (event: CustomEvent<{ session: string }>) => event.detail.session;
element.addEventListener('paid', onPaid);
element.removeEventListener('paid', onPaid);

// It is a normal HTML element.
const plain: HTMLElement = element;
plain.addEventListener('click', () => {});
document.body.append(element);

const scheme: VoucherScheme = 'auto';
const theme: VoucherTheme = { '--voucher-scheme': scheme, '--voucher-accent': '#063', '--voucher-font': 'Georgia, serif' };
for (const [name, value] of Object.entries(theme)) element.style.setProperty(name, value);
const property: VoucherThemeProperty = '--voucher-radius';
element.style.setProperty(property, '4px');

// @ts-expect-error The details of `paid` have no code.
element.addEventListener('paid', ({ detail }) => detail.code);
// @ts-expect-error No event contains a PIN.
element.addEventListener('paid', ({ detail }) => detail.pin);
// @ts-expect-error The event is not a script's ErrorEvent.
element.addEventListener('error', (event) => event.message);
// @ts-expect-error There is no such code.
element.addEventListener('declined', ({ detail }) => detail.code === 'card_declined');
element.addEventListener('declined', ({ detail }) => {
  // @ts-expect-error Event details are read-only.
  detail.code = 'voucher_used';
});
// @ts-expect-error Mouse events have no detail object.
element.addEventListener('click', ({ detail }) => detail.session);
element.clientSecret = 'secret';
element.locale = null;
// @ts-expect-error The session is a text.
element.session = 7;
// @ts-expect-error There is no such scheme.
const wrongScheme: VoucherTheme = { '--voucher-scheme': 'sepia' };
// @ts-expect-error There is no such property.
const wrongProperty: VoucherThemeProperty = '--voucher-colour';
// @ts-expect-error A reason is missing.
const incomplete: Record<VoucherDeclineCode, string> = { voucher_not_found: '' };
