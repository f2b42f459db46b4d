/**
 * The providers the simulator plays. A provider is one module with
 *
 * - `id`, `title`, and `mount`, the path its API is served under;
 * - `vouchers`, its table of test vouchers (voucher-table.mjs), which pins.mjs lists too;
 * - `open({ledger, later, options})`, giving an object with its own state:
 *   - `handle({method, path, headers, body})`: what it does with one call, as a value of answers.mjs with `scenario`
 *     and `did` for the books; `path` is below the mount, decoded, and `body` is the raw text;
 *   - `state()`: what the books should show of it; `reset()`: forget everything.
 *
 * `later(ms, act)` does something after a while, unless the books are reset or the simulator is closed first.
 */
import { kora } from './kora.mjs';
import { wipay } from './wipay.mjs';

export const PROVIDERS = [kora, wipay];
