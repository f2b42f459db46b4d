/** The log of a preview. */
const MAX_LINES = 100;

export class Log {
  #box;
  #list;

  /** Writes into the list inside `box`, which scrolls. */
  constructor(box) {
    this.#box = box;
    this.#list = box.querySelector('ol');
  }

  /** Adds an event of the checkout. */
  event(type, detail) {
    this.#add(type === 'declined' || type === 'error' ? 'bad' : type === 'paid' ? 'good' : '', type, detail);
  }

  /** Adds any other line. `tone` is "bad", "good", "quiet" or empty. */
  line(tone, text) {
    this.#add(tone, '', text);
  }

  clear() {
    this.#list.replaceChildren();
  }

  #add(tone, name, text) {
    const item = document.createElement('li');
    item.className = tone;
    const time = element('time', new Date().toTimeString().slice(0, 8));
    item.append(time, ...(name ? [element('b', name)] : []), element('span', text ?? ''));
    this.#list.append(item);
    while (this.#list.childElementCount > MAX_LINES) this.#list.firstElementChild.remove();
    this.#box.scrollTop = this.#box.scrollHeight;
  }
}

function element(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}
