//! The result of a reconciliation: its parts with their sums, and its file for a spreadsheet.

use super::matching::{Found, Matches, Movement, Sum};
use super::ours::Ours;
use super::statement::{Line, Statement};
use checkout_wire::Minor;
use checkout_wire::csv::record;
use checkout_wire::merchant::MerchantRedemption;
use checkout_wire::money::decimal;
use std::collections::HashMap;

/// A part of the result.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    /// The same on both sides.
    Same,
    /// On both sides, with different amounts.
    Different,
    /// Missing on the other side.
    Missing,
    /// Missing on the other side, but outside the period.
    Outside,
}

impl Part {
    const fn has(self, found: Found) -> bool {
        matches!(
            (self, found),
            (Self::Same, Found::Same(_))
                | (Self::Different, Found::Other(_))
                | (Self::Missing, Found::Missing)
                | (Self::Outside, Found::Outside)
        )
    }
}

/// The columns of the file.
const COLUMNS: [&str; 13] = [
    "result",
    "line",
    "reference",
    "transaction",
    "statement_day",
    "statement_amount",
    "our_amount",
    "difference",
    "redemption",
    "checkout_session",
    "order",
    "status",
    "our_day",
];

/// The result.
#[derive(Clone, PartialEq, Debug)]
pub struct Report {
    /// The statement.
    pub statement: Statement,
    /// Our payments.
    pub ours: Ours,
    /// The matches between statement and payments.
    pub matches: Matches,
    /// The payments by their references and transactions.
    known: HashMap<String, usize>,
}

impl Report {
    /// Collects the result.
    pub fn new(statement: Statement, ours: Ours, matches: Matches) -> Self {
        let names = |payment: &MerchantRedemption| {
            [payment.provider_reference.clone(), payment.provider_transaction.clone()]
        };
        let named = |(place, payment)| names(payment).into_iter().flatten().map(move |name| (name, place));
        let known = ours.payments.iter().enumerate().flat_map(named).collect();
        Self { statement, ours, matches, known }
    }

    /// Returns the lines of a part, each with its index and its matching movement.
    pub fn lines(&self, part: Part) -> impl Iterator<Item = (usize, &Line, Option<&Movement>)> {
        let all = self.statement.lines.iter().zip(&self.matches.lines).enumerate();
        all.filter(move |(_, (_, found))| part.has(**found)).map(|(place, (line, found))| {
            (place, line, found.place().and_then(|place| self.ours.movements.get(place)))
        })
    }

    /// Returns the movements of a part.
    pub fn movements(&self, part: Part) -> impl Iterator<Item = &Movement> {
        let all = self.ours.movements.iter().zip(&self.matches.movements);
        all.filter(move |(_, found)| part.has(**found)).map(|(movement, _)| movement)
    }

    /// Returns the sums of a part: of the statement, and of ours.
    pub fn sums(&self, part: Part) -> (Sum, Sum) {
        let lines = Sum::of(self.lines(part).map(|(_, line, _)| line.amount));
        (lines, Sum::of(self.movements(part).map(|movement| movement.amount)))
    }

    /// Returns whether both sides agree.
    pub fn agrees(&self) -> bool {
        let is_empty = |part| self.sums(part).0.count + self.sums(part).1.count == 0;
        is_empty(Part::Different) && is_empty(Part::Missing) && self.statement.unreadable.is_empty()
    }

    /// Returns the payment of a movement.
    pub fn payment(&self, movement: &Movement) -> Option<&MerchantRedemption> {
        self.ours.payments.get(movement.payment)
    }

    /// Returns the payment that a line names, even if its money never moved.
    pub fn named(&self, line: &Line) -> Option<&MerchantRedemption> {
        let place = self.known.get(&line.reference).or_else(|| self.known.get(&line.transaction))?;
        self.ours.payments.get(*place)
    }

    /// Returns the file in pieces of this many lines, with every line and every movement once.
    pub fn file(&self, size: usize) -> impl Iterator<Item = String> {
        let line = |(line, found): (&Line, &Found)| {
            let movement = found.place().and_then(|place| self.ours.movements.get(place));
            let result = match found {
                Found::Same(_) => "matched",
                Found::Other(_) => "amounts_differ",
                Found::Missing => "only_on_statement",
                Found::Outside => "outside_of_period",
            };
            self.row(result, Some(line), movement)
        };
        let movement = |(movement, found): (&Movement, &Found)| match found {
            Found::Same(_) | Found::Other(_) => String::new(),
            Found::Missing => self.row("only_here", None, Some(movement)),
            Found::Outside => self.row("outside_of_period", None, Some(movement)),
        };
        let (lines, movements) = (&self.statement.lines, &self.ours.movements);
        let of_lines = lines.chunks(size).zip(self.matches.lines.chunks(size));
        let of_lines = of_lines.map(move |(lines, found)| lines.iter().zip(found).map(line).collect());
        let of_movements = movements.chunks(size).zip(self.matches.movements.chunks(size));
        let of_movements =
            of_movements.map(move |(all, found)| all.iter().zip(found).map(movement).collect());
        let unreadable = self.statement.unreadable.chunks(size).map(|some| {
            let row = |one: &super::statement::Unreadable| {
                let [number, reference] = [&one.number.to_string(), &one.reference];
                let mut fields = vec!["unreadable", number, reference, &one.transaction];
                fields.resize(COLUMNS.len(), "");
                record(fields)
            };
            some.iter().map(row).collect()
        });
        core::iter::once(record(COLUMNS)).chain(of_lines).chain(of_movements).chain(unreadable)
    }

    fn row(&self, result: &str, line: Option<&Line>, movement: Option<&Movement>) -> String {
        let amount = |amount: Option<Minor>| amount.map_or_else(String::new, decimal);
        let day = |day: Option<super::day::Day>| day.map_or_else(String::new, |day| day.to_string());
        let (theirs, ours) = (line.map(|line| line.amount), movement.map(|movement| movement.amount));
        let payment =
            movement.and_then(|one| self.payment(one)).or_else(|| line.and_then(|line| self.named(line)));
        let session = payment.and_then(|payment| payment.checkout_session.as_ref());
        let text = |text: Option<&String>| text.cloned().unwrap_or_default();
        record([
            result.to_owned(),
            line.map_or_else(String::new, |line| line.number.to_string()),
            text(line.map(|line| &line.reference).or_else(|| movement?.names.first())),
            text(line.map(|line| &line.transaction)),
            day(line.and_then(|line| line.day)),
            amount(theirs),
            amount(ours),
            amount(theirs.zip(ours).map(|(theirs, ours)| theirs - ours)),
            text(payment.map(|payment| &payment.id)),
            text(session.map(|session| &session.id)),
            text(session.map(|session| &session.reference)),
            payment.map_or("", |payment| payment.status.as_str()).to_owned(),
            day(movement.and_then(|movement| movement.day)),
        ])
    }
}

#[cfg(test)]
mod tests;
