// Any message to the iframe, and any message to the loader: valid ones with some members replaced. The parser is JavaScript, which
// libFuzzer does not reach. FUZZ_CASES sets their number; the messages are the same in every run.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accept } from '../../widget/handshake.js';

const CASES = Number(process.env.FUZZ_CASES ?? 20_000);
const SHOPS = ['https://shop.example', 'http://localhost:8788'];
const OURS = 'https://pay.example';

/** Returns a generator of numbers below a limit (mulberry32). */
function random(seed) {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}

/** Values that a message from window to window can have in the place of any member. */
const VALUES = [
  undefined, null, true, false, 0, 1, -1, 2, 1n, NaN, '', '1', 'init', 'hello', 'resize', 'voucher-checkout', 'voucher-checkout ',
  's3cret_-', 's3cret\r\nX-Injected: 1', 'sécret', ' s3cret', 's3cret\0', '*', 'null', OURS, `${OURS}.evil.example`, ...SHOPS,
  'https://shop.example/', 'HTTPS://SHOP.EXAMPLE', [], ['init'], {}, { v: 1 }, new Map([['type', 'init']]), new Date(0),
  new Uint8Array(2), 'x'.repeat(100_000),
];

/** Returns the value or, one time in six, another one. */
const perhaps = (next, value, others = VALUES) => (next(6) ? value : others[next(others.length)]);

/** Returns a message of this type with these members, some of them replaced. */
function message(next, members) {
  const data = Object.fromEntries(Object.entries(members).map(([name, value]) => [name, perhaps(next, value)]));
  if (!next(8)) delete data[Object.keys(data)[next(Object.keys(data).length)]];
  if (!next(8)) data[['type', 'source', 'ports', '__proto__', 'then'][next(5)]] = VALUES[next(VALUES.length)];
  return next(20) ? data : VALUES[next(VALUES.length)];
}

test('the iframe takes no secret but from the loader, and none that breaks a header', () => {
  const next = random(1);
  const [parent, port] = [{}, {}];
  let [accepted, wellFormed] = [0, 0];
  for (let count = 0; count < CASES; count++) {
    const event = {
      source: perhaps(next, parent, [null, undefined, {}, globalThis]),
      origin: perhaps(next, SHOPS[next(SHOPS.length)]),
      ports: perhaps(next, [port], [[], [port, {}], [{}]]),
      data: message(next, { v: 1, ns: 'voucher-checkout', type: 'init', clientSecret: 's3cret_-' }),
    };
    const result = accept(event, { parent, origins: SHOPS });
    if (result === undefined) continue;
    accepted++;
    assert.equal(event.source, parent);
    assert.ok(SHOPS.includes(event.origin));
    assert.equal(result.port, event.ports[0]);
    assert.deepEqual([event.data.v, event.data.ns, event.data.type], [1, 'voucher-checkout', 'init']);
    assert.ok(result.secret === '' || result.secret === event.data.clientSecret);
    assert.equal(new Headers({ Authorization: `Bearer ${result.secret}` }).get('authorization'), `Bearer ${result.secret}`.trim());
    wellFormed += result.secret !== '';
  }
  assert.ok(accepted > CASES / 50 && accepted < CASES / 2 && wellFormed > accepted / 2, `${accepted} accepted, ${wellFormed} well-formed`);
});

/** Loads the loader into stand-ins for the few parts of a browser that it needs, and returns its element's class. */
async function loaderClass() {
  let defined;
  class Element {
    attributes = new Map([['session', 'cs_1'], ['client-secret', 's3cret_-']]);
    events = [];
    getAttribute = (name) => this.attributes.get(name) ?? null;
    dispatchEvent = (event) => this.events.push([event.type, event.detail]);
  }
  Object.assign(globalThis, {
    HTMLElement: Element,
    CSSStyleSheet: class { replaceSync() {} },
    customElements: { get: () => defined, define: (_, element) => (defined = element) },
    document: { currentScript: { src: `${OURS}/checkout.js` }, adoptedStyleSheets: [] },
  });
  await import('../../widget/loader/checkout.js');
  return defined;
}

test('the loader answers and obeys only its own iframe', async () => {
  const Loader = await loaderClass();
  const next = random(2);
  const ports = [];
  globalThis.MessageChannel = class {
    constructor() {
      ports.push((this.port1 = {}));
      this.port2 = {};
    }
  };
  const counts = { hello: 0, resize: 0 };
  for (let count = 0; count < CASES; count++) {
    const sent = [];
    const element = new Loader();
    const contentWindow = { postMessage: (...args) => sent.push(args) };
    const stranger = { postMessage: () => assert.fail('a message to a stranger') };
    element.frame = perhaps(next, { contentWindow, style: { height: '44em' }, title: 'voucher-checkout' }, [undefined]);
    const event = {
      origin: perhaps(next, OURS),
      source: perhaps(next, contentWindow, [null, undefined, stranger]),
      data: message(next, { v: 1, ns: 'voucher-checkout', type: next(2) ? 'hello' : 'resize', height: 300, title: 'Pay' }),
    };
    element.handleEvent(event);
    // Events go to the shop through the private port only.
    assert.deepEqual(element.events, []);
    const isOurs = element.frame && event.origin === OURS && event.source === contentWindow;
    const isKnown = isOurs && event.data?.v === 1 && event.data.ns === 'voucher-checkout';
    if (!isKnown) {
      assert.deepEqual([sent, element.greeted, element.frame?.style.height ?? '44em', element.frame?.title ?? 'voucher-checkout'],
        [[], undefined, '44em', 'voucher-checkout']);
      continue;
    }
    const isHello = event.data.type === 'hello';
    assert.equal(sent.length, isHello ? 1 : 0);
    if (isHello) {
      const [init, target, transferred] = sent[0];
      assert.deepEqual([init, target, transferred.length], [{ v: 1, ns: 'voucher-checkout', type: 'init', clientSecret: 's3cret_-' }, OURS, 1]);
      // An event that comes through the port has the detail of the message, without its envelope.
      ports.at(-1).onmessage({ data: { v: 1, ns: 'voucher-checkout', type: 'paid', change: false } });
      assert.deepEqual(element.events, [['paid', { change: false }]]);
    }
    if (isHello) counts.hello++;
    if (event.data.type === 'resize') counts.resize++;
  }
  for (const [type, count] of Object.entries(counts)) assert.ok(count > CASES / 50, `${type}: ${count}`);
});
