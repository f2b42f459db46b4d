/** The lines that tell what happened in a preview. */
const KEPT = 100;

export class Log {
  #box;
  #list;

  /** `box` scrolls, and has a list. */
  constructor(box) {
    this.#box = box;
    this.#list = box.querySelector('ol');
  }

  /** An event of the checkout. */
  event(type, detail) {
    this.#add(type === 'declined' || type === 'error' ? 'bad' : type === 'paid' ? 'good' : '', type, detail);
  }

  /** Anything else. `tone` is "bad", "good", "quiet" or nothing. */
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
    while (this.#list.childElementCount > KEPT) this.#list.firstElementChild.remove();
    this.#box.scrollTop = this.#box.scrollHeight;
  }
}

function element(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}
