//! A provider's statement: the choice of its columns, and its lines.

use super::amount::{self, Evidence, Written};
use super::csv::Record;
use super::day::{self, Day, Order};
use checkout_wire::Minor;
use serde::{Deserialize, Serialize};

/// The number of records that are searched for the names of the columns, because a statement may begin with an address.
pub const HEAD: usize = 20;

/// A column: its name, and its place among those of the same name.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Column {
    /// The name.
    pub name: String,
    /// 0 for the first one of this name.
    pub nth: usize,
}

/// The settings for reading a statement: column names and options, without any content of its lines.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Columns {
    /// Our reference at the provider.
    pub reference: Option<Column>,
    /// The provider's number of the transaction.
    pub transaction: Option<Column>,
    /// The amount.
    pub amount: Option<Column>,
    /// The amount that went back, where it has a column of its own.
    pub debit: Option<Column>,
    /// The day.
    pub day: Option<Column>,
    /// Whether amounts are whole numbers of minor units.
    pub in_cents: bool,
    /// Whether amounts contain the provider's fee.
    pub with_fee: bool,
}

/// Returns the index of the record with the names of the columns: the first of the longest ones, unless it has an amount or a day.
pub fn find_head(records: &[Record]) -> Option<usize> {
    let records = records.get(..HEAD).unwrap_or(records);
    let most = records.iter().map(|record| record.fields.len()).max()?;
    let place = records.iter().position(|record| record.fields.len() == most)?;
    let is_value = |field: &String| match amount::read(field, false) {
        Some(written) => written != Written::Empty,
        None => day::read(field).is_some(),
    };
    (!records.get(place)?.fields.iter().any(is_value)).then_some(place)
}

/// Returns the columns of a statement, with this record as their names or, without one, with their numbers as names.
pub fn columns(head: Option<&Record>, records: &[Record]) -> Vec<Column> {
    let count = records.iter().map(|record| record.fields.len()).max().unwrap_or_default();
    let named = |place: usize| head.and_then(|head| head.fields.get(place)).map(|name| name.trim());
    let mut columns: Vec<Column> = Vec::new();
    for place in 0..count {
        let name = named(place).filter(|name| !name.is_empty());
        let name = name.map_or_else(|| format!("Column {}", place + 1), str::to_owned);
        let nth = columns.iter().filter(|column| column.name == name).count();
        columns.push(Column { name, nth });
    }
    columns
}

impl Columns {
    /// Guesses the columns by their names.
    pub fn guess(columns: &[Column]) -> Self {
        let find = |words: &[&str], but: &[&str]| {
            let has = |column: &Column, word: &str| column.name.to_lowercase().contains(word);
            let fits = |word: &&str| {
                columns.iter().find(|one| has(one, word) && !but.iter().any(|but| has(one, but)))
            };
            words.iter().find_map(fits).cloned()
        };
        Self {
            reference: find(&["our ref", "merchant ref", "reference", "order"], &["transaction ref"]),
            transaction: find(
                &["transaction ref", "transaction id", "trxn", "tid", "transaction", "trans"],
                &["date", "time", "type", "amount"],
            ),
            amount: find(&["amount", "credit", "value", "total"], &["fee", "date"]),
            debit: find(&["debit", "money out"], &["date"]),
            day: find(&["date", "day", "time", "created"], &[]),
            in_cents: false,
            with_fee: false,
        }
    }

    /// Removes columns that do not exist.
    pub fn among(mut self, columns: &[Column]) -> Self {
        for chosen in
            [&mut self.reference, &mut self.transaction, &mut self.amount, &mut self.debit, &mut self.day]
        {
            chosen.take_if(|column| !columns.contains(column));
        }
        self
    }
}

/// A line of a statement.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// The line of the file, counted from 1.
    pub number: u64,
    /// Our reference at the provider; may be empty.
    pub reference: String,
    /// The provider's number of the transaction; may be empty.
    pub transaction: String,
    /// The amount: negative where it went back.
    pub amount: Minor,
    /// The day, if the line has one.
    pub day: Option<Day>,
}

/// A line whose amount cannot be read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unreadable {
    /// The line of the file, counted from 1.
    pub number: u64,
    /// Our reference at the provider; may be empty.
    pub reference: String,
    /// The provider's number of the transaction; may be empty.
    pub transaction: String,
    /// The fault.
    pub reason: String,
}

/// The amount of a line before the whole file is known.
struct Amount {
    written: Written,
    /// Its text, for the error if the amount does not fit the file's decimal mark.
    text: String,
    /// Whether it is in the column of returned money.
    is_debit: bool,
}

/// A line before the whole file is known.
struct Draft {
    line: Line,
    amount: Result<Amount, String>,
    day: Option<day::Written>,
}

/// Collects the lines of a statement.
pub struct Reading {
    places: [Option<usize>; 5],
    in_cents: bool,
    drafts: Vec<Draft>,
    evidence: Evidence,
    month_first: bool,
    day_first: bool,
    bad_days: usize,
}

/// A statement.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Statement {
    /// The lines.
    pub lines: Vec<Line>,
    /// The lines whose amount cannot be read.
    pub unreadable: Vec<Unreadable>,
    /// The number of lines with a day that cannot be read. They are compared nevertheless.
    pub bad_days: usize,
    /// Whether days are read with the month first.
    pub month_first: bool,
}

impl Reading {
    /// Starts reading with these columns.
    pub fn new(chosen: &Columns, all: &[Column]) -> Self {
        let place = |column: &Option<Column>| all.iter().position(|one| Some(one) == column.as_ref());
        let Columns { reference, transaction, amount, debit, day, in_cents, .. } = chosen;
        Self {
            places: [reference, transaction, amount, debit, day].map(place),
            in_cents: *in_cents,
            drafts: Vec::new(),
            evidence: Evidence::default(),
            month_first: false,
            day_first: false,
            bad_days: 0,
        }
    }

    /// Adds a line.
    pub fn add(&mut self, record: &Record) {
        let field = |place: Option<usize>| {
            place.and_then(|place| record.fields.get(place)).map_or("", |field| field.trim())
        };
        let [reference, transaction, amount, debit, day] = self.places.map(field);
        let amount = self.amount(amount, debit);
        let text = day;
        let day = day::read(text);
        self.bad_days += usize::from(day.is_none() && self.places.last().is_some_and(Option::is_some));
        match day {
            Some(day::Written::Certain(_, Some(Order::DayFirst))) => self.day_first = true,
            Some(day::Written::Certain(_, Some(Order::MonthFirst))) => self.month_first = true,
            _ => {}
        }
        // A spreadsheet puts an apostrophe before a text that looks like a number.
        let name = |text: &str| text.trim_start_matches('\'').to_owned();
        let (reference, transaction) = (name(reference), name(transaction));
        let line = Line { number: record.line, reference, transaction, amount: Minor::ZERO, day: None };
        self.drafts.push(Draft { line, amount, day });
    }

    fn amount(&mut self, credit: &str, debit: &str) -> Result<Amount, String> {
        let read =
            |text: &str| amount::read(text, self.in_cents).ok_or_else(|| format!("“{text}” is no amount"));
        let (read_credit, read_debit) = (read(credit)?, read(debit)?);
        let (written, text, is_debit) = match (read_credit, read_debit) {
            (Written::Empty, Written::Empty) => return Err("there is no amount".to_owned()),
            (written, Written::Empty) => (written, credit, false),
            (other, written) if other.is_nothing() => (written, debit, true),
            (written, other) if other.is_nothing() => (written, credit, false),
            _ => return Err(format!("it has two amounts, “{credit}” and “{debit}”")),
        };
        self.evidence.add(written);
        let may_differ = !matches!(written, Written::Amount { has_cents: true, .. });
        Ok(Amount { written, text: if may_differ { text.to_owned() } else { String::new() }, is_debit })
    }

    /// Ends the statement. Ambiguous amounts and days are read like the others in the file.
    pub fn finish(self) -> Statement {
        let decimals = self.evidence.decimals();
        let month_first = self.month_first && !self.day_first;
        let order = if month_first { Order::MonthFirst } else { Order::DayFirst };
        let mut statement =
            Statement { lines: Vec::new(), unreadable: Vec::new(), bad_days: self.bad_days, month_first };
        for Draft { line, amount, day } in self.drafts {
            let amount = amount.and_then(|Amount { written, text, is_debit }| match written.with(decimals) {
                // Returned money may be written with or without a minus sign.
                Some(Minor(amount)) if is_debit => Ok(Minor(-amount.abs())),
                Some(amount) => Ok(amount),
                None if decimals.is_some() => {
                    Err(format!("“{text}” is not written as the other amounts are"))
                }
                None => Err(format!(
                    "“{text}” can be read in two ways, and the file does not show which one it is"
                )),
            });
            match amount {
                Ok(amount) => {
                    statement.lines.push(Line { amount, day: day.map(|day| day.with(order)), ..line })
                }
                Err(reason) => {
                    let Line { number, reference, transaction, .. } = line;
                    statement.unreadable.push(Unreadable { number, reference, transaction, reason });
                }
            }
        }
        statement
    }
}

impl Statement {
    /// Returns the first and the last day of the lines.
    pub fn period(&self) -> Option<(Day, Day)> {
        let days = || self.lines.iter().filter_map(|line| line.day);
        days().min().zip(days().max())
    }
}

#[cfg(test)]
mod tests;
