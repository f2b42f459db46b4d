// Starts the wasm. Where it cannot start, or breaks down later, the plain form takes over: on the hosted page itself, and from the
// iframe by a link to that page. The build replaces WASM by the name of the wasm file.
import { finish, imports } from 'widget-glue';

const page = JSON.parse(document.getElementById('page').textContent);
const fallback = document.getElementById('fallback');

const tell = (message) => parent.postMessage({ v: 1, ns: 'voucher-checkout', ...message }, '*');

function fail() {
  removeEventListener('error', broken);
  removeEventListener('unhandledrejection', broken);
  // The plain form, when it is still there, may hold what was typed.
  if (page.mode === 'hosted') return document.querySelector('form[method]') || location.replace(`${location.href}&plain`);
  addEventListener('message', ({ source, origin, data, ports: [port] }) => {
    if (source !== parent || !page.origins.includes(origin) || !port) return;
    const query = new URLSearchParams(location.search);
    query.set('key', data.clientSecret);
    fallback.querySelector('a').href = `/pay/${page.session}?${query}`;
    fallback.hidden = false;
    document.querySelector('main').replaceChildren(fallback);
    port.postMessage({ type: 'error', code: 'widget_failed' });
  });
  // Asks for the client secret, as the widget does (src/host.rs).
  tell({ type: 'hello' });
}

function broken({ error, reason }) {
  if ((error ?? reason) instanceof WebAssembly.RuntimeError) fail();
}

// The fields are there before the wasm is.
if (page.mode === 'embed') tell({ type: 'resize', height: document.body.offsetHeight });
addEventListener('error', broken);
addEventListener('unhandledrejection', broken);
WebAssembly.instantiateStreaming(fetch(new URL(WASM, import.meta.url)), imports())
  .then(({ instance }) => finish(instance))
  .catch(fail);
