/** Refreshes the events page: when the data has changed, loads the page again and replaces the parts that differ. */
const INTERVAL_MS = 1000;
const PARTS = ['count', 'refused', 'list'];
const STALE = 'The shop does not answer. These are its latest events.';

let shown;
document.getElementById('refresh').hidden = true;
document.addEventListener('visibilitychange', refresh);
poll();

async function poll() {
  await refresh();
  setTimeout(poll, INTERVAL_MS);
}

async function refresh() {
  if (document.hidden) return;
  try {
    const data = await text('/shop/events.json');
    if (data === shown) return;
    const fresh = new DOMParser().parseFromString(await text('/shop/events'), 'text/html');
    for (const id of PARTS) update(document.getElementById(id), fresh.getElementById(id));
    shown = data;
  } catch {
    shown = undefined; // so that the next answer replaces the message
    document.getElementById('count').textContent = STALE;
  }
}

/** Replaces a part only if it differs: a screen reader would repeat an unchanged status. */
function update(part, fresh) {
  if (!part.isEqualNode(fresh)) part.replaceChildren(...fresh.childNodes);
}

async function text(path) {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path} answered ${response.status}`);
  return response.text();
}
