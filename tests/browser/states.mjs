// Every state that a shopper can encounter, and how to bring a real page into it: for screenshots, languages and accessibility.
import { pinFor } from '../simulator/pins.mjs';
import { startCheckout } from '../support/checkout.mjs';
import { canceled, expired, LIMITS, open, SHOP, tried, withoutCelbux } from './sessions.mjs';
import { hosted } from './shopper.mjs';
import { fixedPart } from './words.mjs';

/** An order that ODM's vouchers pay, whose owner is sent a code. */
const WITH_CODE = { provider: 'odm' };

/**
 * The states by name. `what` describes it; `session(checkout)` creates a session in that state on the server, or one from which
 * `act(page)` brings the page into it; `says` names a text that is present only in that state, and `shown` selects such an
 * element. `once` means that `act` uses the session up, `plain` that the page without JavaScript has the state, too.
 */
export const STATES = {
  empty: { what: 'nothing typed yet', session: open, says: 'pay_button', plain: true },
  typing: {
    what: 'a part is asked for, and the PIN half typed',
    session: open,
    act: async (page) => {
      const checkout = hosted(page);
      await checkout.phone().fill('082 123 4567');
      await checkout.email().fill('thandi@example.com');
      await page.locator('main summary').click();
      await checkout.amount().fill('100');
      await checkout.pin().pressSequentially('1168648096');
    },
    says: 'amount_hint',
  },
  invalid: {
    what: 'every field is wrong',
    session: open,
    act: async (page) => {
      const checkout = hosted(page);
      await page.locator('main summary').click();
      const typed = { pin: '1234', amount: 'half', phone: '12', email: 'nobody' };
      for (const [field, text] of Object.entries(typed)) await checkout[field]().fill(text);
      await checkout.payButton().click();
    },
    says: 'amount_invalid',
    plain: true,
  },
  busy: {
    what: 'the voucher is on its way',
    session: open,
    act: async (page) => {
      // Held until the page is left, and then aborted: the Worker never receives it, and the session stays as it is.
      await page.route(/\/redemptions$/, (route) => void page.once('framenavigated', () => route.abort().catch(() => {})));
      await hosted(page).pay({ pin: pinFor('kora', 'exact', 900) });
    },
    says: 'busy_text',
  },
  code: {
    what: 'the voucher’s owner was sent a code',
    session: (checkout) => tried(checkout, WITH_CODE, ['exact']),
    once: true,
    says: 'code_text',
    plain: true,
  },
  'code-wrong': {
    what: 'the code was wrong',
    session: (checkout) => tried(checkout, WITH_CODE, ['exact']),
    act: async (page) => {
      await page.locator('input[name=code]').fill('654321');
      await page.locator('#code-button').click();
    },
    once: true,
    says: 'code_wrong',
  },
  pending: {
    what: 'the provider’s answer was lost',
    session: (checkout) => tried(checkout, {}, ['error_before']),
    says: 'pending_title',
    plain: true,
  },
  declined: {
    what: 'the voucher was used before',
    session: open,
    act: (page, checkout) => hosted(page).pay({ pin: checkout.freshPin('kora', 'used') }),
    once: true,
    says: 'declined_voucher_used',
    shown: '.notice.bad',
    plain: true,
  },
  wait: {
    what: 'too many vouchers were refused',
    session: (checkout) => tried(checkout, {}, ...Array(LIMITS.failed_per_session).fill(['not_found'])),
    says: 'wait_text',
  },
  'part-paid': {
    what: 'a voucher has paid a part',
    session: (checkout) => tried(checkout, {}, ['exact', { amount: 100_00 }]),
    says: 'part_paid_text',
    plain: true,
  },
  paid: { what: 'paid in full', session: (checkout) => tried(checkout, {}, ['exact']), says: 'paid_text', plain: true },
  'paid-change': {
    what: 'paid, with a new voucher for the rest',
    session: (checkout) => tried(checkout, {}, ['change']),
    says: 'change_text',
    plain: true,
  },
  expired: {
    what: 'its time is over',
    session: expired,
    says: 'expired_text',
    plain: true,
  },
  canceled: {
    what: 'the shop has ended it after a part was paid',
    session: (checkout) => canceled(checkout, ['exact', { amount: 100_00 }]),
    says: 'canceled_text',
    plain: true,
  },
  offline: {
    what: 'the phone has no connection',
    session: open,
    act: (page) => page.context().setOffline(true),
    says: 'offline_form_text',
  },
  'provider-down': {
    what: 'one of two providers does not answer',
    session: (checkout) => withoutCelbux(checkout, 'kora', 'celbux'),
    says: 'offer_down',
    plain: true,
  },
};

/** Rarer states, for their texts. */
export const MORE = {
  'with-fee': {
    what: 'the provider takes a fee',
    session: (checkout) => open(checkout, { provider: 'wipay' }),
    says: 'fee_note',
    plain: true,
  },
  'paid-fee': {
    what: 'paid, with a fee and something left on the voucher',
    session: (checkout) => tried(checkout, { provider: 'wipay' }, ['balance_left']),
    says: 'balance_left',
    plain: true,
  },
  'part-paid-change': {
    what: 'a part is paid, with a new voucher that can pay the rest',
    session: (checkout) => tried(checkout, {}, ['change', { amount: 100_00 }]),
    isPayer: true,
    says: 'change_button',
    plain: true,
  },
  'all-down': {
    what: 'the only provider does not answer',
    session: (checkout) => withoutCelbux(checkout, 'celbux'),
    says: 'all_down_text',
    plain: true,
  },
  short: {
    what: 'the voucher is worth too little',
    session: open,
    act: (page, checkout) => hosted(page).pay({ pin: checkout.freshPin('kora', 'too_small') }),
    once: true,
    says: 'declined_insufficient_funds',
  },
  'offline-pending': {
    what: 'the connection is lost while the voucher is on its way',
    session: open,
    act: async (page) => {
      await page.route(/\/redemptions$/, async (route) => {
        await page.context().setOffline(true);
        await route.abort('internetdisconnected');
      });
      await hosted(page).pay({ pin: pinFor('kora', 'exact', 900) });
    },
    once: true,
    says: 'offline_text',
  },
};

/** All states. */
export const ALL = { ...STATES, ...MORE };

/**
 * Starts a checkout in which every state can be reached, with a Chromium; stopped when the test file's tests are over.
 * `reach(page, state, {locale, plain})` shows a state, where possible with the same session each time.
 */
export async function startStates() {
  const checkout = await startCheckout({ browser: true, limits: LIMITS, vars: { SHOP_NAME: SHOP.shop_name } });
  const sessions = new Map();
  const sessionOf = (name) => {
    const { session, once } = ALL[name];
    if (once) return session(checkout);
    if (!sessions.has(name)) sessions.set(name, session(checkout));
    return sessions.get(name);
  };

  async function reach(page, name, { locale = 'en', plain = false } = {}) {
    const { act, isPayer, says, shown } = ALL[name];
    const session = await sessionOf(name);
    const { url } = session;
    // Pending requests end before the network is restored.
    await page.goto('about:blank');
    await page.context().setOffline(false);
    if (isPayer) await page.context().addCookies([payerCookie(session)]);
    await page.goto(`${url}&locale=${locale}${plain ? '&plain' : ''}`);
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    if (plain) {
      // A page that refreshes by itself must not do so during the check.
      await page.evaluate(() => window.stop());
    } else {
      await page.locator('.enhanced .summary').waitFor();
    }
    await act?.(page, checkout);
    await page.getByText(fixedPart(locale, says)).filter({ visible: true }).first().waitFor();
    if (shown) await page.locator(shown).waitFor();
  }

  return { checkout, reach, sessionOf };
}

/** Returns the cookie of the page that has paid: its payer key is that of tests/support/client.mjs. */
function payerCookie({ id, client_secret: secret, url }) {
  const value = `${secret}.payer-of-${id}`;
  // Chromium takes a secure cookie for an https address only, and sends it to this machine without.
  const { hostname } = new URL(url);
  return { name: `__Host-pay-${id.slice('cs_'.length)}`, value, url: `https://${hostname}/`, secure: true, httpOnly: true, sameSite: 'Lax' };
}
