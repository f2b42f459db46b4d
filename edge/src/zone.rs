//! The merchant's time zone, by the runtime's own tables of time zones.

use checkout_core::ConfigError;
use checkout_core::config::wrong_timezone;
use checkout_core::time::Date;
use checkout_wire::Millis;
use js_sys::{Object, Reflect};
use wasm_bindgen::prelude::*;

/// All offsets from UTC, and all changes of them, are multiples of this.
pub const STEP: Millis = Millis::MINUTE.times(15);
/// The time by which a day begins before midnight UTC at the most.
const EARLIEST: Millis = Millis::HOUR.times(15);
/// The shortest day.
const SHORTEST: Millis = Millis::HOUR.times(22);

/// A time zone.
pub struct Zone(DateTimeFormat);

impl Zone {
    /// Returns the time zone of this IANA name; an error for one that the runtime does not know.
    pub fn of(name: &str) -> Result<Self, ConfigError> {
        let options = Object::new();
        let two_digits = ["month", "day", "hour", "minute", "second"].map(|part| (part, "2-digit"));
        let all =
            [("timeZone", name), ("year", "numeric"), ("hourCycle", "h23")].into_iter().chain(two_digits);
        for (option, value) in all {
            // A plain object takes any member.
            let _ = Reflect::set(&options, &option.into(), &value.into());
        }
        DateTimeFormat::new("en-US", &options).map(Self).map_err(|_| wrong_timezone())
    }

    /// Returns the local date and time as `YYYY-MM-DD HH:MM:SS`.
    pub fn text(&self, at: Millis) -> String {
        let local = self.0.format(at.0 as f64);
        // Such as 11/29/2026, 22:05:00.
        let mut parts = local.split(['/', ',', ' ']).filter(|part| !part.is_empty());
        let mut part = || parts.next().unwrap_or_default();
        let (month, day, year, clock) = (part(), part(), part(), part());
        format!("{year}-{month}-{day} {clock}")
    }

    /// Returns the local date.
    pub fn date(&self, at: Millis) -> Option<Date> {
        Date::parse(self.text(at).split(' ').next()?)
    }

    /// Returns the beginnings of these local days and of the day after them.
    pub fn days(&self, from: Date, to: Date) -> Vec<Millis> {
        let mut begins = Vec::new();
        let mut at = from.midnight() - EARLIEST;
        for day in from.0..=to.0 + 1 {
            while self.date(at).is_some_and(|date| date < Date(day)) {
                at += STEP;
            }
            begins.push(at);
            at += SHORTEST;
        }
        begins
    }
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = Intl)]
    type DateTimeFormat;

    #[wasm_bindgen(constructor, catch, js_namespace = Intl)]
    fn new(locale: &str, options: &Object) -> Result<DateTimeFormat, JsValue>;
    #[wasm_bindgen(method)]
    fn format(this: &DateTimeFormat, at: f64) -> String;
}
