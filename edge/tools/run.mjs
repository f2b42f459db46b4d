// Starts programs that do not outlive this process, however it ends. Only Node's own modules are imported here: npm packages may
// not be there yet.
import { spawn } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { say } from './progress.mjs';
import { ROOT } from './up-to-date.mjs';

const KEEPER = join(ROOT, 'edge/tools/keeper.mjs');

/** How long what a program has left behind may take to end by itself. */
const PATIENCE_MS = 3_000;
const LOOK_MS = 20;

/**
 * Starts a program in the root, with `env` on top of this process's environment. `onLine` gets every line that it prints. `isIdle` leaves
 * the processors to others that want them.
 *
 * Returns `{kill(signal), exited}`. `kill` reaches everything that the program has started; `exited` resolves with its exit code
 * when its last line has been read and nothing of it is left.
 */
export function start(program, args, { env = {}, isIdle = false, onLine = () => {} } = {}) {
  const child = spawn(process.execPath, [KEEPER, program, ...args], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
    // The leader of a group of its own.
    detached: true,
  });
  if (isIdle) setPriority(child.pid, constants.priority.PRIORITY_LOW);
  const kill = (signal) => {
    try {
      return process.kill(-child.pid, signal);
    } catch {
      // Nothing of it is left.
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
      for (const until = Date.now() + PATIENCE_MS; kill(0) && Date.now() < until; ) await pause(LOOK_MS);
      kill('SIGKILL');
      resolve();
    });
  });
  const exited = Promise.all([read, gone]).then(([code]) => code);
  return { kill, exited };
}

/** Runs a program to its end. Gives the lines that it said, without empty ones. Shows them, and rejects with `advice`, when it fails. */
export async function run(program, args, { env, advice, onLine = () => {} } = {}) {
  const said = [];
  const { exited } = start(program, args, {
    env,
    onLine: (line) => {
      // One that a program draws over, as cargo does with its bar, is no more than a moment's.
      if (onLine(line) !== 'moment' && line !== '') said.push(line);
    },
  });
  const code = await exited;
  if (code === 0) return said;
  say(said.join('\n'));
  throw new Error(advice ?? `${program} ${args[0] ?? ''} ended with ${code}: see above.`);
}

const CARGO_SETTINGS = { CARGO_TERM_PROGRESS_WHEN: 'always', CARGO_TERM_PROGRESS_WIDTH: '80', CARGO_TERM_COLOR: 'never' };
/** Cargo's bar, with how many of how many units are built. */
const BAR = /^\s*Building\s+\[[^\]]*\]\s+(\d+)\/(\d+)/;

/** Runs cargo, shows its warnings, and tells `tell` how far it is. */
export async function cargo(args, { env, tell }) {
  const onLine = (line) => {
    const [, done, all] = BAR.exec(line) ?? [];
    if (done) tell(`${done} of ${all} crates`);
    if (/^\s*(Updating|Download|Fetch)/.test(line)) tell('downloading crates');
    if (/^\s*Blocking/.test(line)) tell('waiting for another cargo');
    if (/^\s*(Building|Fetch|Downloading)\b.*\[/.test(line)) return 'moment';
  };
  const said = await run('cargo', args, { env: { ...CARGO_SETTINGS, ...env }, onLine });
  const usual = /^\s+(Compiling|Download|Finished|Updating|Locking|Blocking|Adding)/;
  const warnings = said.filter((line) => !usual.test(line));
  if (warnings.length > 0) say(warnings.join('\n'));
}

/**
 * Has cargo build what `args` ask for, but for the last crate, where the processors have nothing else to do. Resolves when cargo has ended,
 * however: `cargo` then finds out what is wrong, and shows it.
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
