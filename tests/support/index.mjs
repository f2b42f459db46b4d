// Reads the index for tests.
import { DatabaseSync } from 'node:sqlite';
import { until } from './until.mjs';

/**
 * Returns all objects of a list, page by page. `filters` are its parameters; the size of a page is `limit`.
 */
export async function walk({ list }, name, { limit = 100, ...filters } = {}) {
  const all = [];
  for (let page; page === undefined || page.has_more; ) {
    page = await list(name, { limit, ...filters, ...(all.length > 0 && { starting_after: all.at(-1).id }) });
    all.push(...page.data);
  }
  return all;
}

/** Waits until a session's row holds, and returns it. */
export const indexed = (client, { reference }, holds = () => true) =>
  until(async () => (await client.list('checkout_sessions', { reference })).data[0], (row) => row !== undefined && holds(row), { within: 60_000, every: 100 });

/** Returns the result of `work` on the database of the index. */
export function withIndex({ indexFile }, work) {
  const database = new DatabaseSync(indexFile());
  try {
    return work(database);
  } finally {
    database.close();
  }
}
