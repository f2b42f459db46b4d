/**
 * The programs printed in the providers' documents, against the simulator. `document-clients/` has them word for word, with only
 * the line breaks restored; only the values that the documents say to fill in are filled in.
 */
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { sign } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { canonicalText, privateKeyOf } from './odm-signature.mjs';
import { PROVIDERS } from './providers.mjs';
import { startSimulator } from './server.mjs';

const PROGRAMS = new URL('document-clients/', import.meta.url);
const SECRETS = Object.assign({}, ...PROVIDERS.map(({ testSecrets }) => testSecrets));

/** How a program of each kind is run, and its requirements. */
const KINDS = {
  mjs: { run: (file) => [process.execPath, [file]] },
  py: { run: (file) => ['python3', [file]], needs: ['python3', ['-c', 'import requests']], name: 'Python with "requests"' },
  sh: { run: (file) => ['sh', [file]], needs: ['curl', ['--version']], name: 'curl' },
};

/** The programs for Celbux, each with the fields of the answer, in the order of the document. */
const CELBUX = {
  'create-voucher': ['TID', 'Reference', 'Created', 'Amount', 'VoucherNo', 'State', 'Status', 'Error'],
  'view-voucher': [
    'TID', 'Owner', 'VoucherNo', 'VoucherType', 'Title', 'Amount', 'Locked', 'AutoLock', 'VSettle', 'VAccumulate',
    'WithdrawFee', 'State', 'Status', 'Error',
  ],
};

/** Returns why a program of this kind cannot run here; false when it can. */
function missing({ needs, name }) {
  return needs && spawnSync(...needs).status !== 0 ? `this machine has no ${name}` : false;
}

/** Runs a program, with these texts in place of those of the document, and returns its output. It must exit with 0. */
async function run(kind, name, filledIn = {}, env = {}) {
  let text = await readFile(new URL(`${name}.${kind}`, PROGRAMS), 'utf8');
  for (const [blank, value] of Object.entries(filledIn)) {
    assert.ok(text.includes(blank), `${name}.${kind} has no ${blank}`);
    text = text.replaceAll(blank, value);
  }
  const folder = await mkdtemp(join(tmpdir(), 'document-client-'));
  try {
    const file = join(folder, `program.${kind}`);
    await writeFile(file, text);
    const [program, args] = KINDS[kind].run(file);
    return await new Promise((resolve, reject) => {
      const settings = { env: { ...process.env, ...env } };
      execFile(program, args, settings, (error, stdout, stderr) => (error ? reject(error) : resolve({ stdout, stderr })));
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Returns the fields of the printed answer: JSON, or an object as Node or Python prints it. None of its values has a quote. */
function fieldsIn(printed) {
  const pairs = printed.matchAll(/["']?(\w+)["']?: ?(?:"([^"]*)"|'([^']*)')/g);
  return Object.fromEntries([...pairs].map(([, name, one, other]) => [name, one ?? other]));
}

for (const [name, fields] of Object.entries(CELBUX)) {
  for (const [kind, how] of Object.entries(KINDS)) {
    test(`Celbux: ${name}.${kind} gets the documented answer`, async (t) => {
      const reason = missing(how);
      if (reason) return t.skip(reason);
      const simulator = await startSimulator({ celbuxWebhooks: false });
      try {
        const filledIn = { '{api-url}': `${simulator.url}/celbux`, '{community}': 'sandbox', YOUR_TOKEN: SECRETS.CELBUX_TOKEN };
        const { stdout } = await run(kind, name, filledIn);
        const answer = fieldsIn(stdout);
        assert.deepEqual(Object.keys(answer), fields, stdout);
        assert.deepEqual([answer.Amount, answer.State, answer.Status, answer.Error], ['2000', 'Success', '1', '']);
        if (name === 'create-voucher') assert.equal(answer.Reference, '101');
        else assert.equal(answer.Title, 'Voucher 168Cash ZAR 20.00 Number : 168-78439-48310');
        assert.equal(simulator.books().calls[0].answer.status, 200);
      } finally {
        await simulator.close();
      }
    });
  }
}

test("ODM: issue-voucher.sh gets the documented answer, at the document's own time", async (t) => {
  const reason = missing(KINDS.sh);
  if (reason) return t.skip(reason);
  const program = await readFile(new URL('issue-voucher.sh', PROGRAMS), 'utf8');
  const [, timestamp] = /X-Timestamp: ([^"]+)/.exec(program);
  const [, idempotencyKey] = /Idempotency-Key: ([^"]+)/.exec(program);
  const [, body] = /-d '([^']+)'/.exec(program);
  const target = '/api/v1/vouchers/issue';
  const text = canonicalText({ method: 'POST', target, timestamp, idempotencyKey, bytes: Buffer.from(body) });
  const simulator = await startSimulator({ odmNow: () => Date.parse(timestamp) });
  try {
    const { stdout } = await run('sh', 'issue-voucher', {}, {
      API_BASE_URL: `${simulator.url}/odm/api/v1`,
      PARTNER_API_KEY: SECRETS.ODM_API_KEY,
      PARTNER_SIGNATURE: sign(null, Buffer.from(text), privateKeyOf(SECRETS.ODM_SIGNING_KEY)).toString('base64'),
    });
    const { voucherCode, serialNumber, ...others } = JSON.parse(stdout);
    assert.match(voucherCode, /^\d{16}$/);
    assert.match(serialNumber, /^VCH-20260429-[0-9A-F]{16}$/);
    assert.deepEqual(others, {
      denominationAmountEtb: 500,
      expirationDate: '2026-07-29T23:59:59.000Z',
      merchantName: 'Abyssinia Market',
      isRestricted: true,
    });
  } finally {
    await simulator.close();
  }
});
