// The report of a run, for the terminal and for RESULTS.md.
import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ROOT } from '../../edge/tools/up-to-date.mjs';
import { LOGS } from '../support/evidence.mjs';
import { MACHINE, commit, today, writeSection } from '../support/results.mjs';
import { Tally } from './chance.mjs';

/** The most problems shown of one line. */
const SHOWN = 20;

/** Returns the whole report as Markdown, which is also readable on a terminal. */
export function reportOf({ command, seconds, lines, figures, faults }) {
  const off = lines.filter(({ problems }) => problems.length > 0);
  return [
    '# Chaos: nothing taken is lost',
    '',
    ...head({ command, seconds }),
    '',
    off.length === 0 ? '**The books agree.**' : `**The books do not agree: ${off.length} of ${lines.length} lines do not match.**`,
    '',
    '## What happened',
    '',
    table(['', 'count'], figures),
    '',
    '## Faults',
    '',
    table(['fault', 'times'], faults),
    '',
    '## The reconciliation',
    '',
    table(['', 'figures', 'differences'], lines.map(({ name, told, problems }) => [name, told, problems.length])),
    '',
    ...off.flatMap(({ name, problems }) => [`### Off: ${name}`, '', ...shown(problems), '']),
  ].join('\n');
}

/** Returns the report of a planted fault: the lines of the reconciliation that are off. */
export function plantedReport({ command, seconds, lines, figures, planted, expected }) {
  const off = lines.filter(({ problems }) => problems.length > 0);
  const [[, tried], [, kills]] = figures;
  return [
    `# Planted: ${planted}`,
    '',
    ...head({ command, seconds }),
    `- ${tried} vouchers tried, ${kills} kills`,
    '',
    off.some(({ name }) => name === expected) ? `**Found.** Line that does not match: “${expected}”.` : `**Not found.** No difference in “${expected}”.`,
    '',
    table(['line', 'differences', 'the first one'], off.map(({ name, problems }) => [name, problems.length, problems[0]])),
    '',
  ].join('\n');
}

/** Returns the report of stopping the Worker after each step. `never` are the steps after which it was not stopped. */
export function crashReport({ command, seconds, rounds, names, never }) {
  const stopped = new Tally();
  for (const step of rounds.flatMap((round) => round.stopped).flatMap((words) => words.split(' + '))) stopped.add(step);
  const sum = (of) => rounds.reduce((total, round) => total + of(round), 0);
  const off = rounds.flatMap(({ stops, lines }) =>
    lines.filter(({ problems }) => problems.length > 0).map(({ name, problems }) => ({ stops, name, problems })),
  );
  const figures = [
    ['courses', rounds[0].courses.length],
    ['times the Worker was stopped', rounds.filter((round) => round.stopped.length > 0).length],
    ['courses that were stopped', sum((round) => round.courses.filter(({ wasHeld }) => wasHeld).length)],
    ['sessions', sum((round) => round.sessions)],
    ['orders of vouchers', sum((round) => round.orders)],
    ['lines of the reconciliation', sum(({ lines }) => lines.length)],
    ['of them not matching', off.length],
  ];
  const isRight = off.length + never.length === 0;
  return [
    '# Crash points: stopped after every step',
    '',
    ...head({ command, seconds }),
    '',
    isRight ? '**The books agree after every stop.**' : `**The books do not agree, or steps were left out: ${off.length} lines do not match, ${never.length} steps were left out.**`,
    '',
    table(['', 'count'], figures),
    '',
    table(['stopped right after', 'times'], names.map((name) => [name, stopped.of(name)])),
    '',
    ...(never.length > 0 ? ['## Never stopped after', '', ...never.map((name) => `- ${name}`), ''] : []),
    ...off.flatMap(({ stops, name, problems }) => [`## Off after step ${stops.join(' or ')}: ${name}`, '', ...shown(problems), '']),
  ].join('\n');
}

/** Writes a report to RESULTS.md in place of the one with the same title. */
export function writeResults(text) {
  const [title, ...lines] = text.split('\n');
  writeSection(join(ROOT, 'tests/chaos/RESULTS.md'), title.replace('# ', ''), lines.join('\n'));
}

const head = ({ command, seconds }) => [
  `- ${today()}, commit ${commit()}, ${MACHINE}`,
  `- \`${command}\``,
  `- ${seconds} seconds`,
];

/** Writes to tests/.logs the sessions with problems as the shop sees them, their events and their log lines. */
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
  console.log(`The evidence about ${off.length} sessions is in ${relative(ROOT, file)}.`);
}

function shown(problems) {
  const more = problems.length > SHOWN ? [`- … and ${problems.length - SHOWN} more`] : [];
  return [...problems.slice(0, SHOWN).map((problem) => `- ${problem}`), ...more];
}

/** Returns a table as Markdown. */
export function table(head, rows) {
  const row = (cells) => `| ${cells.join(' | ')} |`;
  return [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');
}
