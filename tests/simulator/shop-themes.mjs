/** Which of its looks the demo shop's page wears: the one that its address names. */

/** The first is worn when the address names none, or one that there is not. */
export const THEMES = ['harbour', 'market', 'night'];

/** Fields of `index.html`: the root's class, and which choice is marked. */
export function themeFields(search) {
  const named = new URLSearchParams(search).get('theme');
  const theme = THEMES.includes(named) ? named : THEMES[0];
  return { theme, [`${theme}_checked`]: 'checked' };
}
