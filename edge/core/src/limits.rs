//! What is allowed how often, and how patient we are: the variable `LIMITS`.

use serde::Deserialize;

/// The limits, each with a safe default. Times in milliseconds.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Refused vouchers within a minute before the session has to wait for the minute to pass.
    pub failed_per_minute: usize,
    /// Refused vouchers of a session before it has to pause after each one.
    pub failed_per_session: usize,
    /// That pause.
    pub pause_ms: i64,
    /// Refused vouchers of a session before "no such voucher" and "already used" read the same.
    pub plain_after: usize,
    /// Vouchers that can be used for one session.
    pub vouchers_per_session: usize,
    /// How long a provider may take to answer.
    pub provider_timeout_ms: i64,
    /// The pauses between two questions about an unknown outcome. After the last one it is left to a person.
    pub settle_after_ms: Vec<i64>,
    /// How long "I do not know this charge" and "nothing is missing from the voucher" are not believed.
    pub believe_after_ms: i64,
    /// How long a change voucher is kept for its shopper; then it is erased.
    pub change_kept_ms: i64,
    /// The pauses between two tries to deliver an event to the shop's server; the last one is repeated.
    pub webhook_after_ms: Vec<i64>,
    /// Payments that a provider does not answer, with none in between that it does, before it is no longer offered for a while.
    pub down_after: u32,
    /// How long it is not offered then, before one payment is let through to see; twice as long after each one in vain, up to
    /// sixteen times.
    pub down_ms: i64,
    /// Calls within a provider's period, in place of the number the provider publishes: for a shop that agreed on another.
    pub gate_calls: Option<u32>,
}

impl Default for Limits {
    fn default() -> Self {
        const SECOND: i64 = 1_000;
        const MINUTE: i64 = 60 * SECOND;
        const HOUR: i64 = 60 * MINUTE;
        Self {
            failed_per_minute: 5,
            failed_per_session: 10,
            pause_ms: 10 * MINUTE,
            plain_after: 3,
            vouchers_per_session: 10,
            provider_timeout_ms: 20 * SECOND,
            settle_after_ms: vec![
                2 * SECOND,
                3 * SECOND,
                5 * SECOND,
                10 * SECOND,
                20 * SECOND,
                40 * SECOND,
                MINUTE,
                2 * MINUTE,
                5 * MINUTE,
                10 * MINUTE,
                20 * MINUTE,
                HOUR,
                2 * HOUR,
                4 * HOUR,
                8 * HOUR,
                12 * HOUR,
                24 * HOUR,
                24 * HOUR,
            ],
            believe_after_ms: 2 * MINUTE,
            change_kept_ms: 30 * 24 * HOUR,
            webhook_after_ms: crate::event::default_pauses(),
            down_after: 5,
            down_ms: 15 * SECOND,
            gate_calls: None,
        }
    }
}

impl Limits {
    /// The limits of a JSON object; what it does not name keeps its default.
    pub fn parse(json: &str) -> Result<Self, String> {
        // serde would read a list as the fields in their order.
        if !json.starts_with('{') {
            return Err("must be a JSON object".to_owned());
        }
        let limits: Self = serde_json::from_str(json).map_err(|error| format!("is not valid: {error}"))?;
        let day = 24 * 3_600_000;
        let within = |name: &str, value: i64, most: i64| {
            if (1..=most).contains(&value) {
                Ok(())
            } else {
                Err(format!("has a {name} that is not between 1 and {most}"))
            }
        };
        within("failed_per_minute", limits.failed_per_minute as i64, 1_000)?;
        within("failed_per_session", limits.failed_per_session as i64, 1_000)?;
        within("plain_after", limits.plain_after as i64, 1_000)?;
        within("vouchers_per_session", limits.vouchers_per_session as i64, 50)?;
        within("pause_ms", limits.pause_ms, day)?;
        within("provider_timeout_ms", limits.provider_timeout_ms, 120_000)?;
        within("believe_after_ms", limits.believe_after_ms, day)?;
        if limits.believe_after_ms <= limits.provider_timeout_ms {
            return Err("has a believe_after_ms that is not above provider_timeout_ms: a charge could still be under way".to_owned());
        }
        within("down_after", i64::from(limits.down_after), 1_000)?;
        within("down_ms", limits.down_ms, day)?;
        within("gate_calls", i64::from(limits.gate_calls.unwrap_or(1)), 1_000)?;
        within("settle_after_ms of so many pauses", limits.settle_after_ms.len() as i64, 100)?;
        for pause in &limits.settle_after_ms {
            within("settle_after_ms", *pause, 7 * day)?;
        }
        within("change_kept_ms", limits.change_kept_ms, 365 * day)?;
        within("webhook_after_ms of so many pauses", limits.webhook_after_ms.len() as i64, 100)?;
        for pause in &limits.webhook_after_ms {
            within("webhook_after_ms", *pause, day)?;
        }
        Ok(limits)
    }
}
