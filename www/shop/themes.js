/**
 * The shop's looks: a class on the root, which the server has set by the address's `theme`. Kept in the address, not in
 * storage, so that a look can be sent to somebody.
 */
const root = document.documentElement;
const USUAL = 'harbour';

/** Lets the visitor choose, before and while a checkout is open. */
export function offerThemes() {
  const choices = document.getElementById('themes');
  choices.elements.theme.value = theme(); // a browser may have kept another choice over a reload
  choices.addEventListener('change', ({ target }) => wear(target.value));
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => wear(theme()));
}

/** The shop's address with these members in its query, and the theme. */
export function address(members = {}) {
  const query = new URLSearchParams(members);
  if (theme() !== USUAL) query.set('theme', theme());
  return query.size > 0 ? `/?${query}` : '/';
}

/** Puts the root's theme on a checkout. It reads its theme anew when its own class changes, not when the root's does. */
export function dress(checkout) {
  checkout.removeAttribute('class');
  checkout.className = `in-${theme()}`;
}

function theme() {
  return /\btheme-(\w+)/.exec(root.className)?.[1] ?? USUAL;
}

function wear(name) {
  root.className = `theme-${name}`;
  document.querySelectorAll('voucher-checkout').forEach(dress);
  const { order } = Object.fromEntries(new URLSearchParams(location.search));
  history.replaceState(null, '', address(order ? { order } : {}));
}
