// What a run tells: on the terminal, and as RESULTS.md.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join, relative } from 'node:path';
import { ROOT } from '../../edge/stamp.mjs';
import { LOGS } from '../worker/stack.mjs';

/** The most ids that are shown of one line. */
const SHOWN = 20;

/** The whole report as Markdown, which reads well on a terminal, too. */
export function reportOf({ command, seconds, lines, figures, faults, planted }) {
  const off = lines.filter(({ problems }) => problems.length > 0);
  return [
    '# Chaos: nothing taken is lost',
    '',
    `- ${new Date().toISOString().slice(0, 10)}, commit ${commit()}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GB`,
    `- \`${command}\``,
    `- ${seconds} seconds${planted ? `, with ${planted} planted` : ''}`,
    '',
    off.length === 0 ? '**The books agree.**' : `**The books do not agree: ${off.length} of ${lines.length} lines are off.**`,
    '',
    '## What happened',
    '',
    table(['', 'count'], figures),
    '',
    '## Faults',
    '',
    table(['fault', 'times'], faults),
    '',
    '## The reckoning',
    '',
    table(['', 'figures', 'off by'], lines.map(({ name, told, problems }) => [name, told, problems.length])),
    '',
    ...off.flatMap(({ name, problems }) => [`### Off: ${name}`, '', ...shown(problems), '']),
  ].join('\n');
}

/** Writes the report to RESULTS.md. */
export function writeResults(text) {
  writeFileSync(join(ROOT, 'tests/chaos/RESULTS.md'), `${text.trimEnd()}\n`);
}

/** Leaves in tests/.logs what is known of the sessions that are off: as the shop sees them, their events, their log lines. */
export function keepEvidence(lines, { seen, stack }, seed) {
  const problems = lines.flatMap((line) => line.problems).join('\n');
  const off = seen.filter(({ shop }) => problems.includes(shop.id));
  if (problems === '') return;
  const evidence = off.map(({ shop, events }) => {
    const ids = [...shop.redemptions, ...events].map(({ id }) => id);
    const { client_secret, url, ...session } = shop;
    return { session, events, log: stack.lines.filter((line) => ids.some((id) => line.includes(id))) };
  });
  const file = join(LOGS, `chaos-${seed}.json`);
  writeFileSync(file, JSON.stringify({ problems: problems.split('\n'), evidence }, null, 2));
  console.log(`What is known of ${off.length} sessions stands in ${relative(ROOT, file)}.`);
}

function shown(problems) {
  const more = problems.length > SHOWN ? [`- … and ${problems.length - SHOWN} more`] : [];
  return [...problems.slice(0, SHOWN).map((problem) => `- ${problem}`), ...more];
}

function table(head, rows) {
  const row = (cells) => `| ${cells.join(' | ')} |`;
  return [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');
}

function commit() {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return 'unknown';
  }
}
