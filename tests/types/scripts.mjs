// Runs the two scripts around the widget in a minimal browser, to find what they really observe, read and report.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { build } from 'esbuild';
import { ROOT } from '../../edge/tools/up-to-date.mjs';

const ORIGIN = 'https://pay.example';

/**
 * Returns `{attributes, properties, told}` of the loader: the attributes that it observes, the custom properties that it reads,
 * and the errors that it reports when no answer comes.
 */
export function runLoader() {
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
    document: { currentScript: { src: `${ORIGIN}/checkout.js` }, createElement: child },
    getComputedStyle: () => ({ getPropertyValue: (name) => (properties.push(name), '') }),
    // Its timeouts expire at once.
    setTimeout: (act) => act(),
  };
  runInContext(readFileSync(join(ROOT, 'widget/loader/checkout.js'), 'utf8'), createContext(sandbox));
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
    all.onLoad({ filter: /.*/, namespace: 'glue' }, () => ({ contents: 'export const finish = () => {}, imports = () => ({});' }));
  } };
  const define = { WASM: '"widget.wasm"', 'import.meta.url': JSON.stringify(`${ORIGIN}/entry.js`) };
  const { outputFiles } = await build({ entryPoints: [join(ROOT, 'widget/entry.js')], bundle: true, write: false, format: 'iife', define, plugins: [glue] });
  const page = { mode: 'embed', session: 'cs_1', origins: ['https://shop.example'] };
  const posted = [];
  const listeners = { message: new Set() };
  const parent = { postMessage: () => {} };
  const element = { textContent: JSON.stringify(page), querySelector: () => ({}), replaceChildren: () => {} };
  const failed = new Promise((resolve) => {
    const sandbox = {
      URL, URLSearchParams, AbortSignal, parent, setTimeout: () => {},
      document: { getElementById: () => element, querySelector: () => element, body: { offsetHeight: 100 } },
      location: { search: '' },
      fetch: () => Promise.reject(new TypeError('no connection')),
      addEventListener: (type, heard) => listeners[type]?.add(heard),
      removeEventListener: (type, heard) => {
        listeners[type]?.delete(heard);
        // It has removed its error listeners: from here on it waits for the shop's page.
        if (type === 'unhandledrejection') setImmediate(resolve);
      },
    };
    sandbox.window = sandbox;
    runInContext(outputFiles[0].text, createContext(sandbox));
  });
  await failed;
  const port = { postMessage: (message) => posted.push(message) };
  for (const heard of [...listeners.message]) heard({ source: parent, origin: page.origins[0], data: { clientSecret: 'secret' }, ports: [port] });
  return posted;
}
