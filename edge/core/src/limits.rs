//! Limits and timeouts: the variable `LIMITS`.

use crate::json::{self, Part};
use crate::stored::Stored;
use checkout_wire::{Millis, Minor};
use serde_json::{Map, Value};

/// The former names of limits, each with the current one.
const RENAMED: [(&str, &str); 9] = [
    ("pause_ms", "failed_session_pause_ms"),
    ("plain_after", "mask_declines_after"),
    ("settle_after_ms", "settle_backoff_ms"),
    ("believe_after_ms", "not_found_grace_ms"),
    ("change_kept_ms", "change_voucher_kept_ms"),
    ("webhook_after_ms", "webhook_backoff_ms"),
    ("down_after", "breaker_failures"),
    ("down_ms", "breaker_open_ms"),
    ("gate_calls", "provider_calls_per_period"),
];

/// Declares the limits, and sets one by its name. A reader derived by serde for that many members takes five times the code.
macro_rules! limits {
    ($(#[$meta:meta])* pub struct $limits:ident { $($(#[$doc:meta])* pub $name:ident: $type:ty,)* }) => {
        $(#[$meta])*
        pub struct $limits { $($(#[$doc])* pub $name: $type,)* }

        impl $limits {
            /// Sets the limit of this name. Returns whether the value is of its type; `None` if there is no such limit.
            fn set(&mut self, name: &str, value: &Value) -> Option<bool> {
                let mut whole = true;
                match name {
                    $(stringify!($name) => self.$name = Stored::take(Part(value), &mut whole),)*
                    _ => return None,
                }
                Some(whole)
            }
        }
    };
}

limits! {
    /// The limits, each with a safe default.
    #[derive(Clone, PartialEq, Eq, Debug)]
    pub struct Limits {
        /// Declined vouchers of a session within a minute, after which it has to wait for the minute to pass.
        pub failed_per_minute: usize,
        /// Declined vouchers of a session, from which it has to pause after each one.
        pub failed_per_session: usize,
        /// The pause after each declined voucher beyond `failed_per_session`.
        pub failed_session_pause_ms: Millis,
        /// Failed tries from one address within a minute, over all sessions, after which each further try costs a proof of work.
        pub address_failed_per_minute: usize,
        /// Failed tries from one address within an hour, over all sessions, after which each further try costs a proof of work.
        pub address_failed_per_hour: usize,
        /// Failed tries from one address within an hour, after which it has to wait.
        pub address_failed_per_hour_most: usize,
        /// Failed tries from one address within a day, after which it has to wait.
        pub address_failed_per_day: usize,
        /// Failed tries with one phone number within a minute, over all sessions, after which it has to wait.
        pub phone_failed_per_minute: usize,
        /// Failed tries with one phone number within an hour, over all sessions, after which it has to wait.
        pub phone_failed_per_hour: usize,
        /// Failed tries with one phone number within a day, over all sessions, after which it has to wait.
        pub phone_failed_per_day: usize,
        /// Failed tries at a provider within ten minutes, in one of sixteen shards of all sessions, from which its brake can be on.
        pub brake_after_failed: u64,
        /// The share of failed tries among all tries from which the brake is on.
        pub brake_failed_percent: u64,
        /// The zero bits of a proof of work; each one more doubles the time it takes.
        pub proof_bits: u32,
        /// Failed tries of a session, or of an address or a phone number within an hour, after which every decline reads the same.
        pub mask_declines_after: usize,
        /// Masked declines are answered at multiples of this time, so that the response time does not reveal the reason.
        pub masked_answer_ms: Millis,
        /// Vouchers that can be used for one session.
        pub vouchers_per_session: usize,
        /// The time that a provider may take to answer.
        pub provider_timeout_ms: Millis,
        /// The pauses between look-ups of an unknown outcome. After the last look-up the outcome goes to review.
        pub settle_backoff_ms: Vec<Millis>,
        /// The time for which "charge not found" and an unchanged voucher balance do not count as proof.
        pub not_found_grace_ms: Millis,
        /// The times after which a payment that counts as not charged by a look-up is looked up once more.
        pub recheck_after_ms: Vec<Millis>,
        /// The largest amount, in minor units, that is credited when it follows from a voucher's balance alone; a larger one goes to
        /// review. `None` sets no limit, 0 credits none.
        pub inferred_credit_up_to: Option<Minor>,
        /// The largest voucher, in minor units, that is issued.
        pub issued_voucher_up_to: Minor,
        /// The vouchers issued at a provider within a day.
        pub issued_per_day: usize,
        /// The total amount of the vouchers issued at a provider within a day, in minor units of the provider's currency.
        pub issued_per_day_up_to: Minor,
        /// The time for which an order without an answer is repeated automatically at a provider without look-ups.
        pub order_resent_for_ms: Millis,
        /// The time for which the code that a provider sends to a voucher's owner is accepted.
        pub challenge_ms: Millis,
        /// The codes that are sent for one payment.
        pub challenges_per_payment: usize,
        /// The time before another code is sent.
        pub challenge_resend_ms: Millis,
        /// The time a change voucher is kept for its shopper; then it is erased.
        pub change_voucher_kept_ms: Millis,
        /// The days after which the PIN of a payment with an unknown outcome is erased. Its balance can no longer be queried.
        pub pin_kept_days: i64,
        /// The days after the end of a session after which its client secret no longer opens it.
        pub secret_kept_days: i64,
        /// The days after the end of a session after which the shopper's personal data is erased.
        pub personal_kept_days: i64,
        /// The pauses between attempts to deliver an event to the merchant's server; the last one is repeated.
        pub webhook_backoff_ms: Vec<Millis>,
        /// The time after which something that waits for a person, or for the merchant's server, is reported by an event.
        pub attention_after_ms: Millis,
        /// Unanswered payments in a row after which a provider is not offered for a while.
        pub breaker_failures: u32,
        /// The time it is not offered then, before one payment is admitted as a probe; twice as long after each failed
        /// probe, up to sixteen times.
        pub breaker_open_ms: Millis,
        /// Calls within a provider's period, in place of the provider's published number, for a merchant that agreed on
        /// another.
        pub provider_calls_per_period: Option<u32>,
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            failed_per_minute: 5,
            failed_per_session: 10,
            failed_session_pause_ms: Millis::MINUTE.times(10),
            // Assumes a whole town behind one address, where one shopper in ten mistypes.
            address_failed_per_minute: 20,
            address_failed_per_hour: 60,
            address_failed_per_hour_most: 300,
            address_failed_per_day: 2_000,
            phone_failed_per_minute: 5,
            phone_failed_per_hour: 15,
            phone_failed_per_day: 30,
            brake_after_failed: 20,
            brake_failed_percent: 60,
            proof_bits: 15,
            mask_declines_after: 3,
            masked_answer_ms: Millis::SECOND.times(2),
            vouchers_per_session: 10,
            provider_timeout_ms: Millis::SECOND.times(20),
            settle_backoff_ms: vec![
                Millis::SECOND.times(2),
                Millis::SECOND.times(3),
                Millis::SECOND.times(5),
                Millis::SECOND.times(10),
                Millis::SECOND.times(20),
                Millis::SECOND.times(40),
                Millis::MINUTE,
                Millis::MINUTE.times(2),
                Millis::MINUTE.times(5),
                Millis::MINUTE.times(10),
                Millis::MINUTE.times(20),
                Millis::HOUR,
                Millis::HOUR.times(2),
                Millis::HOUR.times(4),
                Millis::HOUR.times(8),
                Millis::HOUR.times(12),
                Millis::HOUR.times(24),
                Millis::HOUR.times(24),
            ],
            not_found_grace_ms: Millis::MINUTE.times(2),
            recheck_after_ms: vec![Millis::HOUR, Millis::DAY],
            inferred_credit_up_to: None,
            issued_voucher_up_to: Minor(500_000),
            issued_per_day: 100,
            issued_per_day_up_to: Minor(5_000_000),
            order_resent_for_ms: Millis::MINUTE.times(10),
            challenge_ms: Millis::MINUTE.times(5),
            challenges_per_payment: 3,
            challenge_resend_ms: Millis::SECOND.times(30),
            change_voucher_kept_ms: Millis::DAY.times(30),
            pin_kept_days: 30,
            secret_kept_days: 30,
            personal_kept_days: 90,
            webhook_backoff_ms: crate::outbox::default_pauses(),
            // Staff who look at the operations page settle most within the hour; a shopper whose money is held up should not wait longer
            // than part of a working day.
            attention_after_ms: Millis::HOUR,
            breaker_failures: 5,
            breaker_open_ms: Millis::SECOND.times(15),
            provider_calls_per_period: None,
        }
    }
}

impl Limits {
    /// Parses the limits in a JSON object. Limits that it leaves out keep their defaults.
    pub fn parse(json: &str) -> Result<Self, String> {
        let members: Map<String, Value> =
            json::read(json).map_err(|error| format!("is not valid: {error}"))?;
        if let Some((old, new)) = RENAMED.iter().find(|(old, _)| members.contains_key(*old)) {
            return Err(format!("has {old}, which was renamed to {new}"));
        }
        let mut limits = Self::default();
        for (name, value) in &members {
            match limits.set(name, value) {
                Some(true) => {}
                Some(false) => return Err(format!("is not valid: {name} has a value of another type")),
                None => return Err(format!("is not valid: there is no limit named {name}")),
            }
        }
        let Millis(day) = Millis::DAY;
        let count = |value: usize| value as i64;
        let per_address = count(limits.address_failed_per_hour_most);
        let mut ranges = vec![
            ("failed_per_minute", count(limits.failed_per_minute), 1_000),
            ("failed_per_session", count(limits.failed_per_session), 1_000),
            ("address_failed_per_day", count(limits.address_failed_per_day), 10_000),
            ("address_failed_per_hour_most", per_address, count(limits.address_failed_per_day)),
            ("address_failed_per_hour", count(limits.address_failed_per_hour), per_address),
            ("address_failed_per_minute", count(limits.address_failed_per_minute), per_address),
            ("phone_failed_per_day", count(limits.phone_failed_per_day), 10_000),
            ("phone_failed_per_hour", count(limits.phone_failed_per_hour), 10_000),
            ("phone_failed_per_minute", count(limits.phone_failed_per_minute), 10_000),
            ("brake_after_failed", limits.brake_after_failed as i64, 1_000_000),
            ("brake_failed_percent", limits.brake_failed_percent as i64, 100),
            ("proof_bits", i64::from(limits.proof_bits), 24),
            ("mask_declines_after", count(limits.mask_declines_after), 1_000),
            ("masked_answer_ms", limits.masked_answer_ms.0, 60_000),
            ("vouchers_per_session", count(limits.vouchers_per_session), 50),
            ("failed_session_pause_ms", limits.failed_session_pause_ms.0, day),
            ("provider_timeout_ms", limits.provider_timeout_ms.0, 120_000),
            ("not_found_grace_ms", limits.not_found_grace_ms.0, day),
            ("breaker_failures", i64::from(limits.breaker_failures), 1_000),
            ("breaker_open_ms", limits.breaker_open_ms.0, day),
            ("provider_calls_per_period", i64::from(limits.provider_calls_per_period.unwrap_or(1)), 1_000),
            ("issued_per_day", count(limits.issued_per_day), 10_000),
            ("issued_per_day_up_to", limits.issued_per_day_up_to.0, Minor::MAX.0),
            ("issued_voucher_up_to", limits.issued_voucher_up_to.0, limits.issued_per_day_up_to.0),
            ("order_resent_for_ms", limits.order_resent_for_ms.0, day),
            ("challenge_ms", limits.challenge_ms.0, 3_600_000),
            ("challenges_per_payment", count(limits.challenges_per_payment), 10),
            ("challenge_resend_ms", limits.challenge_resend_ms.0, limits.challenge_ms.0),
            ("change_voucher_kept_ms", limits.change_voucher_kept_ms.0, 365 * day),
            ("pin_kept_days", limits.pin_kept_days, 365),
            ("secret_kept_days", limits.secret_kept_days, 3_650),
            ("personal_kept_days", limits.personal_kept_days, 3_650),
            ("attention_after_ms", limits.attention_after_ms.0, 30 * day),
        ];
        let lists = [
            ("settle_backoff_ms", &limits.settle_backoff_ms, 1..=100, 7 * day),
            ("recheck_after_ms", &limits.recheck_after_ms, 0..=10, 30 * day),
            ("webhook_backoff_ms", &limits.webhook_backoff_ms, 1..=100, day),
        ];
        for (name, pauses, sizes, most) in lists {
            let size = pauses.len();
            if !sizes.contains(&size) {
                let (least, most) = sizes.into_inner();
                return Err(format!("has {size} pauses in {name}; {least} to {most} are allowed"));
            }
            ranges.extend(pauses.iter().map(|pause| (name, pause.0, most)));
        }
        if let Some((name, _, most)) = ranges.iter().find(|(_, value, most)| !(1..=*most).contains(value)) {
            return Err(format!("has a {name} that is not between 1 and {most}"));
        }
        if limits.not_found_grace_ms <= limits.provider_timeout_ms {
            return Err("has a not_found_grace_ms that is not above provider_timeout_ms: a charge could still be under way".to_owned());
        }
        if !limits.recheck_after_ms.is_sorted() {
            return Err("has a recheck_after_ms whose times do not grow".to_owned());
        }
        let most = limits.inferred_credit_up_to.unwrap_or(Minor::ZERO);
        if !(Minor::ZERO..=Minor::MAX).contains(&most) {
            return Err("has an inferred_credit_up_to that is not an amount in minor units".to_owned());
        }
        Ok(limits)
    }
}
