/**
 * Makes a textarea pleasant to write code in. Tab indents only for somebody who has begun to write; who is just passing by
 * with the keyboard, or has pressed Escape, moves on.
 */
export function ease(textarea) {
  let isWriting = false;
  const stop = () => (isWriting = false);
  const begin = () => (isWriting = true);
  textarea.addEventListener('focus', stop);
  textarea.addEventListener('input', begin);
  textarea.addEventListener('pointerup', begin);
  textarea.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') stop();
    if (event.key !== 'Tab' || event.shiftKey || !isWriting) return;
    event.preventDefault();
    // Old, but the one way to write that the browser's undo knows of.
    document.execCommand('insertText', false, '  ');
  });
}

/** Copies `text`, and says so: on the button until it is left, and to those who listen. */
export async function copy(text, button) {
  const outcome = await navigator.clipboard.writeText(text).then(() => 'Copied', () => 'Not allowed');
  button.dataset.name ??= button.textContent;
  button.textContent = outcome;
  document.getElementById('said').textContent = outcome;
  button.addEventListener('blur', () => (button.textContent = button.dataset.name), { once: true });
}
