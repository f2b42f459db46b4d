/** Calls to the simulated providers as their documents show them, for the tests of the simulator. */

import { randomUUID, sign } from 'node:crypto';
import { createServer } from 'node:http';
import { request } from '../support/client.mjs';
import { celbux } from './celbux.mjs';
import { canonicalText, privateKeyOf } from './odm-signature.mjs';
import { odm } from './odm.mjs';

const KEY = 'sk_test_simulator';
let references = 0;

/** Makes one call. Returns `{status, type, text, body}`; `body` is parsed when it is JSON. */
export async function call(url, { method = 'GET', ...options } = {}) {
  const { headers, ...answer } = await request(method, url, options);
  return { ...answer, type: headers.get('content-type') ?? '' };
}

/** Returns a fresh reference. */
function newReference() {
  return `test-${++references}`;
}

/** Returns the document's sample request, with the given differences. `amount` is in rand, or a text inserted as it is. */
export function chargeRequest({ pin, amount = 100, reference = newReference(), voucher, customer, ...others }) {
  const request = {
    amount: typeof amount === 'string' ? '@amount' : amount,
    currency: 'ZAR',
    merchant_bears_cost: true,
    notification_url: 'https://secure.example.com/api/v1/callback/deposit',
    description: 'This is a voucher payment',
    reference,
    voucher: { pin, phone_number: '+270576847568', provider_code: '0001', ...voucher },
    customer: { email: 'john@example.com', name: 'John Doe', ...customer },
    metadata: { key: 'Value 1' },
    ...others,
  };
  return JSON.stringify(request).replace('"@amount"', amount);
}

/** Returns the sample request of ODM's document, with the given differences. */
export function issueRequest(fields) {
  return JSON.stringify({
    denominationId: 4,
    merchantId: 12,
    recipientPhone: '+251911234567',
    recipientName: 'Abebe Kebede',
    isRestricted: true,
    originatingCountry: 'US',
    foreignCurrencyAmount: 8.85,
    exchangeRate: 56.5,
    ...fields,
  });
}

/**
 * Returns ODM's headers for a request, signed with the test key of the partner's API or of the merchant's. `changes` replace headers
 * after signing; null removes one.
 */
export function odmHeaders({ method, target, body = '', key = '', timestamp = new Date().toISOString(), access = 'ODM', changes }) {
  const { [`${access}_API_KEY`]: apiKey, [`${access}_SIGNING_KEY`]: signingKey } = odm.testSecrets;
  const text = canonicalText({ method, target, timestamp, idempotencyKey: key, bytes: Buffer.from(body) });
  const headers = {
    'content-type': 'application/json',
    'x-api-key': apiKey,
    'x-timestamp': timestamp,
    'x-signature': sign(null, Buffer.from(text), privateKeyOf(signingKey)).toString('base64'),
    ...(key && { 'idempotency-key': key }),
    ...changes,
  };
  return Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== null));
}

/**
 * Starts a checkout that receives notifications. `received` are `{path, headers, body}`; `answers` are its statuses, of which
 * the last one repeats; null leaves the notification without an answer.
 */
export async function openCheckout(...answers) {
  const received = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    const status = answers.length > 1 ? answers.shift() : answers[0];
    received.push({ path: request.url, headers: request.headers, body });
    if (status !== null) response.writeHead(status).end();
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${server.address().port}`, received, close };
}

/** Returns the providers' calls at a simulator's address. */
export function client(url) {
  const post = (path, type, body, headers) => {
    return call(url + path, { method: 'POST', headers: { 'content-type': type, ...headers }, body });
  };
  const form = (path, fields) => post(path, 'application/x-www-form-urlencoded', new URLSearchParams(fields).toString());
  const key = { authorization: `Bearer ${KEY}` };
  const payment = { account_number: '4630', details: 'This is a test Voucher Payment', total: '120.00' };
  const bearer = { authorization: `bearer ${celbux.testSecrets.CELBUX_TOKEN}` };
  const celbuxCall = (name, fields, headers = bearer) => {
    return post(`/celbux/${name}?ns=sandbox`, 'application/json', JSON.stringify(fields), headers);
  };
  const money = { Currency: 'ZAR', StoreID: 'Store1' };
  const odmCall = (method, target, { body, signal, ...signing }) => {
    return call(`${url}/odm${target}`, { method, body, signal, headers: odmHeaders({ method, target, body, ...signing }) });
  };
  const merchantCall = (path, fields, { key = randomUUID(), body = JSON.stringify(fields), ...signing } = {}) => {
    return odmCall('POST', `/api/v1/merchant-api/${path}`, { body, key, access: 'ODM_MERCHANT', ...signing });
  };
  return {
    celbuxCall,
    create: (fields) => celbuxCall('createVoucher', { Username: '27648302057', VoucherType: '168Cash', Amount: '2000', ...money, ...fields }),
    viewVoucher: (VoucherNo) => celbuxCall('viewVoucher', { VoucherNo }),
    spend: (fields) => celbuxCall('pay', { Amount: '2000', ...money, ...fields }),
    payment: (fields) => celbuxCall('payment', { StoreID: 'Store1', ...fields }),
    reverse: (fields) => celbuxCall('reverse', { StoreID: 'Store1', ...fields }),
    issue: ({ key = randomUUID(), body, timestamp, access, changes, ...fields } = {}) => {
      return odmCall('POST', '/api/v1/vouchers/issue', { body: body ?? issueRequest(fields), key, timestamp, access, changes });
    },
    validate: (voucherCode, how) => merchantCall('vouchers/validate', { voucherCode }, how),
    claim: (fields, how) => merchantCall('claims', { amount: 50, ...fields }, how),
    verify: (id, otp, how) => merchantCall(`claims/${id}/verify`, { otp }, how),
    odmList: (target) => odmCall('GET', target, {}),
    charge: (fields) => post('/kora/api/v1/charge/voucher', 'application/json', chargeRequest(fields), key),
    lookUp: (reference) => call(`${url}/kora/api/v1/charges/${reference}`, { headers: key }),
    pay: (fields) => form('/wipay/v1/voucher_pay', { ...payment, ...fields }),
    check: (voucher) => form('/wipay/v1/voucher_check', { voucher }),
    post,
  };
}
