use super::*;

#[test]
fn the_filter_has_every_type_of_the_worker() {
    let source = include_str!("../../../../../edge/core/src/event.rs");
    let types = source.lines().filter_map(|line| line.trim().strip_prefix("EventType::")?.split('"').nth(1));
    let types: Vec<_> = types.filter(|name| name.contains('.')).collect();
    assert!(!types.is_empty());
    assert_eq!(TYPES.to_vec(), types);
}
