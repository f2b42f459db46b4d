/** HTML in template literals: whatever is put in is escaped, unless it is `markup` itself. */

class Markup {
  constructor(text) {
    this.text = text;
  }

  toString() {
    return this.text;
  }
}

const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text with everything that HTML would read as markup made harmless, in content and in quoted attributes. */
export function escape(text) {
  return String(text).replace(/[&<>"']/g, (sign) => ENTITIES[sign]);
}

/** A template tag; values may be text, numbers, other markup, or lists of these. Null and undefined print nothing. */
export function markup(strings, ...values) {
  return new Markup(String.raw({ raw: strings }, ...values.map(print)));
}

function print(value) {
  if (Array.isArray(value)) return value.map(print).join('');
  if (value instanceof Markup) return value.text;
  return value === null || value === undefined ? '' : escape(value);
}
