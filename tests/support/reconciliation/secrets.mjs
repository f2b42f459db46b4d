// Checks law 6 over the whole run: no PIN, no voucher number and no secret appears in the Worker's log, in an address or in an
// event.

/**
 * Returns the lines about secrets. `lines` are the printed lines, `settings` the Worker's variables, `clientSecrets` those of the
 * sessions, and `typed` the typed PINs, some of which are not in the books.
 */
export function secretLines({ books, lines, settings, clientSecrets, typed = [], received = new Map() }) {
  const { vouchers, funded_vouchers: funded, change_vouchers: change, calls } = books;
  const known = [...vouchers, ...funded, ...change].map(({ pin }) => pin);
  const pins = [...known, ...typed].map((pin) => pin.replaceAll('-', ''));
  const own = Object.entries(settings).filter(([name, value]) => /KEY|TOKEN|SECRET/.test(name) && value).flatMap(([, value]) => value.split(' '));
  const secrets = bySize([...pins, ...own, ...clientSecrets]);
  const addresses = calls.map(({ path }) => path);
  const bodies = [...received.values()].map(({ body }) => body);
  const count = pins.length + own.length + clientSecrets.length;
  const line = (name, texts) => {
    const problems = texts.filter((text) => holds(text, secrets));
    return { name: `no secret in ${name}`, told: `${texts.length} texts, ${count} secrets`, problems };
  };
  return [line('the log', lines), line('an address', addresses), line('an event', bodies)];
}

/** Groups the secrets as `[size, Set]`, so that the search reads each place of a text once per size. */
function bySize(secrets) {
  const sizes = new Map();
  for (const secret of secrets) sizes.set(secret.length, (sizes.get(secret.length) ?? new Set()).add(secret));
  return [...sizes];
}

/** Returns whether a text holds a secret, also in groups separated by spaces or hyphens. */
function holds(text, secrets) {
  const joined = text.replaceAll(/(?<=[A-Za-z0-9])(?:[ -]|%20|\+)(?=[A-Za-z0-9])/g, '');
  const words = new Set([text, joined].flatMap((form) => form.split(/[^\w+/=-]+/)));
  return [...words].some((word) => secrets.some(([size, set]) => stands(word, size, set)));
}

function stands(word, size, set) {
  for (let at = 0; at + size <= word.length; at++) if (set.has(word.slice(at, at + size))) return true;
  return false;
}
