// Starts the wasm. Where it cannot start, or breaks down later, the plain form takes over: on the hosted page itself, and from the
// iframe by a link to that page. The build replaces WASM by the name of the wasm file.
import { finish, imports } from 'widget-glue';

const page = JSON.parse(document.getElementById('page').textContent);
const fallback = document.getElementById('fallback');

// Whether the wasm may not start any more: it has, or cannot, or the shopper has sent the plain form, whose answer is the page to see.
let over = false;

const tell = (message) => parent.postMessage({ v: 1, ns: 'voucher-checkout', ...message }, '*');

function fail() {
  over = true;
  removeEventListener('error', broken);
  removeEventListener('unhandledrejection', broken);
  // The plain form, when it is still there, may hold what was typed.
  if (page.mode === 'hosted') {
    if (document.querySelector('form[method]')) return;
    // Without a connection there is no other page, and this one may show a new voucher.
    if (!navigator.onLine) return addEventListener('online', fail, { once: true });
    return (location = `${location.search}&plain`);
  }
  addEventListener('message', function heard({ source, origin, data, ports: [port] }) {
    if (source !== parent || !page.origins.includes(origin) || !port) return;
    removeEventListener('message', heard);
    const query = new URLSearchParams(location.search);
    query.set('key', data.clientSecret);
    fallback.querySelector('a').href = `/pay/${page.session}?${query}`;
    fallback.hidden = false;
    document.querySelector('main').replaceChildren(fallback);
    port.postMessage({ type: 'error', code: 'widget_failed' });
    port.postMessage({ type: 'resize', height: document.body.offsetHeight });
  });
  // Asks for the client secret, as the widget does (src/host.rs).
  tell({ type: 'hello' });
}

function broken({ error, reason }) {
  if ((error ?? reason)?.name === 'RuntimeError') fail();
}

// In the iframe, what can be done before the wasm is there: the frame as high as its fields, and the session asked for. The widget
// takes the answer (src/api.rs) when it has found the same secret to be good; asked with another one, this would tell nothing.
if (page.mode === 'embed') {
  addEventListener('message', function heard({ source, data }) {
    const secret = source === parent && data?.clientSecret;
    if (!secret) return;
    removeEventListener('message', heard);
    const headers = { Authorization: `Bearer ${secret}` };
    // Where there is no limit to be had, the widget asks, with one of its own.
    const signal = AbortSignal.timeout?.(15_000);
    let asked = signal && fetch(`/v1/checkout/${page.session}`, { headers, cache: 'no-store', credentials: 'omit', signal });
    asked?.catch(() => {});
    window.asked = (good) => {
      const answer = good === secret && asked;
      asked = undefined;
      return answer;
    };
  });
  tell({ type: 'resize', height: document.body.offsetHeight });
  tell({ type: 'hello' });
  setTimeout(() => over || fail(), 30_000);
}
addEventListener('submit', () => (over = true));
addEventListener('error', broken);
addEventListener('unhandledrejection', broken);
fetch(new URL(WASM, import.meta.url))
  .then((answer) => WebAssembly.instantiateStreaming(answer, imports()))
  .then(({ instance }) => {
    if (over) return;
    over = true;
    finish(instance);
  })
  .catch(fail);
