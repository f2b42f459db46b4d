// Sessions in every server-side state, created through the Worker's real API against the simulator.
import { until } from '../support/until.mjs';

/** The texts of the shop's orders: known data on every page. */
export const SHOP = {
  shop_name: 'Harbour Mugs',
  reference: 'order-1001',
  description: 'Enamel mug, 350 ml',
};

/** The names of the vouchers. */
export const LABELS = ['1Voucher', 'Celbux', 'WiPay'];

const HOUR = 3_600_000;

/** Limits under which a refusal, a delay or an outage lasts while a test looks at it. */
export const LIMITS = {
  failed_per_minute: 1_000,
  failed_per_session: 5,
  failed_session_pause_ms: 600_000,
  settle_backoff_ms: [HOUR],
  breaker_failures: 2,
  breaker_open_ms: HOUR,
};

const ADDRESSES = { success_url: 'https://shop.example/thanks', cancel_url: 'https://shop.example/cart' };

/** Creates an unpaid session. */
export function open({ createSession }, { provider = 'kora', ...fields } = {}) {
  const { reference, description } = SHOP;
  return createSession(provider, { reference, description, ...ADDRESSES, providers: [provider], ...fields });
}

/** Creates a session in which these vouchers were tried: `[scenario, fields]` of each. */
export async function tried(checkout, fields, ...tries) {
  const session = await open(checkout, fields);
  for (const [scenario, more] of tries) {
    await checkout.redeem(session, { pin: checkout.freshPin(session.provider, scenario), ...more });
  }
  return session;
}

/** Creates a session that these providers can pay; of them, Celbux does not answer. */
export async function withoutCelbux(checkout, ...providers) {
  const trying = () => open(checkout, { provider: 'celbux' });
  await until(
    async () => checkout.redeem(await trying(), { pin: checkout.freshPin('celbux', 'error_before') }),
    ({ body }) => body.code === 'provider_down',
  );
  return open(checkout, { providers });
}

/** Pays with a voucher of Celbux once it is tried again. Without that, its next pause would be twice as long. */
export async function withCelbux(checkout) {
  const session = await open(checkout, { provider: 'celbux' });
  await until(() => checkout.redeem(session, { pin: checkout.freshPin('celbux', 'exact') }), ({ status }) => status === 200);
}

/** Creates a session that has expired. */
export async function expired(checkout) {
  const session = await open(checkout, { expires_in: 1 });
  await until(() => checkout.view(session), ({ status }) => status === 'expired');
  return session;
}

/** Creates a session that the shop has canceled. */
export async function canceled(checkout, ...tries) {
  const session = await tried(checkout, {}, ...tries);
  await checkout.cancel(session);
  return session;
}

/** Returns the session of a hosted page, with the client secret from its cookie. */
export async function hostedSession(page) {
  const [id] = /cs_\w+/.exec(page.url());
  const cookies = await page.context().cookies();
  const { value } = cookies.find(({ name }) => name === `__Host-pay-${id.slice(3)}`);
  return { id, client_secret: value.split('.')[0], provider: 'kora' };
}

/** Returns the link with which another browser opens the session of a hosted page. */
export async function linkOf(page) {
  const { id, client_secret: key } = await hostedSession(page);
  return new URL(`/pay/${id}?key=${key}`, page.url()).href;
}

/** Uses up all attempts of the session of this hosted page, in another window of the same shopper. */
export async function useUpTries(checkout, page) {
  const session = await hostedSession(page);
  await until(
    () => checkout.redeem(session, { pin: checkout.freshPin('kora', 'not_found') }),
    ({ body }) => body.code === 'too_many_attempts',
  );
}
