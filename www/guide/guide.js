/** The programmer's guide: starts its live examples, adds copy buttons to its code, and lists the test vouchers. */
import { showPins } from '/shop/pins.js';
import { copy } from './editor.js';
import { Example } from './example.js';
import { reloadVouchers } from './vouchers.js';

const parts = document.getElementById('example-parts');
const examples = Object.fromEntries([...document.querySelectorAll('.example')].map((figure) => {
  return [figure.id, new Example(figure, parts)];
}));

offerLanguages(examples['live-language'], document.getElementById('language-choice'));
offerThemes(examples['live-theme'], document.getElementById('theme-choice'));
reloadVouchers();
Object.values(examples).forEach((example) => example.openWhenNear());

for (const code of document.querySelectorAll('pre')) addCopyButton(code);
for (const image of document.querySelectorAll('figure.chart img')) showFallback(image);

const panel = document.getElementById('pins');
const currencies = document.getElementById('pin-currency');
panel.addEventListener('toggle', () => showPins(currencies.value));
currencies.addEventListener('change', () => showPins(currencies.value));
showPins(currencies.value);

/** Writes the chosen language into the example's code, where the reader can edit it too. */
function offerLanguages(example, choice) {
  choice.addEventListener('change', () => {
    const locale = choice.value ? ` locale="${choice.value}"` : '';
    const withoutLocale = example.text.replace(/(<voucher-checkout\b[^>]*?)\s+locale=("[^"]*"|'[^']*'|[^\s>]*)/, '$1');
    example.text = withoutLocale.replace('<voucher-checkout', `$&${locale}`);
  });
}

/** Writes the chosen theme of the demo shop, from its style sheet, into the example's code. */
function offerThemes(example, choice) {
  choice.addEventListener('change', async () => {
    const css = await (await fetch('/shop/themes.css')).text();
    const block = new RegExp(`\\.theme-${choice.value} (voucher-checkout \\{[^}]*\\})`).exec(css)?.[1].replaceAll('\n', '\n  ');
    if (!block) return;
    const rule = /voucher-checkout\s*\{[^}]*\}/;
    example.text = rule.test(example.text) ? example.text.replace(rule, block) : `<style>\n  ${block}\n</style>\n\n${example.text.trimStart()}`;
  });
}

function addCopyButton(code) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'quiet copy';
  button.textContent = 'Copy';
  button.setAttribute('aria-label', `Copy: ${code.dataset.name}`);
  button.addEventListener('click', () => copy(code.textContent, button));
  code.after(button);
}

/** Shows the fallback text when the picture does not load. */
function showFallback(image) {
  const showText = () => {
    image.hidden = true;
    image.parentNode.querySelector('.fallback').hidden = false;
  };
  image.addEventListener('error', showText);
  if (image.complete && image.naturalWidth === 0) showText();
}
