/** The test voucher beside each example. The shop's server replaces used vouchers, so the list is loaded again after each payment. */
import { testPins } from '/shop/order.js';
import { copy } from './editor.js';

const CURRENCY = 'ZAR';
const pickers = [];

export class VoucherPicker {
  #select;
  #pin;
  #about;

  constructor(root) {
    this.#select = root.querySelector('select');
    this.#pin = root.querySelector('code');
    this.#about = root.querySelector('.about-voucher');
    this.#select.addEventListener('change', () => this.#show());
    const button = root.querySelector('button');
    button.addEventListener('click', () => copy(this.#pin.textContent, button));
    pickers.push(this);
  }

  /** Replaces the PINs and keeps the selected scenario. */
  setPins(pins) {
    const selected = this.#select.value;
    const providers = [...new Set(pins.map(({ provider_title: title }) => title))];
    this.#select.replaceChildren(...providers.map((title) => group(title, pins.filter((pin) => pin.provider_title === title))));
    if (selected) this.#select.value = selected;
    this.#show();
  }

  #show() {
    const { dataset } = this.#select.selectedOptions[0];
    this.#pin.textContent = dataset.pin;
    this.#about.textContent = dataset.about;
  }
}

/** Loads new PINs into every picker. */
export async function reloadVouchers() {
  const all = await testPins().catch(() => []);
  const pins = all.filter(({ currency, scenario }) => currency === CURRENCY && !scenario.startsWith('sample'));
  if (pins.length > 0) pickers.forEach((picker) => picker.setPins(pins));
}

function group(title, pins) {
  const made = document.createElement('optgroup');
  made.label = title;
  made.append(...pins.map(option));
  return made;
}

function option({ provider, scenario, title, what_happens: whatHappens, fresh_pin: pin }) {
  const made = new Option(title, `${provider} ${scenario}`);
  made.dataset.pin = pin.includes('-') ? pin : pin.replace(/(.{4})(?=.)/g, '$1 ');
  made.dataset.about = whatHappens;
  return made;
}
