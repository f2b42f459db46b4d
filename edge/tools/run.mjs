// Starts programs that end with this process, whatever ends it. This module imports only Node's own modules, because npm packages
// may not be installed yet.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { say } from './progress.mjs';
import { ROOT } from './up-to-date.mjs';

const KEEPER = join(ROOT, 'edge/tools/keeper.mjs');
/** The Node outside the checkout where npm tells it: `npm ci` deletes the checkout's own, which `npm start` runs, before it is back. */
const NODE = process.env.npm_node_execpath ?? process.execPath;

/** The time that the remaining processes of an ended program have before they are killed. */
const KILL_AFTER_MS = 3_000;
const LOOK_MS = 20;

/**
 * Starts a program in the root folder, with `env` on top of this process's environment. `onLine` receives every line that it prints.
 * `isIdle` runs it at low priority.
 *
 * Returns `{kill(signal), exited}`. `kill` signals the program and all processes that it has started; `exited` resolves with its exit
 * code when its last line has been read and all of these processes have ended.
 */
export function start(program, args, { env = {}, isIdle = false, onLine = () => {} } = {}) {
  const child = spawn(NODE, [KEEPER, program, ...args], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
    // It leads its own process group.
    detached: true,
  });
  if (isIdle) setPriority(child.pid, constants.priority.PRIORITY_LOW);
  const kill = (signal) => {
    try {
      return process.kill(-child.pid, signal);
    } catch {
      // All of its processes have ended.
      return false;
    }
  };
  for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream, crlfDelay: Infinity }).on('line', onLine);
  const read = new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const gone = new Promise((resolve) => {
    child.once('exit', async () => {
      for (const until = Date.now() + KILL_AFTER_MS; kill(0) && runs(child.pid) && Date.now() < until; ) await pause(LOOK_MS);
      kill('SIGKILL');
      resolve();
    });
  });
  const exited = Promise.all([read, gone]).then(([code]) => code);
  return { kill, exited };
}

/**
 * Returns whether a process of this group still runs. A zombie does not: it remains only until its new parent reads its exit code, which
 * can take seconds.
 */
function runs(group) {
  // Without /proc, as on macOS, every process counts.
  if (!existsSync('/proc/self/stat')) return true;
  return readdirSync('/proc').some((pid) => {
    try {
      // The name before the state is in brackets and can have any character.
      const [state, , of] = readFileSync(`/proc/${Number(pid)}/stat`, 'utf8').replace(/.*\) /s, '').split(' ');
      return Number(of) === group && !/[ZX]/.test(state);
    } catch {
      // This is no process, or it has just ended.
      return false;
    }
  });
}

/** Runs a program to its end, and returns its output without empty lines. When it fails, prints the output and rejects with `advice`. */
export async function run(program, args, { env, advice, onLine = () => {} } = {}) {
  const said = [];
  const { exited } = start(program, args, {
    env,
    onLine: (line) => {
      // A line that the program overwrites, such as cargo's progress bar, is left out.
      if (onLine(line) !== 'moment' && line !== '') said.push(line);
    },
  });
  const code = await exited;
  if (code === 0) return said;
  say(said.join('\n'));
  throw new Error(advice ?? `${program} ${args[0] ?? ''} ended with ${code}: see above.`);
}

const CARGO_SETTINGS = { CARGO_TERM_PROGRESS_WHEN: 'always', CARGO_TERM_PROGRESS_WIDTH: '80', CARGO_TERM_COLOR: 'never' };
/** Cargo's progress bar, with the number of built units and their total. */
const BAR = /^\s*Building\s+\[[^\]]*\]\s+(\d+)\/(\d+)/;

/** Runs cargo, prints its warnings, and reports its progress to `tell`. */
export async function cargo(args, { env, tell }) {
  const onLine = (line) => {
    const [, done, all] = BAR.exec(line) ?? [];
    if (done) tell(`${done} of ${all} crates`);
    if (/^\s*(Updating|Download|Fetch)/.test(line)) tell('downloading crates');
    if (/^\s*Blocking/.test(line)) tell('waiting for another cargo');
    if (/^\s*(Building|Fetch|Downloading)\b.*\[/.test(line)) return 'moment';
  };
  const said = await run('cargo', args, { env: { ...CARGO_SETTINGS, ...env }, onLine });
  const usual = /^\s+(Compiling|Download|Finished|Updating|Locking|Blocking|Adding|Install|Replac)/;
  const warnings = said.filter((line) => !usual.test(line));
  if (warnings.length > 0) say(warnings.join('\n'));
}

/**
 * Builds all crates of `args` except the last one, at low priority. Resolves when cargo has ended, even with an error: the later call of
 * `cargo` meets the same error and prints it.
 */
export async function cargoAhead(args, { env, tell }) {
  const ahead = start('cargo', args, {
    env: { ...CARGO_SETTINGS, ...env },
    isIdle: true,
    onLine: (line) => {
      const [, done, all] = BAR.exec(line) ?? [];
      if (!done) return;
      tell(`${done} of ${all} crates`);
      if (Number(done) === Number(all) - 1) ahead.kill('SIGTERM');
    },
  });
  await ahead.exited;
}
