/**
 * Makes Tab indent in a textarea once the reader has typed or clicked there. Before that, and after Escape, Tab moves the focus as
 * usual.
 */
export function indentWithTab(textarea) {
  let isEditing = false;
  const stop = () => (isEditing = false);
  const begin = () => (isEditing = true);
  textarea.addEventListener('focus', stop);
  textarea.addEventListener('input', begin);
  textarea.addEventListener('pointerup', begin);
  textarea.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') stop();
    if (event.key !== 'Tab' || event.shiftKey || !isEditing) return;
    event.preventDefault();
    // Deprecated, but the only way to insert text that the browser can undo.
    document.execCommand('insertText', false, '  ');
  });
}

/** Copies `text` and shows the result on the button until it loses the focus; announces it to screen readers. */
export async function copy(text, button) {
  const outcome = await navigator.clipboard.writeText(text).then(() => 'Copied', () => 'Not allowed');
  button.dataset.name ??= button.textContent;
  button.textContent = outcome;
  document.getElementById('said').textContent = outcome;
  button.addEventListener('blur', () => (button.textContent = button.dataset.name), { once: true });
}
