// The lists of the shipped software: the SBOM follows the schema of CycloneDX and names every crate that is linked, and the notices have
// the licences of each.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import { ARTIFACTS, buildSbom, noticesOf, sbomOf, shippedCrates } from '../../edge/tools/sbom.mjs';
import { ROOT } from '../../edge/tools/up-to-date.mjs';
import { directCrates } from './direct.mjs';

await buildSbom();
const read = (name) => readFileSync(join(ROOT, 'www/dist/.well-known', name), 'utf8');
const [text, notices] = [read('sbom'), read('third-party-notices.txt')];
const sbom = JSON.parse(text);
const others = sbom.components.filter(({ purl }) => purl);
const uses = new Map(sbom.dependencies.map(({ ref, dependsOn }) => [ref, dependsOn]));

test('the SBOM follows the schema of CycloneDX 1.6', () => {
  const schema = (name) => JSON.parse(readFileSync(join(ROOT, 'node_modules/@cyclonedx/cyclonedx-library/res/schema', `${name}.SNAPSHOT.schema.json`)));
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats(ajv);
  // Ajv lacks the formats for addresses beyond ASCII. The SBOM has none.
  for (const [format, plain] of [['iri-reference', 'uri-reference'], ['idn-email', 'email']]) ajv.addFormat(format, ajv.formats[plain]);
  for (const part of ['spdx', 'jsf-0.82', 'cryptography-defs']) ajv.addSchema(schema(part), `http://cyclonedx.org/schema/${part}.SNAPSHOT.schema.json`);
  const follows = ajv.compile(schema('bom-1.6'));
  assert.ok(follows(sbom), JSON.stringify(follows.errors, null, 2));
  assert.equal(follows({ ...sbom, components: [{ ...sbom.components[0], type: 'crate' }] }), false);
});

test('each crate has its version, address, hash and licence, as in Cargo.lock', () => {
  const entries = readFileSync(join(ROOT, 'Cargo.lock'), 'utf8').split('[[package]]');
  // The standard library has a Cargo.lock of its own.
  const rust = others.find(({ name }) => name === 'rust-std')['bom-ref'];
  const std = [rust, ...uses.get(rust)];
  assert.ok(others.length > 100 + std.length, `${others.length} crates`);
  for (const { name, version, purl, hashes, licenses, 'bom-ref': ref } of others) {
    assert.match(licenses[0].expression, /^[\w.() -]+$/, name);
    if (ref === rust) continue;
    assert.equal(decodeURIComponent(purl), `pkg:cargo/${name}@${version}`);
    assert.match(hashes[0].content, /^[0-9a-f]{64}$/, name);
    if (std.includes(ref)) continue;
    const entry = entries.find((entry) => entry.includes(`name = "${name}"\nversion = "${version}"\n`));
    assert.ok(entry.includes(`checksum = "${hashes[0].content}"`), name);
  }
});

test('it lists the linked crates, and no crate that only builds or tests', () => {
  const names = new Set(sbom.components.map(({ name }) => name));
  for (const { name, isLinked } of directCrates()) assert.equal(names.has(name), isLinked, name);
  for (const name of ['serde_derive', 'wasm-bindgen-macro', 'leptos_macro', 'bindgen']) assert.ok(!names.has(name), name);
  for (const name of ['rust-std', 'dlmalloc', 'curve25519-dalek', 'tachys']) assert.ok(names.has(name), name);
});

test('every component is used, and what it uses is listed', () => {
  const refs = sbom.components.map((component) => component['bom-ref']);
  assert.deepEqual([...uses.keys()], [sbom.metadata.component['bom-ref'], ...refs]);
  const reached = new Set();
  const reach = (ref) => {
    if (reached.has(ref)) return;
    reached.add(ref);
    uses.get(ref).forEach(reach);
  };
  reach(sbom.metadata.component['bom-ref']);
  assert.deepEqual([...reached].sort(), [...uses.keys()].sort());
  assert.deepEqual(uses.get('voucher-checkout').map((ref) => ref.split('@')[0]).sort(), [...ARTIFACTS].sort());
});

/** A sentence of each licence. */
const SENTENCES = {
  'Apache-2.0': 'Grant of Patent License',
  'Apache-2.0 WITH LLVM-exception': 'LLVM Exceptions to the Apache 2.0 License',
  'BSD-3-Clause': 'may be used to endorse or promote products',
  'BSL-1.0': 'Boost Software License - Version 1.0',
  'MIT': 'Permission is hereby granted, free of charge, to any person obtaining a copy of this software',
  'Unicode-3.0': 'UNICODE LICENSE V3',
  'Zlib': 'This software is provided \'as-is\', without any express or implied warranty',
};
/** A licence text that applies to its crates, and their names. */
const texts = notices.split(`\n${'='.repeat(80)}\n`).slice(1).map((part) => {
  const [names] = part.split('\n\n', 1);
  return { names: names.split('\n'), text: part.slice(names.length).replace(/\s+/g, ' ') };
});

test('the notices have the whole licences of each crate, one of those to choose from', () => {
  for (const { name, version, licenses: [{ expression }] } of others) {
    const crate = `${name} ${version}`;
    assert.ok(notices.includes(`\n${crate}: ${expression}`), crate);
    const own = texts.filter(({ names }) => names.includes(crate)).map(({ text }) => text).join(' ');
    for (const choice of expression.split(' AND ')) {
      const known = choice.replace(/[()]/g, '').split(' OR ').filter((id) => SENTENCES[id]);
      assert.ok(known.some((id) => own.includes(SENTENCES[id])), `${crate}: ${choice}`);
    }
    assert.match(own, /©|Copyright|\(c\)/i, crate);
  }
});

test('equal crates give equal files, and another version gives another serial number', async () => {
  const shipped = await shippedCrates();
  assert.equal(sbomOf(shipped), text);
  assert.equal(noticesOf(shipped), notices);
  const newer = JSON.parse(sbomOf(shipped.map((crate) => (crate.name === 'subtle' ? { ...crate, version: '99.0.0' } : crate))));
  assert.notEqual(newer.serialNumber, sbom.serialNumber);
});
