use super::*;

fn records(rows: &[&[&str]]) -> Vec<Record> {
    let fields = |row: &&[&str]| row.iter().map(|field| (*field).to_owned()).collect();
    rows.iter().zip(1..).map(|(row, line)| Record { line, fields: fields(row) }).collect()
}

/// Reads a statement whose first row has the names of its columns.
fn read(rows: &[&[&str]], change: fn(&mut Columns)) -> Statement {
    let records = records(rows);
    let all = columns(records.first(), &records);
    let mut chosen = Columns::guess(&all);
    change(&mut chosen);
    let mut reading = Reading::new(&chosen, &all);
    records.iter().skip(1).for_each(|record| reading.add(record));
    reading.finish()
}

fn amounts(statement: &Statement) -> Vec<i64> {
    statement.lines.iter().map(|line| line.amount.0).collect()
}

fn named(name: &str, nth: usize) -> Option<Column> {
    Some(Column { name: name.to_owned(), nth })
}

#[test]
fn the_names_of_the_columns_are_found_below_an_address() {
    let rows: &[&[&str]] = &[
        &["Kora Ltd"],
        &["Statement", "November"],
        &["Date", "Reference", "Amount"],
        &["2026-11-01", "a", "1.00"],
    ];
    assert_eq!(find_head(&records(rows)), Some(2));
    assert_eq!(find_head(&records(&[&["2026-11-01", "a", "1.00"], &["2026-11-02", "b", "2.00"]])), None);
    assert_eq!(find_head(&records(&[&["a", "249"]])), None);
    assert_eq!(find_head(&[]), None);
}

#[test]
fn columns_with_the_same_name_are_distinguished() {
    let records = records(&[&["Amount", "Reference", "Amount", ""], &["1", "a", "2", "x", "y"]]);
    let all = columns(records.first(), &records);
    let names: Vec<_> = all.iter().map(|column| (column.name.as_str(), column.nth)).collect();
    assert_eq!(names, [("Amount", 0), ("Reference", 0), ("Amount", 1), ("Column 4", 0), ("Column 5", 0)]);
    let rows: &[&[&str]] = &[&["Amount", "Reference", "Amount"], &["1.00", "a", "2.00"]];
    assert_eq!(amounts(&read(rows, |_| {})), [100]);
    assert_eq!(amounts(&read(rows, |chosen| chosen.amount = named("Amount", 1))), [200]);
}

#[test]
fn the_columns_are_guessed_and_kept_where_they_exist() {
    let rows = records(&[&[
        "Transaction Date",
        "Transaction ID",
        "Merchant Reference",
        "Type",
        "Amount (ZAR)",
        "Fee amount",
    ]]);
    let all = columns(rows.first(), &rows);
    let guessed = Columns::guess(&all);
    assert_eq!(guessed.day, named("Transaction Date", 0));
    assert_eq!(guessed.transaction, named("Transaction ID", 0));
    assert_eq!(guessed.reference, named("Merchant Reference", 0));
    assert_eq!(guessed.amount, named("Amount (ZAR)", 0));
    assert_eq!(guessed.debit, None);
    let remembered = Columns { debit: named("Gone", 0), ..guessed.clone() };
    assert_eq!(remembered.among(&all), guessed);
}

#[test]
fn a_line_of_the_debit_column_went_back() {
    let rows: &[&[&str]] = &[
        &["Reference", "Credit", "Debit"],
        &["a", "249.00", ""],
        &["b", "", "249.00"],
        &["c", "0.00", "-10.00"],
        &["d", "5.00", "0.00"],
        &["e", "5.00", "3.00"],
        &["f", "", ""],
        &["g", "-7.00", ""],
        &["h"],
    ];
    let statement = read(rows, |_| {});
    assert_eq!(amounts(&statement), [24_900, -24_900, -1_000, 500, -700]);
    let wrong: Vec<_> = statement.unreadable.iter().map(|one| (one.number, one.reference.as_str())).collect();
    assert_eq!(wrong, [(6, "e"), (7, "f"), (9, "h")]);
}

#[test]
fn an_unclear_amount_is_read_as_the_others_are() {
    let unclear = |others: &'static [&str]| {
        let mut rows: Vec<&[&str]> = vec![&["Reference", "Amount"], &["x", "1.000"]];
        let fields: Vec<[&str; 2]> = others.iter().map(|amount| ["y", *amount]).collect();
        rows.extend(fields.iter().map(|row| &row[..]));
        let statement = read(&rows, |_| {});
        (amounts(&statement).first().copied(), statement.unreadable.len())
    };
    assert_eq!(unclear(&["249.50"]), (Some(100), 0));
    assert_eq!(unclear(&["249,50"]), (Some(100_000), 0));
    assert_eq!(unclear(&["249"]), (Some(24_900), 1));
    assert_eq!(unclear(&["249.50", "249,50"]), (Some(24_950), 1));
}

#[test]
fn an_unclear_day_is_read_as_the_others_are() {
    let days = |text: &'static str| {
        let rows: &[&[&str]] =
            &[&["Reference", "Amount", "Date"], &["x", "1", "05/11/2026"], &["y", "1", text]];
        let statement = read(rows, |_| {});
        (statement.lines.first().and_then(|line| line.day).map(|day| day.to_string()), statement.bad_days)
    };
    assert_eq!(days("30/11/2026"), (Some("2026-11-05".to_owned()), 0));
    assert_eq!(days("11/30/2026"), (Some("2026-05-11".to_owned()), 0));
    assert_eq!(days("never"), (Some("2026-11-05".to_owned()), 1));
}

#[test]
fn every_line_is_read_or_reported() {
    let rows: &[&[&str]] = &[
        &["Reference", "Transaction", "Amount", "Date"],
        &["'0042", "t", "R 1 249,00", "2026-11-30"],
        &["b", "", "twelve", "2026-12-01"],
        &["c", "", "1", "2026-11-02"],
    ];
    let statement = read(rows, |_| {});
    let [first, second] = &statement.lines[..] else { panic!("{statement:?}") };
    assert_eq!((first.number, first.reference.as_str(), first.amount), (2, "0042", Minor(124_900)));
    assert_eq!((second.number, second.amount), (4, Minor(100)));
    let [wrong] = &statement.unreadable[..] else { panic!("{statement:?}") };
    assert_eq!(
        (wrong.number, wrong.reference.as_str(), wrong.reason.as_str()),
        (3, "b", "“twelve” is no amount")
    );
    assert_eq!(statement.period(), Day::parse("2026-11-02").zip(Day::parse("2026-11-30")));
}

#[test]
fn amounts_in_cents_are_whole() {
    let rows: &[&[&str]] = &[&["Reference", "Amount"], &["a", "24900"], &["b", "249.50"]];
    let statement = read(rows, |chosen| chosen.in_cents = true);
    assert_eq!(amounts(&statement), [24_900]);
    assert_eq!(statement.unreadable.len(), 1);
}
