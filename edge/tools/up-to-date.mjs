// Skips a build step whose inputs have not changed. It compares contents, not times, so that a fresh checkout, a branch switch and a
// touched file give the right result.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's root folder, without a trailing slash. */
export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/**
 * Runs `build` unless all `outputs` exist, and `inputs` (files and folders, relative to the root) and `settings` are the same as at its
 * last success. Returns whether it ran.
 */
export async function unlessUnchanged(name, { inputs, outputs, settings = '' }, build) {
  const stamp = join(ROOT, '.tools', 'stamps', name);
  const digest = digestOf(inputs, settings);
  const made = outputs.every((path) => existsSync(join(ROOT, path)));
  if (made && existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return false;
  rmSync(stamp, { force: true });
  await build();
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, digest);
  return true;
}

function digestOf(inputs, settings) {
  const hash = createHash('sha256').update(settings);
  for (const path of inputs.flatMap(filesUnder).sort()) {
    hash.update(`\0${path}\0`).update(readFileSync(join(ROOT, path)));
  }
  return hash.digest('hex');
}

function filesUnder(path) {
  const full = join(ROOT, path);
  if (!existsSync(full)) return [];
  if (statSync(full).isFile()) return [path];
  return readdirSync(full).flatMap((name) => filesUnder(join(path, name)));
}
