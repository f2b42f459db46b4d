// The variables of a local checkout, for `npm start` and for the tests.
import { randomBytes } from 'node:crypto';
import { AUDIENCE } from '../../tests/simulator/access.mjs';
import { PROVIDERS } from '../../tests/simulator/providers.mjs';

/** Returns the variables, with the simulator as every provider and as Cloudflare Access. */
export function localVars(worker, shop) {
  return Object.assign(
    { SHOP_NAME: 'Harbour Mugs', PUBLIC_URL: worker, ALLOWED_ORIGINS: shop, ACCESS_TEAM_DOMAIN: shop, ACCESS_AUD: AUDIENCE },
    ...PROVIDERS.map((provider) => provider.localVars(shop)),
  );
}

/** Returns new secrets: the Worker's own, and those shared with the providers, which the simulator needs too. */
export function freshSecrets() {
  return {
    MERCHANT_API_KEY: `key_${randomBytes(24).toString('hex')}`,
    ISSUING_API_KEY: `issuing_${randomBytes(24).toString('hex')}`,
    SEALING_KEY: randomBytes(32).toString('base64'),
    ...providerSecrets(),
  };
}

/** Returns new secrets of the providers. */
export function providerSecrets() {
  return Object.assign({}, ...PROVIDERS.map((provider) => provider.localSecrets()));
}

/**
 * Returns new secrets for signing events. They are separate from `freshSecrets`, because the Worker refuses them without WEBHOOK_URL, which
 * only the tests about events set.
 */
export function webhookSecrets() {
  return {
    WEBHOOK_SECRET: `whsec_${randomBytes(32).toString('base64')}`,
    // Any 32 bytes are a valid Ed25519 private key.
    WEBHOOK_SIGNING_KEY: `whsk_${randomBytes(32).toString('base64')}`,
  };
}
