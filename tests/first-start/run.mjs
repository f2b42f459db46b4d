// Measures the first `npm start`, step by step: `npm run first-start -- --help`.
import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, homedir, tmpdir, totalmem } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { duration } from '../../edge/tools/progress.mjs';
import { ROOT } from '../../edge/tools/up-to-date.mjs';

const HELP = `npm run first-start [-- OPTION …]

Clones the last commit, and runs npm start in the clone from scratch: without Rust toolchain, crates, npm packages, their caches or build
output. Only rustup, Node and git stay. Prints the time of each step, and the total until the shop is open. Measure on an idle machine.

  --port 9200   port of the Worker; the shop uses the next one
  --write       writes tests/first-start/RESULTS.md
`;

/** The budget in seconds. */
const MUST = 8 * 60;

async function main() {
  const options = { port: { type: 'string', default: '9200' }, write: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } };
  const { values } = parseArgs({ options });
  if (values.help) return void process.stdout.write(HELP);
  const folder = mkdtempSync(join(tmpdir(), 'first-start-'));
  try {
    const measured = await measure(folder, values.port);
    const told = report(measured);
    console.log(`\n${told}`);
    if (values.write) writeFileSync(join(ROOT, 'tests/first-start/RESULTS.md'), told);
    if (measured.seconds > MUST) process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(folder, port) {
  const checkout = join(folder, 'checkout');
  execFileSync('git', ['clone', '--quiet', '--no-hardlinks', ROOT, checkout]);
  const env = { ...emptied(process.env, folder), PATH: withoutPackages(process.env.PATH), PORT: port };
  const begun = performance.now();
  const npm = spawn('npm', ['start'], { cwd: checkout, env, stdio: ['ignore', 'pipe', 'inherit'] });
  const steps = [];
  let seconds;
  for await (const line of createInterface({ input: npm.stdout })) {
    console.log(line);
    const [, title, took] = /^(.+): done in (.+)$/.exec(line) ?? [];
    if (title) steps.push({ title, took, at: (performance.now() - begun) / 1000 });
    if (/Ctrl-C stops everything/.test(line)) {
      seconds = (performance.now() - begun) / 1000;
      npm.kill('SIGTERM');
    }
  }
  if (seconds === undefined) throw new Error('npm start failed: see above.');
  return { steps, seconds, commit: commitOf(checkout) };
}

/** Returns an environment with empty caches. */
function emptied(env, folder) {
  const cargo = join(folder, 'cargo');
  mkdirSync(cargo);
  // It may configure a mirror of the registry.
  const settings = join(env.CARGO_HOME ?? join(homedir(), '.cargo'), 'config.toml');
  if (existsSync(settings)) copyFileSync(settings, join(cargo, 'config.toml'));
  const others = Object.entries(env).filter(([name]) => !/^npm_|^CARGO_TARGET_DIR$/.test(name));
  return {
    ...Object.fromEntries(others),
    RUSTUP_HOME: join(folder, 'rustup'),
    CARGO_HOME: cargo,
    npm_config_cache: join(folder, 'npm'),
  };
}

/** Returns the PATH without the programs of this checkout, which npm puts first. */
function withoutPackages(path) {
  return path.split(delimiter).filter((part) => !part.includes('node_modules')).join(delimiter);
}

function report({ steps, seconds, commit }) {
  const [{ model }] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return [
    '# The first `npm start`',
    '',
    `\`npm run first-start\`, ${new Date().toISOString().slice(0, 10)}, commit ${commit}, ${cpus().length} cores (${model.trim()}), ${memory} GB of memory.`,
    'Installed before: rustup without a toolchain, Node and git.',
    '',
    `**${duration(seconds * 1000)}** until the shop was open (must ${MUST / 60} min).`,
    '',
    '| step | took | done at |',
    '| --- | --- | --- |',
    ...steps.map(({ title, took, at }) => `| ${title} | ${took} | ${duration(at * 1000)} |`),
    '',
    'Steps that do not depend on each other run at the same time.',
    '',
  ].join('\n');
}

const commitOf = (folder) => execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: folder, encoding: 'utf8' }).trim();

main().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
