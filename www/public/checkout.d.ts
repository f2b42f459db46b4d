/**
 * TypeScript types of `<voucher-checkout>`, the element that `/checkout.js` defines.
 *
 * Save this file into your project, where your `tsconfig.json` includes it. It works with plain TypeScript, React 19, Vue 3
 * and Svelte 5, and needs none of them.
 */

/** Why a voucher was not charged. Nothing was taken; the shopper reads the reason in the checkout and can try another one. */
export type VoucherDeclineCode =
  /** There is no voucher with this PIN. */
  | 'voucher_not_found'
  /** The voucher has been used. */
  | 'voucher_used'
  /** The voucher cannot be used; also what the two above become after several failed tries. */
  | 'voucher_refused'
  /** The voucher is worth less than asked for. */
  | 'insufficient_funds'
  /** The provider does not take this amount. */
  | 'amount_refused'
  /** The provider does not work for your shop at present. */
  | 'provider_unavailable'
  /** The provider takes no more calls for a moment. */
  | 'provider_busy'
  /** Another checkout is using the voucher: its outcome comes first. */
  | 'voucher_in_use'
  /** After `pending`: it is now sure that nothing was taken. */
  | 'not_charged';

/** Why there is nothing to pay. */
export type VoucherErrorCode =
  /** There is no such session, or `client-secret` is not the one of this session. */
  | 'session_not_found'
  /** The checkout's server is not set up rightly. */
  | 'misconfigured'
  /** The session could not be loaded. The shopper has a button to try again, and it is asked for again by itself. */
  | 'internal'
  /** The widget does not run in this browser. The shopper has a link to the checkout's own page, which works without it. */
  | 'widget_failed'
  /**
   * Nothing was heard of the checkout for 30 seconds. Is your page's origin in `ALLOWED_ORIGINS`, and our origin in your `frame-src`?
   * The frame is loaded once more: when that helps, `ready` follows.
   */
  | 'unreachable';

/** What `ready` tells. */
export interface VoucherReadyDetail {
  /** The checkout's title in the shopper's language. */
  readonly title: string;
}

/** What `paid` tells. It is a hint: your server looks before it delivers. */
export interface VoucherPaidDetail {
  /** The session that is paid in full, `cs_…`. */
  readonly session: string;
}

/** What `declined` tells. */
export interface VoucherDeclinedDetail {
  /** The session, which is still open, `cs_…`. */
  readonly session: string;
  /** Why nothing was taken. */
  readonly code: VoucherDeclineCode;
}

/** What `pending` tells. */
export interface VoucherPendingDetail {
  /** The session that a voucher is being checked for, `cs_…`. */
  readonly session: string;
}

/** What `cancel` tells. */
export interface VoucherCancelDetail {
  /** The session that the shopper does not want to pay now, `cs_…`. It stays as it is until your server cancels it. */
  readonly session: string;
}

/** What `error` tells. */
export interface VoucherErrorDetail {
  /** Why there is nothing to pay. */
  readonly code: VoucherErrorCode;
}

/**
 * The element's own events. They bubble. None of them brings a PIN. None is fired when a voucher has paid a part, or when the
 * session expires or is canceled: ask your server.
 */
export interface VoucherCheckoutEvents {
  /** The checkout is there and has the client secret. Whether there is something to pay, it asks next. */
  ready: CustomEvent<VoucherReadyDetail>;
  /** The session is paid in full: now, or already when the checkout opened. */
  paid: CustomEvent<VoucherPaidDetail>;
  /** A voucher was not charged. */
  declined: CustomEvent<VoucherDeclinedDetail>;
  /**
   * A voucher is on its way, or its outcome is not known yet. Do not let the shopper pay in another way now. `paid` or `declined`
   * follows, or nothing when the voucher has paid a part or the session has ended.
   */
  pending: CustomEvent<VoucherPendingDetail>;
  /** The shopper wants to go back without paying. */
  cancel: CustomEvent<VoucherCancelDetail>;
  /** There is nothing to pay. */
  error: CustomEvent<VoucherErrorDetail>;
}

/** Every event that a listener on the element can hear. */
export interface VoucherCheckoutEventMap
  extends Omit<HTMLElementEventMap, keyof VoucherCheckoutEvents>, VoucherCheckoutEvents {}

/** The element's attributes. Nothing is shown until `session` and `client-secret` are both there. */
export interface VoucherCheckoutAttributes {
  /** The session's `id`, `cs_…`. Another one opens another checkout. */
  session?: string | null | undefined;
  /** The session's `client_secret`. It belongs to the shopper: keep it out of addresses and logs. */
  'client-secret'?: string | null | undefined;
  /** The shopper's language as a BCP 47 tag, such as `en`. */
  locale?: string | null | undefined;
}

/** Which colours the checkout has: light, dark, or those of the shopper's system. */
export type VoucherScheme = 'light' | 'dark' | 'auto';

/** The CSS custom properties that give the checkout your shop's looks. Set them on the element or on anything around it. */
export type VoucherThemeProperty =
  /** Light or dark colours: a `VoucherScheme`. */
  | '--voucher-scheme'
  /** The colour of buttons, links and the focus ring. */
  | '--voucher-accent'
  /** The colour behind the form. */
  | '--voucher-surface'
  /** The colour of text. */
  | '--voucher-text'
  /** How round corners are: a length in `px` or `rem`, up to 24px. */
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
  /** Calls `listener` on every event of this type, with what the event tells. */
  addEventListener<Type extends keyof VoucherCheckoutEventMap>(
    type: Type,
    listener: (this: VoucherCheckoutElement, event: VoucherCheckoutEventMap[Type]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  /** The same for an event of any name. */
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | AddEventListenerOptions,
  ): void;
  /** Calls `listener` no more. */
  removeEventListener<Type extends keyof VoucherCheckoutEventMap>(
    type: Type,
    listener: (this: VoucherCheckoutElement, event: VoucherCheckoutEventMap[Type]) => unknown,
    options?: boolean | EventListenerOptions,
  ): void;
  /** The same for an event of any name. */
  removeEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | EventListenerOptions,
  ): void;
}

/** Handlers as React 19 and Svelte 5 take them: `onready`, `onpaid`, … */
export type VoucherCheckoutHandlers = {
  [Type in keyof VoucherCheckoutEvents as `on${Type}`]?: ((event: VoucherCheckoutEvents[Type]) => void) | null | undefined;
};

/** Handlers as Vue takes them in `h()`, and reads `@ready`, `@paid`, … in a template: `onReady`, `onPaid`, … */
export type VoucherCheckoutVueHandlers = {
  [Type in keyof VoucherCheckoutEvents as `on${Capitalize<Type>}`]?: (event: VoucherCheckoutEvents[Type]) => void;
};

declare global {
  interface HTMLElementTagNameMap {
    /** Takes vouchers for one session. */
    'voucher-checkout': VoucherCheckoutElement;
  }

  /** Svelte's. */
  namespace svelteHTML {
    interface IntrinsicElements {
      /** Takes vouchers for one session. */
      'voucher-checkout': VoucherCheckoutSvelteProps;
    }
  }
}

// From here on, a line after `@ts-ignore` is about a package that need not be there. Without it, the line means nothing.

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

/** Props of the element in React's JSX. `style` takes the theme, too. */
export type VoucherCheckoutReactProps = Omit<ReactProps, 'style'> &
  VoucherCheckoutAttributes &
  VoucherCheckoutHandlers & { style?: (ReactStyle & VoucherTheme) | undefined };

/** Attributes of the element in a Svelte template. */
export type VoucherCheckoutSvelteProps = Omit<SvelteProps, keyof VoucherCheckoutHandlers> &
  VoucherCheckoutAttributes &
  VoucherCheckoutHandlers;

/**
 * Props of the element in a Vue template. Write `client-secret` there as it stands in HTML: Vue's tools read it as
 * `clientSecret`.
 */
export type VoucherCheckoutVueProps = Omit<VueProps, keyof VoucherCheckoutVueHandlers> &
  VoucherCheckoutAttributes &
  VoucherCheckoutVueHandlers & { clientSecret?: string | null | undefined };

// @ts-ignore
declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      /** Takes vouchers for one session. */
      'voucher-checkout': VoucherCheckoutReactProps;
    }
  }
}

// @ts-ignore
declare module 'vue' {
  interface GlobalComponents {
    /** Takes vouchers for one session. */
    'voucher-checkout': new () => VoucherCheckoutElement & { $props: VoucherCheckoutVueProps };
  }
}
