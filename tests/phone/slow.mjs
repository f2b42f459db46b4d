// Slows a page down in all its targets, and counts the bytes on the wire. An iframe of another site is a target of its own.

import { work } from './marks.mjs';

const TIMEOUT_MS = 60_000;

/**
 * Slows the target down to `{kbit, latencyMs, cpu}`, and each target below it before that may start. Requests that match
 * `foreign.pattern` are answered by `foreign.answer(url)`, `{type, body}`, without any network.
 *
 * Returns `{read(), targets(), setCpu(target, rate), timeWork(target), stop()}`; `read()` returns the bytes of all answers with
 * their headers, when no request is pending any more.
 */
export async function slowDown(devtools, targetId, { kbit, latencyMs, cpu }, foreign) {
  const sessions = new Set();
  const answered = new Set();
  const open = new Map();
  let bytes = 0;
  let whenDone = () => {};

  const setCpu = (session, rate) => devtools.send('Emulation.setCPUThrottlingRate', { rate }, session);
  async function attach(session) {
    sessions.add(session);
    const rate = (kbit * 1000) / 8;
    const network = { offline: false, latency: latencyMs, downloadThroughput: rate, uploadThroughput: rate };
    await Promise.all([
      devtools.send('Network.enable', {}, session),
      devtools.send('Network.emulateNetworkConditions', network, session),
      setCpu(session, cpu),
      devtools.send('Performance.enable', { timeDomain: 'threadTicks' }, session),
      devtools.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: true, flatten: true }, session),
      ...(foreign ? [devtools.send('Fetch.enable', { patterns: [{ urlPattern: foreign.pattern }] }, session)] : []),
    ]);
    await devtools.send('Runtime.runIfWaitingForDebugger', {}, session);
  }

  const EVENTS = {
    'Target.attachedToTarget': ({ sessionId }) => void attach(sessionId).catch(gone),
    'Target.detachedFromTarget': ({ sessionId }) => sessions.delete(sessionId),
    'Fetch.requestPaused': ({ requestId, networkId, request }, session) => {
      answered.add(networkId);
      const { type, body } = foreign.answer(request.url);
      const headers = { 'content-type': type, 'access-control-allow-origin': '*', 'access-control-allow-headers': '*' };
      const responseHeaders = Object.entries(headers).map(([name, value]) => ({ name, value }));
      const answer = { requestId, responseCode: 200, responseHeaders, body: Buffer.from(body).toString('base64') };
      devtools.send('Fetch.fulfillRequest', answer, session).catch(gone);
    },
    'Network.requestWillBeSent': ({ requestId, frameId, loaderId }) => open.set(requestId, { frameId, loaderId }),
    'Network.loadingFinished': ({ requestId, encodedDataLength }) => {
      if (!answered.has(requestId)) bytes += encodedDataLength;
      end(requestId);
    },
    'Network.loadingFailed': ({ requestId }) => end(requestId),
  };
  function end(requestId) {
    const { frameId, loaderId } = open.get(requestId) ?? {};
    open.delete(requestId);
    // A new page in a frame ends the pending requests of the one before it; not every end is reported.
    for (const [other, { frameId: frame, loaderId: page }] of open) {
      if (requestId === loaderId && frame === frameId && page !== loaderId) open.delete(other);
    }
    if (open.size === 0) whenDone();
  }
  async function spent(session) {
    const { metrics } = await devtools.send('Performance.getMetrics', {}, session);
    return metrics.find(({ name }) => name === 'TaskDuration').value;
  }
  const off = devtools.on(({ method, params, sessionId }) => {
    if (sessions.has(sessionId)) EVENTS[method]?.(params, sessionId);
  });
  const { sessionId } = await devtools.send('Target.attachToTarget', { targetId, flatten: true });
  await attach(sessionId);
  return {
    async read() {
      const { promise: done, resolve, reject } = Promise.withResolvers();
      whenDone = resolve;
      const timer = setTimeout(() => reject(new Error(`${open.size} requests do not end`)), TIMEOUT_MS);
      if (open.size > 0) await done;
      clearTimeout(timer);
      return bytes;
    },
    targets: () => [...sessions],
    setCpu,
    /** Returns how long a piece of work takes there, in seconds of processor time, whatever else the machine does. */
    async timeWork(session) {
      const before = await spent(session);
      await devtools.send('Runtime.evaluate', { expression: `(${work})()` }, session);
      return (await spent(session)) - before;
    },
    stop: off,
  };
}

/** Ignores the errors of a target that ends while it is called. */
function gone(error) {
  if (!/Session with given id not found|Invalid InterceptionId|Target closed/.test(error.message)) throw error;
}
