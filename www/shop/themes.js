/**
 * The shop's theme: a class on the root, which the server sets from `theme` in the address. The theme is kept in the address, so that
 * a link carries it.
 */
const root = document.documentElement;
const DEFAULT = 'harbour';

/** Lets the visitor choose a theme at any time. */
export function offerThemes() {
  const choices = document.getElementById('themes');
  choices.elements.theme.value = theme(); // a browser may restore another choice after a reload
  choices.addEventListener('change', ({ target }) => setTheme(target.value));
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => setTheme(theme()));
}

/** Returns the shop's address with these query parameters and the theme. */
export function address(members = {}) {
  const query = new URLSearchParams(members);
  if (theme() !== DEFAULT) query.set('theme', theme());
  return query.size > 0 ? `/?${query}` : '/';
}

/** Applies the root's theme to a checkout, which reads its theme again only when its own class changes. */
export function applyTheme(checkout) {
  checkout.removeAttribute('class');
  checkout.className = `in-${theme()}`;
}

function theme() {
  return /\btheme-(\w+)/.exec(root.className)?.[1] ?? DEFAULT;
}

function setTheme(name) {
  root.className = `theme-${name}`;
  document.querySelectorAll('voucher-checkout').forEach(applyTheme);
  const { order } = Object.fromEntries(new URLSearchParams(location.search));
  history.replaceState(null, '', address(order ? { order } : {}));
}
