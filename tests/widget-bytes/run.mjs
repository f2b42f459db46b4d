// Measures what parts of the widget and ways to write it weigh: `npm run widget-bytes -- --help`.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { run } from '../../edge/tools/run.mjs';
import { CUTS } from '../../edge/tools/build-widget.mjs';
import { ROOT } from '../../edge/tools/up-to-date.mjs';
import { VARIANTS } from './variants.mjs';

const HELP = `npm run widget-bytes [-- OPTION …]

Builds variants of the widget from changed copies of the sources, and prints the bytes of a cold hosted page with each of them
(brotli 11, with HTML, style sheet and the heaviest language). Takes about ten minutes on two cores.

  --write   replaces the tables in widget/DESIGN.md
`;

const DESIGN = join(ROOT, 'widget', 'DESIGN.md');
/** The widget's folder in the build of the first variant. */
const BUILT = join(ROOT, 'target', 'variants', 'small', 'widget-0', 'bindings');

/** A variant may exceed the budgets. */
const UNLIMITED = ['must: 56_000', 'must: 58_500'].map((find) => ({ file: 'edge/tools/build-widget.mjs', find, replace: 'must: 1_000_000' }));

/** The folder of the copy, which git ignores. */
const COPY = join(ROOT, '.tools', 'variant');

async function main() {
  const { values } = parseArgs({ options: { write: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } });
  if (values.help) return void process.stdout.write(HELP);
  const rows = [];
  let failed = 0;
  let saved;
  for (const variant of VARIANTS) {
    try {
      const bytes = await measure(variant);
      rows.push({ ...variant, bytes });
      saved ??= JSON.parse(readFileSync(join(BUILT, CUTS), 'utf8'));
      console.log(`${String(bytes).padStart(7)}  ${variant.what}`);
    } catch (error) {
      failed += 1;
      console.error(`        ${variant.what}: ${error.message}`);
    }
  }
  // A table without one of its rows would not show that it is missing.
  if (failed > 0) throw new Error(`${failed} of ${VARIANTS.length} variants cannot be built; nothing is written.`);
  const [{ bytes: base }] = rows;
  const cuts = ['| Cut | Characters |', '| --- | ---: |', ...saved.map(([what, characters]) => `| ${what} | ${number(characters)} |`), ''].join('\n');
  console.log(cuts);
  const row = ({ what, bytes }) => `| ${what} | ${number(bytes)} | ${bytes === base ? '' : signed(bytes - base)} |`;
  const table = ['| Widget | Bytes | Difference |', '| --- | ---: | ---: |', ...rows.map(row), ''].join('\n');
  if (values.write) writeFileSync(DESIGN, withTable(withTable(readFileSync(DESIGN, 'utf8'), 'widget', table), 'cuts', cuts));
}

/** Returns the text with this table in place of the one of that name. */
function withTable(text, name, table) {
  const mark = (verb) => `<!-- The table of npm run widget-bytes (${name}) ${verb}. -->\n`;
  const [before, rest] = text.split(mark('begins'));
  const [, after] = rest.split(mark('ends'));
  return [before, mark('begins'), '\n', table, '\n', mark('ends'), after].join('');
}

/** Returns the bytes of a cold hosted page with that variant. */
async function measure({ what, changes, part = 'pay' }) {
  rmSync(COPY, { recursive: true, force: true });
  for (const file of execFileSync('git', ['ls-files'], { cwd: ROOT, encoding: 'utf8' }).trim().split('\n')) {
    if (!/^(edge|widget|www|Cargo|rust-toolchain|clippy|package)/.test(file) || !existsSync(join(ROOT, file))) continue;
    mkdirSync(dirname(join(COPY, file)), { recursive: true });
    cpSync(join(ROOT, file), join(COPY, file));
  }
  for (const { file, find, replace, all } of [...UNLIMITED, ...changes]) {
    const parts = readFileSync(join(COPY, file), 'utf8').split(find);
    if (all ? parts.length < 2 : parts.length !== 2) throw new Error(`${what}: ${file} has ${parts.length - 1} times: ${find}`);
    writeFileSync(join(COPY, file), parts.join(replace));
  }
  // The crates are compiled once for all variants, and the tools are those of this checkout.
  const target = join(ROOT, 'target', 'variants');
  mkdirSync(target, { recursive: true });
  symlinkSync(target, join(COPY, 'target'));
  symlinkSync(join(ROOT, 'node_modules'), join(COPY, 'node_modules'));
  symlinkSync(join(ROOT, '.tools'), join(COPY, '.tools'));
  const lines = await run('node', [join(COPY, 'edge/tools/build-widget.mjs')]);
  const [, bytes] = new RegExp(`= ${part} +(\\d+)`).exec(lines.join('\n')) ?? [];
  if (!bytes) throw new Error(`${what}: the build has failed: ${lines.join('\n')}`);
  return Number(bytes);
}

const number = (bytes) => bytes.toLocaleString('en');
const signed = (bytes) => `${bytes < 0 ? '−' : '+'}${number(Math.abs(bytes))}`;

main().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
