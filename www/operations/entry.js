// Starts the wasm of the operations page. The build replaces WASM with the address of the wasm file.
import init from 'operations-glue';

init({ module_or_path: WASM }).catch((error) => {
  const note = document.createElement('p');
  note.textContent = 'The operations page could not start. Reload it, or use a current browser.';
  document.body.append(note);
  throw error;
});
