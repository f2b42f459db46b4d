// Checks every state of the checkout in every language, enlarged, in forced colours and with more contrast, which takes too long for
// every change: `npm run looks -- --help`.
import { readFileSync, readdirSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ROOT } from '../../edge/tools/up-to-date.mjs';
import { ensureBrowser, toolPath } from '../../edge/tools/install.mjs';

const HELP = `npm run looks

Checks every state in every language, light and dark: with axe, and for parts that are too wide, cut off or untranslated. Then checks every
state enlarged, in forced colours and with more contrast, and that nothing moves from one state to the next. Saves a picture of every state
to tests/.shots; npm run shots does only that, and updates those of the README. Requires a build (npm run build).
`;

/**
 * Runs it, with the output of the tests on the terminal. Returns `{findings, covered: {states, locales, looks}}`; throws when a
 * test fails.
 */
export async function look({ only = /./ } = {}) {
  const own = readdirSync(join(ROOT, 'tests/looks')).filter((name) => name.endsWith('.test.mjs')).map((name) => `tests/looks/${name}`);
  const some = ['languages', 'still', 'shop-still', 'take-over'].map((name) => `tests/browser/${name}.test.mjs`);
  const files = [...some, ...own].filter((path) => only.test(path));
  const env = { ...process.env, LANGUAGES: 'all', CHROMIUM: ensureBrowser(), PATH: toolPath() };
  const args = ['--test', '--test-reporter=spec', '--test-concurrency=2', ...files];
  await new Promise((resolve, reject) => {
    const child = spawn('node', args, { cwd: ROOT, env, stdio: ['ignore', 'inherit', 'inherit'] });
    child.on('error', reject);
    child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error('A check has failed: see above.'))));
  });
  return JSON.parse(readFileSync(join(ROOT, 'tests/.logs/states.json'), 'utf8'));
}

async function main() {
  const { values } = parseArgs({ options: { help: { type: 'boolean', short: 'h' } } });
  if (values.help) return void process.stdout.write(HELP);
  await look();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  main().catch((error) => {
    console.error(error.message);
    process.exit(1);
  });
}
