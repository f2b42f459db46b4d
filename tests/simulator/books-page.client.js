/**
 * Keeps the books page up to date without flicker: polls the version and, when it has changed, replaces only the sections with new
 * content. Opened calls stay open and the page does not move.
 */
const EVERY_MS = 1000;

document.getElementById('refresh').hidden = true;
setInterval(refresh, EVERY_MS);

async function refresh() {
  if (document.hidden) return;
  try {
    const version = await text('/books/version');
    if (version === document.body.dataset.version) return;
    const fresh = new DOMParser().parseFromString(await text('/books'), 'text/html');
    for (const section of fresh.querySelectorAll('main > section')) update(section);
    document.body.dataset.version = fresh.body.dataset.version;
    document.body.classList.remove('stale');
  } catch {
    document.body.classList.add('stale'); // the simulator has stopped: the page shows its last state
  }
}

function update(section) {
  const shown = document.getElementById(section.id);
  const opened = [...shown.querySelectorAll('details[open]')].map(({ id }) => id);
  const focused = shown.contains(document.activeElement) ? document.activeElement.closest('details')?.id : undefined;
  for (const id of opened) section.querySelector(`#${id}`)?.setAttribute('open', '');
  if (section.isEqualNode(shown)) return;
  shown.replaceWith(document.adoptNode(section));
  if (focused) document.querySelector(`#${focused} summary`)?.focus({ preventScroll: true });
}

async function text(path) {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path} answered ${response.status}`);
  return response.text();
}
