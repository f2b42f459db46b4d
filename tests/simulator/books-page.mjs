/** The books for people: `/books`, with `/books.json` for programs. The script only refreshes what has changed. */
import { readFile } from 'node:fs/promises';
import { markup } from './markup.mjs';
import { printForPeople } from './money.mjs';
import { TEST_PINS } from './pins.mjs';

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
    const { version, totals, vouchers, change_vouchers: change, debits, calls, providers } = this.#books.entries();
    const latest = calls.slice(-CALLS_SHOWN).reverse().map((call) => this.#call(call));
    const debitRows = debits.reverse().map((debit) => this.#debit(debit));
    const voucherRows = vouchers.reverse().map((voucher) => this.#voucher(voucher));
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
${section('calls', 'Calls received', calls.length, [limitNote(providers.wipay), moreNote(calls), latest])}
${section('debits', 'Debits', debits.length, table(DEBIT_HEADS, debitRows))}
${section('vouchers', 'Test vouchers', vouchers.length, table(voucherHeads('Scenario'), voucherRows))}
${section('change', 'Change vouchers', change.length, table(voucherHeads('Made from'), changeRows))}
</main>
</body>
</html>`}\n`;
  }

  #debit({ at, provider, pin, reference, provider_reference, currency, amount, fee, taken, change_pin }) {
    const money = (minor) => printForPeople(minor, currency);
    const references = markup`<span>${reference} <small>${provider_reference}</small></span>`;
    const amounts = [money(amount), money(fee), money(taken)];
    return [time(at), this.#titles.get(provider), code(pin), references, ...amounts, code(change_pin)];
  }

  #voucher({ provider, pin, scenario, change_of, currency, issued, balance, state }) {
    const money = (minor) => printForPeople(minor, currency);
    const origin = change_of ? code(change_of) : titleOf(provider, scenario);
    const badge = markup`<span class="badge ${state}">${state}</span>`;
    return [this.#titles.get(provider), code(pin), origin, money(issued), money(balance), badge];
  }

  #call({ number, at, provider, method, path, headers, body, scenario, did, outcome, answer, client_left }) {
    const result = answer ? `${outcome} ${answer.status}` : outcome;
    const leaving = client_left ? markup` <span class="badge">client left</span>` : null;
    const tone = answer?.status >= 400 ? 'refused' : outcome;
    return markup`<details class="call" id="call-${number}">
<summary><span class="number">${number}</span> ${time(at)} <strong>${this.#titles.get(provider)}</strong>
<code>${method} ${path}</code> <span class="badge ${tone}">${result}</span>${leaving}
<span class="did">${[scenario && titleOf(provider, scenario), did].filter(Boolean).join(': ')}</span></summary>
<h3>Request</h3><pre>${Object.entries(headers).map(([name, value]) => `${name}: ${value}\n`)}
${body}</pre>
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
  const money = (minor) => printForPeople(minor, currency);
  return markup`<dl class="total">
<div><dt>Issued</dt><dd>${money(issued)}</dd></div>
<div><dt>left on vouchers</dt><dd>${money(balances)}</dd></div>
<div><dt>left on change vouchers</dt><dd>${money(change)}</dd></div>
<div><dt>taken</dt><dd>${money(taken)}</dd></div>
<div class="verdict ${balanced ? 'good' : 'bad'}"><dt>${currency}</dt><dd>${balanced ? 'adds up' : 'does not add up'}</dd></div>
</dl>`;
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
  const documented = TEST_PINS.find((row) => row.provider === provider && row.scenario === scenario);
  return documented?.title ?? scenario.replaceAll('_', ' ');
}

function code(text) {
  return text === null ? null : markup`<code>${text}</code>`;
}

function time(iso) {
  return markup`<time datetime="${iso}">${iso.slice(11, 23)}</time>`;
}
