/** The books for people: `/books`, with `/books.json` for programs. The script refreshes only the sections that have changed. */
import { readFile } from 'node:fs/promises';
import { markup } from './markup.mjs';
import { printForPeople } from './money.mjs';
import { TEST_PHONES, TEST_PINS } from './pins.mjs';

const CALLS_SHOWN = 100;
const CSP = [
  "default-src 'none'",
  "img-src 'self'",
  "style-src 'self'",
  "script-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
].join('; ');
const DEBIT_HEADS = ['When', 'Provider', 'Voucher', 'Reference', 'Amount', 'Fee', 'Taken', 'Change voucher'];
const MESSAGE_HEADS = ['When', 'Provider', 'To', 'Text'];
const CLAIM_HEADS = ['When', 'Claim', 'Voucher', 'Amount', 'Code', 'Sent to the phone ending in', 'State'];
const FILES = {
  '/books.css': ['books-page.css', 'text/css; charset=utf-8'],
  '/books.js': ['books-page.client.js', 'text/javascript; charset=utf-8'],
};

export class BooksPage {
  #books;
  #titles;

  constructor(books, providers) {
    this.#books = books;
    this.#titles = new Map(providers.map(({ id, title }) => [id, title]));
  }

  /** Answers a request for anything under /books. */
  async serve(method, pathname, response) {
    if (pathname === '/books/reset' && method === 'POST') {
      this.#books.reset();
      response.writeHead(303, { location: '/books' }).end();
      return;
    }
    const [type, text] = method === 'GET' ? await this.#read(pathname) : [];
    if (text === undefined) {
      response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('There is no such page in the books.\n');
      return;
    }
    response.writeHead(200, { 'content-type': type, 'cache-control': 'no-store', 'content-security-policy': CSP });
    response.end(text);
  }

  async #read(pathname) {
    if (pathname === '/books') return ['text/html; charset=utf-8', this.#page()];
    if (pathname === '/books.json') return ['application/json; charset=utf-8', JSON.stringify(this.#books.entries(), null, 2)];
    if (pathname === '/books/version') return ['text/plain; charset=utf-8', String(this.#books.version)];
    const [file, type] = FILES[pathname] ?? [];
    return file ? [type, await readFile(new URL(file, import.meta.url), 'utf8')] : [];
  }

  #page() {
    const { version, totals, accounts, debits, messages, webhooks, calls, providers, ...all } = this.#books.entries();
    const { vouchers, funded_vouchers: funded, change_vouchers: change } = all;
    const latest = calls.slice(-CALLS_SHOWN).reverse().map((call) => this.#call(call));
    const debitRows = debits.reverse().map((debit) => this.#debit(debit));
    const voucherRows = vouchers.reverse().map((voucher) => this.#voucher(voucher));
    const fundedRows = funded.reverse().map((voucher) => this.#voucher(voucher));
    const { claims } = providers.odm;
    const claimRows = claims.reverse().map(claimRow);
    const messageRows = messages.reverse().map((message) => this.#message(message));
    const notices = webhooks.reverse().map((webhook, index) => this.#webhook(webhook, webhooks.length - index));
    const changeRows = change.reverse().map((voucher) => this.#voucher(voucher));
    return `<!doctype html>\n${markup`<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Books of the simulator</title>
<link rel="icon" href="/shop/mug.svg" type="image/svg+xml">
<link rel="stylesheet" href="/books.css">
<script src="/books.js" type="module"></script>
</head>
<body data-version="${version}">
<header>
  <h1>Provider books</h1>
  <p>What the simulated providers saw and did. This is the providers' own side of a <strong>simulator</strong>, so PINs stand
  here in clear; none of it is money.</p>
  <nav><a href="/">Demo shop</a> <a href="/books.json">As data</a> <a href="/books" id="refresh">Refresh</a>
  <form method="post" action="/books/reset"><button>Reset the books</button></form></nav>
</header>
<main>
${section('totals', 'Totals', totals.length, totals.map(total))}
${section('accounts', "The merchant's accounts", accounts.length, accounts.map((one) => this.#account(one)))}
${section('calls', 'Calls received', calls.length, [limitNote(providers.wipay), moreNote(calls), latest])}
${section('webhooks', 'Notifications sent', webhooks.length, notices)}
${section('claims', 'Claims at ODM', claims.length, table(CLAIM_HEADS, claimRows))}
${section('messages', 'Text messages', messages.length, table(MESSAGE_HEADS, messageRows))}
${section('debits', 'Debits', debits.length, table(DEBIT_HEADS, debitRows))}
${section('vouchers', 'Test vouchers', vouchers.length, table(voucherHeads('Scenario'), voucherRows))}
${section('funded', 'Issued vouchers', funded.length, table(voucherHeads('Scenario'), fundedRows))}
${section('change', 'Change vouchers', change.length, table(voucherHeads('Made from'), changeRows))}
</main>
</body>
</html>`}\n`;
  }

  #account({ provider, currency, opened, balance, paid_out, balanced }) {
    const parts = [['left', balance], ['paid for vouchers', paid_out]];
    return sumLine({ currency, first: [`${this.#titles.get(provider)}: opened with`, opened], parts, balanced });
  }

  #message({ at, provider, to, text }) {
    return [time(at), this.#titles.get(provider), code(to), text];
  }

  #webhook({ at, provider, url, event, reference, tries, status, state, body }, number) {
    const badge = markup`<span class="badge ${state}">${state.replace('_', ' ')}${status && ` ${status}`}</span>`;
    return markup`<details class="call" id="webhook-${number}">
<summary><span class="number">${number}</span> ${time(at)} <strong>${this.#titles.get(provider)}</strong>
<code>${event}</code> ${reference} ${badge}
<span class="did">to ${url}, ${tries} ${tries === 1 ? 'try' : 'tries'}</span></summary>
<h3>Body</h3><pre>${body}</pre>
</details>`;
  }

  #debit({ at, provider, pin, reference, provider_reference, currency, amount, fee, taken, change_pin, reversed_by }) {
    const money = (minor) => printForPeople(minor, currency);
    const references = markup`<span>${reference} <small>${provider_reference}</small></span>`;
    const undone = reversed_by && markup` <span class="badge">reversed</span>`;
    const amounts = [money(amount), money(fee), markup`${money(taken)}${undone}`];
    return [time(at), this.#titles.get(provider), code(pin), references, ...amounts, code(change_pin)];
  }

  #voucher({ provider, pin, scenario, change_of, currency, issued, balance, state }) {
    const money = (minor) => printForPeople(minor, currency);
    const origin = change_of ? code(change_of) : titleOf(provider, scenario);
    const badge = markup`<span class="badge ${state}">${state}</span>`;
    return [this.#titles.get(provider), code(pin), origin, money(issued), money(balance), badge];
  }

  #call({ number, at, provider, method, path, headers, body, scenario, did, verified, outcome, answer, client_left }) {
    const result = answer ? `${outcome} ${answer.status}` : outcome;
    const leaving = client_left ? markup` <span class="badge">client left</span>` : null;
    const tone = answer?.status >= 400 ? 'refused' : outcome;
    return markup`<details class="call" id="call-${number}">
<summary><span class="number">${number}</span> ${time(at)} <strong>${this.#titles.get(provider)}</strong>
<code>${method} ${path}</code> <span class="badge ${tone}">${result}</span>${leaving}
<span class="did">${[scenario && titleOf(provider, scenario), did].filter(Boolean).join(': ')}</span></summary>
<h3>Request</h3><pre>${Object.entries(headers).map(([name, value]) => `${name}: ${value}\n`)}
${body}</pre>
${verified && markup`<h3>Signature found good for</h3><pre>${verified}</pre>`}
<h3>${answer ? `Answer ${answer.status}` : 'Answer'}</h3><pre>${answer ? answer.body : `none: ${outcome}`}</pre>
</details>`;
  }
}

function section(id, title, count, content) {
  const empty = markup`<p class="empty">Nothing yet.</p>`;
  return markup`<section id="${id}"><h2>${title} <span class="count">${count}</span></h2>
${count === 0 ? empty : content}</section>`;
}

function total({ currency, issued, balances, change, taken, balanced }) {
  const parts = [['left on vouchers', balances], ['left on change vouchers', change], ['taken', taken]];
  return sumLine({ currency, first: ['Issued', issued], parts, balanced });
}

/** Returns a line with a sum, its parts, and whether they agree. */
function sumLine({ currency, first, parts, balanced }) {
  const part = ([title, minor]) => markup`<div><dt>${title}</dt><dd>${printForPeople(minor, currency)}</dd></div>`;
  return markup`<dl class="total">
${[first, ...parts].map(part)}
<div class="verdict ${balanced ? 'good' : 'bad'}"><dt>${currency}</dt><dd>${balanced ? 'adds up' : 'does not add up'}</dd></div>
</dl>`;
}

function claimRow({ at, id, voucher_code, amount, code: otp, phone, state }) {
  const badge = markup`<span class="badge ${state}">${state}</span>`;
  return [time(at), id, code(voucher_code), printForPeople(amount, 'ETB'), code(otp), phone.slice(-2), badge];
}

function voucherHeads(origin) {
  return ['Provider', 'Voucher', origin, 'Issued', 'Left', 'State'];
}

function table(heads, rows) {
  const cells = (row) => row.map((cell, column) => markup`<td data-label="${heads[column]}">${cell}</td>`);
  return markup`<table><thead><tr>${heads.map((head) => markup`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>${rows.map((row) => markup`<tr>${cells(row)}</tr>`)}</tbody></table>`;
}

function limitNote({ calls_in_period: used, limit, period_ms: period }) {
  const seconds = period / 1000;
  return markup`<p class="note">WiPay allows ${limit} calls in ${seconds} seconds; it counted ${used} by the latest change.</p>`;
}

function moreNote({ length }) {
  return length > CALLS_SHOWN ? markup`<p class="note">The latest ${CALLS_SHOWN} are shown; all are in the data.</p>` : null;
}

function titleOf(provider, scenario) {
  const documented = [...TEST_PINS, ...TEST_PHONES].find((row) => row.provider === provider && row.scenario === scenario);
  return documented?.title ?? scenario.replaceAll('_', ' ');
}

function code(text) {
  return text === null ? null : markup`<code>${text}</code>`;
}

function time(iso) {
  return markup`<time datetime="${iso}">${iso.slice(11, 23)}</time>`;
}
