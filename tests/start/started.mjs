// The real `npm start`, and all processes that it has started.
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { after } from 'node:test';
import { freePort } from '../support/ports.mjs';
import { until } from '../support/until.mjs';

/** The ways to end it: the signal, and the process that receives it. */
export const ENDS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL'].flatMap((signal) => ['npm', 'node'].map((process) => ({ signal, process })));

/** Runs `npm start` in a folder. Returns `{port, output(), processes(), end({signal, process})}`. */
export async function npmStart(folder) {
  const port = await freePort();
  const mark = `STARTED_BY_TEST=${randomBytes(8).toString('hex')}`;
  const [name, value] = mark.split('=');
  const said = [];
  const npm = spawn('npm', ['start'], {
    cwd: folder,
    // Hides the npm variables of the test run.
    env: { ...withoutNpm(process.env), PORT: String(port), [name]: value },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [npm.stdout, npm.stderr]) stream.on('data', (text) => said.push(text));
  const processes = () => all().filter(({ environment }) => environment.includes(mark));
  after(() => processes().forEach(({ pid }) => process.kill(pid, 'SIGKILL')));
  return {
    port,
    output: () => said.join(''),
    processes,
    async end({ signal, process: which }) {
      const node = processes().find(({ command }) => /^\S*node edge\/tools\/start\.mjs/.test(command));
      process.kill(which === 'npm' ? npm.pid : node.pid, signal);
      await until(processes, (left) => left.length === 0, { within: 60_000 });
    },
  };
}

const withoutNpm = (env) => Object.fromEntries(Object.entries(env).filter(([name]) => !/^npm_/.test(name)));

/** Returns all readable processes of this machine: `{pid, command, environment}`. */
function all() {
  if (!existsSync('/proc/self/environ')) return listed();
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((pid) => {
    try {
      const [command, environment] = ['cmdline', 'environ'].map((file) => readFileSync(`/proc/${pid}/${file}`, 'utf8').replaceAll('\0', ' '));
      return { pid: Number(pid), command, environment };
    } catch {
      // It has just ended, or belongs to another user.
      return [];
    }
  });
}

/** Returns all processes on a machine without /proc. */
function listed() {
  const { stdout } = spawnSync('ps', ['-A', '-E', '-ww', '-o', 'pid=,command='], { encoding: 'utf8', maxBuffer: 1 << 26 });
  return stdout.split('\n').filter(Boolean).map((line) => {
    const [, pid, command] = /^\s*(\d+)\s+(.*)$/.exec(line);
    return { pid: Number(pid), command, environment: command };
  });
}
