use super::*;
use proptest::prelude::*;

/// Reads a text in pieces of this many characters.
fn read(text: &str, separator: char, size: usize) -> Result<Vec<Record>, u64> {
    let mut reader = Reader::new(separator);
    let characters: Vec<char> = text.chars().collect();
    let pieces = characters.chunks(size).map(|piece| piece.iter().collect::<String>());
    let mut records: Vec<Record> = pieces.flat_map(|piece| reader.push(&piece)).collect();
    records.extend(reader.finish()?);
    Ok(records)
}

fn record(line: u64, fields: &[&str]) -> Record {
    Record { line, fields: fields.iter().map(|field| (*field).to_owned()).collect() }
}

#[test]
fn quotes_contain_separators_quotes_and_line_ends() {
    let text = "a,\"b, c\"\r\n\"say \"\"hi\"\"\",\"two\r\nlines\"\r\n\r\nlast,\"\"";
    let expected =
        [record(1, &["a", "b, c"]), record(2, &["say \"hi\"", "two\r\nlines"]), record(5, &["last", ""])];
    for size in 1..text.len() {
        assert_eq!(read(text, ',', size).as_deref(), Ok(&expected[..]), "in pieces of {size}");
    }
}

#[test]
fn every_line_end_counts_once() {
    for end in ["\n", "\r\n", "\r"] {
        let text = ["a;1", "", "b;\"x\ny\"", "c;3", ""].join(end);
        let lines: Vec<u64> = read(&text, ';', 1).unwrap_or_default().iter().map(|one| one.line).collect();
        assert_eq!(lines, [1, 3, 5], "{end:?}");
    }
}

#[test]
fn a_quote_inside_a_field_is_a_character() {
    assert_eq!(read("5\" disk,\"a\"b", ',', 1), Ok(vec![record(1, &["5\" disk", "ab"])]));
}

#[test]
fn an_unclosed_quote_is_reported_with_its_line() {
    assert_eq!(read("a,b\nc,\"d\ne,f\n", ',', 1), Err(2));
    assert_eq!(read("a,\"b\"", ',', 1), Ok(vec![record(1, &["a", "b"])]));
}

#[test]
fn the_separator_is_found() {
    for (text, expected) in [
        ("Date,Reference,Amount\n1,2,3\n", ','),
        ("Date;Reference;Amount\n1;2;1,50\n2;3;1,50\n", ';'),
        ("Date\tReference\tAmount\n1\t2\t1,50\n", '\t'),
        ("Statement; November, 2026\nDate,Reference,Amount\n1,2,3\n4,5,6\n", ','),
        ("\"a;b;c\",d\n\"e;f;g\",h\n", ','),
        ("one column\n", ','),
        ("", ','),
    ] {
        assert_eq!(separator(text), expected, "{text}");
    }
}

proptest! {
    /// Checks that written records are read again, in pieces of any size.
    #[test]
    fn a_written_file_is_read_again(
        rows in prop::collection::vec(prop::collection::vec("[a-z\",;\r\n ]{0,6}", 2..4), 1..8),
        size in 1_usize..9,
    ) {
        let quoted = |field: &String| format!("\"{}\"", field.replace('"', "\"\""));
        let text: String = rows.iter().map(|row| row.iter().map(quoted).collect::<Vec<_>>().join(",") + "\r\n").collect();
        let records = read(&text, ',', size).unwrap_or_default();
        let expected: Vec<_> = rows.into_iter().filter(|row| row.iter().any(|field| !field.trim().is_empty())).collect();
        prop_assert_eq!(records.into_iter().map(|one| one.fields).collect::<Vec<_>>(), expected);
    }
}
