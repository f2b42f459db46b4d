/** The programmer's guide: makes its examples live, its code easy to copy, and shows the test vouchers. */
import { showPins } from '/shop/pins.js';
import { copy } from './editor.js';
import { Example } from './example.js';
import { renewVouchers } from './vouchers.js';

const parts = document.getElementById('example-parts');
const examples = Object.fromEntries([...document.querySelectorAll('.example')].map((figure) => {
  return [figure.id, new Example(figure, parts)];
}));

offerLanguages(examples['live-language'], document.getElementById('language-choice'));
offerThemes(examples['live-theme'], document.getElementById('theme-choice'));
renewVouchers();
Object.values(examples).forEach((example) => example.openWhenNear());

for (const code of document.querySelectorAll('pre')) offerCopy(code);
for (const image of document.querySelectorAll('figure.chart img')) fallBack(image);

const panel = document.getElementById('pins');
const currencies = document.getElementById('pin-currency');
panel.addEventListener('toggle', () => showPins(currencies.value));
currencies.addEventListener('change', () => showPins(currencies.value));
showPins(currencies.value);

/** The choice is written into the example's text, where it can be seen and changed as well. */
function offerLanguages(example, choice) {
  choice.addEventListener('change', () => {
    const locale = choice.value ? ` locale="${choice.value}"` : '';
    const without = example.text.replace(/(<voucher-checkout\b[^>]*?)\s+locale=("[^"]*"|'[^']*'|[^\s>]*)/, '$1');
    example.text = without.replace('<voucher-checkout', `$&${locale}`);
  });
}

/** The shop's own themes, from the file in which they stand. */
function offerThemes(example, choice) {
  choice.addEventListener('change', async () => {
    const css = await (await fetch('/shop/themes.css')).text();
    const block = new RegExp(`\\.theme-${choice.value} (voucher-checkout \\{[^}]*\\})`).exec(css)?.[1].replaceAll('\n', '\n  ');
    if (!block) return;
    const own = /voucher-checkout\s*\{[^}]*\}/;
    example.text = own.test(example.text) ? example.text.replace(own, block) : `<style>\n  ${block}\n</style>\n\n${example.text.trimStart()}`;
  });
}

function offerCopy(code) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'quiet copy';
  button.textContent = 'Copy';
  button.setAttribute('aria-label', `Copy: ${code.dataset.name}`);
  button.addEventListener('click', () => copy(code.textContent, button));
  code.after(button);
}

/** In the place of a picture that does not come: what it would say. */
function fallBack(image) {
  const swap = () => {
    image.hidden = true;
    image.parentNode.querySelector('.fallback').hidden = false;
  };
  image.addEventListener('error', swap);
  if (image.complete && image.naturalWidth === 0) swap();
}
