// The check of the message that brings the client secret into the iframe.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accept } from '../../widget/handshake.js';

const ORIGINS = ['https://shop.example', 'http://localhost:8788'];
const parent = {};
const port = {};
const INIT = { v: 1, ns: 'voucher-checkout', type: 'init', clientSecret: 's3cret_-' };

const accepted = (changes = {}) => {
  const event = { source: parent, origin: ORIGINS[0], ports: [port], data: INIT, ...changes };
  return accept(event, { parent, origins: ORIGINS });
};
const withData = (changes) => accepted({ data: { ...INIT, ...changes } });

test('accepts the loader on an allowed page', () => {
  for (const origin of ORIGINS) assert.deepEqual(accepted({ origin }), { secret: 's3cret_-', port }, origin);
  assert.equal(accepted().port, port);
  assert.ok(withData({ locale: 'fr' }));
});

test('ignores other senders', () => {
  for (const source of [null, undefined, {}]) assert.equal(accepted({ source }), undefined);
  for (const origin of [
    '', 'null', '*', 'https://evil.example', 'https://shop.example.evil.example', 'https://shop.example/', 'http://shop.example',
    'https://SHOP.example', 'https://shop.example:8443',
  ]) {
    assert.equal(accepted({ origin }), undefined, origin);
  }
});

test('ignores other messages', () => {
  for (const changes of [
    { v: undefined }, { v: 2 }, { v: '1' }, { ns: undefined }, { ns: 'other' }, { type: undefined }, { type: 'hello' },
  ]) {
    assert.equal(withData(changes), undefined, JSON.stringify(changes));
  }
  for (const data of [undefined, null, 'init', 7, {}, []]) assert.equal(accepted({ data }), undefined);
  assert.equal(accepted({ ports: [] }), undefined);
  assert.equal(accepted({ ports: [port, {}] }), undefined);
});

test('takes a malformed secret for an empty one', () => {
  for (const clientSecret of ['', 'a b', 'a\r\nX: y', 's3cret\n', 'sécret', undefined, null, 7, {}, ['a b']]) {
    assert.equal(withData({ clientSecret }).secret, '', JSON.stringify(clientSecret));
  }
});
