// The variables of a checkout on this machine, for `npm start` and for the tests.
import { randomBytes } from 'node:crypto';
import { PROVIDERS } from '../../tests/simulator/providers.mjs';

/** The variables for this machine: every provider is the simulator. */
export function localVars(worker, shop) {
  return Object.assign(
    { SHOP_NAME: 'Harbour Mugs', PUBLIC_URL: worker, ALLOWED_ORIGINS: shop },
    ...PROVIDERS.map((provider) => provider.localVars(shop)),
  );
}

/** Fresh secrets: the Worker's own, and those that it shares with the providers, which the simulator must be told. */
export function freshSecrets() {
  return {
    MERCHANT_API_KEY: `key_${randomBytes(24).toString('hex')}`,
    SEALING_KEY: randomBytes(32).toString('base64'),
    ...providerSecrets(),
  };
}

/** Fresh secrets of the providers alone. */
export function providerSecrets() {
  return Object.assign({}, ...PROVIDERS.map((provider) => provider.localSecrets()));
}

/**
 * Fresh secrets that events are signed with. They are no part of `freshSecrets`: the Worker refuses them without
 * WEBHOOK_URL, and its tests go without events unless they are about them.
 */
export function webhookSecrets() {
  return {
    WEBHOOK_SECRET: `whsec_${randomBytes(32).toString('base64')}`,
    // Any 32 bytes are an Ed25519 private key.
    WEBHOOK_SIGNING_KEY: `whsk_${randomBytes(32).toString('base64')}`,
  };
}
