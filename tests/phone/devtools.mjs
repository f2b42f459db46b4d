// Chromium's DevTools protocol over one socket, for settings that must apply to every target of a page, including the iframes of
// other sites.

/**
 * Connects to the Chromium that listens at this port. Returns `{send(method, params, session), on(listener), close()}`; the
 * listener gets `{method, params, sessionId}` of every event.
 */
export async function connect(port) {
  const { webSocketDebuggerUrl } = await (await fetch(`http://127.0.0.1:${port}/json/version`)).json();
  const socket = new WebSocket(webSocketDebuggerUrl);
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve, { once: true });
    socket.addEventListener('error', () => reject(new Error('Chromium does not accept a DevTools connection.')), { once: true });
  });
  const waiting = new Map();
  const listeners = new Set();
  let serial = 0;
  socket.addEventListener('message', ({ data }) => {
    const message = JSON.parse(data);
    if (message.id === undefined) return listeners.forEach((listener) => listener(message));
    const { resolve, reject, method } = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.error) reject(Object.assign(new Error(`${method}: ${message.error.message}`), { code: message.error.code }));
    else resolve(message.result);
  });
  return {
    send(method, params = {}, sessionId) {
      const id = ++serial;
      const answer = new Promise((resolve, reject) => waiting.set(id, { resolve, reject, method }));
      socket.send(JSON.stringify({ id, method, params, ...(sessionId && { sessionId }) }));
      return answer;
    },
    /** Adds a listener. Returns a function that removes it. */
    on(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => socket.close(),
  };
}
