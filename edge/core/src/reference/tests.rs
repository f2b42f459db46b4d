use super::*;

const HEX: &str = "0f8fad5bd9cb469fa16570867728950e";

// References are storage keys and are in the providers' records: a changed form would lose payments.
#[test]
fn references_name_their_owner() {
    let (session, issued) = (SessionId::of(HEX).unwrap(), VoucherId::of(HEX).unwrap());
    assert_eq!(redemption(&session, 0), format!("{HEX}-1"));
    assert_eq!(reversal(&redemption(&session, 11)), format!("{HEX}-12r"));
    assert_eq!(voucher(&issued), format!("vo-{HEX}"));
    for reference in [redemption(&session, 0), redemption(&session, 98), reversal(&redemption(&session, 8))] {
        assert!(reference.len() <= 36);
        assert_eq!(owner(&reference), Some(Owner::Session(session.clone())), "{reference}");
    }
    assert_eq!(owner(&voucher(&issued)), Some(Owner::Voucher(issued)));
}

#[test]
fn foreign_references_have_no_owner() {
    let upper = HEX.to_uppercase();
    for reference in [
        "",
        "-",
        "101",
        "KPY-CA-qFNr4bXheKr6",
        HEX,
        &format!("{HEX}-"),
        &format!("{HEX}-r"),
        &format!("{upper}-1"),
        &format!("{HEX}-1x"),
        &format!("{HEX}-123456"),
        &format!("{HEX}0-1"),
        "vo-",
        &format!("vo-{HEX}-1"),
    ] {
        assert_eq!(owner(reference), None, "{reference}");
    }
}
