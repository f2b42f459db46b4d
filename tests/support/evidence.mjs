// What a test run leaves behind in tests/.logs, for the search for PINs at its end: every line that was printed, every PIN that was in
// use, every address that was asked for.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../edge/tools/up-to-date.mjs';

/** The folder. */
export const LOGS = join(ROOT, 'tests/.logs');

/** The path of a file in it. */
export function logFile(name) {
  mkdirSync(LOGS, { recursive: true });
  return join(LOGS, name);
}

/** How PINs stand in the calls: Kora's, WiPay's, Celbux's and ODM's. */
const PIN_IN_CALL = /"pin":"(\w{12,})"|voucher=(\w{12,})|"VoucherNo":"([\d-]{13,15})"|"voucherCode":"(\d{16})"/g;

/** Every PIN that the simulator's books know of: of vouchers that were paid with, given as change or issued. Letters and digits only. */
export function pinsUsed({ vouchers, funded_vouchers: funded, change_vouchers: change, calls }) {
  // Those that name no voucher stand in the calls alone.
  const texts = calls.flatMap(({ body, answer }) => [body ?? '', answer?.body ?? '']);
  const told = texts.flatMap((text) => [...text.matchAll(PIN_IN_CALL)].map(([, ...pins]) => pins.find(Boolean)));
  const pins = [...vouchers, ...funded, ...change].map(({ pin }) => pin).concat(told);
  return new Set(pins.map((pin) => pin.replaceAll('-', '')));
}

/** Keeps every PIN of the simulator's books, and every address that a provider was called at. */
export function keepBooks(books, name) {
  writeFileSync(logFile(`pins-${name}.json`), JSON.stringify([...pinsUsed(books)]));
  writeFileSync(logFile(`addresses-${name}.log`), books.calls.map(({ method, path }) => `${method} ${path}\n`).join(''));
}
