// Starts the wasm. When it cannot start, the hosted page keeps its plain form; the iframe has no form and says so.
// The build replaces WASM by the name of the wasm file.
import { finish, imports } from 'widget-glue';

WebAssembly.instantiateStreaming(fetch(new URL(WASM, import.meta.url)), imports())
  .then(({ instance }) => finish(instance))
  .catch(() => {
    const skeleton = document.querySelector('.skeleton');
    if (!skeleton) return;
    skeleton.className = 'notice bad';
    skeleton.textContent = JSON.parse(document.getElementById('page').textContent).words.load_failed_text;
  });
