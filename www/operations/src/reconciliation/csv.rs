//! Reads comma-separated values piece by piece.
//!
//! The separator is found in the head of the file. Quotes may contain separators, quotes (doubled) and line ends. A quote that is
//! never closed would swallow the rest of the file, so it is an error with its line, which the crate `csv` does not report.

use core::mem::take;

/// The separators of statements.
const SEPARATORS: [char; 3] = [',', ';', '\t'];

/// A record: the line of the file on which it begins, counted from 1, and its fields.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Record {
    /// The line.
    pub line: u64,
    /// The fields, without their quotes.
    pub fields: Vec<String>,
}

impl Record {
    /// Returns whether the record is empty.
    pub fn is_empty(&self) -> bool {
        self.fields.iter().all(|field| field.trim().is_empty())
    }
}

/// Returns the separator of a text: the one that most of its records contain the same number of times.
pub fn separator(head: &str) -> char {
    let score = |separator: char| {
        let mut reader = Reader::new(separator);
        let records = reader.push(head);
        let counts: Vec<usize> =
            records.iter().map(|one| one.fields.len()).filter(|count| *count > 1).collect();
        let most = counts.iter().map(|count| counts.iter().filter(|other| *other == count).count()).max();
        (most.unwrap_or_default(), counts.into_iter().max().unwrap_or_default())
    };
    // If several are equal, the last one counts.
    SEPARATORS.into_iter().rev().max_by_key(|one| score(*one)).unwrap_or(',')
}

/// The place within a record.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// At the beginning of a field.
    Begin,
    /// In a field without quotes, or after the closing quote.
    Plain,
    /// In quotes, opened on this line.
    Quoted(u64),
    /// After a quote in quotes: the end of the field, or the first half of a quote.
    Quote(u64),
}

/// A reader.
pub struct Reader {
    separator: char,
    place: Place,
    line: u64,
    /// Whether the last character was a carriage return, which a line feed may complete.
    after_return: bool,
    field: String,
    record: Record,
}

impl Reader {
    /// Creates a reader for this separator.
    pub const fn new(separator: char) -> Self {
        let record = Record { line: 1, fields: Vec::new() };
        Self { separator, place: Place::Begin, line: 1, after_return: false, field: String::new(), record }
    }

    /// Reads the next piece, and returns the records that are complete.
    pub fn push(&mut self, text: &str) -> Vec<Record> {
        let mut records = Vec::new();
        for character in text.chars() {
            let follows_return = take(&mut self.after_return);
            let is_quoted = matches!(self.place, Place::Quoted(_));
            match character {
                // The carriage return has already ended the line.
                '\n' if follows_return => {
                    if is_quoted {
                        self.field.push('\n');
                    }
                }
                '\r' | '\n' => {
                    self.after_return = character == '\r';
                    self.line += 1;
                    if is_quoted {
                        self.field.push(character);
                    } else {
                        records.extend(self.end_record());
                    }
                }
                _ => self.take(character),
            }
        }
        records
    }

    fn take(&mut self, character: char) {
        self.place = match (self.place, character) {
            (Place::Begin, '"') => Place::Quoted(self.line),
            (Place::Quoted(line), '"') => Place::Quote(line),
            (Place::Quote(line), '"') => {
                self.field.push('"');
                Place::Quoted(line)
            }
            (Place::Begin | Place::Plain | Place::Quote(_), character) if character == self.separator => {
                self.record.fields.push(take(&mut self.field));
                Place::Begin
            }
            (place, character) => {
                self.field.push(character);
                if let Place::Quoted(_) = place { place } else { Place::Plain }
            }
        };
    }

    /// Ends the record, and returns it unless its line is empty.
    fn end_record(&mut self) -> Option<Record> {
        self.place = Place::Begin;
        self.record.fields.push(take(&mut self.field));
        let next = Record { line: self.line, fields: Vec::new() };
        Some(core::mem::replace(&mut self.record, next)).filter(|record| !record.is_empty())
    }

    /// Ends the file: returns the last record, if it has no line end, or the line of a quote that is never closed.
    pub fn finish(mut self) -> Result<Option<Record>, u64> {
        if let Place::Quoted(line) = self.place {
            return Err(line);
        }
        Ok(self.end_record())
    }
}

#[cfg(test)]
mod tests;
