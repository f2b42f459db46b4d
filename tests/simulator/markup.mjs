/** HTML in template literals: every inserted value is escaped, unless it is `markup` itself. */

class Markup {
  constructor(text) {
    this.text = text;
  }

  toString() {
    return this.text;
  }
}

const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Escapes text for HTML, for content and for quoted attributes. */
export function escape(text) {
  return String(text).replace(/[&<>"']/g, (sign) => ENTITIES[sign]);
}

/**
 * Builds HTML from a template literal; values may be text, numbers, other markup, or lists of these. Null and undefined print
 * nothing.
 */
export function markup(strings, ...values) {
  return new Markup(String.raw({ raw: strings }, ...values.map(print)));
}

function print(value) {
  if (Array.isArray(value)) return value.map(print).join('');
  if (value instanceof Markup) return value.text;
  return value === null || value === undefined ? '' : escape(value);
}
