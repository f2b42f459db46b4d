// Has an attacker guess PINs while honest shoppers pay: `npm run attack -- --help`.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from '../../edge/tools/up-to-date.mjs';
import { TEST_CODE } from '../simulator/odm-test-vouchers.mjs';
import { pinFor } from '../simulator/pins.mjs';
import { clientOf, transportTo } from '../support/client.mjs';
import { concurrently } from '../support/concurrently.mjs';
import { solve } from '../support/puzzle.mjs';
import { MACHINE, commit, today, writeSection } from '../support/results.mjs';
import { start } from '../support/start.mjs';
import { freshPins, USUAL } from '../support/usual.mjs';
import { COUNTS, countingWorker } from '../support/wrapped.mjs';

const HELP = `npm run attack [-- OPTION …]

Has an attacker guess the PINs of each provider's vouchers, with many addresses, phone numbers and sessions, while honest shoppers pay. Some of the
guesses are right. The Worker has its own default limits; with --before it has none on addresses and phone numbers, and no brake.
Exits with 1 when more guesses reach a provider than the README's formula says, or when an honest shopper cannot pay. Requires a build.

  --provider NAME    only this provider: kora, celbux, wipay or odm
  --guesses 100000   guesses at each provider
  --right 100        right ones among them
  --addresses 1000   --phones 200   --sessions 2000   --honest 50
  --concurrency 32   requests of the attacker at a time
  --before           lifts the limits, for comparison
  --minutes 0        spreads the guesses over at least this time; WiPay's five calls a minute let one honest shopper through in about 35 s
  --write            writes the section of each provider in tests/attack/RESULTS.md
`;
const number = (value) => ({ type: 'string', default: String(value) });
const OPTIONS = {
  provider: { type: 'string' },
  guesses: number(100_000), right: number(100), addresses: number(1_000), phones: number(200), sessions: number(2_000), honest: number(50),
  minutes: number(0),
  concurrency: number(32),
  before: { type: 'boolean', default: false },
  write: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
};
const ENTRY = 'tests/.attack';
const RESULTS = join(ROOT, 'tests/attack/RESULTS.md');
/** The Worker's defaults, as the README's formula uses them. */
const PER_HOUR = { address: 300, phone: 15, session: 5 * 60 };
const LIFTED = {
  address_failed_per_minute: 10_000, address_failed_per_hour: 10_000, address_failed_per_hour_most: 10_000, address_failed_per_day: 10_000,
  phone_failed_per_minute: 1_000, phone_failed_per_hour: 1_000, phone_failed_per_day: 1_000, brake_after_failed: 1_000_000, mask_declines_after: 1_000,
};
const PROVIDERS = Object.keys(USUAL);
const SAY_MS = 10_000;
/** The waits after which an honest shopper gives up. */
const MOST_WAITS = 20;

async function main() {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.help) return void process.stdout.write(HELP);
  const sizes = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, /^\d+$/.test(value) ? Number(value) : value]));
  const entry = await countingWorker(ENTRY);
  let isBad = false;
  try {
    for (const provider of sizes.provider ? [sizes.provider] : PROVIDERS) {
      const row = await attack(provider, sizes, entry);
      const changed = Object.entries(values).filter(([name, value]) => value !== OPTIONS[name].default && !['provider', 'write'].includes(name));
      const options = ['--provider', provider, ...changed.flatMap(([name, value]) => [`--${name}`, value]).filter((word) => word !== true), '--write'].join(' ');
      const [title, text] = report(row, options, sizes);
      process.stdout.write(`# ${title}\n\n${text}\n`);
      if (values.write) writeSection(RESULTS, title, text);
      isBad ||= row.unpaid > 0 || (!sizes.before && row.reached > row.formula);
    }
  } finally {
    rmSync(join(ROOT, ENTRY), { recursive: true, force: true });
  }
  process.exitCode = isBad ? 1 : 0;
}

async function attack(provider, sizes, entry) {
  const stack = await start({ limits: null, vars: sizes.before ? { LIMITS: JSON.stringify(LIFTED) } : {}, entry, simulator: { wipayCalls: 5 } });
  try {
    const send = transportTo(stack.url);
    const client = clientOf({ send, apiKey: stack.apiKey });
    const world = { provider, sizes, client, freshPin: freshPins(), started: Date.now() };
    const sessions = await concurrently(sizes.concurrency, Array.from({ length: sizes.sessions }), () => newSession(world));
    const guesses = plan(world);
    const tally = { done: 0, refused: 0, found: 0, proofs: 0, reached: new Set(guesses.map(({ pin }) => bare(pin))) };
    const said = setInterval(() => console.log(`${provider}: ${tally.done} of ${sizes.guesses} guesses, ${tally.found} found`), SAY_MS);
    const paying = [];
    const between = Math.ceil(sizes.guesses / sizes.honest);
    const pause = (sizes.minutes * 60_000) / sizes.guesses;
    await concurrently(sizes.concurrency, guesses, async (guess, place) => {
      await pauseUntil(world.started + place * pause);
      if (place % between === 0) paying.push(payHonestly(world, paying.length));
      return guessOnce(world, sessions[place % sessions.length], guess, tally);
    });
    const honest = await Promise.all(paying);
    clearInterval(said);
    for (const { place, began, waits, paid, status, body } of honest) {
      const story = `${provider}: honest shopper ${place}, ${began} s after the start, was asked to wait ${waits.join(', ')} s`;
      if (!paid) console.log(`${story} and could not pay: ${status} ${JSON.stringify(body)}`);
      else if (waits.length > 0) console.log(`${story} and paid`);
    }
    const hours = Math.max(1, (Date.now() - world.started) / 3_600_000);
    const calls = stack.simulator.books().calls.filter(({ body }) => [...body.matchAll(/[0-9A-Za-z-]{11,19}/g)].some(([text]) => tally.reached.has(bare(text))));
    const counts = (await send('GET', COUNTS)).body;
    const busiest = Object.entries(counts).map(([kind, objects]) => ({ kind, objects: Object.keys(objects).length, most: Math.max(...Object.values(objects)) }));
    const formula = hours * Math.min(sizes.addresses * PER_HOUR.address, sizes.phones * PER_HOUR.phone, sizes.sessions * PER_HOUR.session) + sizes.right;
    const reached = new Set(calls.flatMap(({ body }) => [...body.matchAll(/[0-9A-Za-z-]{11,19}/g)].map(([text]) => bare(text)).filter((pin) => tally.reached.has(pin)))).size;
    return {
      provider, reached, formula: Math.round(formula), found: tally.found, refused: tally.refused, proofs: tally.proofs,
      chance: (reached * sizes.right) / sizes.guesses, seconds: Math.round((Date.now() - world.started) / 1000),
      waited: honest.filter(({ waits }) => waits.length > 0).length, unpaid: honest.filter(({ paid }) => !paid).length, busiest,
    };
  } finally {
    await stack.stop();
  }
}

/** Waits until this time. */
const pauseUntil = (at) => new Promise((resolve) => setTimeout(resolve, Math.max(0, at - Date.now())));

const bare = (pin) => pin.replace(/\W/g, '');

function newSession({ provider, client }) {
  const { currency, amount } = USUAL[provider];
  return client.createSession({ amount, currency, reference: 'attack', providers: [provider] });
}

/** Returns the guesses in random order, the right ones among them. */
function plan({ provider, sizes, freshPin }) {
  const guesses = Array.from({ length: sizes.guesses }, (_, place) => (place < sizes.right ? freshPin(provider, 'exact') : wrongPin(provider, place)));
  for (let place = guesses.length - 1; place > 0; place--) {
    const other = Math.floor(Math.random() * (place + 1));
    [guesses[place], guesses[other]] = [guesses[other], guesses[place]];
  }
  return guesses.map((pin) => ({ pin, address: pick(sizes.addresses), phone: pick(sizes.phones) }));
}

/** Returns the PIN of no voucher. Some providers' test PINs have only 10,000 serials, so that the face value differs, too. */
const wrongPin = (provider, place) => pinFor(provider, 'not_found', 1 + (place % 9_000), 1 + Math.floor(place / 9_000));

const pick = (count) => Math.floor(Math.random() * count);
const addressOf = (block, place) => `10.${block}.${place >> 8}.${place & 255}`;

/** Returns the contact details of a shopper with this number, in the provider's country. */
function contactOf(provider, place) {
  const digits = String(place).padStart(4, '0');
  return { ...USUAL[provider].contact, phone: `${USUAL[provider].contact.phone.slice(0, 6)}${digits}` };
}

async function guessOnce({ provider, client }, session, { pin, address, phone }, tally) {
  const fields = { provider, pin, ...contactOf(provider, 1_000 + phone) };
  const key = `guess-${tally.done++}`;
  const headers = { 'cf-connecting-ip': addressOf(1, address) };
  let answer = await client.redeem(session, fields, { key, headers });
  if (answer.body?.puzzle) {
    tally.proofs++;
    answer = await client.redeem(session, fields, { key, headers: { ...headers, 'proof-of-work': solve(answer.body.puzzle) } });
  }
  if (answer.status === 429 || answer.status === 409) tally.refused++;
  // ODM sends the code to the owner of the voucher: the attacker has found it, and cannot spend it.
  if (['succeeded', 'challenged'].includes(answer.body?.redemption?.status)) tally.found++;
}

/** Pays as an honest shopper does: waits when asked to. Returns the waits in seconds, and the last answer of one who could not pay. */
async function payHonestly(world, place) {
  const { provider, client, freshPin } = world;
  const honest = { place, began: Math.round((Date.now() - world.started) / 1_000), waits: [] };
  const session = await newSession(world);
  const fields = { provider, pin: freshPin(provider, 'exact'), ...contactOf(provider, 9_000 + place) };
  let answer;
  while (honest.waits.length < MOST_WAITS) {
    answer = await client.redeem(session, fields, { headers: { 'cf-connecting-ip': addressOf(9, place) } });
    const redemption = answer.body?.redemption;
    if (redemption?.status === 'challenged') answer = await client.answerChallenge(session, redemption, { code: TEST_CODE });
    if (answer.body?.session?.status === 'complete') return { ...honest, paid: true };
    if (answer.status !== 429) break;
    honest.waits.push(answer.body.retry_after);
    await pauseUntil(Date.now() + answer.body.retry_after * 1_000);
  }
  return { ...honest, paid: false, status: answer.status, body: answer.body };
}

function report(row, options, { guesses, right, addresses, phones, sessions, honest, before }) {
  const { provider, busiest } = row;
  const figures = `| ${row.reached} | ${row.formula} | ${row.found} | ${row.chance.toFixed(1)} | ${row.refused} | ${row.proofs} | ${row.waited} | ${row.unpaid} | ${row.seconds} |`;
  const objects = busiest.map(({ kind, objects: number, most }) => `| ${kind} | ${number} | ${most} |`);
  const title = `Guessing at ${provider}${before ? ', without the limits' : ''}`;
  const text = `\`npm run attack -- ${options}\` on ${MACHINE}, ${today()}, commit ${commit()}: an attacker with
${addresses} addresses, ${phones} phone numbers and ${sessions} sessions makes ${guesses} guesses, ${right} of them right, while ${honest} honest
shoppers pay. ${before ? 'The limits of addresses and phone numbers and the brake are lifted, as before they existed.' : 'The Worker has its default limits.'}

| Guesses that reached it | at most, by the formula of the README | Vouchers found or spent | by chance | Guesses refused | Proofs of work | Honest shoppers who waited | who could not pay | Seconds |
|---:|---:|---:|---:|---:|---:|---:|---:|---:|
${figures}

Calls to the busiest object of each class:

| Class | Objects | Calls of the busiest |
|---|---:|---:|
${objects.join('\n')}
`;
  return [title, text];
}

await main();
