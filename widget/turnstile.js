// Shows Cloudflare Turnstile (https://developers.cloudflare.com/turnstile/), to a shopper who would have to wait while a provider's brake
// is on. A module that prove.js imports only then. The usual check passes by itself; only a doubtful one asks for a key or a click.

/** What a color scheme of the page is to Turnstile. */
const THEMES = { light: 'light', dark: 'dark' };
/** The least width of Turnstile's flexible size, in pixels. */
const FLEXIBLE = 300;

/**
 * Calls `solved` with the token of a check that has passed. `puzzle` is the address of Turnstile's script with the site key as its
 * fragment. The check disappears then, at the latest at the time `until`.
 */
export async function solve(puzzle, until, solved) {
  const page = JSON.parse(document.getElementById('page').textContent);
  // Turnstile reads the page's address, which has the client secret where the browser keeps no cookies: that shopper waits.
  if (page.client_secret) return;
  const place = document.createElement('div');
  place.id = 'person-check';
  place.tabIndex = -1;
  place.style.marginTop = '1rem';
  place.setAttribute('role', 'group');
  place.setAttribute('aria-label', 'Cloudflare Turnstile');
  const notice = document.getElementById('attempt-message').closest('.notice');
  notice.after(place);
  let id;
  let isOver = false;
  const end = () => {
    isOver = true;
    if (id) window.turnstile.remove(id);
    place.remove();
  };
  setTimeout(end, until - Date.now());
  const [script, siteKey] = puzzle.split('#');
  await load(script);
  if (isOver) return;
  id = window.turnstile.render(place, {
    sitekey: siteKey,
    // The Worker accepts the token for this session only (edge/core/src/turnstile.rs).
    cData: page.session,
    language: document.documentElement.lang,
    theme: THEMES[getComputedStyle(document.documentElement).colorScheme] ?? 'auto',
    size: notice.clientWidth < FLEXIBLE ? 'compact' : 'flexible',
    appearance: 'interaction-only',
    'response-field': false,
    'before-interactive-callback': () => isOver || place.focus(),
    // Handled: the shopper waits.
    'error-callback': () => true,
    callback(token) {
      end();
      solved(token);
    },
  });
}

/** Loads Turnstile's script, once. */
function load(address) {
  return new Promise((resolve) => {
    if (window.turnstile) return resolve();
    const script = document.createElement('script');
    script.src = address;
    script.onload = resolve;
    document.head.append(script);
  });
}
