// `npm run fuzz`: mutates the golden answers of every provider into a million cases, and compares how the code reads each one
// with a second, simpler reading of the provider's document (tests/golden/<provider>/meaning.json). Fails when an answer is read
// as more than it says, or when reading it panics.
//
//   npm run fuzz -- --cases 5000000    another number of cases
//   npm run fuzz -- --write            writes tests/fuzz/RESULTS.md
import { spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from '../../edge/tools/up-to-date.mjs';

const TEST = 'law_3_only_an_explicit_word';
const HELP = `npm run fuzz [-- --cases 1000000] [--write]

  --cases   number of altered answers (default 1000000)
  --write   writes the figures to tests/fuzz/RESULTS.md
`;

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '1000000' },
    write: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
if (values.help) {
  process.stdout.write(HELP);
} else if (!/^[1-9]\d{0,8}$/.test(values.cases)) {
  console.error(`--cases must be a number, not "${values.cases}".`);
  process.exitCode = 1;
} else {
  process.exitCode = await fuzz();
}

async function fuzz() {
  const started = performance.now();
  const { code, text } = await cargo();
  const seconds = Math.round((performance.now() - started) / 1000);
  const [figures] = /^\d+ answers in .*$/m.exec(text) ?? [];
  if (code !== 0) return code;
  if (!figures) throw new Error('The test has printed no figures.');
  if (values.write) writeFileSync(join(ROOT, 'tests/fuzz/RESULTS.md'), results(figures, seconds));
  console.log(`Done in ${seconds} s, build included.`);
  return 0;
}

function cargo() {
  const child = spawn('cargo', ['test', '--release', '-p', 'checkout-core', TEST, '--', '--nocapture'], {
    cwd: ROOT,
    env: { ...process.env, PROPTEST_CASES: values.cases },
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

function results(figures, seconds) {
  const commit = spawnSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: ROOT, encoding: 'utf8' }).stdout.trim();
  const machine = `${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GB`;
  return `# Altered provider answers

\`npm run fuzz -- --cases ${values.cases} --write\` on ${new Date().toISOString().slice(0, 10)}, commit ${commit}, ${machine}, ${seconds} s with the
build. No panic, and no answer was read as more than its meaning allows.

    ${figures.replace(/, /g, '\n    ')}
`;
}
