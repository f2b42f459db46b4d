// The page object of the guide's tests: a live example of the guide, as its reader uses it.
import { until } from '../support/until.mjs';
import { Checkout } from './shopper.mjs';

export class LiveExample {
  constructor(page, id) {
    this.page = page;
    this.figure = page.locator(`#${id}`);
  }

  textarea = () => this.figure.locator('textarea');
  preview = () => this.figure.frameLocator('.frame iframe');
  checkout = () => new Checkout(this.preview().frameLocator('voucher-checkout iframe'), this.page);
  log = () => this.figure.locator('[role=log] li');
  voucher = () => this.figure.locator('.voucher code');
  button = (name, inside = '') => this.figure.locator(inside || ':scope').getByRole('button', { name, exact: true });

  /** Scrolls to the example, and waits for its checkout. */
  async open() {
    await this.figure.scrollIntoViewIfNeeded();
    await this.checkout().pin().waitFor();
    await this.figure.locator('option').first().waitFor({ state: 'attached' });
  }

  /** Waits for a line of the log. */
  async logged(text) {
    await this.log().filter({ hasText: text }).first().waitFor();
  }

  /** Returns the PIN that the example offers. */
  async testPin() {
    await this.voucher().filter({ hasText: /\d{4}/ }).waitFor();
    return this.voucher().textContent();
  }

  /** Chooses another test voucher, by provider and scenario. */
  async choose(scenario) {
    await this.testPin();
    await this.figure.locator('.voucher select').selectOption(scenario);
  }

  write = (text) => this.textarea().fill(text);

  /** Replaces a piece of the example's text by typing. */
  async replace(piece, other) {
    await this.textarea().evaluate((textarea, found) => {
      const at = textarea.value.indexOf(found);
      textarea.focus();
      textarea.setSelectionRange(at, at + found.length);
    }, piece);
    await this.page.keyboard.type(other);
  }

  /** Returns the computed value of a custom property of the preview's element. */
  property = (name) =>
    this.preview().locator('voucher-checkout').evaluate((element, of) => getComputedStyle(element).getPropertyValue(of), name);

  /** Waits until `read` returns this value. Meanwhile the preview may be loading. */
  until = (read, wanted) => until(() => read().catch(() => undefined), (seen) => seen === wanted);
}
