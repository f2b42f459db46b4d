// Runs the two scripts around the widget in a minimal browser, to find out what they actually observe, read and report.
import { join } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { build } from 'esbuild';
import { ROOT } from '../../edge/tools/up-to-date.mjs';
import { NAMESPACE, VERSION } from '../../widget/loader/protocol.js';

const ORIGIN = 'https://pay.example';

/**
 * Returns `{attributes, properties, told}` of the loader: the attributes that it observes, the custom properties that it reads,
 * and the errors that it reports when no answer comes.
 */
export async function runLoader() {
  const properties = [];
  const told = [];
  let Element;
  const child = () => ({ style: { setProperty() {} }, remove() {} });
  const sandbox = {
    URL,
    URLSearchParams,
    HTMLElement: class {
      isConnected = true;
      getAttribute = (name) => ({ session: 'cs_1', 'client-secret': 'secret' })[name] ?? null;
      appendChild = (element) => element;
      append = () => {};
      replaceChildren = () => {};
      dispatchEvent = ({ type, detail }) => told.push({ type, ...detail });
    },
    CustomEvent: class {
      constructor(type, { detail }) {
        Object.assign(this, { type, detail });
      }
    },
    customElements: { get: () => undefined, define: (tag, defined) => (Element = defined) },
    CSSStyleSheet: class {
      replaceSync() {}
    },
    document: { currentScript: { src: `${ORIGIN}/checkout.js` }, createElement: child, adoptedStyleSheets: [] },
    getComputedStyle: () => ({ getPropertyValue: (name) => (properties.push(name), '') }),
    // Its timeouts expire at once.
    setTimeout: (act) => act(),
  };
  const { outputFiles } = await build({ entryPoints: [join(ROOT, 'widget/loader/checkout.js')], bundle: true, write: false, format: 'iife' });
  runInContext(outputFiles[0].text, createContext(sandbox));
  const element = new Element();
  element.open();
  element.frame.onload();
  return { attributes: [...Element.observedAttributes], properties, told };
}

/**
 * Returns the messages that the script that starts the widget sends to the shop's page, through its port, when no widget is
 * available.
 */
export async function runEntry() {
  const glue = { name: 'glue', setup: (all) => {
    all.onResolve({ filter: /^widget-glue$/ }, ({ path }) => ({ path, namespace: 'glue' }));
    all.onLoad({ filter: /.*/, namespace: 'glue' }, () => ({ contents: 'export const finish = () => {}, imports = () => ({}), start = () => {};' }));
  } };
  const define = { WASM: '"widget.wasm"', 'import.meta.url': JSON.stringify(`${ORIGIN}/entry.js`) };
  const { outputFiles } = await build({ entryPoints: [join(ROOT, 'widget/entry.js')], bundle: true, write: false, format: 'iife', define, plugins: [glue] });
  const page = { mode: 'embed', session: 'cs_1', origins: ['https://shop.example'] };
  const posted = [];
  const listeners = { message: new Set() };
  const parent = { postMessage: () => {} };
  const element = { textContent: JSON.stringify(page), querySelector: () => ({ removeAttribute: () => {} }), replaceChildren: () => {}, append: () => {} };
  element.content = element;
  element.elements = { key: {} };
  const sandbox = {
    URL, URLSearchParams, AbortController, WebAssembly, crypto, parent, setTimeout: () => {}, clearTimeout: () => {},
    ResizeObserver: class {
      observe() {}
    },
    document: { title: 'Title', getElementById: () => element, querySelector: () => element, body: { offsetHeight: 100, classList: { contains: () => false } } },
    history: { replaceState: () => {} },
    location: { search: '' },
    fetch: () => Promise.reject(new TypeError('no connection')),
    addEventListener: (type, heard) => listeners[type]?.add(heard),
    removeEventListener: (type, heard) => listeners[type]?.delete(heard),
  };
  sandbox.window = sandbox;
  runInContext(outputFiles[0].text, createContext(sandbox));
  const told = Promise.withResolvers();
  const port = { postMessage: (message) => told.resolve(posted.push(message)) };
  const data = { v: VERSION, ns: NAMESPACE, type: 'init', clientSecret: 'secret' };
  for (const heard of [...listeners.message]) heard({ source: parent, origin: page.origins[0], data, ports: [port] });
  await told.promise;
  return posted;
}
