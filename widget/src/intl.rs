//! Money, dates and spans of time in the shopper's language, by the browser's own `Intl`.

use crate::dom;
use crate::page::{self, filled};
use checkout_wire::{Country, PinRule, Word, amount::digits};
use js_sys::{Array, Function, Reflect};
use wasm_bindgen::{JsCast, JsValue};

/// An amount in the shopper's language: `R 249,00`.
pub fn money(minor: i64, currency: &str) -> String {
    let decimal = decimal(minor);
    format("NumberFormat", &[("style", "currency"), ("currency", currency)], &JsValue::from_str(&decimal))
        .unwrap_or_else(|| [currency, " ", &decimal].concat())
}

/// The date in `text`, which begins with `YYYY-MM-DD`, in the shopper's language; `text` itself when it does not.
pub fn date(text: &str) -> String {
    let day = text.get(..10).unwrap_or(text);
    // An ISO date without time is read as UTC, so it is shown in UTC: the day must not move with the shopper's zone.
    let date = js_sys::Date::new(&JsValue::from_str(day));
    let options = [("dateStyle", "long"), ("timeZone", "UTC")];
    format("DateTimeFormat", &options, &date).unwrap_or_else(|| text.to_owned())
}

/// So many seconds in words: exact below two minutes, then in minutes, rounded up.
pub fn span(seconds: i64) -> String {
    let (count, one, other) = if seconds < 120 {
        (seconds, Word::SecondsOne, Word::SecondsOther)
    } else {
        ((seconds + 59) / 60, Word::MinutesOne, Word::MinutesOther)
    };
    filled(if count == 1 { one } else { other }, &[("count", &digits(count))])
}

/// How many characters a PIN has: `16`, or `12–16`.
pub fn count(rule: &PinRule) -> String {
    let mut out = digits(rule.min);
    if rule.max != rule.min {
        out.push('–');
        out.push_str(&digits(rule.max));
    }
    out
}

/// A phone number as people of that country write one.
pub const fn phone_example(country: Country) -> &'static str {
    match country {
        Country::SouthAfrica => "082 123 4567",
        Country::TrinidadAndTobago => "868 622 1234",
        Country::Ethiopia => "091 123 4567",
    }
}

/// The amount as exact decimal text, `249.00`: `Intl` reads text without rounding it, and shoppers type it so.
pub fn decimal(minor: i64) -> String {
    // Every currency sold here has two decimals.
    let cents = minor % 100;
    let sign = if minor < 0 { "-" } else { "" };
    let zero = if -10 < cents && cents < 10 { "0" } else { "" };
    [sign, &digits(minor / 100), ".", zero, &digits(cents)].concat()
}

/// `new Intl[kind](locale, options).format(value)`. By `Reflect`, because the constructor throws on an unknown currency
/// and `format` on an invalid date.
fn format(kind: &str, options: &[(&str, &str)], value: &JsValue) -> Option<String> {
    let settings: Vec<_> = options.iter().map(|(name, value)| (*name, JsValue::from_str(value))).collect();
    let settings = dom::object(&settings);
    let intl = member(&js_sys::global(), "Intl")?;
    let constructor: Function = member(&intl, kind)?.dyn_into().ok()?;
    let locale = JsValue::from_str(&page::locale());
    let formatter = Reflect::construct(&constructor, &Array::of2(&locale, &settings)).ok()?;
    let format: Function = member(&formatter, "format")?.dyn_into().ok()?;
    format.call1(&JsValue::UNDEFINED, value).ok()?.as_string()
}

fn member(object: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(object, &JsValue::from_str(name)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use checkout_wire::Alphabet;

    #[test]
    fn decimals_are_exact() {
        for (minor, text) in [
            (0, "0.00"),
            (5, "0.05"),
            (50, "0.50"),
            (24_900, "249.00"),
            (-1, "-0.01"),
            (-12_345, "-123.45"),
            (9_007_199_254_740_991, "90071992547409.91"),
            (i64::MIN, "-92233720368547758.08"),
        ] {
            assert_eq!(decimal(minor), text);
        }
    }

    #[test]
    fn lengths() {
        let mut rule = PinRule { alphabet: Alphabet::Digits, min: 16, max: 16 };
        assert_eq!(count(&rule), "16");
        rule.min = 12;
        assert_eq!(count(&rule), "12–16");
    }

    #[test]
    fn an_example_is_a_number_of_its_country() {
        for country in Country::ALL {
            assert!(country.phone(phone_example(*country)).is_some(), "{}", country.as_str());
        }
    }
}
