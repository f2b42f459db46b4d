use super::*;

fn typed(values: &[&str]) -> History {
    let mut history = History::new();
    for value in values {
        history.record(value);
    }
    history
}

#[test]
fn undo_gives_every_earlier_value_back_and_redo_the_later_ones() {
    let mut history = typed(&["1", "12", "123"]);
    let undone: Vec<_> = std::iter::from_fn(|| history.undo()).collect();
    assert_eq!(undone, ["12", "1", ""]);
    let redone: Vec<_> = std::iter::from_fn(|| history.redo()).collect();
    assert_eq!(redone, ["1", "12", "123"]);
}

#[test]
fn typing_after_undo_clears_the_redo_history() {
    let mut history = typed(&["1", "12"]);
    assert_eq!(history.undo().as_deref(), Some("1"));
    history.record("19");
    assert_eq!(history.redo(), None);
    assert_eq!(history.undo().as_deref(), Some("1"));
}

#[test]
fn an_unchanged_value_is_one_step() {
    let mut history = typed(&["1", "1", "1"]);
    assert_eq!(history.undo().as_deref(), Some(""));
    assert_eq!(history.undo(), None);
}

#[test]
fn a_reset_forgets_every_value() {
    let mut history = typed(&["1", "12"]);
    history.reset("");
    assert_eq!((history.undo(), history.redo()), (None, None));
    history.record("7");
    assert_eq!(history.undo().as_deref(), Some(""));
}

#[test]
fn the_oldest_values_are_dropped() {
    let values: Vec<String> = (0..300).map(|number| number.to_string()).collect();
    let mut history = typed(&values.iter().map(String::as_str).collect::<Vec<_>>());
    let undone = std::iter::from_fn(|| history.undo()).count();
    assert_eq!(undone, History::LIMIT - 1);
}
