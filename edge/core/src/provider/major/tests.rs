use super::*;

#[test]
fn provider_amounts_come_as_numbers_and_as_strings() {
    let read = |json: &str| serde_json::from_str::<Major>(json).ok().map(|major| major.0);
    assert_eq!(read("10"), Some(Minor(1000)));
    assert_eq!(read("\"10.00\""), Some(Minor(1000)));
    assert_eq!(read("0.29"), Some(Minor(29)));
    for bad in ["null", "true", "\"ten\"", "1e2", "-1", "[1]", "{}", "\"\\u0031\""] {
        assert_eq!(read(bad), None, "{bad}");
    }
}
