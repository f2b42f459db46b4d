//! The views of a session for its shopper and for the merchant.

use super::{
    Payout, Redemption, RedemptionState, Refund, RefundWay, Return, Reversal, Session, Stage, voucher_names,
};
use crate::Limits;
use crate::config::Config;
use crate::provider::{Brand, Features, Provider};
use crate::secret::Secret;
use crate::time::rfc3339;
use checkout_wire::{
    ChangeVoucher, CheckoutView, DeclineCode, Millis, Minor, Offer, Pin, RedemptionId, RedemptionStatus,
    RedemptionView, Seconds, SessionStatus,
};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The change vouchers that can be shown, by redemption.
pub type ChangeVouchers = Vec<(RedemptionId, ChangeVoucher)>;

/// The last characters of the PINs, by redemption.
pub type PinEnds = Vec<(RedemptionId, String)>;

/// The providers that do not answer: by id, the time until which they are not offered.
pub type Down = BTreeMap<String, Millis>;

impl Session {
    /// Returns the view for the holder of the client secret.
    pub fn checkout_view(
        &self,
        config: &Config,
        changes: &ChangeVouchers,
        down: &Down,
        now: Millis,
    ) -> CheckoutView {
        let parameters = &self.parameters;
        // The shopper does not have to claim money that the provider may still return.
        let returning = |redemption: &&Redemption| self.returning(redemption, now, &config.limits).is_some();
        let returning: Minor = self.redemptions.iter().filter(returning).map(Redemption::credited).sum();
        CheckoutView {
            id: self.id.clone(),
            status: self.status(now),
            amount: parameters.amount,
            currency: parameters.currency.code().to_owned(),
            amount_received: self.received(),
            amount_remaining: self.remaining(),
            amount_owed: self.owed_if(self.is_over(now)) - returning,
            vouchers_left: self.vouchers_left(&config.limits) as i64,
            shop_name: config.shop_name.clone(),
            support: config.support_contact.clone(),
            locale: parameters.locale.clone(),
            description: parameters.description.clone(),
            reference: parameters.reference.clone(),
            providers: self.offers(config, down, now),
            redemptions: self
                .redemptions
                .iter()
                .map(|redemption| self.redemption_view(redemption, config, changes, now))
                .collect(),
            email: parameters.email.clone(),
            phone: parameters.phone.clone(),
            success_url: parameters.success_url.clone(),
            cancel_url: parameters.cancel_url.clone(),
            retry_after: self.pause(now, &config.limits).map(Millis::to_seconds_rounded_up),
            expires_at: rfc3339(self.expires_at),
            expires_in: Some((self.expires_at - now).to_seconds_rounded_up()).filter(|_| !self.is_over(now)),
        }
    }

    /// Returns the view for a reader who knows only the session's id: its language, the payee, and the ways to pay while it is open and has
    /// no redemptions (after that, they would reveal an outcome). Everything else is left empty. A fee would reveal the amount, so any fee
    /// is shown as 1.
    pub fn outline(&self, config: &Config, now: Millis) -> CheckoutView {
        let status = self.status(now);
        let mut providers = self.offers(config, &Down::new(), now);
        providers.retain(|_| status == SessionStatus::Open && self.redemptions.is_empty());
        for offer in &mut providers {
            offer.fee = offer.fee.min(Minor(1));
        }
        CheckoutView {
            id: self.id.clone(),
            status,
            amount: Minor::ZERO,
            currency: self.parameters.currency.code().to_owned(),
            amount_received: Minor::ZERO,
            amount_remaining: Minor::ZERO,
            amount_owed: Minor::ZERO,
            vouchers_left: 0,
            shop_name: config.shop_name.clone(),
            support: config.support_contact.clone(),
            locale: self.parameters.locale.clone(),
            description: None,
            reference: String::new(),
            providers,
            redemptions: Vec::new(),
            email: None,
            phone: None,
            success_url: None,
            cancel_url: None,
            retry_after: None,
            expires_at: String::new(),
            expires_in: None,
        }
    }

    /// Returns the view of one redemption for the holder of the client secret. A masked decline reads the same for every reason, and the
    /// balance is shown only to a session whose earlier tries all used vouchers with money on them (law 8).
    fn redemption_view(
        &self,
        redemption: &Redemption,
        config: &Config,
        changes: &ChangeVouchers,
        now: Millis,
    ) -> RedemptionView {
        let masked = redemption.is_voucher_refused()
            && (redemption.begun.masked || self.masks_declines(&config.limits));
        let decline_code =
            redemption.decline_code().map(|code| if masked { DeclineCode::VoucherRefused } else { code });
        let (change, spent) = self.change_left(redemption, config, changes);
        // The last voucher has to pay all that remains.
        let tells_balance = !masked && self.is_honest_before(redemption);
        let usable = redemption.usable(self.remaining(), config);
        let usable = usable.filter(|_| tells_balance && self.vouchers_left(&config.limits) > 1);
        let is_last = self.paid_after(redemption, redemption.begun.voucher.as_slice()).next().is_none();
        let known = self.returning(redemption, now, &config.limits);
        let known = known.or_else(|| redemption.is_left_to_person().then_some(RedemptionStatus::Unknown));
        // The end of the session is recorded for the payment a moment later.
        let too_late = redemption.stage() == Stage::Challenged && self.is_over(now);
        let known = known.or_else(|| too_late.then_some(RedemptionStatus::NotSent));
        let decline_code = decline_code.or_else(|| too_late.then_some(DeclineCode::CodeNotEntered));
        RedemptionView {
            id: redemption.begun.id.clone(),
            provider: redemption.begun.provider.clone(),
            provider_code: redemption.begun.brand.clone(),
            status: known.unwrap_or(if masked { RedemptionStatus::Declined } else { redemption.status() }),
            amount: redemption.amount(),
            fee: redemption.fee(),
            decline_code,
            challenge: redemption.challenge_view(now, self.expires_at, &config.limits).filter(|_| !too_late),
            created_at: rfc3339(redemption.created_at),
            change,
            voucher_balance: redemption.balance_left().filter(|_| is_last && tells_balance),
            usable: if spent { Some(Minor::ZERO) } else { usable },
            rest_by_message: redemption.rest_by_message(),
            pin_end: None,
            change_unknown: redemption.change_unknown(),
            needs_review: redemption.is_left_to_person()
                || redemption.reversal.as_ref().is_some_and(|reversal| reversal.needs_review(&config.limits)),
        }
    }

    /// Returns whether every earlier failed try used a voucher with money on it, which a guesser rarely finds.
    fn is_honest_before(&self, redemption: &Redemption) -> bool {
        let mut earlier = self.redemptions.iter().take_while(|other| other.begun.id != redemption.begun.id);
        earlier.all(|other| {
            !other.is_failed_try() || other.decline_code() == Some(DeclineCode::InsufficientFunds)
        })
    }

    /// Returns the redemption's change voucher while it may hold money, and whether it has paid since. If it has, its balance is
    /// unknown and left out.
    fn change_left(
        &self,
        redemption: &Redemption,
        config: &Config,
        changes: &ChangeVouchers,
    ) -> (Option<ChangeVoucher>, bool) {
        let change_of = |redemption: &Redemption| changes.iter().find(|(id, _)| *id == redemption.begun.id);
        let Some((_, change)) = change_of(redemption) else {
            return (None, false);
        };
        let names = voucher_names(&config.keyring, &redemption.begun.provider, change.pin.reveal());
        let worth = change.amount.unwrap_or(Minor(i64::MAX));
        let mut spent = false;
        for later in self.paid_after(redemption, &names) {
            if later.credited() >= worth || change_of(later).is_some() {
                return (None, false);
            }
            // No answer states where the remainder is, so this PIN is still the best one to show.
            spent = true;
        }
        (Some(ChangeVoucher { amount: change.amount.filter(|_| !spent), ..change.clone() }), spent)
    }

    /// Returns the later redemptions of this session that a voucher with one of these names has paid.
    fn paid_after(&self, redemption: &Redemption, names: &[String]) -> impl Iterator<Item = &Redemption> {
        let later = self.redemptions.iter().skip_while(|other| other.begun.id != redemption.begun.id).skip(1);
        let paid = later.filter(|other| other.credited() > Minor::ZERO);
        paid.filter(|other| other.begun.voucher.as_ref().is_some_and(|name| names.contains(name)))
    }

    /// Returns the merchant's view. With the client secret it contains `client_secret` and `url`, the hosted page's address.
    pub fn merchant_view(&self, client_secret: Option<&Secret>, config: &Config, now: Millis) -> Value {
        let parameters = &self.parameters;
        let mut session = json!({
            "id": self.id,
            "object": "checkout_session",
            "status": self.status(now).as_str(),
            "amount": parameters.amount,
            "currency": parameters.currency.code(),
            "amount_received": self.received(),
            "amount_remaining": self.remaining(),
            "amount_owed": self.owed(),
            "amount_refunded": self.refunded(),
            "amount_paid_out": self.paid_out(),
            "payouts": self.payouts.iter().map(Payout::merchant_view).collect::<Vec<_>>(),
            "reference": parameters.reference,
            "providers": parameters.providers,
            "redemptions": self.redemptions.iter().map(|redemption| redemption.merchant_view(&config.limits)).collect::<Vec<_>>(),
            "created_at": rfc3339(self.created_at),
            "expires_at": rfc3339(self.expires_at),
            "metadata": parameters.metadata_json(),
        });
        if let (Some(secret), Value::Object(members)) = (client_secret, &mut session) {
            let secret = secret.reveal();
            members.insert("client_secret".into(), secret.as_str().into());
            members.insert(
                "url".into(),
                format!("{}/pay/{}?key={secret}", config.public_url, self.id.as_str()).into(),
            );
        }
        session
    }

    fn offers(&self, config: &Config, down: &Down, now: Millis) -> Vec<Offer> {
        let allowed = self.parameters.providers.iter().filter_map(|id| config.provider(id));
        allowed
            .flat_map(|provider| {
                let features = provider.features();
                let fee = provider.fee(self.remaining());
                let wait = down
                    .get(features.id)
                    .map(|until| *until - now)
                    .filter(|wait| *wait > Millis::ZERO)
                    .map(Millis::to_seconds_rounded_up);
                features.brands().iter().map(move |brand| offer(features, brand, fee, wait))
            })
            .collect()
    }
}

impl Redemption {
    /// Returns the code that the shopper is to type; `None` while there is none. It is of no use after the session's end, `at_most`.
    fn challenge_view(
        &self,
        now: Millis,
        at_most: Millis,
        limits: &Limits,
    ) -> Option<checkout_wire::Challenge> {
        let challenge = self.challenge.as_ref().filter(|_| self.status() == RedemptionStatus::Challenged)?;
        let until = |at: Millis| (at - now).max(Millis::ZERO).to_seconds_rounded_up();
        Some(checkout_wire::Challenge {
            sent_to: challenge.sent_to.clone(),
            expires_in: until(challenge.ends_at(limits).min(at_most)),
            tries_left: challenge.tries_left() as i64,
            resend_in: challenge.resends_at(limits).map(until),
        })
    }

    pub(super) fn merchant_view(&self, limits: &Limits) -> Value {
        let mut view = Map::new();
        let mut put = |name: &str, value: Value| {
            if !value.is_null() {
                view.insert(name.to_owned(), value);
            }
        };
        put("id", self.begun.id.as_str().into());
        put("provider", self.begun.provider.as_str().into());
        put("provider_code", self.begun.brand.as_deref().into());
        put("status", self.status().as_str().into());
        put("amount", json!(self.amount()));
        put("fee", json!(self.fee()));
        put("provider_reference", self.begun.reference.as_str().into());
        put("decline_code", self.decline_code().map(DeclineCode::as_str).into());
        put("created_at", rfc3339(self.created_at).into());
        match &self.state {
            RedemptionState::Succeeded { transaction, inferred, .. } => {
                put("provider_transaction", transaction.as_deref().into());
                put("inferred", inferred.then_some(true).into());
                put("change_unknown", self.change_unknown().then_some(true).into());
                put("reversal", self.reversal.as_ref().map_or(Value::Null, Reversal::merchant_view));
            }
            RedemptionState::Declined { words, .. } => put("provider_message", words.as_deref().into()),
            _ => {}
        }
        if !self.refunds.is_empty() {
            put("amount_refunded", json!(self.refunded()));
            put("refunds", self.refunds.iter().map(|refund| self.refund_view(refund)).collect());
        }
        put("resolved", self.resolution.as_ref().map_or(Value::Null, |(at, act)| act.view(*at)));
        put("needs_review", self.needs_review(limits).then_some(true).into());
        Value::Object(view)
    }

    fn refund_view(&self, refund: &Refund) -> Value {
        let mut view = refund.act.view(refund.at);
        let (status, voucher) = match &refund.way {
            RefundWay::Merchant { voucher } => ("succeeded", voucher.as_ref()),
            RefundWay::Provider => (self.reversal.as_ref().map_or("processing", Reversal::status), None),
        };
        let members = json!({
            "id": format!("rf_{}", refund.act.id.digits()),
            "amount": refund.amount,
            "status": status,
            "by_provider": refund.way == RefundWay::Provider,
            "voucher": voucher,
        });
        extend(&mut view, members);
        view
    }

    fn amount(&self) -> Minor {
        match self.state {
            RedemptionState::Succeeded { amount, .. } => amount,
            _ => self.begun.amount,
        }
    }

    fn fee(&self) -> Option<Minor> {
        match self.state {
            RedemptionState::Succeeded { fee, .. } => fee,
            _ => None,
        }
    }

    fn balance_left(&self) -> Option<Minor> {
        match self.state {
            RedemptionState::Succeeded { amount, balance, .. } => {
                // Without a fee, the remainder can be computed without the provider's answer.
                let certain = self.balance_before.filter(|_| self.begun.fee == Minor::ZERO && !self.renews);
                balance.or_else(|| certain.map(|before| before - amount)).filter(|_| !self.is_reversed())
            }
            RedemptionState::Declined { code: DeclineCode::InsufficientFunds, balance, .. } => balance,
            _ => None,
        }
    }

    /// Returns how much of the remaining amount a voucher that was declined for insufficient funds can pay: the
    /// most that leaves enough for the provider's fee.
    fn usable(&self, remaining: Minor, config: &Config) -> Option<Minor> {
        let RedemptionState::Declined {
            code: DeclineCode::InsufficientFunds, balance: Some(balance), ..
        } = self.state
        else {
            return None;
        };
        let provider = config.provider(&self.begun.provider)?;
        let fits = |amount| Minor(amount).saturating_add(provider.fee(Minor(amount))) <= balance;
        let (mut enough, mut too_much) = (0, balance.min(remaining).0 + 1);
        while enough + 1 < too_much {
            let middle = enough + (too_much - enough) / 2;
            if fits(middle) { enough = middle } else { too_much = middle }
        }
        Some(Minor(enough)).filter(|amount| *amount > Minor::ZERO)
    }

    /// Returns the remainder that the provider sends to the voucher's owner by message.
    fn rest_by_message(&self) -> Option<Minor> {
        match self.state {
            RedemptionState::Succeeded { amount, .. } if self.renews && !self.is_reversed() => {
                self.balance_before.map(|before| before - amount).filter(|rest| *rest > Minor::ZERO)
            }
            _ => None,
        }
    }

    /// Returns the reason why nothing was taken; `None` if money was or may have been taken.
    pub fn decline_code(&self) -> Option<DeclineCode> {
        match self.state {
            RedemptionState::Declined { code, .. } | RedemptionState::NotSent { code } => Some(code),
            _ => None,
        }
    }
}

impl Reversal {
    fn merchant_view(&self) -> Value {
        let words = match &self.stage {
            Return::Refused(words) | Return::Blocked(words) => words.as_deref(),
            Return::Begun | Return::InDoubt | Return::Done => None,
        };
        json!({"status": self.status(), "provider_reference": self.reference, "provider_message": words})
    }

    const fn status(&self) -> &'static str {
        match self.stage {
            Return::Begun => "processing",
            Return::InDoubt => "unknown",
            Return::Done => "succeeded",
            Return::Refused(_) => "refused",
            Return::Blocked(_) => "blocked",
        }
    }
}

impl Payout {
    pub(super) fn merchant_view(&self) -> Value {
        let mut view = self.act.view(self.at);
        let id = format!("po_{}", self.act.id.digits());
        extend(&mut view, json!({"id": id, "amount": self.amount, "voucher": self.voucher}));
        view
    }
}

/// Adds the members of an object that are not null.
fn extend(view: &mut Value, members: Value) {
    if let (Value::Object(view), Value::Object(members)) = (view, members) {
        view.extend(members.into_iter().filter(|(_, value)| !value.is_null()));
    }
}

fn offer(features: &Features, brand: &Brand, fee: Minor, retry_after: Option<Seconds>) -> Offer {
    Offer {
        provider: features.id.to_owned(),
        provider_code: brand.code.clone(),
        label: brand.label.clone(),
        pin: brand.pin,
        phone_country: features.country,
        needs_email: features.checkout.as_ref().is_some_and(|checkout| checkout.needs_email),
        fee,
        retry_after,
    }
}

/// Hides the PINs of the change vouchers that are not the reader's. Their phone numbers, which would open them, are then hidden as well.
pub fn hide_changes(view: &mut CheckoutView, is_shown: impl Fn(&RedemptionId) -> bool) {
    for redemption in view.redemptions.iter_mut().filter(|redemption| !is_shown(&redemption.id)) {
        if let Some(change) = &mut redemption.change {
            change.pin = Pin::default();
            view.phone = None;
        }
    }
}

/// Adds the last characters of its PIN to each voucher that has paid, if another voucher of its kind has paid, too.
pub fn tell_apart(redemptions: &mut [RedemptionView], ends: PinEnds) {
    let paid = redemptions.iter().filter(|redemption| redemption.status == RedemptionStatus::Succeeded);
    let kinds: Vec<_> =
        paid.map(|redemption| (redemption.provider.clone(), redemption.provider_code.clone())).collect();
    let is_paid_again = |redemption: &RedemptionView| {
        let same = kinds
            .iter()
            .filter(|(provider, code)| (provider, code) == (&redemption.provider, &redemption.provider_code));
        redemption.status == RedemptionStatus::Succeeded && same.count() > 1
    };
    for (id, end) in ends {
        if let Some(redemption) =
            redemptions.iter_mut().find(|redemption| redemption.id == id && is_paid_again(redemption))
        {
            redemption.pin_end = Some(end);
        }
    }
}

/// Returns a provider's entry in `GET /v1/providers`.
pub fn provider_view(provider: &dyn Provider) -> Value {
    let features = provider.features();
    let brand = |brand: &Brand| {
        json!({
            "code": brand.code,
            "label": brand.label,
            "pin": {"alphabet": brand.pin.alphabet.as_str(), "min": brand.pin.min, "max": brand.pin.max},
        })
    };
    let capabilities = [
        ("checkout", features.checkout.is_some()),
        ("issue", features.issues.is_some()),
        ("lookup", features.views.is_some()),
        ("reverse", features.reverses),
    ];
    let capabilities = capabilities.into_iter().filter(|(_, has)| *has).map(|(name, _)| name);
    json!({
        "id": features.id,
        "currencies": [features.currency.code()],
        "capabilities": capabilities.collect::<Vec<_>>(),
        "phone_country": features.country.as_str(),
        "needs_email": features.checkout.as_ref().is_some_and(|checkout| checkout.needs_email),
        "brands": features.brands().iter().map(brand).collect::<Vec<_>>(),
        "fee": {"flat_minor": provider.fee(Minor::ZERO), "of_100_00": provider.fee(Minor(10_000))},
    })
}
