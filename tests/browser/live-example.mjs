// A live example of the guide, as its reader uses it: the page object of the guide's tests.
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

  /** Scrolls to it, and waits for its checkout. */
  async open() {
    await this.figure.scrollIntoViewIfNeeded();
    await this.checkout().pin().waitFor({ timeout: 20_000 });
    await this.figure.locator('option').first().waitFor({ state: 'attached' });
  }

  /** Waits for a line of the log. */
  async logged(text) {
    await this.log().filter({ hasText: text }).first().waitFor();
  }

  /** The PIN that the example offers. */
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

  /** Types in the place of a piece of the text. */
  async replace(piece, other) {
    await this.textarea().evaluate((textarea, found) => {
      const at = textarea.value.indexOf(found);
      textarea.focus();
      textarea.setSelectionRange(at, at + found.length);
    }, piece);
    await this.page.keyboard.type(other);
  }

  /** A custom property as it is computed on the preview's element. */
  property = (name) =>
    this.preview().locator('voucher-checkout').evaluate((element, of) => getComputedStyle(element).getPropertyValue(of), name);

  /** Waits until `read` gives this. Meanwhile the preview may be on its way. */
  until = (read, wanted) => until(() => read().catch(() => undefined), (seen) => seen === wanted);
}
