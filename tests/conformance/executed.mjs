// Records the outcome of every test of this run of `npm test`, under the names that the tables use. Each part writes its own
// file.
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../edge/tools/up-to-date.mjs';

/** The folder of the records, emptied at the start of a run. */
export const EXECUTED = join(ROOT, 'tests/.executed');

/** The test that prints the name of every golden that it checks. */
const GOLDENS = 'core provider::golden::requests_and_replies_match_the_goldens';

/** Returns the path of a part's record, with one line of JSON for each test. */
export function recordOf(part) {
  mkdirSync(EXECUTED, { recursive: true });
  return join(EXECUTED, `${part}.jsonl`);
}

/** Returns whether a part has run. */
export const hasRun = (part) => existsSync(recordOf(part));

/** Reads `[{test, passed}]` of all parts that have run. */
export function readExecuted() {
  const files = existsSync(EXECUTED) ? readdirSync(EXECUTED).filter((name) => name.endsWith('.jsonl')) : [];
  const lines = files.flatMap((name) => readFileSync(join(EXECUTED, name), 'utf8').split('\n'));
  return lines.filter(Boolean).map((line) => JSON.parse(line));
}

/** Records the native tests in the output of `cargo test -- --show-output`, and returns their number. */
export function recordNative(output) {
  const results = nativeResults(output);
  writeFileSync(recordOf('native'), results.map((result) => `${JSON.stringify(result)}\n`).join(''));
  return results.filter(({ test }) => !test.startsWith('golden ')).length;
}

/**
 * Parses cargo's output into `[{test, passed}]`: tests such as `core provider::kora::tests::pin_patterns`, and goldens such as
 * `golden kora/charge-sample` from the output of the test named in GOLDENS.
 */
export function nativeResults(output) {
  const results = [];
  let crate, speaker;
  for (const line of output.split('\n')) {
    const [, started] = /^\s+Running .*[/\\](?:checkout_)?(\w+)-[0-9a-f]+\)$/.exec(line) ?? /^\s+(Doc-tests) /.exec(line) ?? [];
    const [, name, outcome] = /^test (\S+)(?: - should panic)? \.\.\. (\w+)/.exec(line) ?? [];
    const [, heard] = /^---- (\S+) stdout ----$/.exec(line) ?? [];
    if (started) [crate, speaker] = [started, undefined];
    else if (name) results.push({ test: `${crate} ${name}`, passed: outcome === 'ok' });
    else if (heard) speaker = `${crate} ${heard}`;
    else if (speaker === GOLDENS && /^golden \S+$/.test(line)) {
      results.push({ test: line, passed: results.some(({ test, passed }) => test === GOLDENS && passed) });
    }
  }
  return results;
}
