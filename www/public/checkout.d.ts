/**
 * TypeScript types of `<voucher-checkout>`, the element that `/checkout.js` defines.
 *
 * Save this file into your project, where your `tsconfig.json` includes it. It works with plain TypeScript, React 19, Vue 3
 * and Svelte 5, and depends on none of these.
 */

/** Why a voucher was not charged. The shopper reads the reason in the checkout and can try another voucher. */
export type VoucherDeclineCode =
  /** There is no voucher with this PIN. */
  | 'voucher_not_found'
  /** The voucher has been used before. */
  | 'voucher_used'
  /** The voucher cannot be used. After several failed attempts this code replaces the two above. */
  | 'voucher_refused'
  /** The voucher's balance is below the amount. */
  | 'insufficient_funds'
  /** The provider does not accept this amount. */
  | 'amount_refused'
  /** The provider cannot charge vouchers for your shop at present. */
  | 'provider_unavailable'
  /** The provider accepts no more calls for a short time. */
  | 'provider_busy'
  /** Another checkout session is using the voucher and its outcome is not known yet. */
  | 'voucher_in_use'
  /** Nothing was charged: the checkout refused the payment, or a look-up has confirmed it. */
  | 'not_charged'
  /** The code sent to the voucher's owner was wrong too often, or typed too late. */
  | 'code_refused'
  /** No code was typed in time, or another voucher was used instead. */
  | 'code_not_entered';

/** Why the checkout cannot be used. */
export type VoucherErrorCode =
  /** There is no such session, or `client-secret` is not the one of this session. */
  | 'session_not_found'
  /** The checkout's server is not configured correctly. */
  | 'misconfigured'
  /** The session could not be loaded. The checkout tries again by itself and shows the shopper a button to do so. */
  | 'internal'
  /** The widget does not run in this browser. The shopper gets a link to the hosted page, which works without the widget. */
  | 'widget_failed'
  /**
   * The checkout did not start within 30 seconds. Check that `ALLOWED_ORIGINS` lists your page's origin and that your `frame-src`
   * allows ours. The iframe is loaded once more. If that works, `ready` follows.
   */
  | 'unreachable';

/** Details of `ready`. */
export interface VoucherReadyDetail {
  /** The checkout's title in the shopper's language. */
  readonly title: string;
}

/** Details of `paid`. The event is only a hint: deliver after your server has confirmed the payment. */
export interface VoucherPaidDetail {
  /** The session that is paid in full, `cs_…`. */
  readonly session: string;
  /** Whether the shopper has something to keep: a change voucher, or the number of a payment to ask for. */
  readonly change: boolean;
}

/** Details of `done`. */
export interface VoucherDoneDetail {
  /** The session that is paid in full, `cs_…`. */
  readonly session: string;
}

/** Details of `declined`. */
export interface VoucherDeclinedDetail {
  /** The session, `cs_…`. It is still open. */
  readonly session: string;
  /** Why nothing was charged. */
  readonly code: VoucherDeclineCode;
}

/** Details of `pending`. */
export interface VoucherPendingDetail {
  /** The session whose voucher is being checked, `cs_…`. */
  readonly session: string;
}

/** Details of `cancel`. */
export interface VoucherCancelDetail {
  /** The session that the shopper leaves, `cs_…`. It stays open until your server cancels it or it expires. */
  readonly session: string;
}

/** Details of `error`. */
export interface VoucherErrorDetail {
  /** Why the checkout cannot be used. */
  readonly code: VoucherErrorCode;
}

/**
 * The element's own events. They bubble and carry no PIN. No event is fired when a voucher has paid a part, or when the session
 * expires or is canceled: ask your server.
 */
export interface VoucherCheckoutEvents {
  /** The checkout has started and has the client secret. It loads the session next. */
  ready: CustomEvent<VoucherReadyDetail>;
  /** The session is paid in full, now or before the checkout opened. Leave the page at `done`, not here. */
  paid: CustomEvent<VoucherPaidDetail>;
  /**
   * The session is paid in full, and the shopper has kept what there was to keep and goes on. Follows `paid` at once where
   * there was nothing to keep.
   */
  done: CustomEvent<VoucherDoneDetail>;
  /** A voucher was not charged. */
  declined: CustomEvent<VoucherDeclinedDetail>;
  /**
   * A payment was sent, and its outcome is not known yet. Close your other ways to pay until it is. `paid` or `declined` follows; no
   * event follows when the voucher has paid a part or the session has ended. Where the voucher's owner is sent a code, no event follows
   * while the shopper is asked for it, and `pending` is fired again for each code.
   */
  pending: CustomEvent<VoucherPendingDetail>;
  /** The shopper wants to go back without paying. */
  cancel: CustomEvent<VoucherCancelDetail>;
  /** The checkout cannot be used. */
  error: CustomEvent<VoucherErrorDetail>;
}

/** Every event that the element can fire. */
export interface VoucherCheckoutEventMap
  extends Omit<HTMLElementEventMap, keyof VoucherCheckoutEvents>, VoucherCheckoutEvents {}

/** The element's attributes. The element stays empty until both `session` and `client-secret` are set. */
export interface VoucherCheckoutAttributes {
  /** The session's `id`, `cs_…`. A new value opens another checkout. */
  session?: string | null | undefined;
  /** The session's `client_secret`. Only the shopper may know it: keep it out of URLs and logs. */
  'client-secret'?: string | null | undefined;
  /** The shopper's language as a BCP 47 tag, such as `en`. */
  locale?: string | null | undefined;
}

/** The checkout's colour scheme: light, dark, or that of the shopper's device. */
export type VoucherScheme = 'light' | 'dark' | 'auto';

/** The CSS custom properties that theme the checkout. Set them on the element or on an ancestor. */
export type VoucherThemeProperty =
  /** The colour scheme: a `VoucherScheme`. */
  | '--voucher-scheme'
  /** The colour of buttons, links and the focus ring. */
  | '--voucher-accent'
  /** The background colour of the form. */
  | '--voucher-surface'
  /** The colour of text. */
  | '--voucher-text'
  /** The corner radius: a length in `px` or `rem`, up to 24px. */
  | '--voucher-radius'
  /** The distance between fields: a length in `px` or `rem`, from 12px to 24px. */
  | '--voucher-spacing'
  /** The typeface, as a `font-family`. */
  | '--voucher-font';

/** Values for the checkout's CSS custom properties. */
export type VoucherTheme = {
  [Property in VoucherThemeProperty]?: Property extends '--voucher-scheme' ? VoucherScheme : string;
};

/** The element itself, as `document.querySelector('voucher-checkout')` finds it. */
export interface VoucherCheckoutElement extends HTMLElement {
  /** The attribute `session`. */
  session: string | null;
  /** The attribute `client-secret`. */
  clientSecret: string | null;
  /** The attribute `locale`. */
  locale: string | null;
  /** Calls `listener` for every event of this type. */
  addEventListener<Type extends keyof VoucherCheckoutEventMap>(
    type: Type,
    listener: (this: VoucherCheckoutElement, event: VoucherCheckoutEventMap[Type]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  /** Calls `listener` for every event of any other type. */
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | AddEventListenerOptions,
  ): void;
  /** Removes a listener. */
  removeEventListener<Type extends keyof VoucherCheckoutEventMap>(
    type: Type,
    listener: (this: VoucherCheckoutElement, event: VoucherCheckoutEventMap[Type]) => unknown,
    options?: boolean | EventListenerOptions,
  ): void;
  /** Removes a listener of any other type. */
  removeEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | EventListenerOptions,
  ): void;
}

/** Event handlers for React 19 and Svelte 5: `onready`, `onpaid`, … */
export type VoucherCheckoutHandlers = {
  [Type in keyof VoucherCheckoutEvents as `on${Type}`]?: ((event: VoucherCheckoutEvents[Type]) => void) | null | undefined;
};

/** Event handlers for Vue: `onReady`, `onPaid`, … in `h()`; `@ready`, `@paid`, … in a template. */
export type VoucherCheckoutVueHandlers = {
  [Type in keyof VoucherCheckoutEvents as `on${Capitalize<Type>}`]?: (event: VoucherCheckoutEvents[Type]) => void;
};

declare global {
  interface HTMLElementTagNameMap {
    /** The checkout of one session. */
    'voucher-checkout': VoucherCheckoutElement;
  }

  /** Svelte's element types. */
  namespace svelteHTML {
    interface IntrinsicElements {
      /** The checkout of one session. */
      'voucher-checkout': VoucherCheckoutSvelteProps;
    }
  }
}

// From here on, each line after `@ts-ignore` refers to a framework that may not be installed. Without it the line has no effect.

// @ts-ignore
type ReactAttributes = import('react').HTMLAttributes<VoucherCheckoutElement>;
// @ts-ignore
type ReactProps = ReactAttributes & import('react').ClassAttributes<VoucherCheckoutElement>;
// @ts-ignore
type ReactStyle = import('react').CSSProperties;
// @ts-ignore
type SvelteProps = import('svelte/elements').HTMLAttributes<VoucherCheckoutElement>;
// @ts-ignore
type VueProps = import('vue').HTMLAttributes & import('vue').ReservedProps;

/** Props of the element in React's JSX. `style` also accepts the theme properties. */
export type VoucherCheckoutReactProps = Omit<ReactProps, 'style'> &
  VoucherCheckoutAttributes &
  VoucherCheckoutHandlers & { style?: (ReactStyle & VoucherTheme) | undefined };

/** Attributes of the element in a Svelte template. */
export type VoucherCheckoutSvelteProps = Omit<SvelteProps, keyof VoucherCheckoutHandlers> &
  VoucherCheckoutAttributes &
  VoucherCheckoutHandlers;

/**
 * Props of the element in a Vue template. Write `client-secret` there, as in HTML: Vue's tools read it as `clientSecret`.
 */
export type VoucherCheckoutVueProps = Omit<VueProps, keyof VoucherCheckoutVueHandlers> &
  VoucherCheckoutAttributes &
  VoucherCheckoutVueHandlers & { clientSecret?: string | null | undefined };

// @ts-ignore
declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      /** The checkout of one session. */
      'voucher-checkout': VoucherCheckoutReactProps;
    }
  }
}

// @ts-ignore
declare module 'vue' {
  interface GlobalComponents {
    /** The checkout of one session. */
    'voucher-checkout': new () => VoucherCheckoutElement & { $props: VoucherCheckoutVueProps };
  }
}
