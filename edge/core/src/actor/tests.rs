use super::*;

#[test]
fn a_key_is_named_by_its_last_four_characters() {
    for (key, name) in [
        ("key_0123456789abcdef0123456789", "key:6789"),
        ("abc", "key:abc"),
        ("", "key:"),
        ("x🦀éabc", "key:éabc"),
    ] {
        assert_eq!(Actor::key(&Secret::new(key.to_owned())).as_str(), name);
    }
}

#[test]
fn staff_are_named_by_an_e_mail_address_and_by_nothing_else() {
    assert_eq!(
        Actor::email("thandi@example.com").map(|actor| actor.to_string()),
        Some("thandi@example.com".into())
    );
    for text in ["", "key:6789", "thandi", "thandi@example", "a\nb@example.com", "<b>@example.com"] {
        assert_eq!(Actor::email(text), None, "{text}");
    }
}

#[test]
fn the_ledger_stores_the_name_alone() {
    let actor = Actor::email("thandi@example.com").unwrap();
    assert_eq!(serde_json::to_string(&actor).unwrap(), "\"thandi@example.com\"");
    assert_eq!(serde_json::from_str::<Actor>("\"thandi@example.com\"").unwrap(), actor);
}
