//! Money, dates and plurals as a language writes them, by the `Intl` of the JavaScript engine: the Worker's and the browser's.
//! So the page looks the same before and after the widget has taken it over.

use checkout_wire::money::decimal;
use js_sys::{Array, Function, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

/// How a language writes things where that currency is used.
pub struct Formats<'a> {
    language: &'a str,
    currency: &'a str,
}

impl<'a> Formats<'a> {
    /// Of a language (BCP 47), with a currency (ISO 4217).
    pub const fn new(language: &'a str, currency: &'a str) -> Self {
        Self { language, currency }
    }

    /// An amount in minor units: `R 249.00`. The symbol is the one used at home, where the voucher was bought.
    pub fn money(&self, minor: i64) -> String {
        let decimal = decimal(minor);
        let options =
            [("style", "currency"), ("currency", self.currency), ("currencyDisplay", "narrowSymbol")];
        // Without the country: in English the formats of some write a comma, where their shops write a point.
        let language = Self::new(self.language, "");
        let text = language.call("NumberFormat", &options, "format", &JsValue::from_str(&decimal));
        let text = text.unwrap_or_else(|| [self.currency, " ", &decimal].concat());
        // From right to left the last sign of "TT$" would go astray.
        if text.starts_with('\u{200f}') { text + "\u{200e}" } else { text }
    }

    /// The date in `text`, which begins with `YYYY-MM-DD`; `text` itself when it does not.
    pub fn date(&self, text: &str) -> String {
        let day = text.get(..10).unwrap_or(text);
        // An ISO date without time is read as UTC, so it is shown in UTC: the day must not move with the shopper's zone.
        let date = js_sys::Date::new(&JsValue::from_str(day));
        let options = [("dateStyle", "long"), ("timeZone", "UTC")];
        self.call("DateTimeFormat", &options, "format", &date).unwrap_or_else(|| text.to_owned())
    }

    /// The plural category (CLDR) of a number.
    pub fn plural(&self, count: i64) -> String {
        self.call("PluralRules", &[], "select", &JsValue::from_f64(count as f64)).unwrap_or_default()
    }

    /// `new Intl[kind](tag, options)[method](value)`. By `Reflect`, because the constructors throw on an unknown currency and
    /// `format` on an invalid date.
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

    /// A currency's code begins with its country. Digits are those that stand on vouchers and keyboards.
    fn tag(&self) -> String {
        [self.language, "-", self.currency.get(..2).unwrap_or("001"), "-u-nu-latn"].concat()
    }
}

fn member(object: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(object, &JsValue::from_str(name)).ok()
}

#[cfg(test)]
mod tests;
