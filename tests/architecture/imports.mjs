// Reads which file of a Rust crate uses which other file: through `crate::`, `super::`, `self::` and the names of its own
// modules, in imports and in code. A re-export is not a use: code that names a re-exported item uses the file that defines it.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/**
 * Returns, for each file of the crate in `folder`, the files that it uses; paths are relative to `folder`. Test modules are left out,
 * unless `tests` is true.
 */
export function importsOf(folder, { tests = false } = {}) {
  const modules = modulesOf(folder, tests, 'lib.rs', []);
  const byPath = new Map(modules.map((module) => [module.path.join('::'), module]));
  const uses = new Map(modules.map((module) => [module.file, new Set()]));
  for (const module of modules) {
    for (const path of module.named) {
      const used = resolve(byPath, module, path);
      if (used && used !== module) uses.get(module.file).add(used.file);
    }
  }
  return uses;
}

/** Returns the import cycles: groups of files in which each file uses every other one, directly or indirectly. */
export function cyclesOf(uses) {
  const reached = new Map([...uses.keys()].map((file) => [file, reachedFrom(file, uses)]));
  const cycles = [...uses.keys()].map((file) => [...reached.get(file)].filter((other) => reached.get(other).has(file)).sort());
  const several = cycles.filter((cycle) => cycle.length > 1);
  return [...new Map(several.map((cycle) => [cycle.join(' '), cycle])).values()];
}

function reachedFrom(file, uses) {
  const reached = new Set();
  const ahead = [file];
  while (ahead.length) {
    for (const next of uses.get(ahead.pop())) {
      if (!reached.has(next)) ahead.push(next);
      reached.add(next);
    }
  }
  return reached;
}

/** Returns the module in that file and the modules below it: path, file, children, re-exports and the paths named in its code. */
function modulesOf(folder, tests, file, path) {
  const code = withoutText(readFileSync(join(folder, file), 'utf8'));
  const home = /(?:^|\/)(?:lib|mod)\.rs$/.test(file) ? dirname(file) : file.replace(/\.rs$/, '');
  const children = childrenOf(folder, home, tests ? code : code.replaceAll(TESTS, ''));
  const module = { path, file, children: new Set(children.keys()), exports: new Map(), named: [] };
  for (const [, visible, tree] of code.matchAll(USE)) {
    const paths = pathsIn(tree);
    if (visible) for (const { at, name } of paths) module.exports.set(name, at);
    else module.named.push(...paths.map(({ at }) => at));
  }
  const body = code.replaceAll(USE, '');
  for (const [whole] of body.matchAll(/(?<![\w:$])[a-z_]\w*(?:::\w+)+/g)) module.named.push(whole.split('::'));
  // The arguments of a macro that declares modules: `registry!(kora, wipay)`.
  for (const [, names] of body.matchAll(/\w+!\s*[[({]([\w\s,]*)[\])}]/g)) {
    module.named.push(...names.split(',').map((name) => [name.trim(), '*']).filter(([name]) => children.has(name)));
  }
  return [module, ...[...children].flatMap(([name, at]) => modulesOf(folder, tests, at, [...path, name]))];
}

const USE = /(?<!\w)(pub(?:\([\w\s]*\))?\s+)?use\s+([^;]+);/g;

/** The declaration of a test module. */
const TESTS = /#\[cfg\(test\)\](?:\s*#\[[^\]]*\])*\s*(?:pub(?:\([\w\s]*\))?\s+)?mod\s+\w+\s*;/g;

/** Returns the files of the declared modules: those of `mod name;`, and those that a macro declares over the folder. */
function childrenOf(folder, home, code) {
  const declared = new Set([...code.matchAll(/(?<!\w)mod\s+(\w+)\s*;/g)].map(([, name]) => name));
  const declaresAny = /(?<!\w)mod\s+\$\w+\s*;/.test(code);
  const found = existsSync(join(folder, home)) ? readdirSync(join(folder, home)) : [];
  const names = found.map((name) => name.replace(/\.rs$/, ''));
  const files = new Map();
  for (const name of names.filter((name) => declared.has(name) || (declaresAny && !['lib', 'mod'].includes(name)))) {
    const at = [`${name}.rs`, `${name}/mod.rs`].map((file) => join(folder, home, file)).find(existsSync);
    if (at) files.set(name, relative(folder, at));
  }
  return files;
}

/** Returns the imported paths, each with its local name: `a::{b, c as d}` is `a::b` as `b` and `a::c` as `d`. */
function pathsIn(tree, before = []) {
  const parts = tree.trim();
  const brace = parts.indexOf('{');
  if (brace >= 0) {
    const start = [...before, ...parts.slice(0, brace).split('::').map((part) => part.trim()).filter(Boolean)];
    return branches(parts.slice(brace + 1, parts.lastIndexOf('}'))).flatMap((branch) => pathsIn(branch, start));
  }
  const [path, name] = parts.split(/\s+as\s+/);
  const at = [...before, ...path.split('::').map((part) => part.trim()).filter((part) => part && part !== 'self')];
  const isSelf = path.trim() === 'self' || path.trim().startsWith('self::');
  if (isSelf && before.length === 0) at.unshift('self');
  return [{ at, name: name ?? at.at(-1) }];
}

/** Splits a list at the commas outside nested braces. */
function branches(list) {
  const found = [''];
  let depth = 0;
  for (const sign of list) {
    depth += sign === '{' ? 1 : sign === '}' ? -1 : 0;
    if (sign === ',' && depth === 0) found.push('');
    else found[found.length - 1] += sign;
  }
  return found.filter((branch) => branch.trim());
}

/** Returns the module of this crate that the path leads to; undefined for a path into another crate. */
function resolve(byPath, from, path, depth = 0) {
  const rest = [...path];
  let at;
  if (rest[0] === 'crate') at = rest.shift() && [];
  else if (rest[0] === 'self') at = rest.shift() && from.path;
  else if (rest[0] === 'super') at = from.path;
  else if (from.children.has(rest[0])) at = from.path;
  else return undefined;
  while (rest[0] === 'super') at = rest.shift() && at.slice(0, -1);
  let module = byPath.get(at.join('::'));
  while (module && module.children.has(rest[0])) module = byPath.get([...module.path, rest.shift()].join('::'));
  const exported = module?.exports.get(rest[0]);
  return (exported && depth < 8 && resolve(byPath, module, [...exported, ...rest.slice(1)], depth + 1)) || module;
}

/** Returns the code without comments and string literals, whose words must not count as paths. */
function withoutText(code) {
  const texts = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|b?r(#*)"[\s\S]*?"\1|b?"(?:[^"\\]|\\[\s\S])*"|b?'(?:[^'\\\n]|\\[^\n]{1,10}?)'/g;
  return code.replaceAll(texts, (text) => (text.startsWith('/') ? ' ' : '""'));
}

/** Returns which of these scripts in `root` each of them imports, statically or when it runs. A browser's `/a.js` is `www/a.js`. */
export function scriptImportsOf(root, scripts) {
  const imported = /\b(?:from|import)\s*\(?\s*(['"`])([./][^'"`]+)\1/g;
  return new Map(scripts.map((script) => {
    const text = readFileSync(join(root, script), 'utf8');
    const paths = [...text.matchAll(imported)].map(([, , path]) => join(path.startsWith('/') ? 'www' : dirname(script), path));
    return [script, new Set(paths.filter((path) => scripts.includes(path)))];
  }));
}
