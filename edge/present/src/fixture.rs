//! Sessions for the tests of this crate and of the renderers.
#![allow(clippy::unwrap_used, reason = "only tests use this module")]

use checkout_wire::{
    Alphabet, Challenge, CheckoutView, Country, DeclineCode, Minor, Offer, PinRule, RedemptionId,
    RedemptionStatus, RedemptionView, Seconds, SessionId, SessionStatus,
};

/// Returns the id of a redemption; the ids of tests are short: `rd_1`.
pub fn rd(id: &str) -> RedemptionId {
    RedemptionId::of(&format!("{:0>32}", id.trim_start_matches("rd_"))).unwrap()
}

/// Returns a way to pay with PINs of 16 digits, whose provider is down for this many seconds.
pub fn offer(provider: &str, retry_after: Option<i64>) -> Offer {
    Offer {
        provider: provider.into(),
        provider_code: None,
        label: provider.to_uppercase(),
        pin: PinRule { alphabet: Alphabet::Digits, min: 16, max: 16 },
        phone_country: Country::SouthAfrica,
        needs_email: false,
        fee: Minor::ZERO,
        retry_after: retry_after.map(Seconds),
    }
}

/// Returns a redemption of R 100.00 with this outcome.
pub fn redemption(id: &str, status: RedemptionStatus, decline_code: Option<DeclineCode>) -> RedemptionView {
    RedemptionView {
        id: rd(id),
        provider: "kora".into(),
        provider_code: None,
        status,
        amount: Minor(10_000),
        fee: None,
        decline_code,
        created_at: "2026-01-01T00:00:00.000Z".into(),
        change: None,
        voucher_balance: None,
        usable: None,
        rest_by_message: None,
        pin_end: None,
        challenge: None,
        change_unknown: false,
        needs_review: false,
    }
}

/// Returns a redemption that waits for a code, with this number of tries left.
pub fn challenged(id: &str, tries_left: i64) -> RedemptionView {
    let challenge = Challenge {
        sent_to: Some("67".into()),
        expires_in: Seconds(300),
        tries_left,
        resend_in: Some(Seconds(30)),
    };
    RedemptionView { challenge: Some(challenge), ..redemption(id, RedemptionStatus::Challenged, None) }
}

/// Returns an unpaid session of R 249.00 with one way to pay.
pub fn view(status: SessionStatus, redemptions: Vec<RedemptionView>) -> CheckoutView {
    CheckoutView {
        id: SessionId::of(&"1".repeat(32)).unwrap(),
        status,
        amount: Minor(24_900),
        currency: "ZAR".into(),
        amount_received: Minor::ZERO,
        amount_remaining: Minor(24_900),
        amount_owed: Minor::ZERO,
        vouchers_left: 10,
        shop_name: "Shop".into(),
        support: None,
        locale: None,
        description: None,
        reference: "order-1".into(),
        providers: vec![offer("kora", None)],
        redemptions,
        email: None,
        phone: None,
        success_url: None,
        cancel_url: None,
        retry_after: None,
        expires_at: "2026-01-01T01:00:00.000Z".into(),
        expires_in: Some(Seconds(3_600)),
    }
}
