// Every figure about the shopper's experience, by one command: `npm run figures -- --help`.
import { writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildWidget } from '../../edge/tools/build-widget.mjs';
import { ROOT } from '../../edge/tools/up-to-date.mjs';
import { runProgram } from '../support/program.mjs';
import { commit } from '../support/results.mjs';
import { look } from '../looks/run.mjs';
import { measureLighthouse } from '../phone/lighthouse.mjs';
import { printed as printedPhone, writeResults as writePhone } from '../phone/report.mjs';
import { measurePhone } from '../phone/run.mjs';
import { check } from './checks.mjs';

const HELP = `npm run figures [-- OPTION …]

Collects the findings of axe, the states and languages checked, the numbers of tests run and failed in Chromium, the sizes, the times on a
slow phone beside Adyen's component, and the scores of Lighthouse. Takes about a quarter of an hour on two cores. Exits with 1 when one
of the figures misses its requirement. Requires a build (npm run build).

  --runs 5     number of runs of each page on the slow phone
  --write      writes tests/figures/RESULTS.md, and the files that npm run phone writes
`;

async function main() {
  const options = { runs: { type: 'string', default: '5' }, write: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } };
  const { values } = parseArgs({ options });
  if (values.help) return void process.stdout.write(HELP);
  if (!/^[1-9]\d*$/.test(values.runs)) throw new Error('--runs must be a whole number, 1 or more');
  const sizes = [];
  await buildWidget({ log: (line) => sizes.push(line) });
  // The timed measurements go first, while the machine is idle.
  const phone = await measurePhone({ runs: Number(values.runs), say: console.log });
  const lighthouse = await measureLighthouse({ say: console.log });
  const looks = await look({ only: /languages/ });
  const checks = await check();
  const told = report({ sizes, phone, lighthouse, looks, checks });
  console.log(`\n${told}`);
  if (values.write) {
    writePhone(phone);
    writeFileSync(join(ROOT, 'tests/figures/RESULTS.md'), written(told, phone.runs));
  }
  const isRight = looks.findings === 0 && checks.every(({ failed }) => failed === 0);
  process.exitCode = phone.isWithin && lighthouse.isWithin && isRight ? 0 : 1;
}

function report({ sizes, phone, lighthouse: { scores, required, version }, looks: { findings, covered }, checks }) {
  const { states, locales, looks } = covered;
  const score = ([id, value]) => `- ${id} ${value}${id in required ? ` (must ${required[id]})` : ''}`;
  return [
    '## Findings',
    '',
    `axe, layout from 280 to 360 px, untranslated texts: ${findings} findings in ${looks} checks of ${states} states and ${locales} languages, light and dark.`,
    '',
    '## Tests in Chromium',
    '',
    '| | tests | failed |',
    '| --- | --- | --- |',
    ...checks.map(({ what, passed, failed }) => `| ${what} | ${passed + failed} | ${failed} |`),
    '',
    '## Sizes',
    '',
    '```',
    ...sizes,
    '```',
    '',
    '## On a slow phone (400 kbit/s, 400 ms, processor six times slower)',
    '',
    `Median of ${phone.runs} first visits, and the range of all.`,
    '',
    printedPhone(phone),
    '',
    `## Lighthouse ${version}, hosted page`,
    '',
    ...Object.entries(scores).map(score),
  ].join('\n');
}

function written(told, runs) {
  const memory = Math.round(totalmem() / 2 ** 30);
  const date = new Date().toISOString().slice(0, 10);
  return `# Figures for shoppers\n\n\`npm run figures -- --runs ${runs} --write\` on ${date}, commit ${commit()}, ${cpus().length} cores, ${memory} GB.\n\n${told}\n`;
}

runProgram(() => main().then(() => process.exit()));
