// Checks the rules for every answer of the Worker, and the form of problem documents.
import assert from 'node:assert/strict';

/** Traces of a crashed program: a stack, a panic, a source file. */
const INNARDS = /panicked|RuntimeError|wasm-function|\.rs:\d|\n\s+at \S+ \(|SQLITE|durable/i;
/** The codes of errors of 500 or above that a test may cause on purpose. */
const EXPECTED = new Set(['misconfigured', 'access_unavailable', 'index_unavailable']);
const GUARDS = {
  'cache-control': 'no-store',
  'cross-origin-opener-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000',
};

/** Fails on an answer that no request may ever get: a 5xx, a PIN, a stack, a malformed problem document. */
export function assertProper({ status, headers, text, body }, { method, path, typed = [] }) {
  const where = `${method} ${path} -> ${status}`;
  assert.ok(status < 500 || EXPECTED.has(body?.code), `${where}: ${text}`);
  assert.doesNotMatch(text, INNARDS, where);
  for (const [name, value] of Object.entries(GUARDS)) assert.equal(headers.get(name), value, `${where}: ${name}`);
  for (const pin of typed) assert.ok(!flat(text).includes(pin), `${where}: the answer contains a PIN`);
  if (status < 400 || /html/.test(headers.get('content-type'))) return;

  assert.equal(headers.get('content-type'), 'application/problem+json', where);
  if (method === 'HEAD') return;
  assert.equal(body.status, status, where);
  assert.equal(body.type, `/problems#${body.code}`, where);
  assert.match(body.title, /^[A-Z]/, where);
  for (const name of Object.keys(body)) assert.ok(KNOWN.has(name), `${where}: ${name}`);
  assert.equal(headers.get('retry-after'), body.retry_after === undefined ? null : String(body.retry_after), where);
  assert.equal(status === 429, body.retry_after !== undefined, `${where}: a 429, and no other answer, has retry_after`);
  assert.equal(headers.get('www-authenticate'), status === 401 ? 'Bearer' : null, where);
  assert.equal(headers.has('allow'), status === 405, where);
}

const KNOWN = new Set(['type', 'title', 'status', 'code', 'detail', 'field', 'retry_after', 'puzzle']);

/** Returns a session's view without the time left, which goes on. */
export const lasting = ({ expires_in, ...shown }) => shown;

/** Returns the letters and digits of a PIN, without its separators. */
export const bare = (pin) => pin.normalize('NFKC').replace(/[^0-9A-Za-z]/g, '');

/** Returns the text followed by a copy without separators, in which a PIN shown in groups is found. */
const flat = (text) => `${text} ${text.replace(/(?<=\w)[ -](?=\w)/g, '')}`;

/** Fails unless the answer is this problem. */
export function assertProblem(answer, status, code, field, message) {
  const { status: is, body } = answer;
  assert.deepEqual({ status: is, code: body?.code, field: body?.field }, { status, code, field }, message ?? answer.text);
}
