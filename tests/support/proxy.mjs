// A proxy between the Worker and the simulator, for the faults that a well-behaved network never causes.
import { listenLocally } from '../simulator/listen.mjs';
import { until } from '../support/until.mjs';

/** A rule's result for: no answer, and the connection stays open. */
export const HOLD = Symbol('hold');

/** Forwards the call to the simulator. This is the rule at the start. */
export const pass = (call, next) => next();

/**
 * Starts the proxy. Set `target` to the simulator's address. `rule(call, next)` answers every call: it returns HOLD or
 * `{status, headers, body}`; `next()` performs the call at the simulator and returns its answer. `call` is `{method, path,
 * headers, body}`; `calls` holds all calls, and `received(matches)` waits for one.
 */
export async function startProxy() {
  const proxy = { target: undefined, rule: pass, calls: [] };

  async function handle(request, response) {
    const { method, url: path, headers } = request;
    const parts = [];
    for await (const part of request) parts.push(part);
    const call = { method, path, headers, body: Buffer.concat(parts).toString() };
    proxy.calls.push(call);
    const answer = await proxy.rule(call, () => forward(proxy.target, call));
    if (answer === HOLD || response.destroyed) return;
    response.writeHead(answer.status, answer.headers ?? { 'content-type': 'application/json' });
    response.end(answer.body ?? '');
  }

  const { port, close } = await listenLocally(0, (request, response) => {
    handle(request, response).catch((error) => response.destroy(error));
  });
  return Object.assign(proxy, {
    url: `http://localhost:${port}`,
    received: (matches) => until(() => proxy.calls.find(matches), Boolean),
    close,
  });
}

async function forward(target, { method, path, headers, body }) {
  const { host, connection, 'content-length': length, 'transfer-encoding': coding, ...kept } = headers;
  const answer = await fetch(target + path, { method, headers: kept, body: method === 'GET' ? undefined : body });
  return { status: answer.status, headers: { 'content-type': answer.headers.get('content-type') }, body: await answer.text() };
}
