// Starts the widget's wasm. If it cannot start or traps later, the plain form is used instead: on the hosted page itself, and in the
// iframe by a link to the hosted page. The build replaces WASM with the name of the wasm file.
import { finish, imports } from 'widget-glue';

const page = JSON.parse(document.getElementById('page').textContent);
const fallback = document.getElementById('fallback');

// Whether the wasm must not start any more: it has started or failed, or the shopper has submitted the plain form and its answer is
// about to replace this page.
let settled = false;

const post = (message) => parent.postMessage({ v: 1, ns: 'voucher-checkout', ...message }, '*');

function fail() {
  settled = true;
  removeEventListener('error', onError);
  removeEventListener('unhandledrejection', onError);
  // If the plain form is still in the page, it may hold what the shopper typed.
  if (page.mode === 'hosted') {
    if (document.querySelector('form[method]')) return;
    // Offline no other page can be loaded, and this one may show a change voucher.
    if (!navigator.onLine) return addEventListener('online', fail, { once: true });
    return (location = `${location.search}&plain`);
  }
  addEventListener('message', function receive({ source, origin, data, ports: [port] }) {
    if (source !== parent || !page.origins.includes(origin) || !port) return;
    removeEventListener('message', receive);
    const query = new URLSearchParams(location.search);
    query.set('key', data.clientSecret);
    fallback.querySelector('a').href = `/pay/${page.session}?${query}`;
    fallback.hidden = false;
    document.querySelector('main').replaceChildren(fallback);
    port.postMessage({ type: 'error', code: 'widget_failed' });
    port.postMessage({ type: 'resize', height: document.body.offsetHeight });
  });
  // Requests the client secret, as the widget does (src/host.rs).
  post({ type: 'hello' });
}

function onError({ error, reason }) {
  if ((error ?? reason)?.name === 'RuntimeError') fail();
}

// In the iframe, while the wasm is loading: sets the height of the frame and prefetches the session. The widget takes the answer
// (src/api.rs) once it has accepted the same secret; for another secret it gets none and loads the session itself.
if (page.mode === 'embed') {
  addEventListener('message', function receive({ source, data }) {
    const secret = source === parent && data?.clientSecret;
    if (!secret) return;
    removeEventListener('message', receive);
    const headers = { Authorization: `Bearer ${secret}` };
    // Without AbortSignal.timeout there is no prefetch: the widget loads the session with its own timeout.
    const signal = AbortSignal.timeout?.(15_000);
    let prefetched = signal && fetch(`/v1/checkout/${page.session}`, { headers, cache: 'no-store', credentials: 'omit', signal });
    prefetched?.catch(() => {});
    window.takePrefetched = (accepted) => {
      const answer = accepted === secret && prefetched;
      prefetched = undefined;
      return answer;
    };
  });
  post({ type: 'resize', height: document.body.offsetHeight });
  post({ type: 'hello' });
  setTimeout(() => settled || fail(), 30_000);
}
addEventListener('submit', () => (settled = true));
addEventListener('error', onError);
addEventListener('unhandledrejection', onError);
fetch(new URL(WASM, import.meta.url))
  .then((answer) => WebAssembly.instantiateStreaming(answer, imports()))
  .then(({ instance }) => {
    if (settled) return;
    settled = true;
    finish(instance);
  })
  .catch(fail);
