//! Amounts, times and addresses as text.

use checkout_wire::Minor;
use checkout_wire::money::{Currency, decimal};
use js_sys::{Array, Date, Function, Intl, Object, Reflect};
use wasm_bindgen::JsValue;

/// Formats an amount with its currency, if it is known, and groups of three digits: `ZAR 1,249.00`.
pub fn money(amount: Minor, currency: impl Into<Option<Currency>>) -> String {
    let text = decimal(amount);
    let (sign, digits) = text.strip_prefix('-').map_or(("", text.as_str()), |rest| ("-", rest));
    let (whole, cents) = digits.split_once('.').unwrap_or((digits, "00"));
    let mut grouped = String::new();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let currency = currency.into().map_or_else(String::new, |currency| format!("{}\u{a0}", currency.code()));
    format!("{currency}{sign}{grouped}.{cents}")
}

/// Formats a time in this zone: `29 Nov 2026, 14:03:21`. Any other text is returned unchanged.
pub fn time(at: &str, zone: &str) -> String {
    formatted(at, &[("dateStyle", "medium"), ("timeStyle", "medium"), ("timeZone", zone)])
}

/// Formats a day `YYYY-MM-DD` briefly: `29 Nov`.
pub fn day(date: &str) -> String {
    formatted(date, &[("day", "numeric"), ("month", "short"), ("timeZone", "UTC")])
}

/// Formats a day `YYYY-MM-DD`: `29 Nov 2026`.
pub fn date(date: &str) -> String {
    formatted(date, &[("dateStyle", "medium"), ("timeZone", "UTC")])
}

/// Returns the day in this zone, as `YYYY-MM-DD`, of the time this number of days before now.
pub fn days_ago(days: u32, zone: &str) -> String {
    let then = Date::now() as i64 - i64::from(days) * 86_400_000;
    day_in(zone)(&String::from(Date::new(&JsValue::from(then as f64)).to_iso_string()))
}

/// Returns a function that returns the day in this zone, as `YYYY-MM-DD`, of a time.
pub fn day_in(zone: &str) -> impl Fn(&str) -> String {
    // Sweden writes dates in the international form.
    let format = formatter("sv-SE", &[("dateStyle", "short"), ("timeZone", zone)]);
    move |at| formatted_by(&format, at)
}

/// Returns the days `YYYY-MM-DD` from one to another, both included, and no more than a year of them.
pub fn days(from: &str, to: &str) -> Vec<String> {
    let start = Date::new(&from.into()).get_time();
    if start.is_nan() {
        return Vec::new();
    }
    let day = |days: i64| {
        let at = Date::new(&JsValue::from((start as i64 + days * 86_400_000) as f64)).to_iso_string();
        String::from(at).chars().take(10).collect::<String>()
    };
    (0..366).map(day).take_while(|day| day.as_str() <= to).collect()
}

fn formatted(at: &str, options: &[(&str, &str)]) -> String {
    formatted_by(&formatter("en-GB", options), at)
}

fn formatter(language: &str, options: &[(&str, &str)]) -> Function {
    let chosen = Object::new();
    for (name, value) in options {
        // Setting a member of a new object does not fail.
        let _ = Reflect::set(&chosen, &(*name).into(), &(*value).into());
    }
    Intl::DateTimeFormat::new(&Array::of1(&language.into()), &chosen).format()
}

fn formatted_by(format: &Function, at: &str) -> String {
    let date = Date::new(&at.into());
    if date.get_time().is_nan() {
        return at.to_owned();
    }
    let text = format.call1(&JsValue::NULL, &date).ok().and_then(|text| text.as_string());
    text.unwrap_or_else(|| at.to_owned())
}

/// Writes a query: the given members of a form that are not empty.
pub fn query<'a>(members: impl IntoIterator<Item = (&'a str, String)>) -> String {
    let mut query = String::new();
    for (name, value) in members {
        let value = value.trim();
        if value.is_empty() {
            continue;
        }
        query.push(if query.is_empty() { '?' } else { '&' });
        query.push_str(name);
        query.push('=');
        for byte in value.bytes() {
            match byte {
                b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'-' | b'_' | b'.' | b'~' => {
                    query.push(char::from(byte))
                }
                _ => query.push_str(&format!("%{byte:02X}")),
            }
        }
    }
    query
}

#[cfg(test)]
mod tests;
