/**
 * The providers the simulator plays. A provider is one module with
 *
 * - `id`, `title`, and `mount`, the path its API is served under;
 * - `vouchers`, its table of test vouchers (voucher-table.mjs), when a checkout can take them;
 * - `phones`, its table of test recipients (phone-table.mjs), when a merchant can have vouchers issued;
 * - `localVars(base)`, the Worker's plain variables that point it at the simulator at `base`; `localSecrets()`, fresh random
 *   secrets for the Worker; `testSecrets`, fixed ones, which apply when the simulator receives no others;
 * - `open({ledger, later, messages, webhooks, options})`, giving an object with its own state:
 *   - `handle({method, path, target, headers, body, bytes})`: its reaction to one call, as a value of answers.mjs with
 *     `scenario` and `did` for the books; `path` is below the mount, decoded; `target` is the same as it was sent, with the
 *     query; `body` is the text and `bytes` the bytes of the body;
 *   - `state()`: its data for the books; `reset()`: forgets everything;
 *   - `notice({reference, ...})`, when it sends notifications: one that can be falsified, for `sendWebhook`.
 *
 * `options.secrets` are the Worker's secrets by the names of its variables.
 * `later(ms, act)` does something after a while, unless the books are reset or the simulator is closed first.
 */
import { celbux } from './celbux.mjs';
import { kora } from './kora.mjs';
import { odm } from './odm.mjs';
import { wipay } from './wipay.mjs';

export const PROVIDERS = [kora, wipay, celbux, odm];
