//! The sealed secrets of a session: PINs of unknown outcomes, the ends of PINs, change vouchers, and personal data.

use super::Checkout;
use crate::log;
use crate::objects::calls::internal;
use crate::objects::ledger_object::LedgerObject;
use crate::objects::store::{SecretKind, SecretWrite};
use crate::problem::Problem;
use crate::runtime::now;
use checkout_core::index::ContactPoint;
use checkout_core::json;
use checkout_core::provider::Provider;
use checkout_core::seal::same;
use checkout_core::session::{
    ChangeVouchers, CheckedRequest, Contact, Customer, Parameters, PinEnds, Redemption, hide_changes,
    tell_apart,
};
use checkout_core::{Config, Limits, Session};
use checkout_wire::{ChangeVoucher, CheckoutView, Millis, Pin, RedemptionId, SessionId, SessionStatus};

impl Checkout {
    /// Returns the view for the holder of the client secret, with the change vouchers of these payments and of those that were made with
    /// this payer key.
    pub(super) fn shopper_view(
        &self,
        config: &Config,
        payer: Option<&str>,
        shown: &[RedemptionId],
    ) -> Result<CheckoutView, Problem> {
        let session = self.opened(config)?;
        let changes = self.changes(config, &session)?;
        let mut view = session.checkout_view(config, &changes, &self.down.borrow(), now());
        hide_changes(&mut view, |id| {
            shown.contains(id) || session.redemption(id).is_some_and(|payment| payment.is_paid_by(payer))
        });
        tell_apart(&mut view.redemptions, self.pin_ends(config)?);
        Ok(view)
    }

    /// Returns the redemptions of which a change voucher is stored and that were paid with this phone number, as typed.
    pub(super) fn paid_with_phone(&self, config: &Config, phone: &str) -> Result<Vec<RedemptionId>, Problem> {
        let session = self.session()?;
        let changes = self.changes(config, &session)?;
        let contacts = self.ledger.store().unseal_all(config, SecretKind::Contact)?;
        let is_paid_with = |id: &RedemptionId| {
            let (_, contact) = contacts.iter().find(|(about, _)| about == id.as_str())?;
            let contact: Contact = json::read(contact.reveal()).ok()?;
            let provider = config.provider(&session.redemption(id)?.begun.provider)?;
            let typed = provider.features().country.phone(phone)?;
            same(&typed, &contact.phone).then_some(())
        };
        Ok(changes.into_iter().map(|(id, _)| id).filter(|id| is_paid_with(id).is_some()).collect())
    }

    /// Returns the write that seals a session's personal data; `None` if there is none.
    pub(super) fn sealed_customer(
        &self,
        config: &Config,
        session: &SessionId,
        customer: &Customer,
    ) -> Result<Option<SecretWrite>, Problem> {
        if *customer == Customer::default() {
            return Ok(None);
        }
        let text = serde_json::to_string(customer).map_err(|error| internal("customer")(error.into()))?;
        let sealed = self.ledger.store().seal(config, SecretKind::Customer, session.as_str(), &text)?;
        Ok(Some(SecretWrite::Keep(SecretKind::Customer, session.as_str().to_owned(), sealed)))
    }

    /// Returns the writes that seal the secrets of a new payment: the contact details, the end of the PIN for the receipt, and the whole PIN
    /// where an unknown outcome is found out by the balance.
    pub(super) fn payment_secrets(
        &self,
        config: &Config,
        provider: &dyn Provider,
        id: &RedemptionId,
        request: &CheckedRequest,
    ) -> Result<Vec<SecretWrite>, Problem> {
        let pin = &request.cleaned().pin;
        let needs_pin =
            provider.features().checkout.as_ref().is_some_and(|checkout| checkout.outcome_check.needs_pin());
        let whole = needs_pin.then(|| (SecretKind::Pin, pin.reveal()));
        let mut secrets = vec![self.sealed_contact(config, id, &request.contact())?];
        for (kind, text) in whole.into_iter().chain(pin.end().map(|end| (SecretKind::PinEnd, end))) {
            let sealed = self.ledger.store().seal(config, kind, id.as_str(), text)?;
            secrets.push(SecretWrite::Keep(kind, id.as_str().to_owned(), sealed));
        }
        Ok(secrets)
    }

    /// Returns the PIN, or the code, of a payment; `None` if it is erased or cannot be opened.
    pub(super) fn sealed_pin(
        &self,
        config: &Config,
        kind: SecretKind,
        id: &RedemptionId,
    ) -> Result<Option<Pin>, Problem> {
        let sealed = self.ledger.store().unseal(config, kind, id.as_str())?;
        Ok(sealed.map(|pin| Pin::from_provider(pin.into_revealed())))
    }

    /// Returns the write that seals the contact details given for a payment.
    fn sealed_contact(
        &self,
        config: &Config,
        id: &RedemptionId,
        contact: &Contact,
    ) -> Result<SecretWrite, Problem> {
        let text = serde_json::to_string(contact).map_err(|error| internal("contact")(error.into()))?;
        let sealed = self.ledger.store().seal(config, SecretKind::Contact, id.as_str(), &text)?;
        Ok(SecretWrite::Keep(SecretKind::Contact, id.as_str().to_owned(), sealed))
    }

    /// Returns the session with its personal data, for a view or a payment.
    pub(super) fn opened(&self, config: &Config) -> Result<Session, Problem> {
        let session = self.session()?;
        let sealed = self.ledger.store().unseal(config, SecretKind::Customer, session.id.as_str())?;
        Ok(match sealed.and_then(|text| json::read(text.reveal()).ok()) {
            Some(customer) => session.with_customer(customer),
            // There is none, it is erased, or the ledger was written by an earlier release.
            None => Session::clone(&session),
        })
    }

    /// Returns the phone number that the shopper gave for a payment; `None` if it is erased.
    pub(super) fn phone_of(&self, config: &Config, id: &RedemptionId) -> Result<Option<String>, Problem> {
        let sealed = self.ledger.store().unseal(config, SecretKind::Contact, id.as_str())?;
        let contact: Option<Contact> = sealed.and_then(|text| json::read(text.reveal()).ok());
        Ok(contact.map(|contact| contact.phone))
    }

    /// Returns the shopper's phone numbers and e-mail addresses, from the merchant and from the payments: staff search by these.
    pub(super) fn contact_points(&self, config: &Config) -> Result<Vec<ContactPoint>, Problem> {
        let Parameters { phone, email, .. } = self.opened(config)?.parameters;
        let mut known: Vec<(Option<String>, Option<String>)> = vec![(phone, email)];
        let typed = self.ledger.store().unseal_all(config, SecretKind::Contact)?;
        known.extend(typed.iter().filter_map(|(_, text)| {
            let Contact { phone, email } = json::read(text.reveal()).ok()?;
            Some((Some(phone), email))
        }));
        let points = known.into_iter().flat_map(|(phone, email)| {
            phone.map(ContactPoint::Phone).into_iter().chain(email.map(ContactPoint::Email))
        });
        Ok(points.collect())
    }

    /// Returns the ids of the sealing keys that the session needs: while it can be paid, this includes the key of its client secret. Keys
    /// of personal data are left out, because payments do not need them.
    pub(super) fn needed_keys(&self, config: &Config, session: &Session) -> Result<Vec<String>, Problem> {
        let kinds = [SecretKind::Pin, SecretKind::Code, SecretKind::Change, SecretKind::HintedChange];
        let mut keys = self.ledger.store().sealing_keys(&kinds).map_err(internal("secrets"))?;
        keys.extend(session.locking_keys().map(str::to_owned));
        if matches!(session.status(now()), SessionStatus::Open | SessionStatus::Processing) {
            keys.extend(
                config.keyring.client_secret_key(&session.id, &session.secret_hash).map(str::to_owned),
            );
        }
        Ok(keys)
    }

    pub(super) fn sealed_change(
        &self,
        config: &Config,
        kind: SecretKind,
        id: &str,
        change: &ChangeVoucher,
    ) -> Result<String, Problem> {
        let text = serde_json::to_string(change).map_err(|error| internal("change")(error.into()))?;
        self.ledger.store().seal(config, kind, id, &text)
    }

    /// Returns the session's change vouchers, unsealed. A voucher from an answer takes precedence over one from a webhook.
    fn changes(&self, config: &Config, session: &Session) -> Result<ChangeVouchers, Problem> {
        let mut changes = self.opened_changes(config, SecretKind::Change)?;
        for (id, change) in self.opened_changes(config, SecretKind::HintedChange)? {
            let taken = session.redemption(&id).is_some_and(Redemption::is_success);
            if taken && !changes.iter().any(|(known, _)| *known == id) {
                changes.push((id, change));
            }
        }
        Ok(changes)
    }

    fn pin_ends(&self, config: &Config) -> Result<PinEnds, Problem> {
        let opened = self.ledger.store().unseal_all(config, SecretKind::PinEnd)?;
        Ok(opened
            .into_iter()
            .filter_map(|(id, end)| Some((RedemptionId::parse(&id)?, end.into_revealed())))
            .collect())
    }

    /// Returns when the next secret is to be erased, and the write that erases it.
    pub(super) fn next_to_forget(
        &self,
        config: &Config,
        session: &Session,
    ) -> Result<Option<(Millis, SecretWrite)>, Problem> {
        let limits = &config.limits;
        let mut next: Option<(Millis, SecretWrite)> = None;
        for (kind, about) in self.ledger.store().secrets().map_err(internal("secrets"))? {
            let id = RedemptionId::parse(&about);
            let at = match kind {
                SecretKind::Change | SecretKind::HintedChange | SecretKind::PinEnd => {
                    id.map(|id| session.forget_change_at(&id, limits).unwrap_or_default())
                }
                SecretKind::Pin | SecretKind::Code => {
                    id.map(|id| session.forget_pin_at(&id, limits).unwrap_or_default())
                }
                SecretKind::Customer | SecretKind::Contact => session.forget_customer_at(limits),
                SecretKind::Voucher | SecretKind::Answer => None,
            };
            if let Some(at) = at
                && next.as_ref().is_none_or(|(first, _)| at < *first)
            {
                next = Some((at, SecretWrite::Erase(kind, about)));
            }
        }
        Ok(next)
    }

    /// Erases the secrets whose retention has ended.
    pub(super) async fn forget_secrets(&self, config: &Config) -> Result<(), Problem> {
        loop {
            match self.next_to_forget(config, &*self.session()?)? {
                Some((at, erase)) if at <= now() => self.write(config, &[], &[erase]).await?,
                _ => return Ok(()),
            }
        }
    }

    /// Returns the writes that erase the personal data.
    pub(super) fn personal_secrets(&self) -> Result<Vec<SecretWrite>, Problem> {
        let secrets = self.ledger.store().secrets().map_err(internal("secrets"))?;
        let personal = secrets
            .into_iter()
            .filter(|(kind, _)| matches!(kind, SecretKind::Customer | SecretKind::Contact));
        Ok(personal.map(|(kind, about)| SecretWrite::Erase(kind, about)).collect())
    }

    fn opened_changes(&self, config: &Config, kind: SecretKind) -> Result<ChangeVouchers, Problem> {
        let opened = self.ledger.store().unseal_all(config, kind)?;
        let read = opened.into_iter().filter_map(|(id, text)| {
            let change = json::read(text.reveal()).ok();
            if change.is_none() {
                log::unreadable_secret("change", &id);
            }
            Some((RedemptionId::parse(&id)?, change?))
        });
        Ok(read.collect())
    }
}

/// Returns the writes that erase the secrets which a payment in this state no longer needs.
pub(super) fn needless_secrets(payment: &Redemption, limits: &Limits) -> Vec<SecretWrite> {
    let mut kinds = Vec::new();
    if payment.challenge.is_some() && !payment.keeps_code() {
        kinds.push(SecretKind::Code);
    }
    if !payment.keeps_pin(limits) {
        kinds.push(SecretKind::Pin);
        if !payment.is_success() {
            kinds.push(SecretKind::PinEnd);
        }
    }
    let id = payment.begun.id.as_str();
    kinds.into_iter().map(|kind| SecretWrite::Erase(kind, id.to_owned())).collect()
}
