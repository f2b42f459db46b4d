/**
 * A provider's reaction to a call, as a value: an answer, or one of the faults that lose the answer. Provider modules choose it;
 * the server performs it.
 */
import { writeJson } from './json.mjs';

/** Returns a JSON answer. */
export function json(status, body) {
  return { kind: 'answer', status, type: 'application/json; charset=utf-8', text: writeJson(body) };
}

/** Returns an HTML page, as a proxy or a maintenance screen in front of an API would send. */
export function html(status, title) {
  const text = `<!doctype html>\n<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>\n`;
  return { kind: 'answer', status, type: 'text/html; charset=utf-8', text };
}

/** Returns the fault of no byte at all, until the client goes away or the simulator closes. */
export function silence() {
  return { kind: 'hold' };
}

/** Returns the fault of a connection that is destroyed before a byte is sent. */
export function hangUp() {
  return { kind: 'cut', text: '' };
}

/** Returns the fault of a connection that is destroyed after the head and the first half of an answer. */
export function hangUpMidway(answer) {
  return { ...answer, kind: 'cut', text: answer.text.slice(0, answer.text.length >> 1), length: answer.text.length };
}

/**
 * Performs `answer` on a Node response and reports to the call log through `note`. `answer.pauseMs` waits before the first byte.
 * Closing the simulator destroys every connection, which ends pauses and silences too.
 */
export async function perform(answer, response, note) {
  const { scenario = null, did = null, verified = null, pauseMs = 0 } = answer;
  const closed = closing(response);
  note({ scenario, did, verified });

  if (pauseMs > 0) await pause(pauseMs, closed);
  if (answer.kind === 'hold') {
    note({ outcome: 'held' });
    await closed;
    note({ client_left: true });
  } else if (response.destroyed) {
    note({ outcome: 'unheard', client_left: true });
  } else if (answer.kind === 'cut') {
    await sendPart(answer, response);
    response.socket?.destroy();
    note({ outcome: 'cut' });
  } else {
    response.writeHead(answer.status, { 'content-type': answer.type, 'cache-control': 'no-store' });
    response.end(answer.text);
    note({ outcome: 'answered', answer: { status: answer.status, body: answer.text } });
  }
}

/** Sends the first part of a cut answer and waits until it has left for the client. */
function sendPart({ status, type, text, length }, response) {
  if (text === '') return undefined;
  response.writeHead(status, { 'content-type': type, 'content-length': length });
  return new Promise((sent) => response.write(text, sent));
}

/** Waits `ms`, or less when the connection closes first. */
async function pause(ms, closed) {
  let timer;
  const over = new Promise((done) => (timer = setTimeout(done, ms)));
  await Promise.race([over, closed]);
  clearTimeout(timer);
}

function closing(response) {
  return response.destroyed ? Promise.resolve() : new Promise((seen) => response.once('close', seen));
}
