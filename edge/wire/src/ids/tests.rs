use super::*;

const DIGITS: &str = "0f8fad5bd9cb469fa16570867728950e";

#[test]
fn an_id_is_its_prefix_and_32_digits() {
    let text = format!("cs_{DIGITS}");
    let id = SessionId::parse(&text).unwrap();
    assert_eq!((id.as_str(), id.digits()), (text.as_str(), DIGITS));
    assert_eq!(SessionId::of(DIGITS), Some(id));
    let (upper, short, long) = (DIGITS.to_uppercase(), DIGITS.get(1..).unwrap(), format!("{DIGITS}0"));
    for digits in ["", short, &long, &upper, &DIGITS.replace('0', "g"), &DIGITS.replace('0', "٠")] {
        assert_eq!(SessionId::of(digits), None, "{digits}");
        assert_eq!(SessionId::parse(&format!("cs_{digits}")), None, "{digits}");
    }
    for prefix in ["", "cs", "CS_", "rd_", "vo_", "cs_cs_", " cs_"] {
        assert_eq!(SessionId::parse(&format!("{prefix}{DIGITS}")), None, "{prefix}");
    }
}

// The ledgers of running shops store them as text.
#[test]
fn an_id_is_text_in_json() {
    let (session, redemption, voucher) =
        (SessionId::of(DIGITS).unwrap(), RedemptionId::of(DIGITS).unwrap(), VoucherId::of(DIGITS).unwrap());
    let all = serde_json::to_value((&session, &redemption, &voucher)).unwrap();
    let texts = ["cs_", "rd_", "vo_"].map(|prefix| format!("{prefix}{DIGITS}"));
    assert_eq!(all, serde_json::json!(texts));
    let read: (SessionId, RedemptionId, VoucherId) = serde_json::from_value(all).unwrap();
    assert_eq!(read, (session, redemption, voucher));
}
