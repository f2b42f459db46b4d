// Fuzzing by coverage: builds the targets in tests/fuzz/coverage with the compiler of rust-toolchain.toml, whose LLVM counts the edges
// that an input reaches, and runs libFuzzer on each. A target's corpus begins with the seeds that it makes from the goldens, and grows
// from run to run in tests/.fuzz, which git ignores.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { ROOT } from '../../edge/tools/up-to-date.mjs';
import { MACHINE, commit, section, today, writeSection } from '../support/results.mjs';

const CRATE = join(ROOT, 'tests/fuzz/coverage');
export const MANIFEST = join(CRATE, 'Cargo.toml');
const KEPT = join(ROOT, 'tests/.fuzz');
const BUILD = ['--locked', '--manifest-path', MANIFEST];
export const RESULTS = join(ROOT, 'tests/fuzz/RESULTS.md');
const TITLE = 'Fuzzing by coverage';

/** As cargo-fuzz does, without a sanitizer: our code has no `unsafe`. The flags of LLVM need no nightly compiler. */
const RUSTFLAGS = [
  '--cfg=fuzzing',
  '-Cpasses=sancov-module',
  ...['level=4', 'inline-8bit-counters', 'pc-table', 'trace-compares'].map((flag) => `-Cllvm-args=-sanitizer-coverage-${flag}`),
].join(' ');

/** The longest input, and the time and memory that one input may take. */
const LIMITS = ['-max_len=4096', '-timeout=10', '-rss_limit_mb=2048'];

/** Returns the names of the targets. */
export function names() {
  return readdirSync(join(CRATE, 'fuzz_targets')).map((file) => basename(file, '.rs')).sort();
}

/** Runs each target for this many seconds, and returns the exit code: 1 if one has a finding. */
export async function fuzzByCoverage(targets, seconds, write) {
  const programs = build();
  const runs = [];
  for (const target of targets) {
    const run = { target, seconds, ...(await fuzz(join(programs, target), target, seconds)) };
    runs.push(run);
    console.log(`${target}: ${run.executions} inputs, ${run.edges} edges, ${run.corpus} inputs kept, ${run.findings.length} findings`);
    for (const file of run.findings) {
      console.log(`Replay with: npm run fuzz -- --target ${target} --replay ${relative(ROOT, file)}`);
    }
    if (write) writeSection(RESULTS, TITLE, results(run));
  }
  return runs.some(({ findings }) => findings.length > 0) ? 1 : 0;
}

/** Checks one input by the same code, without libFuzzer. */
export function replay(target, file) {
  const args = ['run', '--quiet', ...BUILD, '--target-dir', join(ROOT, 'target/fuzz'), '--bin', target, '--', file];
  return spawnSync('cargo', args, { cwd: ROOT, env: { ...process.env, RUST_BACKTRACE: '1' }, stdio: 'inherit' }).status ?? 1;
}

/** Builds all targets, and returns the folder of the programs. */
function build() {
  const { stdout } = spawnSync('rustc', ['-vV'], { cwd: ROOT, encoding: 'utf8' });
  const [, host] = /^host: (.*)$/m.exec(stdout);
  // With a target, build scripts and macros are compiled without the flags.
  const args = ['build', '--release', ...BUILD, '--target', host, '--target-dir', join(ROOT, 'target/fuzz')];
  const { status } = spawnSync('cargo', args, { cwd: ROOT, env: { ...process.env, RUSTFLAGS }, stdio: 'inherit' });
  if (status !== 0) throw new Error('The targets were not built. libFuzzer needs a C++ compiler.');
  return join(ROOT, 'target/fuzz', host, 'release');
}

/** Runs libFuzzer on a target. It stops at the first finding. */
async function fuzz(program, target, seconds) {
  const folder = join(KEPT, target);
  const [seeds, corpus, found] = ['seeds', 'corpus', 'found'].map((name) => join(folder, name));
  rmSync(seeds, { recursive: true, force: true });
  for (const path of [folder, corpus, found]) mkdirSync(path, { recursive: true });
  const before = new Set(readdirSync(found));
  spawnSync(program, [], { cwd: ROOT, env: { ...process.env, SEEDS: seeds }, stdio: 'inherit' });
  const said = await libFuzzer(program, [
    ...LIMITS, `-max_total_time=${seconds}`, `-dict=${seeds}.dict`, `-artifact_prefix=${found}/`, '-print_final_stats=1', corpus, seeds,
  ]);
  const last = (pattern) => [...said.matchAll(pattern)].at(-1)?.[1] ?? '?';
  return {
    executions: last(/^stat::number_of_executed_units: (\d+)/gm),
    edges: last(/ cov: (\d+)/g),
    corpus: last(/ corp: (\d+)/g),
    findings: readdirSync(found).filter((name) => !before.has(name)).map((name) => join(found, name)),
  };
}

/** Runs the program, shows the end of its output, and returns all of it. */
function libFuzzer(program, args) {
  const child = spawn(program, args, { cwd: ROOT, stdio: ['ignore', 'inherit', 'pipe'] });
  let said = '';
  child.stderr.on('data', (piece) => (said += piece));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => {
      if (code !== 0) console.error(said.split('\n').slice(-60).join('\n'));
      resolve(said);
    });
  });
}

/** Returns the section with the row of this run. The rows of the other targets and the text below the table are kept. */
function results({ target, seconds, executions, edges, corpus, findings }) {
  const grouped = (digits) => digits.replace(/\B(?=(\d{3})+$)/g, ',');
  const row = [`\`${target}\``, grouped(executions), grouped(edges), grouped(corpus), findings.length, `${seconds} s`, today(), commit()];
  const [above, ...below] = section(RESULTS, TITLE).split(/^(?=## )/m);
  const others = above.split('\n').filter((line) => line.startsWith('| `') && !line.startsWith(`| \`${target}\``));
  const rows = [...others, `| ${row.join(' | ')} |`].sort();
  return `\`npm run fuzz -- --coverage --write\` on ${MACHINE}. Each row has the date and the commit of its run. A target is a file in
\`coverage/fuzz_targets\`, which says what it checks. Edges are the branches of the code that the kept inputs reach.

| Target | Inputs | Edges | Inputs kept | Findings | Time | Date | Commit |
|---|---:|---:|---:|---:|---:|---|---|
${rows.join('\n')}

${below.join('')}`;
}
