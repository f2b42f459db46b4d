// Installs the requirements of builds and tests beyond Rust, Node and git: pinned versions, inside the checkout where possible. When
// nothing is missing it takes a few milliseconds.
//
// `node edge/tools/install.mjs` installs everything, with the tests' browser. This module imports only Node's own modules, because
// npm packages may not be installed yet.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { say, step } from './progress.mjs';
import { cargo, run } from './run.mjs';
import { ROOT, unlessUnchanged } from './up-to-date.mjs';

/** The path of our program that generates the JavaScript between a wasm and its host (edge/tools/bindgen). */
export const BINDGEN = join(ROOT, '.tools/target/release/bindgen');
export const BINDGEN_SOURCES = ['Cargo.toml', 'Cargo.lock', 'src'].map((name) => `edge/tools/bindgen/${name}`);

/** The folder of the npm packages' programs. */
const PROGRAMS = join(ROOT, 'node_modules/.bin');

/** Debian's Chromium without windows: it opens a page in a quarter of the CPU time. */
const SHELL = 'chromium-headless-shell';
const CHROMIUM_NAMES = [SHELL, 'chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/** Returns a function that runs `work` at its first call and returns the same result at every call. */
const once = (work) => {
  let made;
  return () => (made ??= work());
};

/** Installs the npm packages, the Rust toolchain with the wasm target, a linker, and bindgen. */
export const ensureTools = () => Promise.all([ensurePackages(), ensureBindgen()]);

/** Installs the npm packages of package-lock.json into node_modules. */
export const ensurePackages = once(() =>
  step('fetching the npm packages', () => {
    const wanted = { inputs: ['package-lock.json'], outputs: ['node_modules/.bin/wrangler', 'node_modules/.bin/node'] };
    const advice = 'The npm packages could not be fetched: check the network and run this again.';
    // npm deletes the checkout's programs, its Node among them.
    const env = { PATH: process.env.PATH.split(delimiter).filter((folder) => folder !== PROGRAMS).join(delimiter) };
    return unlessUnchanged('npm', wanted, () => run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { env, advice }));
  }),
);

/** Installs the Rust toolchain of rust-toolchain.toml with its components, and a linker. */
export const ensureRust = once(() =>
  step('fetching Rust', async () => {
    if (!works('rustup', ['--version'])) {
      throw new Error('Rust is missing. Install it with rustup (https://rustup.rs), then run this again.');
    }
    const wanted = readFileSync(join(ROOT, 'rust-toolchain.toml'), 'utf8');
    const channel = /channel = "(.+)"/.exec(wanted)?.[1];
    const installed = output('rustup', ['component', 'list', '--installed', '--toolchain', channel]);
    const parts = ['rust-src', 'clippy', 'rustfmt'];
    if (!['rust-std-wasm32-unknown-unknown', ...parts].every((part) => installed.includes(part))) {
      const components = parts.flatMap((part) => ['--component', part]);
      const args = ['toolchain', 'install', channel, '--profile', 'minimal', '--target', 'wasm32-unknown-unknown', ...components, '--no-self-update'];
      await run('rustup', args, { advice: `Rust ${channel} could not be fetched: check the network and run this again.` });
    }
    ensureLinker();
  }),
);

function ensureLinker() {
  if (works('cc', ['--version'])) return;
  install('gcc libc6-dev', 'A C linker (cc) is missing, and Rust needs one. Install it (on Debian: apt-get install gcc libc6-dev), then run this again.');
}

/** Builds the program at BINDGEN. */
export const ensureBindgen = once(async () => {
  await ensureRust();
  await step('building bindgen', (tell) => {
    const wanted = { inputs: [...BINDGEN_SOURCES, 'rust-toolchain.toml'], outputs: ['.tools/target/release/bindgen'] };
    const env = { CARGO_TARGET_DIR: join(ROOT, '.tools/target'), RUSTFLAGS: '' };
    const args = ['build', '--release', '--locked', '--manifest-path', 'edge/tools/bindgen/Cargo.toml'];
    return unlessUnchanged('bindgen', wanted, () => cargo(args, { env, tell }));
  });
});

/** The path of cargo-deny, which checks crates for the part `supply` of `npm test`. */
export const DENY = join(ROOT, '.tools/cargo-deny/bin/cargo-deny');
const DENY_VERSION = '0.20.2';

/** Builds the program at DENY. */
export const ensureDeny = once(async () => {
  await ensureRust();
  await step('building cargo-deny', (tell) => {
    const wanted = { inputs: ['rust-toolchain.toml'], outputs: ['.tools/cargo-deny/bin/cargo-deny'], settings: DENY_VERSION };
    // Without optimisation it builds in 87 s of processor time and checks our crates in 2 s.
    const profile = { CARGO_PROFILE_RELEASE_OPT_LEVEL: '0', CARGO_PROFILE_RELEASE_LTO: 'off', CARGO_PROFILE_RELEASE_CODEGEN_UNITS: '16' };
    // Cargo warns when the folder of the new program is not in PATH.
    const env = { ...profile, CARGO_TARGET_DIR: join(ROOT, '.tools/target'), RUSTFLAGS: '', PATH: [dirname(DENY), process.env.PATH].join(delimiter) };
    const args = ['install', 'cargo-deny', '--version', `=${DENY_VERSION}`, '--locked', '--force', '--root', '.tools/cargo-deny'];
    return unlessUnchanged('cargo-deny', wanted, () => cargo(args, { env, tell }));
  });
});

/** The folder of the tests' Python packages. */
export const PYTHON_PACKAGES = join(ROOT, '.tools/python');

/** Returns the Python that has the tests' packages, or undefined. */
export const PYTHON = () => (existsSync(join(PYTHON_PACKAGES, 'standardwebhooks')) ? 'python3' : undefined);

/** Installs the Python packages of the tests, where Python with pip is present or can be installed. */
export async function ensurePython() {
  const wanted = { inputs: ['tests/worker/requirements.txt'], outputs: ['.tools/python/standardwebhooks'] };
  await unlessUnchanged('python', wanted, async () => {
    const hasPip = () => works('python3', ['-m', 'pip', '--version']);
    if (!hasPip()) install('python3 python3-pip', null);
    if (!hasPip()) return say('There is no Python with pip: the tests that need one are skipped.');
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--root-user-action=ignore', '--upgrade'];
    const advice = 'The Python packages could not be fetched: check the network and run this again.';
    await step('fetching the Python packages', () =>
      run('python3', [...pip, '--target', PYTHON_PACKAGES, '-r', 'tests/worker/requirements.txt'], { advice }),
    );
  });
}

/** Returns the path of a Chromium for the tests: `CHROMIUM`, an installed one, or one downloaded now. */
export function ensureBrowser() {
  ensureFonts();
  if (!process.env.CHROMIUM && !onPath(SHELL) && works('apt-cache', ['show', SHELL])) install(SHELL, null);
  const found = findBrowser();
  if (found) return found;
  install(`${SHELL} fonts-liberation fonts-sil-abyssinica`, null);
  const installed = findBrowser();
  if (installed) return installed;
  console.log('Fetching Chromium …');
  const fetched = spawnSync(join(ROOT, 'node_modules/.bin/playwright-core'), ['install', 'chromium'], { stdio: 'inherit' });
  const downloaded = fetched.status === 0 ? downloadedBrowser() : undefined;
  if (downloaded) return downloaded;
  throw new Error('No Chromium was found, and none could be fetched. Install one, or set CHROMIUM to its path, then run this again.');
}

/** Installs a font for Amharic where possible. Without it the tests' pictures show boxes; every phone has one. */
function ensureFonts() {
  if (works('fc-list', ['--version']) && !output('fc-list', [':lang=am'])) install('fonts-sil-abyssinica', null);
}

function findBrowser() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  return CHROMIUM_NAMES.map(onPath).find(Boolean) ?? downloadedBrowser();
}

/** Returns the path of the program that PATH finds under this name, or undefined. */
function onPath(name) {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

function downloadedBrowser() {
  const cache = join(process.env.HOME ?? '/', '.cache/ms-playwright');
  if (!existsSync(cache)) return undefined;
  const folder = readdirSync(cache).filter((name) => /^chromium-\d+$/.test(name)).sort().at(-1);
  const path = folder && join(cache, folder, 'chrome-linux/chrome');
  return path && existsSync(path) ? path : undefined;
}

/** Installs Debian packages where possible. Otherwise throws `advice`, or returns when `advice` is null. */
function install(packages, advice) {
  const root = process.getuid?.() === 0;
  if (!works('apt-get', ['--version']) || !(root || works('sudo', ['-n', 'true']))) {
    if (advice) throw new Error(advice);
    return;
  }
  say(`Installing ${packages} …`);
  const apt = (args) => {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const [program, all] = root ? ['apt-get', args] : ['sudo', ['-n', 'apt-get', ...args]];
    return spawnSync(program, all, { stdio: ['ignore', 'ignore', 'inherit'], env }).status === 0;
  };
  const done = apt(['update', '-qq']) && apt(['install', '-y', '-qq', '--no-install-recommends', ...packages.split(' ')]);
  if (!done && advice) throw new Error(advice);
}

const works = (program, args) => spawnSync(program, args, { stdio: 'ignore' }).status === 0;
const output = (program, args) => spawnSync(program, args, { encoding: 'utf8' }).stdout ?? '';

/** Returns PATH with the checkout's programs first, among them the Node that wrangler requires. */
export const toolPath = () => [PROGRAMS, process.env.PATH].join(delimiter);

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    await ensureTools();
    await ensureDeny();
    await ensurePython();
    console.log(`Everything is here. Browser for the tests: ${ensureBrowser()}`);
  } catch (error) {
    console.error(error.message);
    process.exit(1);
  }
}
