// Asks whether a guesser can tell masked declines apart: `npm run oracle -- --help`.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from '../../edge/tools/up-to-date.mjs';
import { clientOf, transportTo } from '../support/client.mjs';
import { MACHINE, commit, today, writeSection } from '../support/results.mjs';
import { start } from '../support/start.mjs';
import { freshPins, freshShoppers, USUAL } from '../support/usual.mjs';

const HELP = `npm run oracle [-- OPTION …]

Collects masked declines of vouchers that do not exist, are used, are worth too little, or are in use elsewhere, and compares their
answers to the byte, and their times by the test of Kolmogorov and Smirnov. Exits with 1 when a pair of reasons can be told apart.
Requires a build.

  --answers 2000     declines of each reason
  --step 100         LIMITS.masked_answer_ms of the run
  --concurrency 16   requests at a time
  --write            writes its section of tests/attack/RESULTS.md
`;
const OPTIONS = {
  answers: { type: 'string', default: '2000' },
  step: { type: 'string', default: '100' },
  concurrency: { type: 'string', default: '16' },
  write: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
};
const RESULTS = join(ROOT, 'tests/attack/RESULTS.md');
const TITLE = 'Telling masked declines apart';
const REASONS = ['not_found', 'used', 'too_small', 'in_use'];
/** The tries of one session. */
const PER_SESSION = 40;
/** A pair of reasons counts as distinguishable when the difference of their times has a lower probability by chance than this. */
const LEAST_P = 0.01;

async function main() {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.help) return void process.stdout.write(HELP);
  const [answers, step, concurrency] = [values.answers, values.step, values.concurrency].map(Number);
  const limits = {
    failed_per_minute: 1_000, failed_per_session: 1_000, mask_declines_after: 1, masked_answer_ms: step,
    // A voucher in use stays in use during the run.
    provider_timeout_ms: 10_000, not_found_grace_ms: 10_001, settle_backoff_ms: [86_400_000],
  };
  const stack = await start({ limits });
  try {
    const client = clientOf({ send: transportTo(stack.url), apiKey: stack.apiKey });
    const world = { client, freshPin: freshPins(), freshShopper: freshShoppers() };
    const held = await holdVoucher(world);
    const seen = Object.fromEntries(REASONS.map((reason) => [reason, { times: [], texts: new Set() }]));
    // All reasons in turn, so that a slow moment of the machine affects all of them.
    const queue = Array.from({ length: answers * REASONS.length }, (_, place) => REASONS[place % REASONS.length]);
    let next = 0;
    const work = async () => {
      while (next < queue.length) {
        const session = await failedSession(world);
        for (let tries = 1; tries < PER_SESSION && next < queue.length; tries++) {
          const reason = queue[next++];
          await decline(world, session, reason === 'in_use' ? held : world.freshPin('kora', reason), seen[reason]);
        }
      }
    };
    await Promise.all(Array.from({ length: concurrency }, work));
    const { text, isTold } = report(seen, { answers, step, concurrency });
    process.stdout.write(`# ${TITLE}\n\n${text}`);
    if (values.write) writeSection(RESULTS, TITLE, text);
    process.exitCode = isTold ? 1 : 0;
  } finally {
    await stack.stop();
  }
}

function newSession({ client }) {
  return client.createSession({ amount: USUAL.kora.amount, currency: 'ZAR', reference: 'oracle', providers: ['kora'] });
}

/** Returns a session whose further declines are masked. */
async function failedSession(world) {
  const session = await newSession(world);
  const { body } = await pay(world, session, world.freshPin('kora', 'not_found'));
  if (body.redemption?.status !== 'declined') throw new Error(`The first try is not declined: ${JSON.stringify(body)}`);
  return session;
}

/** Returns a voucher whose outcome stays unknown. */
async function holdVoucher(world) {
  const pin = world.freshPin('kora', 'silent_before');
  const { body } = await pay(world, await newSession(world), pin);
  if (body.redemption?.status !== 'unknown') throw new Error(`The voucher is not in use: ${JSON.stringify(body)}`);
  return pin;
}

/** Pays from an address and with a phone number of its own. */
function pay({ client, freshShopper }, session, pin) {
  const { phone, headers } = freshShopper();
  return client.redeem(session, { provider: 'kora', pin, ...USUAL.kora.contact, phone }, { headers });
}

async function decline(world, session, pin, seen) {
  const began = performance.now();
  const { status, headers, body, text } = await pay(world, session, pin);
  seen.times.push(performance.now() - began);
  if (!body.redemption) throw new Error(text);
  const told = { redemption: body.redemption, session: { ...body.session, redemptions: [body.redemption] } };
  seen.texts.add(JSON.stringify({ status, headers: [...headers].filter(([name]) => !OWN_HEADERS.includes(name)), ...told }, withoutOwn));
}

/** The members and headers that differ from answer to answer. */
const OWN_MEMBERS = ['id', 'created_at', 'expires_in', 'expires_at'];
const OWN_HEADERS = ['date', 'request-id'];
const withoutOwn = (name, value) => (OWN_MEMBERS.includes(name) ? undefined : value);

/** Returns the greatest distance of two empirical distributions, and how likely one as great is by chance (Kolmogorov, Smirnov). */
function compare(a, b) {
  const [x, y] = [a, b].map((times) => times.toSorted((one, other) => one - other));
  let distance = 0;
  for (let i = 0, j = 0; i < x.length && j < y.length; ) {
    const at = Math.min(x[i], y[j]);
    while (x[i] <= at) i++;
    while (y[j] <= at) j++;
    distance = Math.max(distance, Math.abs(i / x.length - j / y.length));
  }
  const scale = Math.sqrt((x.length * y.length) / (x.length + y.length));
  const lambda = (scale + 0.12 + 0.11 / scale) * distance;
  let p = 0;
  for (let k = 1; k <= 100; k++) p += 2 * (-1) ** (k - 1) * Math.exp(-2 * k * k * lambda * lambda);
  return { distance, p: lambda < 0.3 ? 1 : Math.min(1, Math.max(0, p)) };
}

function report(seen, { answers, step, concurrency }) {
  const texts = new Set(Object.values(seen).flatMap((one) => [...one.texts]));
  const pairs = REASONS.flatMap((one, place) => REASONS.slice(place + 1).map((other) => ({ one, other, ...compare(seen[one].times, seen[other].times) })));
  const rows = pairs.map(({ one, other, distance, p }) => `| ${one} | ${other} | ${distance.toFixed(4)} | ${p.toFixed(3)} |`);
  const median = (times) => times.toSorted((a, b) => a - b)[times.length >> 1].toFixed(1);
  const text = `\`npm run oracle -- --step ${step} --concurrency ${concurrency} --write\` on ${MACHINE}, ${today()}, commit ${commit()}:
${answers} masked declines of each reason at Kora, with \`masked_answer_ms\` ${step}. All answers, with status, headers and session, but for ids and times: ${texts.size === 1 ? 'the same' : `${texts.size} different ones`}.
Median in milliseconds: ${REASONS.map((reason) => `${reason} ${median(seen[reason].times)}`).join(', ')}.

| Reason | Reason | Distance | p |
|---|---|---:|---:|
${rows.join('\n')}
`;
  return { text, isTold: texts.size > 1 || pairs.some(({ p }) => p <= LEAST_P) };
}

await main();
