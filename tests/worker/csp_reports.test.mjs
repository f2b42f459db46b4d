/** Browsers' reports about violations of our pages' content security policy. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertProblem } from '../support/answers.mjs';
import { startCheckout } from '../support/checkout.mjs';
import { closingTests } from './closing.mjs';

const checkout = await startCheckout();
const { url, send, shop, restart, readFiles } = checkout;

const violations = async () => (await shop('GET', '/v1/status')).body.violations;
const post = (report, type = 'application/reports+json') =>
  send('POST', '/v1/csp_reports', { body: typeof report === 'string' ? report : JSON.stringify(report), headers: { 'content-type': type } });

/** Returns a report in the form of the Reporting API. */
const report = (page, directive, blocked) => [{
  type: 'csp-violation', age: 1, url: `${url}${page}`,
  body: { documentURL: `${url}${page}`, effectiveDirective: directive, blockedURL: blocked, disposition: 'enforce' },
}];

test('reports in both forms are counted, and the last one comes first', async () => {
  assert.deepEqual(await violations(), []);
  const before = Date.now();
  for (let time = 0; time < 2; time++) {
    assert.equal((await post(report('/pay/cs_1?key=the-secret', 'script-src-elem', 'https://evil.example/pin/4242424242424242'))).status, 204);
  }
  const older = { 'csp-report': { 'document-uri': `${url}/embed/cs_1`, 'effective-directive': 'img-src', 'blocked-uri': 'inline' } };
  const answer = await post(older, 'application/csp-report; charset=utf-8');
  assert.deepEqual([answer.status, answer.text], [204, '']);
  const seen = await violations();
  assert.deepEqual(seen.map(({ last_at: at, ...rest }) => rest), [
    { page: 'embed', directive: 'img-src', blocked: 'inline', count: 1 },
    { page: 'pay', directive: 'script-src-elem', blocked: 'https://evil.example', count: 2 },
  ]);
  const [last, first] = seen.map(({ last_at: at }) => Date.parse(at));
  assert.ok(before - 1_000 <= first && first <= last && last <= Date.now() + 1_000);
});

test('law 6: no path, query or sample of a report is stored', () => {
  const found = (text) => readFiles().some((bytes) => bytes.includes(text));
  assert.ok(found('https://evil.example'), 'the searched files are the storage');
  for (const text of ['4242424242424242', 'the-secret']) assert.ok(!found(text));
});

test('what is no report of ours changes nothing', async () => {
  const before = await violations();
  for (const body of ['', '{', '[]', 'null', '[{"body":{}}]', JSON.stringify(report('.evil.example/pay/1', 'img-src', 'inline'))]) {
    assert.equal((await post(body)).status, 204, body);
  }
  assertProblem(await post('{}', 'text/plain'), 415, 'media_type_unsupported');
  assertProblem(await post(`[${' '.repeat(70_000)}]`), 413, 'body_too_large');
  assertProblem(await send('GET', '/v1/csp_reports'), 405, 'method_not_allowed');
  assert.deepEqual(await violations(), before);
});

test('a flood of reports is dropped and answered as usual', async () => {
  // A new instance of the Worker has counted none.
  await restart();
  const flood = Array.from({ length: 60 }, (_, place) => report('/pay/1', 'connect-src', `https://host-${place}.example`));
  for (const one of flood) assert.equal((await post(one)).status, 204);
  const counted = (await violations()).filter(({ directive }) => directive === 'connect-src').length;
  // The flood can cross into a second minute.
  assert.ok(counted >= 20 && counted <= 40, `${counted}`);
});

test('the fifty most reported ones are kept, for thirty days', async () => {
  const many = (from) => Array.from({ length: 10 }, (_, place) => report('/pay/1', 'font-src', `https://host-${from + place}.example`)).flat();
  await restart();
  for (let from = 0; from < 60; from += 10) assert.equal((await post(many(from))).status, 204);
  const kept = (await violations()).map(({ blocked }) => blocked);
  assert.ok(kept.length >= 50 && kept.length < 60, `${kept.length}`);
  assert.ok(kept.includes('https://host-59.example') && kept.includes('https://evil.example'), 'the last one, and one that was reported twice');
  await restart(undefined, 31 * 86_400_000);
  assert.deepEqual(await violations(), []);
  await post(report('/operations/sessions', 'img-src', 'inline'));
  assert.deepEqual((await violations()).map(({ page, count }) => [page, count]), [['operations', 1]]);
});

closingTests(checkout);
