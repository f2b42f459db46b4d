// The states of a checkout that look different from each other, and how to get there.
import { pinFor } from '../simulator/pins.mjs';

/** A stack in which a late outcome stays late for as long as a test looks at it. */
export const UNSETTLED = { limits: { settle_after_ms: [600_000] } };

let serial = 800;
const pin = (scenario) => pinFor('kora', scenario, (serial += 1));

/** Unfolds the field for a part, in whichever language. */
async function unfold(checkout) {
  await checkout.root.locator('form summary').click();
  await checkout.amount().waitFor();
}

/** Each takes the form, open, to a state, by its page object. */
export const STATES = {
  form: unfold,
  mistakes: async (checkout) => {
    await unfold(checkout);
    await checkout.pay({ pin: '1234', phone: '12', email: 'nobody', amount: '1000' });
    await checkout.root.locator('[name=pin][aria-invalid]').waitFor();
  },
  refused: async (checkout) => {
    await checkout.pay({ pin: pin('amount_refused') });
    await checkout.notice('bad');
  },
  pending: async (checkout) => {
    await checkout.pay({ pin: pin('silent_after') });
    // Beneath its title stands what the shopper should do meanwhile.
    await checkout.root.locator('.notice.wait h2').waitFor({ timeout: 15_000 });
  },
  'paid in part, with change': async (checkout) => {
    await unfold(checkout);
    await checkout.pay({ pin: pin('change'), amount: '100' });
    await checkout.root.locator('.change .button').first().waitFor();
  },
  paid: async (checkout) => {
    await checkout.pay({ pin: pin('change') });
    await checkout.change().waitFor();
  },
};
