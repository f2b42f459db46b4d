use super::*;
use checkout_wire::Alphabet;

#[test]
fn a_pin_is_grouped_as_on_its_slip() {
    assert_eq!(grouped("1168648096792943", None), "1168 6480 9679 2943");
    assert_eq!(grouped("116", None), "116");
    assert_eq!(grouped("", None), "");
    let celbux = PinRule { alphabet: Alphabet::Digits, min: 13, max: 13 };
    assert_eq!(grouped("1680300000101", Some(&celbux)), "168-03000-00101");
    assert_eq!(grouped("1680", Some(&celbux)), "168-0");
}

#[test]
fn lengths() {
    let rule = PinRule { alphabet: Alphabet::Digits, min: 16, max: 16 };
    assert_eq!(length(&rule), "16");
    assert_eq!(length(&PinRule { min: 12, ..rule }), "12–16");
}
