// Runs a program for no longer than the process that asked for it lives: `node keeper.mjs PROGRAM ARGUMENT…`, as run.mjs starts it.
// Standard input is a pipe whose other end that process alone holds: it closes however the process ends, SIGKILL included. Then
// this process's group, to which the program and all that it starts belong, is told to end, and a moment later killed.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/** How long the program may take to end when it is told to. */
const PATIENCE_MS = 3_000;

const [program, ...args] = process.argv.slice(2);
const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'] });
const signal = (name) => process.kill(-process.pid, name);
let alone = false;

// They reach the program as well, and it decides.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => {});

process.stdin.resume().once('end', () => {
  alone = true;
  setTimeout(() => signal('SIGKILL'), PATIENCE_MS);
  signal('SIGTERM');
});
child.once('error', (error) => {
  console.error(error.message);
  process.exit(127);
});
child.once('exit', (code, name) => {
  // Whoever asked for the program ends what it has left behind.
  if (alone) signal('SIGKILL');
  process.exit(code ?? 128 + constants.signals[name]);
});
