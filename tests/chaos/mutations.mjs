// Builds Workers that break a law, to check that a run detects it, from a copy of the sources in which one text is replaced.
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildTestWorker, WORKER_INPUTS } from '../../edge/tools/build.mjs';
import { ROOT } from '../../edge/tools/up-to-date.mjs';

/** The mutations. Each text to find must appear in its file exactly once. */
export const MUTATIONS = [
  {
    // Law 2: a charge is sent before its sending is stored.
    name: 'without-law-2',
    file: 'edge/src/objects/checkout/pay.rs',
    find: 'self.write(config, &[Entry::Sending { redemption: id.clone() }], &[]).await?;',
    replace: '',
  },
  {
    // Law 3: an error that Kora's document does not list is taken for a refusal.
    name: 'without-law-3',
    file: 'edge/core/src/provider/kora.rs',
    find: 'let (_, _, code) = listed.ok_or(Unreadable("an error that is not in the document"))?;',
    replace: 'let code = &listed.map_or(DeclineCode::VoucherRefused, |(_, _, code)| *code);',
  },
  {
    // Law 4: a payment gets the voucher lock while the outcome of the payment that holds it is still open.
    name: 'without-law-4',
    file: 'edge/src/objects/voucher_lock.rs',
    find: 'self.progress(known).await.unwrap_or(Progress::Open)',
    replace: 'self.progress(known).await.map_or(Progress::Unsent, |_| Progress::Unsent)',
  },
];

/** The folder of the copy, which git ignores. */
const COPY = join(ROOT, '.tools/mutant');

/** The paths copied: the Worker's sources, and the other crates of its workspace. */
const SOURCES = [...WORKER_INPUTS, 'widget', 'www/operations'];

/** Returns the text of the file with the mutation. Throws unless the text to replace appears in it exactly once. */
export function mutated({ name, file, find, replace }) {
  const parts = readFileSync(join(ROOT, file), 'utf8').split(find);
  if (parts.length !== 2) throw new Error(`${name}: "${find}" appears in ${file} ${parts.length - 1} times instead of once`);
  return parts.join(replace);
}

/** Builds the Worker with the mutation of this name, if it is out of date. Returns the path of its entry from the root. */
export function buildMutant(name) {
  const mutation = MUTATIONS.find((one) => one.name === name);
  const sources = () => {
    const text = mutated(mutation);
    rmSync(COPY, { recursive: true, force: true });
    for (const path of SOURCES) cpSync(join(ROOT, path), join(COPY, path), { recursive: true });
    writeFileSync(join(COPY, mutation.file), text);
    return COPY;
  };
  return buildTestWorker(name, { sources, settings: JSON.stringify(mutation) });
}
