// Keeps the loaders of the last releases on the server: a shop that pins a loader by its integrity names a hashed file, which must
// outlive the release that replaces it. `npm run deploy` adds the loader of the build to www/loaders, whose files are committed and
// part of every build.
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './up-to-date.mjs';

/** The number of releases whose loaders are kept, the newest included. */
const KEPT = 5;
export const LOADERS = join(ROOT, 'www', 'loaders');

/** Returns the names of the released loaders, the newest first. */
export function releasedLoaders(folder = LOADERS) {
  const list = join(folder, 'releases.json');
  return existsSync(list) ? JSON.parse(readFileSync(list, 'utf8')) : [];
}

/** Adds the loader `name` of the build in `dist` as the newest one, and removes those of earlier releases than the last five. */
export function addLoader(name, { dist, folder = LOADERS }) {
  const known = releasedLoaders(folder);
  const all = [name, ...known.filter((one) => one !== name)];
  mkdirSync(folder, { recursive: true });
  cpSync(join(dist, name), join(folder, name));
  // The list comes before the removal, so that it never names a file that is gone.
  writeFileSync(join(folder, 'releases.json'), `${JSON.stringify(all.slice(0, KEPT), null, 2)}\n`);
  for (const old of all.slice(KEPT)) rmSync(join(folder, old), { force: true });
}

/** Copies the released loaders into the build. The loader of the build itself is there already. */
export function placeLoaders({ dist, folder = LOADERS }) {
  for (const name of releasedLoaders(folder)) cpSync(join(folder, name), join(dist, name));
}
