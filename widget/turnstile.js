// Shows Cloudflare Turnstile (https://developers.cloudflare.com/turnstile/), to a shopper who would have to wait while a provider's brake
// is on. A module that prove.js imports only then. The usual check passes by itself; only a doubtful one asks for a key or a click.

/** What a color scheme of the page is to Turnstile. */
const THEMES = { light: 'light', dark: 'dark' };

/**
 * Calls `solved` with the token of a check that has passed. `puzzle` is the address of Turnstile's script with the site key as its
 * fragment. The check disappears then, at the latest after `waitMs`.
 */
export async function solve(puzzle, waitMs, solved) {
  const place = document.createElement('div');
  place.id = 'person-check';
  place.tabIndex = -1;
  place.setAttribute('role', 'group');
  place.setAttribute('aria-label', 'Cloudflare Turnstile');
  document.getElementById('attempt-message').closest('.notice').after(place);
  setTimeout(() => place.remove(), waitMs);
  await load(puzzle);
  window.turnstile.render(place, {
    sitekey: new URL(puzzle).hash.slice(1),
    // The Worker accepts the token for this session only (edge/core/src/turnstile.rs).
    cData: JSON.parse(document.getElementById('page').textContent).session,
    language: document.documentElement.lang,
    theme: THEMES[getComputedStyle(document.documentElement).colorScheme] ?? 'auto',
    size: 'flexible',
    appearance: 'interaction-only',
    'response-field': false,
    'before-interactive-callback': () => place.focus(),
    callback(token) {
      place.remove();
      solved(token);
    },
  });
}

/** Loads Turnstile's script, once. */
function load(puzzle) {
  return new Promise((resolve) => {
    if (window.turnstile) return resolve();
    const script = document.createElement('script');
    script.src = puzzle;
    script.onload = resolve;
    document.head.append(script);
  });
}
