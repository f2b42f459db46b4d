// Runs a built Worker in workerd: for `npm start` through `wrangler dev`, for the tests through a program that starts sooner.
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { toolPath } from './install.mjs';
import { start } from './run.mjs';
import { ROOT } from './up-to-date.mjs';

/** The timeout of the Worker's first answer after its start. */
const START_MS = 60_000;
/** The time after which a Worker that does not stop is killed. */
const STOP_MS = 10_000;
const LOOK_MS = 20;

/** Starts the deployed Worker through `wrangler dev`, as `startWith` does, with `vars` on top of those of wrangler.toml. */
export function startWorker({ port, vars, onLine }) {
  const settings = Object.entries(vars).flatMap(([name, value]) => ['--var', `${name}:${value}`]);
  const config = ['-c', join(ROOT, 'wrangler.toml'), '--port', String(port), '--inspector-port', '0', '--show-interactive-dev-session=false'];
  const env = { WRANGLER_SEND_METRICS: 'false', CLOUDFLARE_CF_FETCH_ENABLED: 'false', NO_COLOR: '1', CI: 'true' };
  return startWith(join(ROOT, 'node_modules/.bin/wrangler'), ['dev', ...config, ...settings], { port, env, onLine });
}

/**
 * Starts a program that serves the Worker on `port`, and waits until it answers. `onLine` receives every line that the program or the
 * Worker prints. Returns `{url, stop(signal), exited}`. When the Worker refuses its configuration, the error names the variable.
 */
export async function startWith(program, args, { port, env, onLine }) {
  const recent = [];
  const { kill, exited } = start(program, args, {
    env: { ...env, PATH: toolPath() },
    onLine: (line) => {
      recent.push(line);
      if (recent.length > 30) recent.shift();
      onLine(line);
    },
  });
  const stop = async (signal = 'SIGTERM') => {
    kill(signal);
    const impatient = setTimeout(() => kill('SIGKILL'), STOP_MS);
    await exited;
    clearTimeout(impatient);
  };
  const url = `http://localhost:${port}`;
  try {
    await answered(url, exited, recent);
  } catch (error) {
    await stop('SIGKILL');
    throw error;
  }
  return { url, stop, exited };
}

/** Waits until `/healthz` answers 200. Throws when the Worker ends, refuses its configuration or does not answer. */
async function answered(url, exited, recent) {
  let ended = false;
  exited.then(() => (ended = true));
  const until = Date.now() + START_MS;
  while (Date.now() < until) {
    if (ended) throw new Error(`The Worker did not start:\n${recent.join('\n')}`);
    const answer = await fetch(`${url}/healthz`).catch(() => undefined);
    if (answer?.status === 200) return;
    if (answer?.status === 503) {
      const problem = await answer.json();
      throw new Error(`The Worker refuses its configuration: ${problem.detail}`);
    }
    await pause(LOOK_MS);
  }
  throw new Error(`The Worker did not answer within ${START_MS / 1000} s:\n${recent.join('\n')}`);
}

/** Returns whether a program listens on this local port. */
export function isTaken(port) {
  return new Promise((resolve) => {
    const socket = createConnection({ port, host: 'localhost' });
    socket.once('connect', () => resolve(true) || socket.destroy());
    socket.once('error', () => resolve(false));
  });
}
