/** Keeps the page of events fresh: when the data has changed, takes the parts that may have changed from the page anew. */
const EVERY_MS = 1000;
const PARTS = ['count', 'refused', 'list'];
const STALE = 'The shop does not answer; this is the last it said.';

let shown;
document.getElementById('refresh').hidden = true;
document.addEventListener('visibilitychange', refresh);
keepFresh();

async function keepFresh() {
  await refresh();
  setTimeout(keepFresh, EVERY_MS);
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
    shown = undefined; // so that an answer takes the words away again
    document.getElementById('count').textContent = STALE;
  }
}

/** Only what differs is touched: a status line that is set anew is read out anew. */
function update(part, fresh) {
  if (!part.isEqualNode(fresh)) part.replaceChildren(...fresh.childNodes);
}

async function text(path) {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path} answered ${response.status}`);
  return response.text();
}
