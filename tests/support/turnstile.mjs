// A stand-in for Cloudflare Turnstile, which no test can reach: the same addresses, a check that takes a key press or a click, and tokens
// that verify once.
import { randomBytes } from 'node:crypto';
import { listenLocally } from '../simulator/listen.mjs';

/** The script: renders the check in a frame of another origin, inside a shadow tree, as Turnstile does. */
const SCRIPT = (origin) => `if (!document.currentScript.src.endsWith('?render=explicit')) throw new Error('renders implicitly');
const frames = new Map();
window.turnstile = {
  remove: (id) => frames.get(id).remove(),
  render(place, { sitekey, cData, callback, 'before-interactive-callback': interactive }) {
    const frame = document.createElement('iframe');
    frame.title = 'Stand-in for a Cloudflare security challenge';
    frame.src = '${origin}/check?' + new URLSearchParams({ sitekey, cData });
    addEventListener('message', ({ origin, data }) => origin === '${origin}' && callback(data));
    const host = document.createElement('div');
    host.attachShadow({ mode: 'open' }).append(frame);
    place.append(host);
    interactive?.();
    frames.set(cData, host);
    return cData;
  },
};`;
const CHECK = `<!doctype html><label><input type="checkbox" onchange="fetch('/token' + location.search).then((answer) => answer.text()).then((token) => parent.postMessage(token, '*'))"> Verify you are human</label>`;
/** Frames and scripts of another origin need it on pages that isolate themselves. */
const ISOLATION = { 'cross-origin-resource-policy': 'cross-origin', 'cross-origin-embedder-policy': 'require-corp' };

/**
 * Starts the stand-in. Returns its `vars` for the Worker, `token(session)` with a new token, the `asked` questions of the Worker,
 * and `close()`. While `isSilent` is true it answers no question.
 */
export async function startTurnstile() {
  const [site, secret] = ['0x4AAAAAAASiteOfTests', '0x4AAAAAAASecretOfTests'];
  const tokens = new Map();
  const turnstile = { asked: [], isSilent: false };
  const newToken = (cdata, key = site) => {
    const token = `0.${randomBytes(12).toString('base64url')}`;
    tokens.set(token, { cdata, key });
    return token;
  };

  async function answer(request, response) {
    const url = new URL(request.url, origin);
    const parts = [];
    for await (const part of request) parts.push(part);
    const send = (type, body) => response.writeHead(200, { 'content-type': type, ...ISOLATION }).end(body);
    if (url.pathname === '/turnstile/v0/api.js') return send('text/javascript', SCRIPT(origin));
    if (url.pathname === '/check') return send('text/html', CHECK);
    if (url.pathname === '/token') return send('text/plain', newToken(url.searchParams.get('cData'), url.searchParams.get('sitekey')));
    const question = JSON.parse(Buffer.concat(parts));
    turnstile.asked.push(question);
    if (turnstile.isSilent) return;
    const known = tokens.get(question.response);
    tokens.delete(question.response);
    const success = question.secret === secret && known?.key === site;
    send('application/json', JSON.stringify({ success, cdata: known?.cdata, 'error-codes': success ? [] : ['timeout-or-duplicate'] }));
  }

  const { port, close } = await listenLocally(0, answer);
  const origin = `http://localhost:${port}`;
  const vars = { TURNSTILE_SITE_KEY: site, TURNSTILE_SECRET_KEY: secret, TURNSTILE_BASE_URL: origin };
  return Object.assign(turnstile, { site, origin, vars, token: (session) => newToken(session.id), close });
}
