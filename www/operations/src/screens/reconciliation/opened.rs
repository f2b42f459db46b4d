//! A chosen statement: its columns, from the beginning of the file, and its lines.

use crate::api::Failure;
use crate::files::{Text, encoding};
use crate::reconciliation::csv::{Reader, Record, separator};
use crate::reconciliation::statement::{Column, Columns, HEAD, Reading, Statement, columns, find_head};
use web_sys::File;

/// The characters of a sample.
const SAMPLE: usize = 24;

/// A chosen file, with its beginning parsed.
#[derive(Clone)]
pub struct Opened {
    file: File,
    encoding: &'static str,
    separator: char,
    /// The number of records before the lines: the names of the columns, and the records above them.
    skipped: usize,
    /// Its columns.
    pub columns: Vec<Column>,
    /// A value of each column; may be empty.
    samples: Vec<String>,
}

impl Opened {
    /// Opens a file.
    pub async fn read(file: File) -> Result<Self, Failure> {
        let mut encoding = encoding(&file).await?;
        let head = loop {
            match Text::open(&file, encoding)?.next().await {
                Ok(slice) => break slice.map(|(text, _)| text).unwrap_or_default(),
                Err(fault) => encoding = fault.or_old(encoding)?,
            }
        };
        let separator = separator(&head);
        let mut reader = Reader::new(separator);
        let mut records = reader.push(&head);
        if records.len() < HEAD {
            // The last line may be incomplete.
            records.extend(reader.finish().ok().flatten());
        }
        records.truncate(HEAD);
        let place = find_head(&records);
        let skipped = place.map_or(0, |place| place + 1);
        let columns = columns(place.and_then(|place| records.get(place)), &records);
        if columns.len() < 2 {
            return Err(Failure::of(
                "This is no statement",
                "Its lines have one column. A statement has a reference and an amount at least, with commas, semicolons or tabs \
                 between its columns.",
            ));
        }
        let sample = |place: usize| {
            let values = records
                .iter()
                .skip(skipped)
                .filter_map(|line| line.fields.get(place))
                .map(|value| value.trim());
            values
                .into_iter()
                .find(|value| !value.is_empty())
                .unwrap_or_default()
                .chars()
                .take(SAMPLE)
                .collect()
        };
        let samples = (0..columns.len()).map(sample).collect();
        Ok(Self { encoding, separator, skipped, columns, samples, file })
    }

    /// Returns the columns as options, by their index, each with a sample value.
    pub fn options(&self) -> Vec<(String, String)> {
        let text = |(place, column): (usize, &Column)| {
            let is_alone = self.columns.iter().filter(|one| one.name == column.name).count() == 1;
            let number = if is_alone { String::new() } else { format!(" (column {})", place + 1) };
            let sample = self.samples.get(place).filter(|sample| !sample.is_empty());
            let sample = sample.map_or_else(String::new, |sample| format!(", such as {sample}"));
            (place.to_string(), format!("{}{number}{sample}", column.name))
        };
        self.columns.iter().enumerate().map(text).collect()
    }

    /// Describes how the file is read.
    pub fn description(&self) -> String {
        let separator = match self.separator {
            ';' => "semicolons",
            '\t' => "tabs",
            _ => "commas",
        };
        let names = match self.skipped {
            0 => "The file has no names of columns: every line counts.".to_owned(),
            1 => "The first line has the names of the columns.".to_owned(),
            count => format!("The first {count} lines, down to the names of the columns, are left out."),
        };
        format!("Its columns have {separator} between them. {names}")
    }

    /// Reads the lines, and reports to `go_on` the bytes read and their total; `None` if `go_on` abandons the work.
    pub async fn statement(
        &self,
        chosen: &Columns,
        go_on: impl Fn(u64, u64) -> bool,
    ) -> Result<Option<Statement>, Failure> {
        let mut encoding = self.encoding;
        'file: loop {
            let mut text = Text::open(&self.file, encoding)?;
            let mut reader = Reader::new(self.separator);
            let mut reading = Reading::new(chosen, &self.columns);
            let mut skipped = self.skipped;
            let mut add = |record: Record| match skipped {
                0 => reading.add(&record),
                _ => skipped -= 1,
            };
            let mut done = 0;
            while go_on(done, text.size) {
                match text.next().await {
                    Ok(Some((slice, end))) => {
                        reader.push(&slice).into_iter().for_each(&mut add);
                        done = end;
                    }
                    Ok(None) => {
                        reader.finish().map_err(unclosed)?.into_iter().for_each(add);
                        return Ok(Some(reading.finish()));
                    }
                    Err(fault) => {
                        encoding = fault.or_old(encoding)?;
                        continue 'file;
                    }
                }
            }
            return Ok(None);
        }
    }
}

fn unclosed(line: u64) -> Failure {
    let detail =
        format!("A quote in line {line} is never closed, so the lines after it cannot be told apart.");
    Failure::of("The statement cannot be read", &detail)
}
