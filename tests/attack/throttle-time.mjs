// Measures the time that the throttles take of an honest payment: `npm run throttle-time -- --help`.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from '../../edge/tools/up-to-date.mjs';
import { clientOf, transportTo } from '../support/client.mjs';
import { MACHINE, commit, today, writeSection } from '../support/results.mjs';
import { start } from '../support/start.mjs';
import { freshPins, freshShoppers, USUAL } from '../support/usual.mjs';
import { distantWorker } from '../support/wrapped.mjs';

const HELP = `npm run throttle-time [-- OPTION …]

Pays with vouchers at the Worker and, in turn, at one whose throttles and brakes answer at once, and compares the times. In both a call between
two Durable Objects takes longer than on one machine, as it does when they run on several. Exits with 1 when the throttles make a payment
more than a fifth longer. Requires a build.

  --payments 300     payments at each Worker and provider
  --hop 20           milliseconds that a call to another object takes longer
  --write            writes its section of tests/attack/RESULTS.md
`;
const OPTIONS = {
  payments: { type: 'string', default: '300' },
  hop: { type: 'string', default: '20' },
  write: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
};
const ENTRY = 'tests/.throttle-time';
const RESULTS = join(ROOT, 'tests/attack/RESULTS.md');
/** The payments before the measured ones. */
const WARM = 20;
const MOST = 1.2;

async function main() {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.help) return void process.stdout.write(HELP);
  const [count, hop] = [values.payments, values.hop].map(Number);
  const stacks = [];
  try {
    for (const answersAtOnce of [false, true]) {
      stacks.push(await start({ entry: await distantWorker(`${ENTRY}/${answersAtOnce}`, hop, answersAtOnce) }));
    }
    const shops = stacks.map(({ url, apiKey }) => clientOf({ send: transportTo(url), apiKey }));
    const rows = [];
    for (const provider of Object.keys(USUAL)) rows.push({ provider, ...(await compare(provider, shops, count)) });
    const text = report(rows, count, hop);
    process.stdout.write(text);
    if (values.write) writeSection(RESULTS, 'The time of the throttles', text);
    process.exitCode = rows.some(({ ratio }) => ratio > MOST) ? 1 : 0;
  } finally {
    await Promise.all(stacks.map((stack) => stack.stop()));
    rmSync(join(ROOT, ENTRY), { recursive: true, force: true });
  }
}

/** Returns the medians of the times, in milliseconds, and their ratio. */
async function compare(provider, shops, count) {
  const [freshPin, shopper] = [freshPins(), freshShoppers()()];
  const times = shops.map(() => []);
  for (let place = -WARM; place < count; place++) {
    // In turn, so that a slow moment of the machine affects both.
    for (const [which, shop] of shops.entries()) {
      const time = await pay(provider, shop, freshPin(provider, 'exact'), shopper);
      if (place >= 0) times[which].push(time);
    }
  }
  const [asked, atOnce] = times.map(median);
  return { asked, atOnce, ratio: asked / atOnce };
}

/** Pays as this shopper. Returns the milliseconds. */
async function pay(provider, shop, pin, { phone, headers }) {
  const { currency, amount, contact } = USUAL[provider];
  const session = await shop.createSession({ amount, currency, reference: 'throttle-time', providers: [provider] });
  const typed = { ...contact, phone: contact.phone.slice(0, 6) + phone.slice(-4) };
  const since = performance.now();
  const answer = await shop.redeem(session, { provider, pin, ...typed }, { headers });
  const time = performance.now() - since;
  // The code of a voucher is not part of the time: its throttles are asked by a call of its own.
  if (!['succeeded', 'challenged'].includes(answer.body?.redemption?.status)) throw new Error(`${answer.status}: ${answer.text}`);
  return time;
}

function median(times) {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

function report(rows, count, hop) {
  return `\`npm run throttle-time -- --write\` on ${MACHINE}, ${today()}, commit ${commit()}: ${count} payments at each provider of the
simulator, which answers at once; medians in milliseconds. A call to a voucher, gate or throttle takes ${hop} ms longer than on one machine. The
shopper of a row has paid before, so that this machine does not make new objects for each payment, which in production are made elsewhere.

| Provider | With throttles | With throttles that answer at once | Ratio |
|---|---:|---:|---:|
${rows.map(({ provider, asked, atOnce, ratio }) => `| ${provider} | ${asked.toFixed(1)} | ${atOnce.toFixed(1)} | ${ratio.toFixed(2)} |`).join('\n')}
`;
}

await main();
