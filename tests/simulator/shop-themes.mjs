/** The theme of the demo shop's page: the one that its address names. */

/** The first is the default when the address names none, or an unknown one. */
export const THEMES = ['harbour', 'market', 'night'];

/** Returns the fields of `index.html`: the root's class, and the marked choice. */
export function themeFields(search) {
  const named = new URLSearchParams(search).get('theme');
  const theme = THEMES.includes(named) ? named : THEMES[0];
  return { theme, [`${theme}_checked`]: 'checked' };
}
