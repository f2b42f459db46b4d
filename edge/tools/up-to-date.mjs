// Skips a build step whose inputs have not changed: by content, not by time, so that a fresh checkout, a branch switch
// and a touched file all do the right thing.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's root folder, with a trailing slash left off. */
export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/**
 * Runs `build` unless `inputs` (files and folders, relative to the root) and `settings` are what they were when it last
 * ended well and every one of `outputs` is there. Returns whether it ran. A build that throws leaves no mark.
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
