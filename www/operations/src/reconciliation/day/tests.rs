use super::*;

#[test]
fn a_day_is_read_however_it_is_written() {
    for text in [
        "2026-11-30",
        "2026/11/30",
        "2026-11-30T23:59:59.999Z",
        "2026-11-30 08:00",
        "20261130",
        "30/11/2026",
        "30-11-2026 08:00:00",
        "30.11.2026",
        "30/11/26",
        "11/30/2026",
        "30 Nov 2026",
        "30-NOV-2026",
        "30 November 2026, 14:03",
        "Nov 30, 2026",
        "Mon, 30 Nov 2026",
        "'2026-11-30",
        "2026-Nov-30",
    ] {
        assert_eq!(read(text).map(|day| day.with(Order::DayFirst)), Day::new(2026, 11, 30), "{text}");
    }
}

#[test]
fn invalid_days_are_refused() {
    for text in [
        "",
        "-",
        "yesterday",
        "2026-11-31",
        "2026-13-01",
        "31/31/2026",
        "2026-11",
        "249.00",
        "2025-02-29",
        "123456789",
        "00/11/2026",
    ] {
        assert_eq!(read(text), None, "{text}");
    }
    assert!(Day::new(2024, 2, 29).is_some());
}

#[test]
fn a_day_that_means_two_days_needs_the_rest_of_the_file() {
    let written = read("05/11/2026");
    assert_eq!(written.map(|day| day.with(Order::DayFirst)), Day::new(2026, 11, 5));
    assert_eq!(written.map(|day| day.with(Order::MonthFirst)), Day::new(2026, 5, 11));
    assert!(matches!(read("30/11/2026"), Some(Written::Certain(_, Some(Order::DayFirst)))));
    assert!(matches!(read("11/30/2026"), Some(Written::Certain(_, Some(Order::MonthFirst)))));
    assert!(matches!(read("11/11/2026"), Some(Written::Certain(_, None))));
}

#[test]
fn days_are_in_the_order_of_the_calendar() {
    let days = ["1999-12-31", "2026-01-02", "2026-02-01", "2026-11-30"].map(Day::parse);
    assert!(days.is_sorted() && days.iter().all(Option::is_some));
    assert_eq!(Day::parse("2026-11-30").map(|day| day.to_string()).as_deref(), Some("2026-11-30"));
    assert_eq!(Day::parse("30/11/2026"), None);
}

#[test]
fn a_day_follows_another() {
    for (day, next) in [
        ("2026-11-29", "2026-11-30"),
        ("2026-11-30", "2026-12-01"),
        ("2026-12-31", "2027-01-01"),
        ("2026-02-28", "2026-03-01"),
        ("2024-02-28", "2024-02-29"),
        ("2024-02-29", "2024-03-01"),
    ] {
        assert_eq!(Day::parse(day).and_then(Day::next), Day::parse(next), "{day}");
        assert_eq!(Day::parse(next).and_then(Day::previous), Day::parse(day), "{next}");
    }
}
