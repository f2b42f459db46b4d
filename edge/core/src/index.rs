//! The rows of the index: the data of a session, an issued voucher and an event for lists, searches and reports.
//!
//! Rows are derived from the state computed from the ledger, so they can be made again at any time. They contain no PIN, no
//! secret, and no name, telephone number or e-mail address; keyed hashes stand for the last two.

mod contact;
mod movement;
mod needed_key;
mod privacy;

use crate::Limits;
use crate::config::Config;
use crate::issuance::Issuance;
use crate::json;
use crate::outbox::Delivery;
use crate::session::{Redemption, RedemptionState, Session};
use crate::time::rfc3339;
use checkout_wire::{Millis, Minor};
use movement::movements;
use privacy::{ARCHIVED_REDEMPTION, ARCHIVED_SESSION, archived, keep_voucher_members, without_personal_data};
use serde::Serialize;
use serde_json::{Value, json};

pub use contact::ContactPoint;
pub use movement::Movement;
pub use needed_key::NeededKey;

/// The version of the rows of one object.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Version {
    /// It grows with every change, and its rows replace those of a smaller number only.
    pub seq: i64,
    /// The time of the last change.
    pub changed_at: Millis,
}

/// Rows of every table. The names of tables and members are those of `edge/migrations`.
#[derive(Default, Debug)]
pub struct Rows {
    /// Checkout sessions.
    pub sessions: Vec<SessionRow>,
    /// The vouchers' payments in them.
    pub redemptions: Vec<RedemptionRow>,
    /// Money that was taken, reversed, refunded or paid out.
    pub movements: Vec<Movement>,
    /// The contacts of the sessions' shoppers. They replace the earlier contacts of their session.
    pub contacts: Vec<ContactRow>,
    /// Issued vouchers.
    pub vouchers: Vec<VoucherRow>,
    /// Events for the merchant's server.
    pub events: Vec<EventRow>,
}

/// A checkout session.
#[derive(Serialize, Debug)]
pub struct SessionRow {
    id: String,
    seq: i64,
    created_at: Millis,
    changed_at: Millis,
    expires_at: Millis,
    status: &'static str,
    amount: Minor,
    currency: &'static str,
    received: Minor,
    remaining: Minor,
    owed: Minor,
    reference: String,
    providers: String,
    needs_review: u8,
    review_since: Option<Millis>,
    owed_since: Option<Millis>,
    sealing_keys: String,
    view: String,
}

/// One voucher's payment in a session.
#[derive(Serialize, Debug)]
pub struct RedemptionRow {
    id: String,
    seq: i64,
    session: String,
    created_at: Millis,
    changed_at: Millis,
    provider: String,
    status: &'static str,
    amount: Minor,
    fee: Option<Minor>,
    currency: &'static str,
    reference: String,
    provider_reference: String,
    provider_transaction: Option<String>,
    voucher: Option<String>,
    needs_review: u8,
    review_since: Option<Millis>,
    refunded: Minor,
    view: String,
}

/// The keyed hash of a phone number or e-mail address of a session's shopper.
#[derive(Serialize, Debug)]
pub struct ContactRow {
    hash: String,
    session: String,
    kind: &'static str,
    seq: i64,
}

/// A voucher issued for the merchant.
#[derive(Serialize, Debug)]
pub struct VoucherRow {
    id: String,
    seq: i64,
    created_at: Millis,
    changed_at: Millis,
    provider: String,
    status: &'static str,
    amount: Option<Minor>,
    currency: Option<&'static str>,
    reference: Option<String>,
    needs_review: u8,
    review_since: Option<Millis>,
    sealing_keys: String,
    view: String,
}

/// An event, with the state of its delivery.
#[derive(Serialize, Debug)]
pub struct EventRow {
    id: String,
    seq: i64,
    owner: String,
    sequence: i64,
    #[serde(rename = "type")]
    kind: String,
    created_at: Millis,
    delivery: &'static str,
    delivered_at: Option<Millis>,
    next_try_at: Option<Millis>,
    tries: usize,
    view: String,
}

impl Rows {
    /// Derives the rows of a session, of its payments and of its money. `contacts` are all contacts of its shopper.
    pub fn of_session(
        session: &Session,
        contacts: &[ContactPoint],
        config: &Config,
        version: Version,
        now: Millis,
    ) -> Self {
        let limits = &config.limits;
        let id = session.id.as_str();
        let hashes = contacts.iter().filter_map(|contact| {
            let hash = contact.hashes(&config.keyring).into_iter().next()?;
            Some(ContactRow { hash, session: id.to_owned(), kind: contact.kind(), seq: version.seq })
        });
        Self {
            sessions: vec![session_row(session, config, version, now)],
            redemptions: session
                .redemptions
                .iter()
                .map(|redemption| redemption_row(session, redemption, limits, version))
                .collect(),
            movements: movements(session, version.seq),
            contacts: hashes.collect(),
            ..Self::default()
        }
    }

    /// Derives the rows that remain of a session when its object is erased: its amounts, and the references by which it is found.
    pub fn archived(session: &Session, config: &Config, version: Version, now: Millis) -> Self {
        let mut rows = Self::of_session(session, &[], config, version, now);
        for row in &mut rows.sessions {
            row.view = archived(&row.view, &ARCHIVED_SESSION, Some(("archived", true.into())));
        }
        for row in &mut rows.redemptions {
            row.voucher = None;
            row.view = archived(&row.view, &ARCHIVED_REDEMPTION, None);
        }
        rows
    }

    /// Derives the row of an issued voucher.
    pub fn of_voucher(issuance: &Issuance, config: &Config, version: Version) -> Self {
        let provider = config.provider(&issuance.provider);
        let currency = provider.map(|provider| provider.features().currency);
        let mut view = issuance.view(None, currency, &config.limits);
        keep_voucher_members(&mut view);
        let needs_review = issuance.is_left_to_person(&config.limits);
        let row = VoucherRow {
            id: issuance.id.as_str().to_owned(),
            seq: version.seq,
            created_at: issuance.created_at,
            changed_at: version.changed_at,
            provider: issuance.provider.clone(),
            status: issuance.status(),
            amount: view.get("amount").and_then(Value::as_i64).map(Minor),
            currency: currency.map(|currency| currency.code()),
            reference: issuance.merchant_reference.clone(),
            needs_review: needs_review.into(),
            review_since: needs_review.then_some(issuance.recovery.changed_at),
            sealing_keys: String::new(),
            view: view.to_string(),
        };
        Self { vouchers: vec![row], ..Self::default() }
    }

    /// Adds the ids of the sealing keys that the session or the issued voucher needs, in any order.
    pub fn needing(mut self, mut keys: Vec<String>) -> Self {
        keys.sort_unstable();
        keys.dedup();
        let keys = keys.join(" ");
        self.sessions.iter_mut().for_each(|row| row.sealing_keys.clone_from(&keys));
        self.vouchers.iter_mut().for_each(|row| row.sealing_keys.clone_from(&keys));
        self
    }
}

/// An event as stored in the outbox.
pub struct StoredEvent<'a> {
    /// `evt_…`.
    pub id: &'a str,
    /// Its type.
    pub kind: &'a str,
    /// Its place among the events of its object.
    pub sequence: i64,
    /// The time of its creation.
    pub at: Millis,
    /// The body that is sent to the merchant's server.
    pub body: &'a str,
    /// The state of its delivery.
    pub delivery: Delivery,
    /// When the next attempt is due.
    pub next_at: Option<Millis>,
    /// The attempts, oldest first: the time and the HTTP status of the answer.
    pub tries: &'a [(Millis, Option<u16>)],
}

impl StoredEvent<'_> {
    /// Derives the row of the event; `seq` is its version.
    pub fn row(&self, seq: i64) -> EventRow {
        let body: Value = json::read(self.body).unwrap_or_default();
        let mut object = body.get("data").and_then(|data| data.get("object")).cloned().unwrap_or_default();
        let owner = object.get("checkout_session").unwrap_or(&object).get("id").and_then(Value::as_str);
        let owner = owner.unwrap_or_default().to_owned();
        without_personal_data(&mut object);
        let tries = self.tries.iter().map(|(at, status)| json!({"at": rfc3339(*at), "status": status}));
        let view = json!({
            "id": self.id,
            "object": "event",
            "type": self.kind,
            "sequence": self.sequence,
            "created_at": rfc3339(self.at),
            "data": {"object": object},
            "delivery": {
                "status": self.delivery.as_str(),
                "next_try_at": self.next_at.map(rfc3339),
                "tries": tries.collect::<Vec<_>>(),
            },
        });
        let delivered = self.tries.last().filter(|_| self.delivery == Delivery::Delivered);
        EventRow {
            id: self.id.to_owned(),
            seq,
            owner,
            sequence: self.sequence,
            kind: self.kind.to_owned(),
            created_at: self.at,
            delivery: self.delivery.as_str(),
            delivered_at: delivered.map(|(at, _)| *at),
            next_try_at: self.next_at,
            tries: self.tries.len(),
            view: view.to_string(),
        }
    }
}

fn session_row(session: &Session, config: &Config, version: Version, now: Millis) -> SessionRow {
    let limits = &config.limits;
    let parameters = &session.parameters;
    let mut view = session.merchant_view(None, config, now);
    without_personal_data(&mut view);
    let review_since =
        session.redemptions.iter().filter_map(|redemption| review_since(redemption, limits)).min();
    SessionRow {
        id: session.id.as_str().to_owned(),
        seq: version.seq,
        created_at: session.created_at,
        changed_at: version.changed_at,
        expires_at: session.expires_at,
        status: session.status(now).as_str(),
        amount: parameters.amount,
        currency: parameters.currency.code(),
        received: session.received(),
        remaining: session.remaining(),
        owed: session.owed(),
        reference: parameters.reference.clone(),
        providers: format!(" {} ", parameters.providers.join(" ")),
        needs_review: review_since.is_some().into(),
        review_since,
        owed_since: owed_since(session),
        sealing_keys: String::new(),
        view: view.to_string(),
    }
}

fn redemption_row(
    session: &Session,
    redemption: &Redemption,
    limits: &Limits,
    version: Version,
) -> RedemptionRow {
    let (fee, transaction) = match &redemption.state {
        RedemptionState::Succeeded { fee, transaction, .. } => (*fee, transaction.clone()),
        _ => (None, None),
    };
    let reversal = redemption.reversal.as_ref().map(|reversal| reversal.recovery.changed_at);
    let refund = redemption.refunds.iter().map(|refund| refund.at);
    let later = reversal.into_iter().chain(refund).max();
    let review_since = review_since(redemption, limits);
    let mut view = session.redemption_object(redemption, limits);
    without_personal_data(&mut view);
    RedemptionRow {
        id: redemption.begun.id.as_str().to_owned(),
        seq: version.seq,
        session: session.id.as_str().to_owned(),
        created_at: redemption.created_at,
        changed_at: redemption.recovery.changed_at.max(later.unwrap_or_default()),
        provider: redemption.begun.provider.clone(),
        status: redemption.status().as_str(),
        amount: taken(redemption).unwrap_or(redemption.begun.amount),
        fee,
        currency: session.parameters.currency.code(),
        reference: session.parameters.reference.clone(),
        provider_reference: redemption.begun.reference.clone(),
        provider_transaction: transaction,
        voucher: redemption.begun.voucher.clone(),
        needs_review: review_since.is_some().into(),
        review_since,
        refunded: redemption.refunded(),
        view: view.to_string(),
    }
}

/// Returns the amount that was taken, even if it went back later.
const fn taken(redemption: &Redemption) -> Option<Minor> {
    match redemption.state {
        RedemptionState::Succeeded { amount, .. } => Some(amount),
        _ => None,
    }
}

/// Returns the time since which a payment waits for a person.
fn review_since(redemption: &Redemption, limits: &Limits) -> Option<Millis> {
    redemption.needs_review(limits).then(|| match &redemption.reversal {
        Some(reversal) if reversal.needs_review(limits) => {
            reversal.blocked_at.unwrap_or(reversal.recovery.changed_at)
        }
        _ => redemption.recovery.changed_at,
    })
}

/// Returns the time since which the session owes money.
fn owed_since(session: &Session) -> Option<Millis> {
    let credited = session.redemptions.iter().filter(|redemption| redemption.credited() > Minor::ZERO);
    let times = credited.map(|redemption| redemption.recovery.changed_at);
    let since = match session.ended_at() {
        // Money paid before the end is owed since the end.
        Some(ended) => times.min().map(|first| first.max(ended)),
        // The last voucher paid more than the price.
        None => times.max(),
    };
    since.filter(|_| session.owed() > Minor::ZERO)
}
