// A proxy or a server between a browser and a Worker or a folder, like a CDN: it compresses, and passes everything else on.
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';
import { listenLocally } from '../simulator/listen.mjs';

/** The types used here that Cloudflare compresses. */
const COMPRESSED = /^(?:text\/|image\/svg\+xml|application\/(?:javascript|json|problem\+json|wasm)\b)/;
/** A file is compressed once, at the best quality; a page each time, so its compression must be quick. */
const FILE_QUALITY = 11;
const PAGE_QUALITY = 4;
/** Headers that apply to one hop only, or are wrong for a changed body. */
const NOT_PASSED_ON = ['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'content-encoding', 'date'];

const brotli = promisify(brotliCompress);

/**
 * Starts a compressing proxy. Returns `{url, to(origin), close()}`: `to` sets the target of its requests, because the Worker
 * must know the proxy's address before it starts. `onRequest({method, path, headers})` is called for each one.
 */
export async function startProxy({ onRequest = () => {} } = {}) {
  let upstream;
  const front = await startFront(async (request) => {
    const { method, url: path, headers } = request;
    onRequest({ method, path, headers });
    const { host, connection, ...passed } = headers;
    const body = method === 'GET' || method === 'HEAD' ? undefined : await bytesOf(request);
    const answer = await fetch(upstream + path, {
      method,
      headers: { ...passed, 'accept-encoding': 'identity' },
      body,
      redirect: 'manual',
    });
    const kept = Object.fromEntries([...answer.headers].filter(([name]) => !NOT_PASSED_ON.includes(name)));
    // Only files have an ETag.
    return { status: answer.status, headers: kept, body: Buffer.from(await answer.arrayBuffer()), isFile: 'etag' in kept };
  });
  return { ...front, to: (origin) => void (upstream = origin) };
}

/**
 * Starts a compressing server of these `files`, `{path: {type, body}}`, which may be added to while it runs. Returns `{url,
 * close()}`.
 */
export function startSite(files) {
  return startFront(async ({ url }) => {
    const file = files[new URL(url, 'http://localhost').pathname];
    if (!file) return { status: 404, headers: { 'content-type': 'text/plain' }, body: Buffer.from('Not found') };
    const isFile = file.type !== 'text/html';
    return { status: 200, headers: { 'content-type': `${file.type}; charset=utf-8` }, body: Buffer.from(file.body), isFile };
  });
}

/** Serves the result of `answer(request)`, `{status, headers, body, isFile}`. */
async function startFront(answer) {
  const compressed = new Map();
  const { port, close } = await listenLocally(0, async (request, response) => {
    try {
      const { status, headers, body, isFile } = await answer(request);
      const sent = await encode(request, headers, body, isFile, compressed);
      response.writeHead(status, { ...sent.headers, 'content-length': sent.body.length });
      response.end(request.method === 'HEAD' ? undefined : sent.body);
    } catch (error) {
      response.writeHead(502, { 'content-type': 'text/plain' }).end(String(error));
    }
  });
  return { url: `http://localhost:${port}`, close };
}

async function encode(request, headers, body, isFile, compressed) {
  if (!COMPRESSED.test(headers['content-type'] ?? '') || body.length === 0) return { headers, body };
  const vary = [headers.vary, 'accept-encoding'].filter(Boolean).join(', ');
  if (!/\bbr\b/.test(request.headers['accept-encoding'] ?? '')) return { headers: { ...headers, vary }, body };
  const changed = { ...headers, vary, 'content-encoding': 'br' };
  // The same content in another encoding.
  if (headers.etag && !headers.etag.startsWith('W/')) changed.etag = `W/${headers.etag}`;
  return { headers: changed, body: isFile ? await once(compressed, body) : await squeeze(body, PAGE_QUALITY) };
}

function once(compressed, body) {
  const digest = createHash('sha256').update(body).digest('hex');
  if (!compressed.has(digest)) compressed.set(digest, squeeze(body, FILE_QUALITY));
  return compressed.get(digest);
}

const squeeze = (body, quality) =>
  brotli(body, { params: { [constants.BROTLI_PARAM_QUALITY]: quality, [constants.BROTLI_PARAM_SIZE_HINT]: body.length } });

async function bytesOf(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts);
}
