// Applies the migrations of the index (edge/migrations) to a local database of `wrangler dev`.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { toolPath } from './install.mjs';
import { run } from './run.mjs';
import { ROOT } from './up-to-date.mjs';

const MIGRATIONS = join(ROOT, 'edge/migrations');
/** The folder in which `wrangler dev` keeps the state of local bindings. */
export const LOCAL_STATE = join(ROOT, '.wrangler/state');
/** The part of the state that belongs to D1. */
export const D1 = 'v3/d1';

/** Applies the migrations to the database in the folder `state`, unless they are applied already. */
export async function migrate(state = LOCAL_STATE) {
  // In the folder of the database, so that it disappears together with it.
  const stamp = join(state, D1, 'migrations.txt');
  const digest = digestOfMigrations();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return;
  const args = ['d1', 'migrations', 'apply', 'INDEX', '--local', '-c', join(ROOT, 'wrangler.toml'), '--persist-to', state];
  const env = { PATH: toolPath(), WRANGLER_SEND_METRICS: 'false', CLOUDFLARE_CF_FETCH_ENABLED: 'false', NO_COLOR: '1', CI: 'true' };
  await run(join(ROOT, 'node_modules/.bin/wrangler'), args, { env, advice: 'The migrations of the index cannot be applied: see above.' });
  writeFileSync(stamp, digest);
}

/**
 * Copies a migrated, empty database into the folder `state`. The database is made once for each version of the migrations, because
 * wrangler takes seconds to apply them.
 */
export async function placeEmptyIndex(state) {
  const template = join(ROOT, '.wrangler/empty-index', digestOfMigrations());
  if (!existsSync(template)) {
    mkdirSync(join(template, '..'), { recursive: true });
    const made = mkdtempSync(join(template, '..', 'new-'));
    await migrate(made);
    try {
      renameSync(made, template);
    } catch (error) {
      // Another process was faster.
      if (!existsSync(template)) throw error;
      rmSync(made, { recursive: true, force: true });
    }
  }
  cpSync(template, state, { recursive: true });
}

function digestOfMigrations() {
  const hash = createHash('sha256');
  for (const name of readdirSync(MIGRATIONS).sort()) hash.update(`${name}\0`).update(readFileSync(join(MIGRATIONS, name)));
  return hash.digest('hex').slice(0, 32);
}
