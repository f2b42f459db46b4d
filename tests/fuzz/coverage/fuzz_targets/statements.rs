//! Statements of the providers, as staff open them to reconcile, and our own files with comma-separated values. The input: how the
//! statement is read, the text.
#![cfg_attr(fuzzing, no_main)]

#[path = "../../../../www/operations/src/reconciliation/amount.rs"]
#[rustfmt::skip]
#[allow(dead_code, reason = "the page uses the rest")]
mod amount;
#[path = "../../../../www/operations/src/reconciliation/csv.rs"]
#[rustfmt::skip]
mod csv;
#[path = "../../../../www/operations/src/reconciliation/day.rs"]
#[rustfmt::skip]
#[allow(dead_code, reason = "the page uses the rest")]
mod day;
#[path = "../../../../www/operations/src/reconciliation/statement.rs"]
#[rustfmt::skip]
#[allow(dead_code, reason = "the page uses the rest")]
mod statement;

use amount::Decimals;
use checkout_fuzz::{Seeds, seed};
use checkout_wire::money::{decimal, number, parse};
use checkout_wire::{Minor, csv::record};
use csv::{Reader, Record, separator};
use statement::{Columns, Reading, Statement, columns, find_head};

/// The largest amount of a line.
const LARGEST: i64 = 1_000_000_000_000;

fn seeds() -> Seeds {
    let texts = [
        "Date,Our reference,Transaction,Amount\r\n2026-11-01,0123456789abcdef0123456789abcdef-1,KPY-1,249.00\r\n2026-11-02,x-2,KPY-2,\"1,234.50\"\r\n",
        "Kora Ltd\nStatement;November\n\nDatum;Reference;Amount;Debit\n30/11/2026;a;1.234,50;\n05/11/2026;b;;(249,00)\n",
        "Transaction Date\tTRXN ID\tValue\tFee amount\n30 Nov 2026\t5bda8f887426f\tTT$ 75.00 CR\t5.00\n20261130\t'0017\t75\t5\n",
        "\"Reference\",\"Say \"\"hi\"\"\",Amount\r\"a\r\nb\",x,R 10\r",
        "a,1.000\nb,1,000\nc,-249\nd,249.00 DR\n",
        "Amount,Amount,Day\n1 000.50,,11/30/2026\n,0.00,30/11/2026\n",
        "Reference,Amount\n\"never closed,1.00\n",
    ];
    let ways = [0, 1, 2, 7];
    texts.iter().flat_map(|text| ways.map(|way| seed(&[way], text))).collect()
}

fn check(data: &[u8]) {
    let [way, text @ ..] = data else { return };
    let Ok(text) = core::str::from_utf8(text) else { return };
    let mark = separator(text);
    let whole = read(mark, [text]);
    // The page reads a file in slices, which may end anywhere.
    let middle = text.floor_char_boundary(text.len() * usize::from(*way) / 255);
    let (before, after) = text.split_at(middle);
    assert_eq!(read(mark, [before, after]), whole);
    assert_eq!(read(mark, text.split_inclusive(|_| true)), whole);
    let lines = text.chars().filter(|character| matches!(character, '\r' | '\n')).count() as u64 + 1;
    match whole {
        Err(line) => assert!((1..=lines).contains(&line) && text.contains('"')),
        Ok(records) => {
            assert!(records.iter().all(|one| (1..=lines).contains(&one.line) && !one.is_empty()));
            assert!(records.windows(2).all(|two| two[0].line < two[1].line));
            check_written(&records);
            check_statement(&records, *way);
        }
    }
}

fn read<'a>(mark: char, pieces: impl IntoIterator<Item = &'a str>) -> Result<Vec<Record>, u64> {
    let mut reader = Reader::new(mark);
    let mut records: Vec<Record> = pieces.into_iter().flat_map(|piece| reader.push(piece)).collect();
    records.extend(reader.finish()?);
    Ok(records)
}

/// Checks that our own file with these fields is read as them, and that a spreadsheet takes no text for a formula.
fn check_written(records: &[Record]) {
    let file: String = records.iter().map(|one| record(&one.fields)).collect();
    let again = read(',', [file.as_str()]).expect("every quote is closed");
    assert_eq!(again.len(), records.len(), "{file}");
    for (again, first) in again.iter().zip(records) {
        assert_eq!(again.fields.len(), first.fields.len(), "{file}");
        for (again, first) in again.fields.iter().zip(&first.fields) {
            let is_amount = first.strip_prefix('-').is_some_and(|amount| parse(amount).is_some());
            let is_safe = !again.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) || is_amount;
            assert!(
                is_safe && (again == first || again.strip_prefix('\'') == Some(first)),
                "{first:?} {again:?}"
            );
        }
    }
}

fn check_statement(records: &[Record], way: u8) {
    let head = find_head(records);
    let all = columns(head.map(|place| &records[place]), records);
    assert!(all.iter().enumerate().all(|(place, column)| !all[..place].contains(column)), "{all:?}");
    let guessed = Columns::guess(&all);
    assert_eq!(guessed.clone().among(&all), guessed);
    let last = |column| if way & 4 == 0 { column } else { all.last().cloned() };
    let chosen = Columns {
        in_cents: way & 1 != 0,
        with_fee: way & 2 != 0,
        amount: last(guessed.amount.clone()),
        ..guessed
    };
    let mut reading = Reading::new(&chosen, &all);
    let lines = &records[head.map_or(0, |place| place + 1)..];
    lines.iter().for_each(|line| reading.add(line));
    check_lines(&reading.finish(), lines);
}

/// Checks that no line is lost, and that every amount is small enough for exact sums.
fn check_lines(statement: &Statement, lines: &[Record]) {
    let Statement { lines: read, unreadable, bad_days, .. } = statement;
    let mut numbers: Vec<u64> = read.iter().map(|one| one.number).collect();
    numbers.extend(unreadable.iter().map(|one| one.number));
    numbers.sort_unstable();
    assert!(numbers.iter().eq(lines.iter().map(|line| &line.line)));
    assert!(*bad_days <= lines.len() && unreadable.iter().all(|one| !one.reason.is_empty()));
    for line in read {
        let Minor(amount) = line.amount;
        assert!((-LARGEST..=LARGEST).contains(&amount), "{line:?}");
        check_amount(Minor(amount.abs()));
        if let Some(day) = line.day {
            assert_eq!(day::Day::parse(&day.to_string()), Some(day));
            assert_eq!(day.next().and_then(day::Day::previous), Some(day));
        }
    }
    let days = || read.iter().filter_map(|line| line.day);
    assert_eq!(statement.period(), days().min().zip(days().max()));
}

/// Checks that an amount is written as it is read.
fn check_amount(amount: Minor) {
    let written = decimal(amount);
    assert_eq!(parse(&written), Some(amount));
    assert_eq!(parse(&number(amount)), Some(amount));
    let again = amount::read(&written, false).expect("an amount");
    assert_eq!(again.with(Some(Decimals::Point)), Some(amount));
    assert_eq!(
        amount::read(&format!("({written})"), false).expect("one").with(Some(Decimals::Point)),
        Some(Minor(-amount.0))
    );
}

checkout_fuzz::target!(check, seeds);
