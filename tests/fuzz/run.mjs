// `npm run fuzz`: mutates the golden answers of every provider into a million cases, and compares how the code reads each one
// with a second, simpler reading of the provider's document (tests/golden/<provider>/meaning.json). Fails when an answer is read as more
// than its document allows, or when reading it panics.
//
//   npm run fuzz -- --cases 5000000    another number of cases
//   npm run fuzz -- --coverage         fuzzes every parser of foreign bytes by coverage (targets.mjs)
//   npm run fuzz -- --write            writes tests/fuzz/RESULTS.md
import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';
import { ROOT } from '../../edge/tools/up-to-date.mjs';
import { MACHINE, commit, today, writeSection } from '../support/results.mjs';
import { RESULTS, fuzzByCoverage, names, replay } from './targets.mjs';

const TEST = 'law_3_only_an_explicit_word';
const HELP = `npm run fuzz [-- --cases 1000000] [--write]

  --cases   number of altered answers (default 1000000)
  --write   writes the figures to tests/fuzz/RESULTS.md

npm run fuzz -- --coverage [--seconds 600] [--target NAME]… [--write]

  --coverage   builds and runs the targets of libFuzzer, one after another; needs a C++ compiler
  --seconds    time of each target (default 600)
  --target     only this one, once or more: ${names().join(', ')}
  --write      writes their rows to tests/fuzz/RESULTS.md

npm run fuzz -- --target NAME --replay FILE

  --replay   checks this input once, without libFuzzer, and shows the failure
`;

async function main() {
  const { values } = parseArgs({
    options: {
      cases: { type: 'string', default: '1000000' },
      coverage: { type: 'boolean', default: false },
      seconds: { type: 'string', default: '600' },
      target: { type: 'string', multiple: true },
      replay: { type: 'string' },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const targets = values.target ?? names();
  const unknown = targets.find((name) => !names().includes(name));
  if (unknown) throw new Error(`There is no target "${unknown}". The targets are: ${names().join(', ')}.`);
  const number = (name) => {
    if (!/^[1-9]\d{0,8}$/.test(values[name])) throw new Error(`--${name} must be a number, not "${values[name]}".`);
    return Number(values[name]);
  };
  if (values.replay !== undefined) {
    if (targets.length !== 1) throw new Error('--replay needs one --target.');
    return replay(targets[0], values.replay);
  }
  if (values.coverage) return fuzzByCoverage(targets, number('seconds'), values.write);
  return alterAnswers(number('cases'), values.write);
}

async function alterAnswers(cases, write) {
  const started = performance.now();
  const { code, text } = await cargo(cases);
  const seconds = Math.round((performance.now() - started) / 1000);
  const [figures] = /^\d+ answers in .*$/m.exec(text) ?? [];
  if (code !== 0) return code;
  if (!figures) throw new Error('The test has printed no figures.');
  if (write) writeSection(RESULTS, 'Altered provider answers', results(figures, cases, seconds));
  console.log(`Done in ${seconds} s, build included.`);
  return 0;
}

function cargo(cases) {
  const child = spawn('cargo', ['test', '--release', '-p', 'checkout-core', TEST, '--', '--nocapture'], {
    cwd: ROOT,
    env: { ...process.env, PROPTEST_CASES: String(cases) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (piece) => {
    text += piece;
    process.stdout.write(piece);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => resolve({ code: code ?? 1, text }));
  });
}

function results(figures, cases, seconds) {
  return `\`npm run fuzz -- --cases ${cases} --write\` on ${today()}, commit ${commit()}, ${MACHINE}, ${seconds} s with the
build. No panic, and no answer was read as more than its meaning allows.

    ${figures.replace(/, /g, '\n    ')}
`;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
