use super::*;

const SMALL: &str = "# Small\n\nCall: `sample`\n\n```http\n{HTTP}\n\n{\"code\": \"{Code}\"}\n```\n\n\
    | Case | HTTP | Code | Read as |\n|---|---|---|---|\n| one | 400 | -1 |  |\n| two | 500 | -2 | `old` |\n";

fn small(text: &str) -> Table {
    Table::parse("small.md".into(), "small".into(), text)
}

#[test]
fn a_row_fills_the_places_of_its_columns() {
    let table = small(SMALL);
    let read: Vec<_> =
        table.rows.iter().map(|row| (row.name.as_str(), row.answer.status, &row.answer.body[..])).collect();
    let want: [(&str, u16, &[u8]); 2] =
        [("one", 400, b"{\"code\": \"-1\"}\n"), ("two", 500, b"{\"code\": \"-2\"}\n")];
    assert_eq!((table.call.as_str(), &read[..]), ("sample", &want[..]));
    let new = table.with(["A".to_owned(), "B".to_owned()].into_iter());
    assert_eq!(new, SMALL.replace("|  |", "| `A` |").replace("`old`", "`B`"));
}

#[test]
fn a_table_that_loses_a_cell_is_refused() {
    for (from, to) in [
        ("{Code}", "{Kode}"),
        ("{Code}", "{Code}{Code}"),
        ("\"code\"", "\"{Kode}\""),
        ("| two | 500 | -2 |", "| two | 500 |"),
        ("| two |", "| one |"),
        ("| two | 500 | -2 | `old` |\n", ""),
        ("| 500 |", "| five |"),
        ("Call:", "Cal:"),
        ("```http", "```"),
    ] {
        let broken = SMALL.replace(from, to);
        assert_ne!(broken, SMALL);
        assert!(std::panic::catch_unwind(|| small(&broken)).is_err(), "{from} as {to}");
    }
}
