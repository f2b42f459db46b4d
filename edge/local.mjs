// The variables of a checkout on this machine, for `npm start` and for the tests.

/** The variables for this machine: every provider is the simulator. */
export function localVars(worker, shop) {
  return {
    SHOP_NAME: 'Harbour Mugs',
    PUBLIC_URL: worker,
    ALLOWED_ORIGINS: shop,
    KORA_BASE_URL: `${shop}/kora`,
    KORA_PROVIDERS: JSON.stringify([{ code: '0001', label: '1Voucher', pin_pattern: '\\d{16}' }]),
    WIPAY_BASE_URL: `${shop}/wipay`,
    WIPAY_ACCOUNT_NUMBER: '4630',
  };
}
