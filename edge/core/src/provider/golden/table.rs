//! Goldens that share one call and whose answers differ by a code and its words: a table in
//! `tests/golden/<provider>/<table>.md`, a row for each.
//!
//! The file holds, in this order, a line `Call:` with the folder whose call is answered, the answer in an `http` block
//! with placeholders such as `{Status}`, and the table. The first column names the row, the last one states the
//! reading, and the cells in between fill the placeholders of those names.

use super::folder::answer;
use crate::http::HttpResponse;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const CALL: &str = "\nCall: `";
const ANSWER: (&str, &str) = ("\n```http\n", "```\n");

/// A table, and the text before its rows.
pub(super) struct Table {
    /// Its file.
    pub path: PathBuf,
    /// Its name, such as `charge-errors`.
    pub name: String,
    /// The folder whose call is answered.
    pub call: String,
    /// Its rows.
    pub rows: Vec<Row>,
    head: String,
}

/// One golden.
pub(super) struct Row {
    /// Its name, such as `funds`.
    pub name: String,
    /// The provider's answer.
    pub answer: HttpResponse,
    cells: Vec<String>,
}

impl Table {
    /// Reads a table. Panics where a cell could be lost or misplaced.
    pub(super) fn read(path: PathBuf) -> Self {
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        Self::parse(path, name, &text)
    }

    fn parse(path: PathBuf, name: String, text: &str) -> Self {
        let at = path.display();
        let call = between(text, CALL, "`").unwrap_or_else(|| panic!("{at}: no call"));
        let places = between(text, ANSWER.0, ANSWER.1).unwrap_or_else(|| panic!("{at}: no answer"));
        let (before, table) = text.split_once("\n\n|").unwrap_or_else(|| panic!("{at}: no table"));
        let mut lines = table.lines();
        let titles = cells(&format!("|{}", lines.next().unwrap()));
        let rule = lines.next().unwrap_or_default();
        assert!(rule.bytes().all(|b| b"|-".contains(&b)), "{at}: {rule}");
        let head = format!("{before}\n\n{}{rule}\n", line(&titles));
        let [_, columns @ .., _] = &titles[..] else { panic!("{at}: two columns are the least") };
        for column in columns {
            assert_eq!(places.matches(&place(column)).count(), 1, "{at}: places for {column}");
        }
        let rows: Vec<Row> = lines
            .map(|row| {
                let cells = cells(row);
                assert_eq!(cells.len(), titles.len(), "{at}: {row}");
                let filling = &cells[1..=columns.len()];
                assert!(filling.iter().all(|cell| !cell.contains(['{', '}'])), "{at}: {row}");
                let filled = columns
                    .iter()
                    .zip(filling)
                    .fold(places.to_owned(), |answer, (column, cell)| answer.replace(&place(column), cell));
                let is_place = |rest: &str| rest.starts_with(char::is_alphabetic);
                assert!(!filled.split('{').skip(1).any(is_place), "{at}: a place without a column");
                Row { name: cells[0].clone(), answer: answer(&filled), cells }
            })
            .collect();
        let names: BTreeSet<&str> = rows.iter().map(|row| row.name.as_str()).collect();
        assert!(names.len() == rows.len() && rows.len() > 1, "{at}: a name for each row, and more than one");
        Self { call: call.to_owned(), rows, head, name, path }
    }

    /// Returns the file's text with these replies in the last column.
    pub(super) fn with(&self, replies: impl Iterator<Item = String>) -> String {
        let rows = self.rows.iter().zip(replies).map(|(row, reply)| {
            assert!(!reply.contains(['|', '\n', '`']), "a cell cannot hold {reply}");
            let kept = &row.cells[..row.cells.len() - 1];
            line(&[kept, &[format!("`{reply}`")]].concat())
        });
        self.head.clone() + &rows.collect::<String>()
    }
}

/// Returns the tables of a provider, by name.
pub(super) fn tables(folder: &Path) -> Vec<Table> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut paths: Vec<PathBuf> =
        entries.filter(|path| path.extension().is_some_and(|end| end == "md")).collect();
    paths.sort();
    paths.into_iter().map(Table::read).collect()
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(before)?;
    Some(rest.split_once(after)?.0)
}

fn place(column: &str) -> String {
    format!("{{{column}}}")
}

fn cells(line: &str) -> Vec<String> {
    let inner = line.strip_prefix('|').and_then(|line| line.strip_suffix('|'));
    let inner = inner.unwrap_or_else(|| panic!("no row of a table: {line}"));
    inner.split('|').map(|cell| cell.trim().to_owned()).collect()
}

fn line(cells: &[String]) -> String {
    format!("| {} |\n", cells.join(" | "))
}

mod tests;
