// Runs a program that must end with its caller: `node keeper.mjs PROGRAM ARGUMENT…`, started by run.mjs. Standard input is a pipe
// whose other end only the caller holds, so it closes whatever ends the caller, even SIGKILL. Then this process sends SIGTERM and,
// after a pause, SIGKILL to its process group, which contains the program and all processes that it has started.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/** The time between SIGTERM and SIGKILL. */
const KILL_AFTER_MS = 3_000;

const [program, ...args] = process.argv.slice(2);
const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'] });
const signal = (name) => process.kill(-process.pid, name);
let alone = false;

// The program receives these signals too, and decides whether to end.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => {});

process.stdin.resume().once('end', () => {
  alone = true;
  setTimeout(() => signal('SIGKILL'), KILL_AFTER_MS);
  signal('SIGTERM');
});
child.once('error', (error) => {
  console.error(error.message);
  process.exit(127);
});
child.once('exit', (code, name) => {
  // Otherwise the caller ends the remaining processes.
  if (alone) signal('SIGKILL');
  process.exit(code ?? 128 + constants.signals[name]);
});
