/**
 * Plays Cloudflare Access for the staff of the shop: publishes its public keys, and signs everyone in who asks. The address of its
 * operations page leads to the Worker's page with the cookie of a sign-in, as it would behind Access. Cookies do not distinguish ports,
 * so the Worker receives the cookie too.
 */
import { createPublicKey, createSign, generateKeyPair, randomBytes, randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { send } from './shop-pages.mjs';

const DAY_S = 24 * 60 * 60;
/** The person who is signed in when the address names none. */
const USUAL = 'you@example.com';
/** The AUD tag of the application that protects the operations page. It is no secret. */
export const AUDIENCE = '5f2b1e0c9d8a7b6c5d4e3f2a1b0c9d8e7f6a5b4c3d2e1f0a9b8c7d6e5f4a3b2c';
const EMAIL = /^[\w.+-]{1,64}@[\w.-]{1,180}$/;

export class AccessTeam {
  #issuer;
  #checkoutUrl;
  #key;

  /** Creates the team. `issuer` is its origin; its application protects the operations page at `checkoutUrl`. */
  constructor({ issuer, checkoutUrl }) {
    this.#issuer = issuer;
    this.#checkoutUrl = checkoutUrl;
  }

  /** Returns a token of Access. `claims` replaces claims, `header` members of its header; `key` signs it instead of the team's key. */
  async token({ email = USUAL, claims = {}, header = {}, key } = {}) {
    const { id, privateKey } = key ?? (await this.#current());
    const now = Math.floor(Date.now() / 1000);
    const signed = [
      { alg: 'RS256', typ: 'JWT', kid: id, ...header },
      {
        aud: [AUDIENCE],
        email,
        exp: now + DAY_S,
        iat: now,
        nbf: now,
        iss: this.#issuer,
        type: 'app',
        identity_nonce: randomBytes(8).toString('hex'),
        sub: randomUUID(),
        country: 'ZA',
        ...claims,
      },
    ].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
    return `${signed}.${createSign('sha256').update(signed).sign(privateKey, 'base64url')}`;
  }

  /** Replaces the key, as Access does every six weeks; earlier tokens are no longer good. */
  rotate() {
    this.#key = undefined;
  }

  /** Returns the key, made at the first use. */
  #current() {
    return (this.#key ??= freshKey());
  }

  /** Answers a request for Access or for the operations page; returns false for all others. */
  async serve({ method, pathname, search }, response) {
    if (method !== 'GET') return false;
    if (pathname === '/cdn-cgi/access/certs') {
      const { jwk } = await this.#current();
      send(response, 200, { keys: [jwk], public_cert: { kid: jwk.kid, cert: '' }, public_certs: [] });
      return true;
    }
    if (pathname !== '/operations') return false;
    const email = new URLSearchParams(search).get('email') ?? USUAL;
    if (!EMAIL.test(email)) {
      send(response, 400, { error: 'email must be an e-mail address.' });
      return true;
    }
    const cookie = `CF_Authorization=${await this.token({ email })}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${DAY_S}`;
    response.writeHead(302, { location: `${this.#checkoutUrl}/operations/`, 'set-cookie': cookie, 'cache-control': 'no-store' }).end();
    return true;
  }
}

/** Returns a new key `{id, privateKey, jwk}`. */
export async function freshKey() {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  const id = randomBytes(32).toString('hex');
  const jwk = { kid: id, kty: 'RSA', alg: 'RS256', use: 'sig', ...createPublicKey(privateKey).export({ format: 'jwk' }) };
  return { id, privateKey, jwk };
}
