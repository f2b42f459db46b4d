// The shop's server, which receives events: it fails at random, and records the received events and whether they were signed.
import { generateKeyPairSync, randomBytes, verify } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { listenLocally } from '../simulator/listen.mjs';

const ANSWERS = { taken: 80, 'error 500': 12, cut: 7, silence: 1 };
/** The type of event that the server refuses at first, and how often it refuses each event of this type. */
const REFUSED = { type: 'redemption.declined', times: 4 };
/** The number of the request whose event is dropped for the sabotage "lost_event". */
const LOST_ONE = 25;

/**
 * Starts the server. `vars` are the Worker's variables for it; `received` holds, by event id, `{event, body, times, invalid,
 * order}`: `order` is the place of its first delivery. With `alwaysAnswers` it answers every request, though not always with success. With
 * `refuses` it answers 404 to the first tries of one type of event.
 */
export async function startShopServer({ chance, tally, sabotage, refuses = false, answers = ANSWERS }) {
  const secret = `whsec_${randomBytes(32).toString('base64')}`;
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const seed = privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(-32);
  const shop = { received: new Map(), requests: 0, alwaysAnswers: false };
  let swallowed;

  const { port, close } = await listenLocally(0, async (request, response) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    const body = Buffer.concat(parts).toString();
    shop.requests++;
    if (shop.kills.at('event told')) return;
    const { event, times } = note(request.headers, body) ?? {};
    if (refuses && event?.type === REFUSED.type && times <= REFUSED.times) {
      tally.add(`event: 404 to ${REFUSED.type}`);
      return void response.writeHead(404).end();
    }
    const answer = chance.weighted(answers);
    if (answer === 'silence' && !shop.alwaysAnswers) return void tally.add('event: silence');
    if (answer !== 'taken') tally.add(`event: ${answer}`);
    if (answer === 'cut') request.socket.destroy();
    else response.writeHead(answer === 'error 500' ? 500 : 204).end();
  });

  function note(headers, body) {
    const id = headers['webhook-id'];
    if (sabotage === 'lost_event' && shop.requests >= LOST_ONE) swallowed ??= id;
    if (id === swallowed) return;
    const known = shop.received.get(id) ?? { event: parsed(body), body, times: 0, invalid: 0, order: shop.received.size };
    known.times++;
    if (!isSigned(headers, body) || known.body !== body || known.event?.id !== id) known.invalid++;
    shop.received.set(id, known);
    return known;
  }

  function isSigned(headers, body) {
    const signatures = (headers['webhook-signature'] ?? '').split(' ').filter((one) => one.startsWith('v1a,'));
    const text = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
    try {
      new Webhook(secret).verify(body, headers);
    } catch {
      return false;
    }
    return signatures.length === 1 && verify(null, Buffer.from(text), publicKey, Buffer.from(signatures[0].slice(4), 'base64'));
  }

  const vars = { WEBHOOK_URL: `http://localhost:${port}/hook`, WEBHOOK_SECRET: secret, WEBHOOK_SIGNING_KEY: `whsk_${seed.toString('base64')}` };
  return Object.assign(shop, { vars, close });
}

function parsed(body) {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
