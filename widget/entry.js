// Starts the widget's wasm. If it cannot start or traps later, the form works without it: on the hosted page itself, and in the iframe
// by a link to the hosted page. The build replaces WASM with the name of the wasm file.
import { finish, imports, start } from 'widget-glue';
import { accept } from './handshake.js';
import { NAMESPACE, VERSION } from './loader/protocol.js';

const LOAD_TIMEOUT_MS = 15_000;
const START_TIMEOUT_MS = 30_000;

const page = JSON.parse(document.getElementById('page').textContent);
const isEmbedded = page.mode === 'embed';
const form = document.getElementById('pay');

// Whether the shopper has sent the form without the widget: the answer is about to replace this page.
let isSent = false;
let hasFailed = false;
/** Whether the widget has taken charge of the page (src/view.rs). */
const isEnhanced = () => document.body.classList.contains('enhanced');

// The frame has the title of the page, in the shopper's language and without the shop's name.
const [title] = document.title.split(' – ');
const post = (message) => parent.postMessage({ v: VERSION, ns: NAMESPACE, title, ...message }, '*');
// The payer key (edge/src/client_secret.rs), kept for as long as the tab is open. A page with the cookie has another one there.
let payer = crypto.getRandomValues(new Uint32Array(4)).join('');
try {
  payer = sessionStorage[page.session] ??= payer;
} catch {
  // The browser lets a frame of another site keep nothing.
}
/** Returns what opens the session: the client secret with the payer key. */
const credential = (secret) => secret && `${secret}.${payer}`;
const received = isEmbedded ? receive() : Promise.resolve({ secret: page.client_secret });

/** Tells the shop's page of an event. */
const tell = (event) => received.then(({ port }) => port.postMessage({ session: page.session, ...event }));

/** Tells the shop's page, in the widget's place, what the form that this page answers has led to. */
const tellOutcome = () => page.event && tell(page.event);

/** Returns `{secret, port}` from the shop's page. */
function receive() {
  const secret = new Promise((resolve) => {
    addEventListener('message', function listen(event) {
      const accepted = accept(event, { parent, origins: page.origins });
      if (!accepted) return;
      removeEventListener('message', listen);
      resolve(accepted);
    });
  });
  new ResizeObserver(() => post({ type: 'resize', height: document.body.offsetHeight })).observe(document.body);
  post({ type: 'hello' });
  return secret;
}

/** Lets the form pay with this secret, before the widget runs. */
function open(secret) {
  if (!form || !secret) return;
  form.elements.key.value = credential(secret);
  form.querySelector('button:disabled')?.removeAttribute('disabled');
}

/** Returns `{status, text}`: the session, or a status of 0 if there was no answer. */
async function load(secret) {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), LOAD_TIMEOUT_MS);
  const headers = { Authorization: `Bearer ${credential(secret)}` };
  try {
    const answer = await fetch(`/v1/checkout/${page.session}`, { headers, cache: 'no-store', credentials: 'omit', signal: abort.signal });
    return { status: answer.status, text: await answer.text() };
  } catch {
    return { status: 0, text: '' };
  } finally {
    clearTimeout(timer);
  }
}

async function fail() {
  if (isSent || hasFailed) return;
  hasFailed = true;
  if (isEmbedded) {
    const { secret, port } = await received;
    const fallback = document.getElementById('fallback').content;
    const main = document.querySelector('main');
    const query = new URLSearchParams(location.search);
    query.set('key', secret);
    fallback.querySelector('a').href = `/pay/${page.session}?${query}`;
    // The answer to the form stays: it shows the outcome, and may show a change voucher.
    if (page.checkout) main.append(fallback.querySelector('a'));
    else main.replaceChildren(fallback);
    if (!isEnhanced()) await tellOutcome();
    port.postMessage({ type: 'error', code: 'widget_failed' });
  } else if (isEnhanced()) {
    // Offline no other page can be loaded, and this one may show a change voucher.
    if (!navigator.onLine) await new Promise((resolve) => addEventListener('online', resolve, { once: true }));
    location = `?${location.search.slice(1)}&plain`;
  }
}

function onError({ error, reason }) {
  if ((error ?? reason)?.name === 'RuntimeError') fail();
}

/** Makes `fetch` reject with an `Error`, as gloo-net expects: it traps on anything else, which a browser extension may throw. */
function guardFetch() {
  const { fetch } = window;
  window.fetch = async (...request) => {
    try {
      const answer = await fetch(...request);
      if (answer instanceof Response) return answer;
    } catch (error) {
      if (error instanceof Error) throw error;
    }
    throw new TypeError('The request has failed.');
  };
}

/** Returns the wasm. Where it cannot be compiled while it arrives, it is compiled afterwards. */
async function instantiate() {
  const address = new URL(WASM, import.meta.url);
  try {
    return await WebAssembly.instantiateStreaming(fetch(address), imports());
  } catch {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error('The wasm is not there.');
    return WebAssembly.instantiate(await answer.arrayBuffer(), imports());
  }
}

async function run() {
  const [{ instance }, handed] = await Promise.all([
    instantiate(),
    received.then(async ({ secret, port }) => ({ secret: credential(secret), port, ...(isEmbedded && !page.checkout && (await load(secret))) })),
  ]);
  if (isSent || hasFailed) return;
  guardFetch();
  finish(instance);
  start(handed);
}

// The browser would keep the answer to a form together with the form: the PIN and the client secret. The ticket that the first visit has
// left in the address (edge/src/client_secret.rs) is no longer needed, either.
history.replaceState(null, '', location.pathname + location.search.replace(/[?&]c=\d+-\w+$/, ''));
// A page from the browser's cache is out of date, and its form was sent.
addEventListener('pageshow', ({ persisted }) => persisted && location.reload());
if (isEmbedded) {
  received.then(({ secret }) => {
    open(secret);
    // Also a form that the widget has made.
    addEventListener('formdata', ({ formData }) => formData.set('key', credential(secret)));
    if (page.plain) tellOutcome();
  });
}
addEventListener('submit', ({ submitter }) => {
  if (isEnhanced()) return;
  isSent = true;
  // The other buttons send neither a voucher nor a code.
  if (isEmbedded && !/show|resend|another/.test(submitter?.name)) tell({ type: 'pending' });
});
if (!page.plain) {
  addEventListener('error', onError);
  addEventListener('unhandledrejection', onError);
  if (isEmbedded) setTimeout(() => isEnhanced() || fail(), START_TIMEOUT_MS);
  run().catch(fail);
}
