// `npm test`: runs every check a contributor needs, the fastest first.
//   npm test                 all parts
//   npm test -- rust worker  only these parts (names below)
import { spawn } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import { ROOT } from '../edge/tools/up-to-date.mjs';
import { ensureBrowser, ensureDeny, ensurePython, ensureTools, toolPath } from '../edge/tools/install.mjs';
import { EXECUTED, hasRun, recordNative, recordOf } from './conformance/executed.mjs';
import { filesOf } from './conformance/tables.mjs';
import { MANIFEST, names } from './fuzz/targets.mjs';
import { LOGGED } from './support/evidence.mjs';

/** Tests wait most of the time, so that a processor has time for two. */
const CONCURRENCY = 2 * availableParallelism();

const NODE_TEST = ['--test', '--test-reporter=spec', '--test-reporter-destination=stdout', '--test-reporter=./tests/conformance/reporter.mjs'];

/** Names the crate of the fuzz targets, which is no member of the workspace. */
const FUZZ = ['--manifest-path', MANIFEST];

/** The options of a chaos run short enough for every change; `npm run chaos` is the full run. */
const CHAOS = ['--redemptions', '150', '--kills', '3', '--breaks', '0', '--outages', '1', '--seed', '8', '--concurrency', '24'];

const PARTS = {
  rust: {
    does: 'format, lints (native and wasm, warnings denied), native tests, the seeds of the fuzz targets',
    run: async () => {
      await run('cargo', ['fmt', '--all', '--check']);
      await run('rustfmt', ['--check', '--edition', '2024', ...providers()]);
      await run('cargo', ['clippy', '--workspace', '--all-targets', '--quiet', '--', '-D', 'warnings']);
      await run('cargo', ['clippy', '-p', 'checkout-edge', '-p', 'checkout-widget', '-p', 'checkout-operations', '--target', 'wasm32-unknown-unknown', '--quiet', '--', '-D', 'warnings']);
      await nativeTests('--workspace');
      const bindgen = ['--manifest-path', 'edge/tools/bindgen/Cargo.toml'];
      await run('cargo', ['fmt', ...bindgen, '--check']);
      await run('cargo', ['clippy', ...bindgen, '--release', '--locked', '--quiet', '--target-dir', '.tools/target', '--', '-D', 'warnings']);
      await run('cargo', ['fmt', ...FUZZ, '--check']);
      await run('cargo', ['clippy', ...FUZZ, '--locked', '--quiet', '--target-dir', 'target/fuzz', '--', '-D', 'warnings']);
      // Without libFuzzer a target checks its seeds.
      for (const target of names()) await run('cargo', ['run', ...FUZZ, '--locked', '--quiet', '--target-dir', 'target/fuzz', '--bin', target]);
    },
  },
  architecture: { does: 'no import cycles, crates that depend only on those below them, and tests in their places', run: () => nodeTests('tests/architecture') },
  supply: {
    does: 'licences, versions, sources and known vulnerabilities of the dependencies, and the list of what is shipped',
    run: async () => {
      await ensureDeny();
      await nodeTests('tests/supply');
    },
  },
  types: { does: 'the TypeScript types of the element, compared with the widget', run: () => nodeTests('tests/types') },
  handshake: { does: 'which message may bring the client secret into the iframe', run: () => nodeTests('tests/handshake') },
  build: {
    does: 'the widget and the Worker, with their sizes beside the budgets',
    run: () => run('node', ['edge/tools/build.mjs']),
  },
  simulator: { does: 'the provider simulator alone', run: () => nodeTests('tests/simulator') },
  worker: {
    does: 'the built Worker in workerd against the simulator',
    run: async () => {
      await ensurePython();
      // They wait longer than the others.
      // They wait longer than the others. With eight at once they take longer than with six, on two cores.
      await nodeTests('tests/worker', { atOnce: 3 * availableParallelism() });
    },
  },
  // Two starts in one folder would make the index twice.
  start: { does: 'npm start, ended by every signal: no process is left', run: () => nodeTests('tests/start', { atOnce: 1 }) },
  chaos: {
    does: 'a short run of faults, outages and power cuts; the books agree to the cent',
    run: () => run('node', ['tests/chaos/run.mjs', '--no-crash-points', ...CHAOS]),
  },
  conformance: {
    does: 'every line of the providers’ documents has a test that has passed in this run',
    run: async () => {
      if (!hasRun('native')) await nativeTests('-p', 'checkout-core', '-p', 'checkout-wire');
      if (!hasRun('simulator')) await nodeTests('tests/simulator', { files: filesOf('simulator') });
      if (!hasRun('worker')) {
        await PARTS.build.run();
        await nodeTests('tests/worker', { files: filesOf('worker') });
      }
      await nodeTests('tests/conformance');
    },
  },
  browser: {
    does: 'the pages in Chromium, embedded and hosted, with and without JavaScript',
    run: () => nodeTests('tests/browser', { env: { CHROMIUM: ensureBrowser() } }),
  },
  operations: {
    does: 'the operations page of the shop’s staff, in Chromium',
    run: () => nodeTests('tests/operations', { env: { CHROMIUM: ensureBrowser() } }),
  },
  secrets: {
    does: 'law 6: vouchers of every provider, and none of their PINs in log, address, event or storage',
    run: () => nodeTests('tests/secrets', { files: testsIn('tests/secrets').filter((name) => name !== 'logs.test.mjs') }),
  },
  logs: {
    does: 'law 6: no PIN in the logs and addresses of the parts before',
    run: async () => {
      const missing = LOGGED.filter((part) => !hasRun(part));
      if (missing.length > 0) await PARTS.build.run();
      for (const part of missing) await PARTS[part].run();
      await nodeTests('tests/secrets', { files: ['logs.test.mjs'], part: 'logs' });
    },
  },
  deploy: {
    does: 'wrangler deploy --dry-run',
    run: () => run('wrangler', ['deploy', '--dry-run', '--outdir', '.wrangler/dry-run']),
  },
};

/** A part runs beside this one when it follows it: both wait most of the time. */
const BESIDE = { types: 'supply', chaos: 'start', secrets: 'operations' };

async function main(names) {
  if (names.some((name) => name === '--help' || name === '-h')) {
    console.log('npm test [-- PART …]\n');
    for (const [name, { does }] of Object.entries(PARTS)) console.log(`  ${name.padEnd(12)} ${does}`);
    return;
  }
  const unknown = names.find((name) => !(name in PARTS));
  if (unknown) throw new Error(`There is no part "${unknown}". The parts are: ${Object.keys(PARTS).join(', ')}.`);
  await ensureTools();
  // The search for PINs must read the logs of this run only.
  rmSync(join(ROOT, 'tests/.logs'), { recursive: true, force: true });
  // The conformance part must check its tables against the results of this run only.
  rmSync(EXECUTED, { recursive: true, force: true });
  const times = [];
  const carryOut = async (name) => {
    console.log(`\n── ${name}: ${PARTS[name].does}`);
    const started = performance.now();
    await PARTS[name].run();
    times.push(`${name} ${Math.round((performance.now() - started) / 1000)} s`);
  };
  const left = names.length ? [...names] : Object.keys(PARTS);
  while (left.length > 0) {
    const [name, next] = left;
    const together = left.splice(0, BESIDE[next] === name ? 2 : 1);
    const results = await Promise.allSettled(together.map(carryOut));
    const failed = results.find(({ status }) => status === 'rejected');
    if (failed) throw failed.reason;
  }
  console.log(`\nAll passed: ${times.join(', ')}`);
}

/** Runs the tests of a folder, or of these of its files, and records the results as those of a part. `atOnce` files run at a time. */
function nodeTests(folder, { files = testsIn(folder), part = basename(folder), env, atOnce = CONCURRENCY } = {}) {
  const record = `--test-reporter-destination=${recordOf(part)}`;
  return run('node', [...NODE_TEST, record, `--test-concurrency=${atOnce}`, ...files.map((name) => `${folder}/${name}`)], { env });
}

function testsIn(folder) {
  return readdirSync(join(ROOT, folder), { recursive: true }).filter((name) => name.endsWith('.test.mjs')).sort();
}

/** Returns the files of the providers. A macro declares these modules, so that `cargo fmt` does not see them. */
function providers() {
  const folder = join(ROOT, 'edge/core/src/provider');
  return readdirSync(folder).filter((name) => name.endsWith('.rs')).map((name) => join(folder, name));
}

/** Runs the native tests of these packages, records the result of each, and prints their output when one fails. */
async function nativeTests(...packages) {
  await run('cargo', ['test', ...packages, '--no-run', '--quiet']);
  const output = join(EXECUTED, 'cargo.txt');
  recordOf('native');
  const file = openSync(output, 'w');
  try {
    // One file for stdout and stderr keeps each test below the name of its package.
    await run('cargo', ['test', ...packages, '--', '--show-output'], { env: { CARGO_TERM_COLOR: 'never' }, stdio: ['ignore', file, file] });
  } catch (error) {
    process.stdout.write(readFileSync(output));
    throw error;
  } finally {
    closeSync(file);
  }
  console.log(`${recordNative(readFileSync(output, 'utf8'))} native tests passed`);
}

/** Runs a program and shows its output. Rejects on an exit code other than 0. */
function run(program, args, { env = {}, stdio = ['ignore', 'inherit', 'inherit'] } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: ROOT,
      env: { ...process.env, WRANGLER_SEND_METRICS: 'false', ...env, PATH: toolPath() },
      stdio,
    });
    child.on('error', reject);
    child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`${program} ${args.slice(0, 2).join(' ')} … failed`))));
  });
}

main(process.argv.slice(2)).catch((error) => {
  console.error(`\n${error.message}`);
  process.exit(1);
});
