// Reads the storage of Durable Objects for tests, while the Worker is stopped.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Opens the database of the object whose ledger is about this session or issued voucher. */
export function databaseOf({ state }, { id }) {
  for (const name of readdirSync(state, { recursive: true }).filter((one) => /do\/.*\.sqlite$/.test(one))) {
    const database = new DatabaseSync(join(state, name));
    const hasLedger = database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'ledger'").get();
    if (hasLedger && database.prepare('SELECT 1 FROM ledger WHERE seq <= 2 AND instr(entry, ?) > 0').get(id)) return database;
    database.close();
  }
  return assert.fail(`no object has ${id}`);
}
