// The page objects of the tests: the shopper's actions on the shop's page, in our iframe and on the hosted page.
import assert from 'node:assert/strict';

/** Orders the demo shop's mug: `currency` ZAR, TTD or ETB, `mode` embedded or hosted. */
export async function order(page, stack, { currency = 'ZAR', mode = 'embedded' } = {}) {
  await page.goto(`${stack.simulator.url}/`);
  await page.locator(`input[name=currency][value=${currency}]`).check({ force: true });
  await page.locator(`input[name=mode][value=${mode}]`).check({ force: true });
  await page.locator('#pay').click();
}

/** Returns the checkout inside a shop's page; `element` selects one of several. */
export const embedded = (page, element = 'voucher-checkout') => new Checkout(page.frameLocator(`${element} iframe`), page);

/** Returns the checkout as a page of its own. */
export const hosted = (page) => new Checkout(page, page);

/** The checkout in a frame, or on a page of its own. */
export class Checkout {
  constructor(root, page) {
    this.root = root;
    this.page = page;
  }

  pin = () => this.root.locator('input[name=pin]');
  phone = () => this.root.locator('input[name=phone]');
  email = () => this.root.locator('input[name=email]');
  payButton = () => this.root.locator('#pay-button');
  change = () => this.root.locator('.change .pin');
  amount = () => this.root.locator('input[name=amount]');
  useChange = () => this.root.getByRole('button', { name: 'Use it for the rest' });
  offer = (label) => this.root.getByRole('radio', { name: label });

  /** Unfolds the field for a partial amount, if it is folded, and types into it. */
  async part(amount) {
    if (!(await this.amount().isVisible())) await this.root.getByText('Pay only a part with this voucher').click();
    await this.amount().fill(amount);
  }

  /** Types into the form, and pays. */
  async pay({ pin, phone = '082 123 4567', email = 'thandi@example.com', amount }) {
    await this.pin().fill(pin);
    if (amount !== undefined) await this.part(amount);
    await this.phone().fill(phone);
    if (email !== null) await this.email().fill(email);
    await this.payButton().click();
  }

  /** Pays, and waits for the answer "processing": a page that goes away or offline before it may take the request with it. */
  async payLate(fields) {
    const answered = this.page.waitForResponse(/\/redemptions$/);
    await this.pay(fields);
    await answered;
    await this.notice('wait', /checking/i);
  }

  /** Waits for a message of this kind: good, bad or wait. */
  async notice(kind, text, { timeout = 60_000 } = {}) {
    const notice = this.root.locator(`.notice.${kind}`, { hasText: text });
    await notice.waitFor({ timeout });
    return notice;
  }

  /** Waits for the message beside a field, and checks that it is tied to the field. */
  async errorAt(field, text) {
    const input = this.root.locator(`input[name=${field}]`);
    await this.root.locator(`input[name=${field}][aria-invalid=true]`).waitFor();
    const ids = ((await input.getAttribute('aria-describedby')) ?? '').split(' ');
    const words = await Promise.all(ids.map((id) => this.root.locator(`[id="${id}"]`).textContent()));
    assert.match(words.join(' '), text);
  }
}

/** Types the phone number of a payment, to see the PIN of its change voucher. */
export async function provePhone(checkout, phone) {
  await checkout.root.getByLabel(/To see its PIN/).fill(phone);
  await checkout.root.getByRole('button', { name: 'Show PIN' }).click();
}

/** Returns the PIN of the change voucher, without its spaces. */
export async function changePin(checkout) {
  return (await checkout.change().textContent()).replaceAll(/\s/g, '');
}
