// Lists the software that is shipped, in www/dist/.well-known: `sbom`, a CycloneDX document at the address of RFC 9472, and
// `third-party-notices.txt`, with the licence texts that these licences require. Both contain the crates that cargo links into the
// Worker, the widget and the operations page, and the parts of Rust's standard library. No npm package is shipped; tests/supply checks it.
//
// cargo-cyclonedx and cargo-about would have to be built before the first `npm start`, and do not see the standard library.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ensureRust } from './install.mjs';
import { skip, step } from './progress.mjs';
import { run } from './run.mjs';
import { ROOT, unlessUnchanged } from './up-to-date.mjs';

const FOLDER = 'www/dist/.well-known';
const SBOM = `${FOLDER}/sbom`;
const NOTICES = `${FOLDER}/third-party-notices.txt`;
const MANIFESTS = ['edge', 'edge/core', 'edge/present', 'edge/wire', 'widget', 'www/operations'].map((folder) => `${folder}/Cargo.toml`);

/** The crates whose wasm is shipped. */
export const ARTIFACTS = ['checkout-edge', 'checkout-widget', 'checkout-operations'];
const WASM = 'wasm32-unknown-unknown';
/** A file with a licence or a notice. */
const LICENCE_FILE = /^(licen[cs]e|unlicense|copying|copyright|notice)/i;
const RULE = '='.repeat(80);

/** Writes both files if they are out of date. */
export async function buildSbom() {
  const inputs = ['Cargo.toml', 'Cargo.lock', ...MANIFESTS, 'rust-toolchain.toml', 'LICENSE', 'edge/tools/sbom.mjs'];
  const isNew = await unlessUnchanged('sbom', { inputs, outputs: [SBOM, NOTICES] }, async () => {
    await ensureRust();
    await step('listing the shipped crates', async () => {
      const shipped = await shippedCrates();
      mkdirSync(join(ROOT, FOLDER), { recursive: true });
      writeFileSync(join(ROOT, SBOM), sbomOf(shipped));
      writeFileSync(join(ROOT, NOTICES), noticesOf(shipped));
    });
  });
  if (!isNew) skip(1);
}

/**
 * Returns the shipped crates, sorted by name and version: `{ref, name, version, licence, texts, uses, isOurs, purl, sha256, url}`, where
 * `texts` are the licence texts and `uses` the refs of the crates that a crate is linked with. The first is Rust's standard library.
 */
export async function shippedCrates() {
  const [ours, std] = [await productCrates(), await standardLibrary()];
  for (const crate of ours) if (ARTIFACTS.includes(crate.name)) crate.uses.unshift(std[0].ref);
  const all = new Map([...std, ...ours].map((crate) => [crate.ref, crate]));
  return [...all.values()];
}

async function productCrates() {
  const manifest = join(ROOT, 'Cargo.toml');
  const uses = new Map();
  for (const name of ARTIFACTS) await readTree(manifest, [name], uses);
  return crates(manifest, uses);
}

/** Returns one entry for the crates in Rust's own repository, and one for each other crate that they use. */
async function standardLibrary() {
  const [sysroot] = await run('rustc', ['--print', 'sysroot']);
  const library = join(sysroot, 'lib/rustlib/src/rust/library');
  const uses = new Map();
  await readTree(join(library, 'Cargo.toml'), ['std', 'panic_abort'], uses);
  const found = await crates(join(library, 'Cargo.toml'), uses);
  const others = found.filter(({ isOurs }) => !isOurs).map((crate) => ({ ...crate, uses: [] }));
  const [version] = /(?<=^channel = ")[^"]+/m.exec(readFileSync(join(ROOT, 'rust-toolchain.toml'), 'utf8'));
  const licences = join(sysroot, 'share/doc/rust/licenses');
  const texts = [
    'Copyright (c) The Rust Project Developers (see https://thanks.rust-lang.org)',
    ...['Apache-2.0', 'Unicode-3.0'].map((id) => readFileSync(join(licences, `${id}.txt`), 'utf8')),
    ...licenceFiles(join(library, 'compiler-builtins')),
  ].map(tidy);
  const rust = {
    ref: `rust@${version}`,
    name: 'rust-std',
    version,
    licence: '(MIT OR Apache-2.0) AND Unicode-3.0 AND MIT AND Apache-2.0 WITH LLVM-exception',
    texts,
    uses: others.map(({ ref }) => ref),
    isOurs: false,
    purl: `pkg:github/rust-lang/rust@${version}`,
    url: 'https://github.com/rust-lang/rust',
  };
  return [rust, ...others];
}

/** Adds what cargo links for `packages` to `uses`: from each crate, as "name version", to the crates that it is linked with. */
async function readTree(manifest, packages, uses) {
  const chosen = packages.flatMap((name) => ['-p', name]);
  const args = ['tree', '--locked', '--manifest-path', manifest, ...chosen, '--target', WASM, '-e', 'normal,no-proc-macro', '--prefix', 'depth'];
  const path = [];
  for (const line of await run('cargo', args, { env: { RUSTC_BOOTSTRAP: '1' } })) {
    const [, depth, name, version] = /^(\d+)(\S+) v(\S+)/.exec(line) ?? [];
    if (!name) continue;
    const crate = `${name} ${version}`;
    path.splice(Number(depth), Infinity, crate);
    if (!uses.has(crate)) uses.set(crate, new Set());
    if (path.length > 1) uses.get(path.at(-2)).add(crate);
  }
}

/** Returns the crates of `uses` with the facts of their manifests and of Cargo.lock. */
async function crates(manifest, uses) {
  const args = ['metadata', '--format-version', '1', '--locked', '--filter-platform', WASM, '--manifest-path', manifest];
  const { packages } = JSON.parse((await run('cargo', args, { env: { RUSTC_BOOTSTRAP: '1' } })).find((line) => line.startsWith('{')));
  const checksums = new Map(
    [...readFileSync(join(dirname(manifest), 'Cargo.lock'), 'utf8').matchAll(/name = "(.+)"\nversion = "(.+)"\nsource = .+\nchecksum = "(.+)"/g)]
      .map(([, name, version, sha256]) => [`${name} ${version}`, sha256]),
  );
  const linked = packages.filter(({ name, version }) => uses.has(`${name} ${version}`)).sort(byName);
  return linked.map((crate) => {
    const { name, version, source, manifest_path, repository } = crate;
    const key = `${name} ${version}`;
    const isOurs = source === null;
    return {
      ref: refOf(key),
      name,
      version,
      // The manifests of older crates have "/" for "OR".
      licence: crate.license?.replaceAll('/', ' OR '),
      texts: isOurs ? [] : licenceTexts(crate, dirname(manifest_path)),
      uses: [...uses.get(key)].map(refOf).sort(),
      isOurs,
      purl: isOurs ? undefined : `pkg:cargo/${name}@${encodeURIComponent(version)}`,
      sha256: checksums.get(key),
      url: repository ?? undefined,
    };
  });
}

const refOf = (key) => key.replace(' ', '@');
const byName = (a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.version < b.version ? -1 : 1);

/** Returns the licence texts of a crate. One without a file gets the MIT text, if its manifest offers MIT, with its authors. */
function licenceTexts({ name, version, license, authors, repository }, folder) {
  const texts = licenceFiles(folder).map(tidy);
  if (texts.length > 0) return texts;
  if (!/\bMIT\b/.test(license) || /\bAND\b/.test(license)) throw new Error(`The crate ${name} ${version} (${license}) comes without a licence text.`);
  const holders = authors.map((author) => author.replace(/ *<.*>/, '')).join(', ') || `the authors of ${name}, ${repository}`;
  return [tidy(readFileSync(join(ROOT, 'LICENSE'), 'utf8').replace(/^Copyright .*$/m, `Copyright (c) ${holders}`))];
}

const licenceFiles = (folder) => readdirSync(folder).filter((name) => LICENCE_FILE.test(basename(name))).sort().map((name) => readFileSync(join(folder, name), 'utf8'));

const tidy = (text) => text.replace(/\r/g, '').replace(/[ \t]+$/gm, '').replace(/^\n+|\n+$/g, '');

/** Returns the SBOM as text. Equal crates give an equal text: it has no time, and its serial number is a hash of its content. */
export function sbomOf(shipped) {
  const { name, version, license } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const product = { type: 'application', 'bom-ref': name, name, version, licenses: [{ expression: license }] };
  const content = {
    version: 1,
    metadata: { lifecycles: [{ phase: 'build' }], component: product },
    components: shipped.map((crate) => ({
      type: ARTIFACTS.includes(crate.name) ? 'application' : 'library',
      'bom-ref': crate.ref,
      name: crate.name,
      version: crate.version,
      hashes: crate.sha256 && [{ alg: 'SHA-256', content: crate.sha256 }],
      licenses: [{ expression: crate.licence }],
      purl: crate.purl,
      externalReferences: crate.url && [{ type: 'vcs', url: crate.url }],
    })),
    dependencies: [
      { ref: name, dependsOn: shipped.filter((crate) => ARTIFACTS.includes(crate.name)).map(({ ref }) => ref) },
      ...shipped.map(({ ref, uses }) => ({ ref, dependsOn: uses })),
    ],
  };
  const hash = createHash('sha256').update(JSON.stringify(content)).digest('hex');
  // A UUID of version 8: its bits are ours to choose.
  const uuid = hash.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-8$3-8$4-$5');
  const head = { $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json', bomFormat: 'CycloneDX', specVersion: '1.6', serialNumber: `urn:uuid:${uuid}` };
  return `${JSON.stringify({ ...head, ...content }, null, 2)}\n`;
}

/** Returns the notices: the list of crates, and each licence text once, below the names of the crates that come with it. */
export function noticesOf(shipped) {
  const others = shipped.filter(({ isOurs }) => !isOurs);
  const list = others.map(({ name, version, licence, url }) => `${name} ${version}: ${licence}${url ? `, ${url}` : ''}`);
  const users = new Map();
  for (const { name, version, texts } of others) {
    for (const text of texts) users.set(text, [...(users.get(text) ?? []), `${name} ${version}`]);
  }
  const head = 'Voucher Checkout is distributed with the following software of others. Their licences follow the list.';
  const parts = [...users].map(([text, names]) => `${names.join('\n')}\n\n${text}`);
  return [[head, '', ...list].join('\n'), ...parts].join(`\n\n${RULE}\n`) + '\n';
}
