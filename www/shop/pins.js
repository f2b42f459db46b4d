/** The panel of test vouchers of one currency, grouped by provider. Each voucher has a button that copies its PIN. */
import { testPins } from './order.js';

const PHONES = { ZAR: '082 123 4567', TTD: '868 123 4567', ETB: '091 123 4567' };
const panel = document.getElementById('pins');
const list = document.getElementById('pin-list');
const copied = document.getElementById('copied');

/** Shows the vouchers of `currency`. Loads them whenever the panel opens, because used ones are replaced. */
export async function showPins(currency) {
  document.getElementById('phone-sample').textContent = PHONES[currency];
  document.getElementById('code-sample').hidden = currency !== 'ETB';
  if (!panel.open) return;
  const pins = (await testPins().catch(() => [])).filter((pin) => pin.currency === currency);
  const opened = new Set([...list.querySelectorAll('details[open]')].map(({ dataset }) => dataset.provider));
  const providers = [...new Set(pins.map(({ provider }) => provider))];
  const groups = providers.map((provider) => group(pins.filter((pin) => pin.provider === provider)));
  for (const one of groups) one.open = opened.has(one.dataset.provider);
  if (!groups.some(({ open }) => open) && !providers.includes(firstShown())) groups[0]?.setAttribute('open', '');
  list.replaceChildren(...groups);
}

/** Returns the provider shown first so far. If it is still listed, the visitor has closed all groups. */
function firstShown() {
  return list.firstElementChild?.dataset.provider;
}

/** Creates the collapsible group of one provider's vouchers. */
function group(pins) {
  const [{ provider, provider_title: title }] = pins;
  const details = document.createElement('details');
  details.dataset.provider = provider;
  const rows = document.createElement('ul');
  rows.append(...pins.map(row));
  const summary = element('summary', `${title} `);
  summary.append(element('small', `${pins.length} vouchers`));
  details.append(summary, rows);
  return details;
}

function row({ title, what_happens: whatHappens, value, fresh_pin: pin, used }) {
  const item = document.createElement('li');
  const text = element('div', '');
  const state = used ? ', used: reset the books to refill it' : '';
  text.append(element('strong', title), element('span', `${whatHappens} Worth: ${value}${state}.`, 'what'));
  const button = element('button', 'Copy', 'quiet');
  button.type = 'button';
  button.setAttribute('aria-label', `Copy the PIN ${pin}: ${title}`);
  button.addEventListener('click', () => copy(pin, button));
  item.append(text, element('code', pin), button);
  return item;
}

async function copy(pin, button) {
  try {
    await navigator.clipboard.writeText(pin);
    copied.textContent = `Copied ${pin}`;
    button.textContent = 'Copied';
  } catch {
    copied.textContent = 'The browser does not allow copying here. Please select the PIN instead.';
    copied.classList.remove('visually-hidden');
  }
}

function element(name, text, className = '') {
  const made = document.createElement(name);
  made.textContent = text;
  made.className = className;
  return made;
}
