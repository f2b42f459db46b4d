use super::*;
use checkout_wire::pin::Alphabet;

const RULES: [PinRule; 2] = [
    PinRule { alphabet: Alphabet::Digits, min: 16, max: 16 },
    PinRule { alphabet: Alphabet::Alphanumeric, min: 12, max: 12 },
];

#[test]
fn a_pin_is_recognised_however_it_is_written() {
    for text in [
        "1168648096792943",
        "PIN 1168 6480 9679 2943, he said",
        "1168-6480-9679-2943",
        "ticket 77: 1168 6480 9679 2943",
        "1168\u{a0}6480\u{a0}9679\u{a0}2943.",
        "A1234567890B",
        "1234 5678 9012",
    ] {
        assert!(has_pin(text, &RULES), "{text}");
    }
}

#[test]
fn other_texts_are_left_alone() {
    for text in [
        "",
        "Kora confirmed it by phone",
        "ticket 77 of 2026-11-30",
        "called 082 123 4567",
        "116864809679294",
        "confirmation",
        "rd_55c0b0f1",
    ] {
        assert!(!has_pin(text, &RULES), "{text}");
    }
    assert!(!has_pin("1168648096792943", &[]));
}
