// The messages between the loader on the shop's page and the iframe. `hello` and `init` open a private message port, through which
// everything else goes.

/** The name of the element, and the namespace of the messages that go from window to window. */
export const NAMESPACE = 'voucher-checkout';

/** The version of their format. */
export const VERSION = 1;
