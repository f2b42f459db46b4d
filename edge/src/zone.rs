//! The merchant's time zone, computed from the runtime's own time-zone data.

use checkout_core::ConfigError;
use checkout_core::config::wrong_timezone;
use checkout_core::time::{Date, parse_rfc3339};
use checkout_wire::Millis;
use js_sys::{Object, Reflect};
use wasm_bindgen::prelude::*;

/// All offsets from UTC, and all their changes, are multiples of this.
pub const STEP: Millis = Millis::MINUTE.times(15);
/// The longest time by which a local day begins before midnight UTC.
const EARLIEST: Millis = Millis::HOUR.times(15);

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
            // Setting a member of a plain object does not fail.
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

    /// Returns the beginning of a local day.
    pub fn begin(&self, day: Date) -> Millis {
        let midnight = day.midnight();
        let likely = midnight - self.offset(midnight);
        if self.is_begin(likely, day) {
            return likely;
        }
        // The clocks change between the two midnights.
        let mut at = midnight - EARLIEST;
        while self.date(at).is_some_and(|date| date < day) {
            at += STEP;
        }
        at
    }

    fn is_begin(&self, at: Millis, day: Date) -> bool {
        self.date(at) == Some(day) && self.date(at - STEP).is_some_and(|before| before < day)
    }

    fn date(&self, at: Millis) -> Option<Date> {
        Date::parse(self.text(at).split(' ').next()?)
    }

    /// Returns the offset of the local time from UTC.
    fn offset(&self, at: Millis) -> Millis {
        let local = parse_rfc3339(&(self.text(at).replace(' ', "T") + "Z"));
        local.map_or(Millis::ZERO, |local| local - at)
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
