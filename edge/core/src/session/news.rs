//! The events for the merchant: the differences between two states of a session.

use super::{Redemption, Return, Session};
use crate::Limits;
use crate::config::Config;
use crate::event::EventType;
use checkout_wire::{Millis, RedemptionStatus, SessionStatus};
use serde_json::{Value, json};

impl Session {
    /// Returns the events of the change from `before` to this session, each with its object, in the order of delivery. They
    /// contain no client secret and no PIN.
    pub fn news(&self, before: &Session, config: &Config, now: Millis) -> Vec<(EventType, Value)> {
        let mut news = Vec::new();
        for one in &self.redemptions {
            let view = || {
                let mut view = one.shop_view(&config.limits);
                if let Value::Object(members) = &mut view {
                    members.insert("object".into(), "redemption".into());
                    members.insert(
                        "checkout_session".into(),
                        json!({"id": self.id, "reference": self.parameters.reference}),
                    );
                }
                view
            };
            let kinds = one.news(before.redemption(&one.begun.id), &config.limits);
            news.extend(kinds.into_iter().map(|kind| (kind, view())));
        }
        let ended = [
            (EventType::SessionCompleted, self.is_complete(now) && !before.is_complete(now)),
            (EventType::SessionCanceled, self.canceled_at.is_some() && before.canceled_at.is_none()),
            (EventType::SessionExpired, self.expired_at.is_some() && before.expired_at.is_none()),
        ];
        let view = self.shop_view(None, config, now);
        news.extend(ended.into_iter().filter(|(_, now)| *now).map(|(kind, _)| (kind, view.clone())));
        news
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
        // The merchant may have received or read an outcome that no longer holds.
        let resolved = matches!(was, Some(Declined | NotSent)) || before.is_some_and(|one| one.was_unknown);
        let ended = |one: &Redemption| {
            one.reversal.as_ref().is_some_and(|back| matches!(back.stage, Return::Done | Return::Refused(_)))
        };
        let mut kinds = Vec::new();
        if self.is_in_doubt() && !before.is_some_and(Redemption::is_in_doubt) {
            kinds.push(EventType::RedemptionUnknown);
        }
        if Some(is) != was {
            match is {
                Succeeded => kinds.push(EventType::RedemptionSucceeded),
                Declined => kinds.push(EventType::RedemptionDeclined),
                Unknown | Processing | NotSent | Reversed => {}
            }
            if resolved && matches!(is, Succeeded | Declined | NotSent) {
                kinds.push(EventType::RedemptionResolved);
            }
        }
        let change_found = before.is_some_and(Redemption::change_unknown) && !self.change_unknown();
        if change_found || (ended(self) && !before.is_some_and(ended)) {
            kinds.push(EventType::RedemptionResolved);
        }
        if self.needs_review(limits) && !before.is_some_and(|one| one.needs_review(limits)) {
            kinds.push(EventType::RedemptionNeedsReview);
        }
        kinds
    }
}
