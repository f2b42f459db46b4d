// The sections of tests/fuzz/RESULTS.md. Each run writes its own.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../../edge/tools/up-to-date.mjs';

const FILE = join(ROOT, 'tests/fuzz/RESULTS.md');

export const MACHINE = `${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GB`;

export function commit() {
  return spawnSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: ROOT, encoding: 'utf8' }).stdout.trim();
}

export function today() {
  return new Date().toISOString().slice(0, 10);
}

/** Returns the text of a section, without its title; empty if there is none. */
export function section(title) {
  return sections().find(([name]) => name === title)?.[1] ?? '';
}

/** Replaces a section, or adds it at the end. */
export function writeSection(title, text) {
  const all = sections();
  const known = all.find(([name]) => name === title);
  if (known) known[1] = text;
  else all.push([title, text]);
  writeFileSync(FILE, all.map(([name, content]) => `# ${name}\n\n${content.trim()}\n`).join('\n'));
}

function sections() {
  const parts = readFileSync(FILE, 'utf8').split(/^# (.*)$/m).slice(1);
  return parts.flatMap((title, place) => (place % 2 ? [] : [[title, parts[place + 1]]]));
}
