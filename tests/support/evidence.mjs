// Writes the evidence of a test run to tests/.logs, for the search for PINs at its end: every printed line, every PIN in use, and
// every requested address, in a folder for each part of `npm test`.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../edge/tools/up-to-date.mjs';

/** The folder of the evidence. */
export const LOGS = join(ROOT, 'tests/.logs');

/** The parts of `npm test` whose evidence the search must have. */
export const LOGGED = ['worker', 'browser', 'operations', 'secrets'];

/** The part that this process belongs to: the folder of its script in `tests/`. */
const [, PART = ''] = /.*\/tests\/([\w-]+)\//.exec(process.argv[1]) ?? [];

/** Returns the path of a file in the folder of this part. */
export function logFile(name) {
  const folder = join(LOGS, PART);
  mkdirSync(folder, { recursive: true });
  return join(folder, name);
}

/** The PINs in the calls of Kora, WiPay, Celbux and ODM. */
const PIN_IN_CALL = /"pin":"(\w{12,})"|voucher=(\w{12,})|"VoucherNo":"([\d-]{13,15})"|"voucherCode":"(\d{16})"/g;

/**
 * Returns every PIN in the simulator's books: of vouchers that paid, change vouchers and issued vouchers. Letters and digits
 * only.
 */
export function pinsUsed({ vouchers, funded_vouchers: funded, change_vouchers: change, calls }) {
  // The PINs of unknown vouchers appear only in the calls.
  const texts = calls.flatMap(({ body, answer }) => [body ?? '', answer?.body ?? '']);
  const told = texts.flatMap((text) => [...text.matchAll(PIN_IN_CALL)].map(([, ...pins]) => pins.find(Boolean)));
  const pins = [...vouchers, ...funded, ...change].map(({ pin }) => pin).concat(told);
  return new Set(pins.map((pin) => pin.replaceAll('-', '')));
}

/** Writes every PIN of the simulator's books, and every address of a call to a provider. */
export function keepBooks(books, name) {
  writeFileSync(logFile(`pins-${name}.json`), JSON.stringify([...pinsUsed(books)]));
  writeFileSync(logFile(`addresses-${name}.log`), books.calls.map(({ method, path }) => `${method} ${path}\n`).join(''));
}
