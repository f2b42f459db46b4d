/** Servers on this machine only, but on both of its names: "localhost" is 127.0.0.1 to one client and ::1 to another. */
import { createServer } from 'node:http';

const FREE_PORT_TRIES = 5;

/**
 * Serves `handler` on 127.0.0.1 and, where there is IPv6, on ::1 with the same port; port 0 picks a free one. Returns
 * `{port, close}`. `close` destroys connections that are still open, and resolves when all is released. Rejects with
 * EADDRINUSE when the port is taken.
 */
export async function listenLocally(port, handler) {
  for (let tries = 1; ; tries++) {
    const first = await listen(port, '127.0.0.1', handler);
    try {
      const second = await listen(first.address().port, '::1', handler);
      return opened([first, second]);
    } catch (error) {
      if (isWithoutIpv6(error)) return opened([first]);
      await stop(first);
      const wasPicked = port === 0 && error.code === 'EADDRINUSE';
      if (!wasPicked || tries === FREE_PORT_TRIES) throw error;
    }
  }
}

function listen(port, host, handler) {
  const server = createServer(handler);
  server.keepAliveTimeout = 60_000; // longer than a client pools connections: a reset must be a scenario, not a race
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host }, () => resolve(server));
  });
}

function isWithoutIpv6({ code }) {
  return code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT';
}

function opened(servers) {
  return {
    port: servers[0].address().port,
    close: () => Promise.all(servers.map(stop)),
  };
}

function stop(server) {
  return new Promise((released) => {
    server.close(released);
    server.closeAllConnections();
  });
}
