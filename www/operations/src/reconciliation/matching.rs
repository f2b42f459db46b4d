//! Matches the lines of a statement with our movements of money.

use super::day::Day;
use super::statement::Line;
use checkout_wire::Minor;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

/// Money that a provider took or gave back, according to our ledgers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Movement {
    /// The index of its payment.
    pub payment: usize,
    /// The amount: negative where it went back.
    pub amount: Minor,
    /// The day in the shop's time zone; `None` if it is outside the days that were read.
    pub day: Option<Day>,
    /// The references and transaction numbers by which a statement may name it.
    pub names: Vec<String>,
}

/// The days that are compared, both included.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Period {
    /// The first day.
    pub from: Day,
    /// The last day.
    pub to: Day,
}

impl Period {
    fn contains(self, day: Day) -> bool {
        (self.from..=self.to).contains(&day)
    }
}

/// The result of matching a line or a movement with the other side.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Found {
    /// Found with the same amount, at this index.
    Same(usize),
    /// Found with another amount, at this index.
    Other(usize),
    /// Not found.
    Missing,
    /// Not found, and outside the period.
    Outside,
}

impl Found {
    /// Returns the index on the other side.
    pub const fn place(self) -> Option<usize> {
        match self {
            Self::Same(place) | Self::Other(place) => Some(place),
            Self::Missing | Self::Outside => None,
        }
    }
}

/// The result for each line and each movement, in their order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Matches {
    /// For each line, the movement.
    pub lines: Vec<Found>,
    /// For each movement, the line.
    pub movements: Vec<Found>,
    /// The lines without a counterpart whose reference another line has, too.
    pub repeated: HashSet<usize>,
}

/// The lines and the movements, and the matches so far.
pub struct Matching<'a> {
    lines: &'a [Line],
    movements: &'a [Movement],
    /// The movements with this name that took money, or that gave it back.
    by_name: HashMap<(&'a str, bool), Vec<usize>>,
    /// The number of lines with this name. A charge and its reversal may have the same name.
    seen: HashMap<(&'a str, bool), usize>,
    matches: Matches,
}

impl<'a> Matching<'a> {
    /// Creates a matching without matches.
    pub fn new(lines: &'a [Line], movements: &'a [Movement]) -> Self {
        let mut by_name: HashMap<(&str, bool), Vec<usize>> = HashMap::new();
        for (place, movement) in movements.iter().enumerate() {
            for name in movement.names.iter().filter(|name| !name.is_empty()) {
                let places = by_name.entry((name, is_back(movement.amount))).or_default();
                if !places.contains(&place) {
                    places.push(place);
                }
            }
        }
        let matches = Matches {
            lines: vec![Found::Missing; lines.len()],
            movements: vec![Found::Missing; movements.len()],
            repeated: HashSet::new(),
        };
        Self { lines, movements, by_name, seen: HashMap::new(), matches }
    }

    /// Matches these lines with movements of the same name and amount. Call it for all lines before [`Matching::others`].
    pub fn same(&mut self, range: Range<usize>) {
        for at in range {
            let Some(line) = self.lines.get(at) else { return };
            *self.seen.entry(name(line)).or_default() += 1;
            self.find(at, |movement| movement.amount == line.amount, Found::Same);
        }
    }

    /// Matches the remaining ones of these lines with movements of the same name and another amount.
    pub fn others(&mut self, range: Range<usize>) {
        for at in range {
            let Some(line) = self.lines.get(at) else { return };
            self.find(at, |_| true, Found::Other);
            let name = name(line);
            let is_repeated = !name.0.is_empty() && self.seen.get(&name).is_some_and(|count| *count > 1);
            if is_repeated && self.matches.lines.get(at) == Some(&Found::Missing) {
                self.matches.repeated.insert(at);
            }
        }
    }

    fn find(&mut self, at: usize, fits: impl Fn(&Movement) -> bool, found: fn(usize) -> Found) {
        let Matches { lines, movements, .. } = &mut self.matches;
        let (Some(line), Some(Found::Missing)) = (self.lines.get(at), lines.get(at)) else { return };
        let names = [line.reference.as_str(), line.transaction.as_str()];
        let candidates = names.into_iter().filter_map(|name| self.by_name.get(&(name, is_back(line.amount))));
        let place = candidates.flatten().copied().find(|place| {
            movements.get(*place) == Some(&Found::Missing) && self.movements.get(*place).is_some_and(&fits)
        });
        if let Some(place) = place {
            set(movements, place, found(at));
            set(lines, at, found(place));
        }
    }

    /// Ends the matching. Unmatched lines and movements outside the period do not count as missing.
    pub fn finish(self, period: Period) -> Matches {
        let mut matches = self.matches;
        for (line, found) in self.lines.iter().zip(&mut matches.lines) {
            if *found == Found::Missing && line.day.is_some_and(|day| !period.contains(day)) {
                *found = Found::Outside;
            }
        }
        for (movement, found) in self.movements.iter().zip(&mut matches.movements) {
            if *found == Found::Missing && !movement.day.is_some_and(|day| period.contains(day)) {
                *found = Found::Outside;
            }
        }
        matches
    }
}

/// Returns the name of a line, and whether its money went back.
fn name(line: &Line) -> (&str, bool) {
    let name = if line.reference.is_empty() { &line.transaction } else { &line.reference };
    (name, is_back(line.amount))
}

const fn is_back(amount: Minor) -> bool {
    amount.0 < 0
}

fn set(all: &mut [Found], place: usize, found: Found) {
    if let Some(one) = all.get_mut(place) {
        *one = found;
    }
}

/// A number of lines or movements, and the sum of their amounts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Sum {
    /// The number.
    pub count: usize,
    /// The sum.
    pub amount: Minor,
}

impl Sum {
    /// Returns the sum of these amounts.
    pub fn of(amounts: impl Iterator<Item = Minor>) -> Self {
        amounts.fold(Self::default(), |Self { count, amount }, one| Self {
            count: count + 1,
            amount: amount + one,
        })
    }
}

#[cfg(test)]
mod tests;
