// Reads the direct dependencies of the product, of its build and of its tests from their manifests.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../edge/tools/up-to-date.mjs';

/** The manifests of the product, of its build and of its fuzz targets. */
const MANIFESTS = ['Cargo.toml', 'edge/tools/bindgen/Cargo.toml', 'tests/fuzz/coverage/Cargo.toml'];
/** Our crates that are not shipped. */
const UNSHIPPED = ['bindgen', 'checkout-fuzz'];

/** Returns the crates that ours name: `{name, users, isLinked}`; `isLinked` is false for a crate of tests or of the build only. */
export function directCrates() {
  const found = new Map();
  for (const manifest of MANIFESTS) {
    const args = ['metadata', '--format-version', '1', '--locked', '--no-deps', '--manifest-path', manifest];
    const { packages } = JSON.parse(execFileSync('cargo', args, { cwd: ROOT, encoding: 'utf8' }));
    for (const { name: user, dependencies } of packages) {
      for (const { name, kind, path } of dependencies) {
        if (path) continue;
        const crate = found.get(name) ?? { name, users: [], isLinked: false };
        crate.users.push(user);
        crate.isLinked ||= kind === null && !UNSHIPPED.includes(user);
        found.set(name, crate);
      }
    }
  }
  return [...found.values()];
}

/** Returns the names of the npm packages of package.json. */
export function directPackages() {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  return Object.keys({ ...dependencies, ...devDependencies });
}
