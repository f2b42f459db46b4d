use super::*;
use checkout_wire::Alphabet;

#[test]
fn groups_of_four() {
    assert_eq!(grouped("1168648096792943"), "1168 6480 9679 2943");
    assert_eq!(grouped("116"), "116");
    assert_eq!(grouped(""), "");
}

#[test]
fn lengths() {
    let rule = PinRule { alphabet: Alphabet::Digits, min: 16, max: 16 };
    assert_eq!(length(&rule), "16");
    assert_eq!(length(&PinRule { min: 12, ..rule }), "12–16");
}
