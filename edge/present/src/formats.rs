//! Money, dates and plurals in the format of a language, by the `Intl` of the JavaScript engine. The Worker and the browser both
//! use it, so that the page looks the same before and after the widget takes over.

use checkout_wire::Minor;
use checkout_wire::money::decimal;
use js_sys::{Array, Function, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

/// The formats of a language in the country of a currency.
pub struct Formats<'a> {
    language: &'a str,
    currency: &'a str,
}

impl<'a> Formats<'a> {
    /// Returns the formats of a language (BCP 47) and a currency (ISO 4217).
    pub const fn new(language: &'a str, currency: &'a str) -> Self {
        Self { language, currency }
    }

    /// Formats an amount: `R 249.00`. The symbol is the domestic one of the country where the voucher was bought.
    pub fn money(&self, amount: Minor) -> String {
        let decimal = decimal(amount);
        let options =
            [("style", "currency"), ("currency", self.currency), ("currencyDisplay", "narrowSymbol")];
        // Without the country: for English, some countries' formats have a decimal comma where their shops use a point.
        let language = Self::new(self.language, "");
        let text = language.call("NumberFormat", &options, "format", &JsValue::from_str(&decimal));
        let text = text.unwrap_or_else(|| [self.currency, " ", &decimal].concat());
        // In right-to-left text the last character of "TT$" would move to the wrong side.
        if text.starts_with('\u{200f}') { text + "\u{200e}" } else { text }
    }

    /// Formats the date in `text`, which begins with `YYYY-MM-DD`; returns `text` itself if it does not.
    pub fn date(&self, text: &str) -> String {
        let day = text.get(..10).unwrap_or(text);
        // An ISO date without time is read as UTC, so it is shown in UTC: the day must not depend on the shopper's time zone.
        let date = js_sys::Date::new(&JsValue::from_str(day));
        let options = [("dateStyle", "long"), ("timeZone", "UTC")];
        self.call("DateTimeFormat", &options, "format", &date).unwrap_or_else(|| text.to_owned())
    }

    /// Formats a timestamp (RFC 3339) as date and time in the zone of the currency's country.
    pub fn time(&self, at: &str) -> String {
        let zone = match self.currency {
            // None of these countries changes its clocks. The signs of these names are those of POSIX.
            "ZAR" => "Etc/GMT-2",
            "TTD" => "Etc/GMT+4",
            "ETB" => "Etc/GMT-3",
            _ => "UTC",
        };
        let date = js_sys::Date::new(&JsValue::from_str(at));
        let options = [("dateStyle", "medium"), ("timeStyle", "short"), ("timeZone", zone)];
        self.call("DateTimeFormat", &options, "format", &date).unwrap_or_else(|| at.to_owned())
    }

    /// Returns the plural category (CLDR) of a number; empty if `Intl` fails.
    pub fn plural(&self, count: i64) -> String {
        self.call("PluralRules", &[], "select", &JsValue::from_f64(count as f64)).unwrap_or_default()
    }

    /// Returns `new Intl[kind](tag, options)[method](value)`; `None` if a step fails. Uses `Reflect`, because the constructors
    /// throw on an unknown currency and `format` on an invalid date.
    fn call(&self, kind: &str, options: &[(&str, &str)], method: &str, value: &JsValue) -> Option<String> {
        let settings = Object::new();
        for (name, value) in options {
            _ = Reflect::set(&settings, &JsValue::from_str(name), &JsValue::from_str(value));
        }
        let constructor: Function = member(&member(&js_sys::global(), "Intl")?, kind)?.dyn_into().ok()?;
        let arguments = Array::of2(&JsValue::from_str(&self.tag()), &settings);
        let formatter = Reflect::construct(&constructor, &arguments).ok()?;
        let method: Function = member(&formatter, method)?.dyn_into().ok()?;
        method.call1(&formatter, value).ok()?.as_string()
    }

    /// Returns the BCP 47 tag: the language, the country from the first two letters of the currency's code, and Latin digits, as
    /// on vouchers and keyboards.
    fn tag(&self) -> String {
        [self.language, "-", self.currency.get(..2).unwrap_or("001"), "-u-nu-latn"].concat()
    }
}

fn member(object: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(object, &JsValue::from_str(name)).ok()
}

#[cfg(test)]
mod tests;
