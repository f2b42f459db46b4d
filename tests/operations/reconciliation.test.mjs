// A provider's own statement is compared with our payments, in the browser.
import assert from 'node:assert/strict';
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { after, afterEach, before, describe, test } from 'node:test';
import { until } from '../support/until.mjs';
import { closingTests } from '../worker/closing.mjs';
import { assertPresentable, LOOKS, nameOf, startOperations } from './staff.mjs';

const MB = 1_000_000;
const TODAY = new Date().toISOString().slice(0, 10);
const stack = await startOperations();
const { url, shop, createSession, redeem, freshPin, simulator, signedIn } = stack;
const folder = mkdtempSync(join(tmpdir(), 'voucher-checkout-statements-'));
after(() => rmSync(folder, { recursive: true, force: true }));
let page;
afterEach(() => page?.close());

/** The debits of each provider, as its own books have them. */
const books = {};
before(async () => {
  for (const provider of ['kora', 'wipay', 'celbux']) {
    for (let count = 0; count < 3; count += 1) {
      await redeem(await createSession(provider, { reference: `${provider}-${count}` }), { pin: freshPin(provider, 'exact') });
    }
    books[provider] = simulator.books().debits.filter((debit) => debit.provider === provider);
    assert.equal(books[provider].length, 3);
  }
  const taken = () => shop('GET', '/v1/redemptions?status=succeeded&limit=100');
  await until(taken, ({ body }) => body.data?.length === 9);
});

const decimal = (minor) => `${minor < 0 ? '-' : ''}${Math.trunc(Math.abs(minor) / 100)}.${String(Math.abs(minor) % 100).padStart(2, '0')}`;
const HEAD = ['Date', 'Our reference', 'Transaction', 'Amount'];
/** Returns the line of a debit on a statement. */
const lineOf = ({ at, reference, provider_reference: transaction, amount }) => [at, reference ?? '', transaction ?? '', decimal(amount)];
const csv = (rows, separator = ',', end = '\r\n') => rows.map((row) => row.join(separator) + end).join('');

/** Opens the screen and chooses this provider and this file: text, bytes, or the path of a file. */
async function choose(provider, content, { name = 'statement.csv', path, ...options } = {}) {
  page = await signedIn({ path: '/reconciliation', ...options });
  await choice('Provider').selectOption(provider);
  await page.getByLabel('Statement').setInputFiles(path ?? { name, mimeType: 'text/csv', buffer: Buffer.from(content) });
}

const choice = (label) => page.getByRole('combobox', { name: label, exact: true });

/** Chooses the column of that name; its option may have more after the name. */
async function column(label, name) {
  const select = choice(label);
  const value = await select.locator('option').evaluateAll((all, name) => all.find(({ textContent }) => textContent.startsWith(name))?.value, name);
  await select.selectOption(value);
}

const compare = () => page.getByRole('button', { name: 'Compare' }).click();
const refused = (text) => page.getByRole('alert').getByText(text).waitFor();

/** Waits for the result, and returns its sums and the rows of its parts. */
async function result() {
  await page.getByRole('button', { name: /^Save the result/ }).waitFor({ timeout: 60_000 });
  const text = async (locator) => (await locator.allInnerTexts()).map((one) => one.replace(/\s+/g, ' ').trim());
  const sums = Object.fromEntries(await page.locator('tbody tr').evaluateAll((rows) => rows.map(({ cells: [title, ...rest] }) => [title.innerText, rest.map(({ innerText }) => innerText.replace(/\s+/g, ' '))])));
  const parts = {};
  for (const section of await page.locator('section section').all()) parts[await section.locator('h3').innerText()] = await text(section.locator('.row'));
  return { sums, parts };
}

/** Saves the result, and returns the lines of its file without the head. */
async function saved() {
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Save the result (CSV)' }).click()]);
  return readFileSync(await download.path(), 'utf8').trimEnd().split('\r\n').slice(1).map((line) => line.split(','));
}

describe('the simulator’s payments', () => {
  for (const provider of ['kora', 'wipay', 'celbux']) {
    test(`a statement of ${provider} with a line missing, one extra and one with other cents`, async () => {
      const [first, second, third] = books[provider];
      const { currency } = first;
      const shown = (minor) => `${currency} ${decimal(minor)}`;
      const other = { ...second, amount: second.amount + 1 };
      const extra = { ...third, reference: 'EXTRA-1', provider_reference: 'EXTRA-T', amount: 7_50 };
      const sent = [];
      await choose(provider, csv([HEAD, ...[first, other, extra].map(lineOf)]));
      page.on('request', (request) => sent.push(request));
      await compare();
      const { sums, parts } = await result();
      assert.deepEqual(sums, {
        'The same': [`${shown(first.amount)} 1 line`, `${shown(first.amount)} 1 line`],
        'Different amounts': [`${shown(other.amount)} 1 line`, `${shown(second.amount)} 1 line`],
        'On one side only': [`${shown(7_50)} 1 line`, `${shown(third.amount)} 1 line`],
        'Outside of these days': [`${shown(0)} 0 lines`, `${shown(0)} 0 lines`],
      });
      assert.deepEqual(Object.keys(parts), ['Different amounts: 1', `Only on the statement: 1, ${currency}\u00a07.50`, `Only here: 1, ${currency}\u00a0${decimal(third.amount)}`]);
      const [[different], [onlyThere], [onlyHere]] = Object.values(parts);
      assert.ok(different.startsWith(`${provider}-1 `) && different.includes(`Difference ${shown(1)}`), different);
      assert.ok(onlyThere.includes('EXTRA-T') && onlyThere.includes('Line 4'), onlyThere);
      assert.ok(onlyHere.startsWith(`${provider}-2 `) && onlyHere.includes(third.provider_reference), onlyHere);
      const rows = await saved();
      assert.deepEqual(rows.map(([kind, line, , , , there, here]) => [kind, line, there, here]), [
        ['matched', '2', decimal(first.amount), decimal(first.amount)],
        ['amounts_differ', '3', decimal(other.amount), decimal(second.amount)],
        ['only_on_statement', '4', '7.50', ''],
        ['only_here', '', '', decimal(third.amount)],
      ]);
      // The statement stays in the browser.
      assert.ok(sent.some((request) => request.url().startsWith(`${url}/v1/redemptions?`)));
      assert.ok(sent.every((request) => request.url().startsWith('blob:') || request.method() === 'GET' && !request.url().includes('EXTRA')));
      assert.deepEqual(page.errors, []);
    });
  }

  test('a whole statement agrees, and its choices are kept as names alone', async () => {
    const rows = books.kora.map(lineOf).map(([at, reference, transaction, amount]) => [amount, transaction, reference, 'x', at]);
    const content = csv([['How much', 'Their number', 'Ours', 'Amount', 'Booked'], ...rows]);
    await choose('kora', content);
    await column('Amount', 'How much');
    await column('The provider’s transaction', 'Their number');
    await column('Our reference', 'None');
    await column('Day', 'Booked');
    await compare();
    await page.getByText('Everything agrees').waitFor();
    const kept = await page.evaluate(() => JSON.stringify({ ...localStorage }));
    for (const value of [...rows.flat(), 'statement.csv'].filter((value) => value !== 'x')) assert.ok(!kept.includes(value), `${value} in ${kept}`);
    assert.match(kept, /How much/);
    await page.reload();
    await choice('Provider').selectOption('kora');
    await page.getByLabel('Statement').setInputFiles({ name: 'next.csv', mimeType: 'text/csv', buffer: Buffer.from(content) });
    await compare();
    await page.getByText('Everything agrees').waitFor();
  });

  test('a payment that the provider gave back has two lines', async () => {
    const session = await createSession('celbux', { reference: 'celbux-back' });
    await redeem(session, { pin: freshPin('celbux', 'exact') });
    const { redemptions: [payment] } = await stack.shopView(session);
    const path = `/v1/checkout_sessions/${session.id}/redemptions/${payment.id}/refunds`;
    assert.equal((await shop('POST', path, { amount: payment.amount, note: 'broken' }, stack.freshKey())).status, 200);
    await until(() => shop('GET', '/v1/events?type=redemption.refunded'), ({ body }) => body.data?.length === 1);
    const debits = simulator.books().debits.filter((debit) => debit.provider === 'celbux');
    const back = debits.at(-1);
    assert.notEqual(back.reversed_by, null);
    const rows = debits.map(lineOf);
    const [at, reference, , amount] = lineOf(back);
    for (const [line, agrees] of [[[at, reference, '', `-${amount}`], true], [[at, reference, back.reversed_by, `(${amount})`], true], [undefined, false]]) {
      await choose('celbux', csv([HEAD, ...rows, ...(line ? [line] : [])]));
      await compare();
      const { parts } = await result();
      const expected = agrees ? [] : [`Only here: 1, ZAR\u00a0-${amount}`];
      assert.deepEqual(Object.keys(parts), expected);
      if (!agrees) assert.match(Object.values(parts)[0][0], /Given back/);
      await page.close();
    }
  });

  test('lines and payments out of the days are counted apart', async () => {
    const old = ['2020-01-01', 'long-ago', '', '1.00'];
    await choose('kora', csv([HEAD, old, ...books.kora.slice(1).map(lineOf)]));
    await page.getByLabel('From').fill(TODAY);
    await page.getByLabel('To').fill(TODAY);
    await compare();
    const { sums, parts } = await result();
    assert.deepEqual(sums['Outside of these days'], ['ZAR 1.00 1 line', 'ZAR 0.00 0 lines']);
    assert.deepEqual(Object.keys(parts), ['Only here: 1, ZAR\u00a0249.00']);
  });
});

describe('ways to write a statement', () => {
  const [first, second, third] = [0, 1, 2].map((place) => () => books.kora[place]);
  const all = () => [first(), second(), third()].map(lineOf);
  const comma = ([at, reference, transaction, amount]) => [at, reference, transaction, `R ${amount.replace('.', ',')}`];
  const agrees = async () => {
    await compare();
    await page.getByText('Everything agrees').waitFor();
    assert.equal((await result()).sums['The same'][0], 'ZAR 747.00 3 lines');
  };

  test('Windows-1252, semicolons and commas before the cents', async () => {
    const text = csv([['Datum', 'Our reference', 'Transaction', 'Amount'], ...all().map(comma)], ';');
    await choose('kora', Buffer.from(text.replace('Datum', 'Date d’achat – é').replaceAll('’', '\u0092').replace('–', '\u0096'), 'latin1'));
    await page.getByText('semicolons').waitFor();
    await until(() => choice('Day').locator('option:checked').innerText(), (text) => text.startsWith('Date d’achat – é'));
    await agrees();
  });

  test('a character of Windows-1252 after the first slice', async () => {
    const padding = ['2020-01-01', 'x'.repeat(1_200_000), '', '0.00'];
    const rows = [HEAD, padding, ...all(), ['2020-01-01', 'caf\u00e9', '', '0.00']];
    await choose('kora', Buffer.from(csv(rows), 'latin1'));
    await page.getByLabel('From').fill(TODAY);
    await page.getByLabel('To').fill(TODAY);
    await compare();
    const { sums } = await result();
    assert.deepEqual([sums['The same'][0], sums['Outside of these days'][0]], ['ZAR 747.00 3 lines', 'ZAR 0.00 2 lines']);
    assert.ok((await saved()).some((row) => row[2] === 'café'));
  });

  test('UTF-16, tabs and line feeds', async () => {
    await choose('kora', Buffer.from(`\ufeff${csv([HEAD, ...all()], '\t', '\n')}`, 'utf16le'));
    await page.getByText('tabs').waitFor();
    await agrees();
  });

  test('UTF-8 with its mark, quotes, and line ends in fields below an address', async () => {
    const rows = all().map((row) => row.map((field) => `"${field}"`));
    await choose('kora', `\ufeffKora Ltd\r\n"1, Long Street\r\nCape ""Town"""\r\n${csv([[...HEAD, 'Note'], ...rows.map((row) => [...row, '"two\r\nlines, ""quoted"""'])])}`);
    await page.getByText('The first 3 lines, down to the names of the columns, are left out.').waitFor();
    await agrees();
  });

  test('no names of columns, and cents', async () => {
    await choose('kora', csv(all().map(([at, reference, , amount]) => [at, reference, amount.replace('.', '')])));
    await page.getByText('The file has no names of columns').waitFor();
    await column('Day', 'Column 1');
    await column('Our reference', 'Column 2');
    await column('Amount', 'Column 3');
    await page.getByLabel('Amounts are in cents').check();
    await agrees();
  });

  test('two columns of one name', async () => {
    const rows = all().map(([at, reference, , amount]) => [at, reference, '0.50', amount]);
    await choose('kora', csv([['Date', 'Our reference', 'Amount', 'Amount'], ...rows]));
    await column('Amount', 'Amount (column 4)');
    await agrees();
  });
});

describe('invalid statements', () => {
  for (const [name, content, reason] of [
    ['an empty file', '', /The file is empty/],
    ['a PDF', '%PDF-1.7\n\u0000', /It is a PDF/],
    ['a workbook', Buffer.from([0x50, 0x4b, 3, 4, 0, 0]), /It is a workbook/],
    ['a picture', Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 0x1a, 10, 0, 0, 0, 13]), /It has characters that no text has/],
    ['a text without columns', 'Dear shop\nnothing to report\n', /Its lines have one column/],
  ]) {
    test(`${name} is refused`, async () => {
      await choose('kora', content);
      await refused(reason);
      await compare();
      await refused('Choose another file');
    });
  }

  test('an unclosed quote is reported with its line', async () => {
    await choose('kora', `${csv([HEAD, ...books.kora.map(lineOf)])}${TODAY},"open,,1.00\r\n${TODAY},x,,2.00\r\n`);
    await compare();
    await refused(/A quote in line 5 is never closed/);
  });

  test('amounts that cannot be read are listed by their lines, and nothing is dropped', async () => {
    const [first, second, third] = books.kora.map(lineOf);
    const rows = [first, [...second.slice(0, 3), 'twelve'], [TODAY, 'short'], [...third.slice(0, 3), '24.9.0']];
    await choose('kora', csv([HEAD, ...rows]));
    await compare();
    const { sums, parts } = await result();
    assert.equal(sums['The same'][0], 'ZAR 249.00 1 line');
    const titles = Object.keys(parts);
    assert.deepEqual(titles, ['Only here: 2, ZAR\u00a0498.00', 'Lines that cannot be read: 3']);
    const lines = parts['Lines that cannot be read: 3'];
    assert.deepEqual(lines.map((text) => text.slice(0, 6)), ['Line 3', 'Line 4', 'Line 5']);
    assert.match(lines[0], /“twelve” is no amount/);
    assert.match(lines[1], /there is no amount/);
    assert.deepEqual((await saved()).map(([kind]) => kind), ['matched', 'only_here', 'only_here', 'unreadable', 'unreadable', 'unreadable']);
  });

  test('a reference that is there twice is matched once', async () => {
    const rows = books.kora.map(lineOf);
    await choose('kora', csv([HEAD, ...rows, rows[0]]));
    await compare();
    const { sums, parts } = await result();
    assert.equal(sums['The same'][0], 'ZAR 747.00 3 lines');
    const [[row]] = Object.values(parts);
    assert.match(row, /Here: taken/);
    assert.match(row, /More than once on the statement/);
  });

  test('missing choices are named', async () => {
    await choose('', csv([['A', 'B'], ['x', '1.00']]));
    await compare();
    await refused('Choose the provider.');
    await choice('Provider').selectOption('kora');
    await compare();
    await refused(/Choose the column of our reference/);
    await column('Our reference', 'A');
    await compare();
    await refused('Choose the column of the amount.');
    await column('Amount', 'B');
    await compare();
    await refused('Choose the column of the day, or both days.');
  });
});

test('a statement of 50 MB is compared while the page stays usable', async (t) => {
  const path = join(folder, 'large.csv');
  const file = createWriteStream(path);
  file.write(csv([HEAD, ...books.kora.map(lineOf)]));
  let size = 0;
  let count = 0;
  while (size < 50 * MB) {
    const rows = Array.from({ length: 10_000 }, () => [`${TODAY}T12:00:00Z`, `other-shop-${String((count += 1)).padStart(12, '0')}-1`, `T${count}`, '1234.50']);
    const text = csv(rows);
    size += text.length;
    if (!file.write(text)) await new Promise((resolve) => file.once('drain', resolve));
  }
  file.end();
  await finished(file);
  await choose('kora', '', { path });
  await compare();
  const bar = page.getByRole('progressbar', { name: 'Reading the statement…' });
  await bar.waitFor();
  await page.getByRole('button', { name: 'Stop' }).click();
  await bar.waitFor({ state: 'detached' });
  assert.equal(await page.getByRole('button', { name: /^Save the result/ }).count(), 0);

  const begun = performance.now();
  // The times for which the page does not respond.
  await page.evaluate(() => {
    window.pauses = [];
    let last = performance.now();
    setInterval(() => {
      const now = performance.now();
      window.pauses.push(now - last);
      last = now;
    }, 10);
  });
  await compare();
  const { sums, parts } = await result();
  const seconds = (performance.now() - begun) / 1000;
  // The second longest: a machine that stalls makes one pause long.
  const [, longest] = await page.evaluate(() => window.pauses.sort((a, b) => b - a).slice(0, 2));
  t.diagnostic(`50 MB with ${count} lines in ${seconds.toFixed(1)} s; the page answered after ${Math.round(longest)} ms at most, but once`);
  assert.ok(longest < seconds * 1_000 / 4, `the page did not answer for ${longest} ms`);
  assert.equal(sums['The same'][0], 'ZAR 747.00 3 lines');
  assert.ok(sums['On one side only'][0].endsWith(` ${count} lines`));
  const [[title, rows]] = Object.entries(parts);
  assert.match(title, new RegExp(`^Only on the statement: ${count}, `));
  assert.equal(rows.length, 100);
  assert.equal((await saved()).length, 3 + count);
});

test('the screen is used by keyboard, and the result takes the focus', async () => {
  await choose('kora', csv([HEAD, ...books.kora.map(lineOf)]));
  await choice('Our reference').focus();
  for (let steps = 0; (await page.evaluate(() => document.activeElement.textContent)) !== 'Compare'; steps += 1) {
    assert.ok(steps < 20, 'the button is reached');
    await page.keyboard.press('Tab');
  }
  await page.keyboard.press('Enter');
  await result();
  await until(() => page.evaluate(() => document.activeElement.tagName), (tag) => tag === 'H2');
});

test('the screen and its result are presentable, light and dark, at 1100 and 320 px', async () => {
  const [first, second, third] = books.kora;
  const rows = [first, { ...second, amount: second.amount - 1 }, { ...third, reference: 'EXTRA-1', provider_reference: 'EXTRA-T' }].map(lineOf);
  for (const look of LOOKS) {
    page = await signedIn({ path: '/reconciliation', ...look });
    await page.getByRole('heading', { name: 'Reconciliation' }).waitFor();
    await assertPresentable(page, `reconciliation-${nameOf(look)}`);
    await page.close();
    await choose('kora', csv([HEAD, ...rows, [TODAY, 'y', '', 'n/a'], ['2020-01-01', 'z', '', '1.00']]), look);
    await page.getByLabel('From').fill(TODAY);
    await compare();
    await result();
    await assertPresentable(page, `reconciliation-result-${nameOf(look)}`);
    await page.close();
  }
});

closingTests(stack);
