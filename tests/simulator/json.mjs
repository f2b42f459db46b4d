/**
 * JSON whose numbers keep the digits they were written with. `JSON.parse` turns `100.10` and a 16-digit PIN into binary
 * floats, which lose digits of money and PINs.
 */

const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false|null|[{}[\]:,]/g;

/** A JSON number as it was, or will be, written in the text. */
export class NumberText {
  constructor(text) {
    this.text = text;
  }
}

/** Parses a JSON text, with every number as a `NumberText`. Throws a SyntaxError when the text is not JSON. */
export function readJson(text) {
  JSON.parse(text); // throws unless the text is JSON: the code below relies on well-formed text
  const tokens = text.match(TOKEN);
  let next = 0;

  function value() {
    const token = tokens[next++];
    if (token === '{') return object();
    if (token === '[') return list();
    if (/^[-\d]/.test(token)) return new NumberText(token);
    return JSON.parse(token);
  }

  function object() {
    const fields = Object.create(null); // so that a field named __proto__ is just a field
    while (tokens[next] !== '}') {
      if (tokens[next] === ',') next++;
      const name = JSON.parse(tokens[next++]);
      next++; // the colon
      fields[name] = value();
    }
    next++;
    return fields;
  }

  function list() {
    const items = [];
    while (tokens[next] !== ']') {
      if (tokens[next] === ',') next++;
      items.push(value());
    }
    next++;
    return items;
  }

  return value();
}

/**
 * Parses a JSON request. Returns `{body}`, its numbers as `NumberText`, or `{refusal}`, the message for a request that is not
 * JSON.
 */
export function readJsonRequest(contentType, text) {
  if (!/^application\/json\b/i.test(contentType ?? '')) return { refusal: 'Content-Type must be application/json' };
  try {
    return { body: readJson(text) };
  } catch {
    return { refusal: 'Request body is not valid JSON' };
  }
}

/** Returns the JSON text of a value; a `NumberText` is written as it is, fields that are undefined are left out. */
export function writeJson(value) {
  if (value instanceof NumberText) return value.text;
  if (Array.isArray(value)) return `[${value.map(writeJson).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return `{${fields.map(([name, field]) => `${JSON.stringify(name)}:${writeJson(field)}`).join(',')}}`;
}

/** Returns the value of a JSON text, with its numbers as binary floats; undefined when the text is not JSON. */
export function parseJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
