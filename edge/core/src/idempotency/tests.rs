use super::*;

fn taken() -> Record {
    Record::Taken { request: "hash".into(), id: "0f8fad5bd9cb469fa16570867728950e".into() }
}

// Every later version reads the stored records.
#[test]
fn records_are_stored_in_this_form() {
    for (record, json) in [
        (taken(), r#"{"taken":{"request":"hash","id":"0f8fad5bd9cb469fa16570867728950e"}}"#),
        (Record::Answered { status: 201 }, r#"{"answered":{"status":201}}"#),
        (Record::Voucher(Step::Hinted), r#"{"voucher":"hinted"}"#),
    ] {
        assert_eq!(serde_json::to_string(&record).unwrap(), json);
        assert_eq!(crate::stored::read::<Record>(json).unwrap(), record);
    }
}

#[test]
fn a_key_begins_when_it_is_taken() {
    assert!(Key::replay([(Millis(1), Record::Answered { status: 200 })]).is_none());
    assert!(Key::replay([(Millis(1), Record::Voucher(Step::Hinted))]).is_none());
    let key = Key::replay([(Millis(1), taken()), (Millis(2), Record::Answered { status: 201 })]).unwrap();
    assert_eq!((key.taken_at, key.answered, key.request.as_str()), (Millis(1), Some(201), "hash"));
    assert_eq!(key.forget_at(), Some(Millis(1) + KEPT));
}

#[test]
fn a_second_taking_changes_nothing() {
    let other = Record::Taken { request: "other".into(), id: "1".into() };
    let key = Key::replay([(Millis(1), taken()), (Millis(2), other)]).unwrap();
    assert_eq!((key.taken_at, key.request.as_str()), (Millis(1), "hash"));
}
