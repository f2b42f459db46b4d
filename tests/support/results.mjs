// The sections of a RESULTS.md. Each run writes its own.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { ROOT } from '../../edge/tools/up-to-date.mjs';

export const MACHINE = `${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GB`;

/** Returns the short hash of the checked-out commit. */
export function commit() {
  return spawnSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: ROOT, encoding: 'utf8' }).stdout?.trim() || 'unknown';
}

export function today() {
  return new Date().toISOString().slice(0, 10);
}

/** Returns the text of a section of the file, without its title; empty if there is none. */
export function section(file, title) {
  return sections(file).find(([name]) => name === title)?.[1] ?? '';
}

/** Replaces a section, or adds it at the end. */
export function writeSection(file, title, text) {
  const all = sections(file);
  const known = all.find(([name]) => name === title);
  if (known) known[1] = text;
  else all.push([title, text]);
  writeFileSync(file, all.map(([name, content]) => `# ${name}\n\n${content.trim()}\n`).join('\n'));
}

function sections(file) {
  const parts = (existsSync(file) ? readFileSync(file, 'utf8') : '').split(/^# (.*)$/m).slice(1);
  return parts.flatMap((title, place) => (place % 2 ? [] : [[title, parts[place + 1]]]));
}
