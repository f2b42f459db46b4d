//! The events for the merchant: the differences between two states of a session.

use super::{Payout, Redemption, Return, Session};
use crate::Limits;
use crate::config::Config;
use checkout_wire::{EventType, Millis, Minor, RedemptionStatus, SessionStatus};
use serde_json::{Value, json};

impl Session {
    /// Returns the events of the change from `before` to this session, each with its object, in the order of delivery. They
    /// contain no client secret and no PIN.
    pub fn news(&self, before: &Session, config: &Config, now: Millis) -> Vec<(EventType, Value)> {
        let mut news = Vec::new();
        for payment in &self.redemptions {
            let view = || self.redemption_object(payment, &config.limits);
            let kinds = payment.news(before.redemption(&payment.begun.id), &config.limits);
            news.extend(kinds.into_iter().map(|kind| (kind, view())));
        }
        let ended = [
            (EventType::SessionCompleted, self.is_complete(now) && !before.is_complete(now)),
            (EventType::SessionCanceled, self.canceled_at.is_some() && before.canceled_at.is_none()),
            (EventType::SessionExpired, self.expired_at.is_some() && before.expired_at.is_none()),
        ];
        for payout in self.payouts.iter().skip(before.payouts.len()) {
            news.push((EventType::PayoutRecorded, self.payout_view(payout)));
        }
        let view = self.merchant_view(None, config, now);
        news.extend(ended.into_iter().filter(|(_, now)| *now).map(|(kind, _)| (kind, view.clone())));
        news
    }

    /// Returns a redemption for an event or a list, with the id and reference of its session.
    pub fn redemption_object(&self, payment: &Redemption, limits: &Limits) -> Value {
        self.part(payment.merchant_view(limits), "redemption")
    }

    fn payout_view(&self, payout: &Payout) -> Value {
        let mut view = self.part(payout.merchant_view(), "payout");
        if let Value::Object(members) = &mut view {
            members.insert("currency".into(), self.parameters.currency.code().into());
            members.insert("amount_owed".into(), json!(self.owed()));
        }
        view
    }

    /// Returns the view of a part of the session, with its kind and with the session's id and reference.
    fn part(&self, mut view: Value, object: &'static str) -> Value {
        if let Value::Object(members) = &mut view {
            members.insert("object".into(), object.into());
            let session = json!({"id": self.id, "reference": self.parameters.reference});
            members.insert("checkout_session".into(), session);
        }
        view
    }

    fn is_complete(&self, now: Millis) -> bool {
        self.status(now) == SessionStatus::Complete
    }
}

impl Redemption {
    fn news(&self, before: Option<&Redemption>, limits: &Limits) -> Vec<EventType> {
        use RedemptionStatus::*;
        let was = before.map(Redemption::status);
        let is = self.status();
        // The merchant may have received or read an outcome that is no longer true.
        let resolved =
            matches!(was, Some(Declined | NotSent)) || before.is_some_and(|payment| payment.was_unknown);
        let ended = |payment: &Redemption| {
            let is_refund = payment.has_provider_refund();
            payment.reversal.as_ref().is_some_and(|back| match back.stage {
                // A refund has an event of its own.
                Return::Done => !is_refund,
                Return::Refused(_) => true,
                _ => false,
            })
        };
        let mut kinds = Vec::new();
        if self.is_in_doubt() && !before.is_some_and(Redemption::is_in_doubt) {
            kinds.push(EventType::RedemptionUnknown);
        }
        if Some(is) != was {
            match is {
                Succeeded => kinds.push(EventType::RedemptionSucceeded),
                Declined => kinds.push(EventType::RedemptionDeclined),
                Unknown | Processing | Challenged | NotSent | Reversed => {}
            }
            if resolved && matches!(is, Succeeded | Declined | NotSent) {
                kinds.push(EventType::RedemptionResolved);
            }
        }
        if self.refunded() > before.map_or(Minor::ZERO, Redemption::refunded) {
            kinds.push(EventType::RedemptionRefunded);
        }
        let change_found = before.is_some_and(Redemption::change_unknown) && !self.change_unknown();
        if change_found || (ended(self) && !before.is_some_and(ended)) {
            kinds.push(EventType::RedemptionResolved);
        }
        if self.needs_review(limits) && !before.is_some_and(|payment| payment.needs_review(limits)) {
            kinds.push(EventType::RedemptionNeedsReview);
        }
        kinds
    }
}
