//! The rows of the index: the data of a session, an issued voucher and an event for lists, searches and reports.
//!
//! Rows are derived from the state computed from the ledger, so they can be made again at any time. They contain no PIN, no
//! secret, and no name, telephone number or e-mail address; keyed hashes stand for the last two.

use crate::Limits;
use crate::config::Config;
use crate::event::Delivery;
use crate::issuance::Issuance;
use crate::json;
use crate::seal::Keyring;
use crate::session::{Redemption, RedemptionState, RefundWay, Session};
use crate::time::rfc3339;
use crate::vars::ConfigError;
use checkout_wire::{Millis, Minor};
use serde::Serialize;
use serde_json::{Map, Value, json};

/// The digits at the end of a telephone number that identify it: `082 123 4567` and `+27 82 123 4567` are one number.
const PHONE_DIGITS: usize = 9;
/// The members of an issued voucher's view that go into the index. The others are the provider's own and can name the recipient.
const VOUCHER_MEMBERS: [&str; 15] = [
    "id",
    "object",
    "provider",
    "status",
    "amount",
    "currency",
    "reference",
    "provider_reference",
    "provider_transaction",
    "provider_message",
    "finalization_pending",
    "needs_review",
    "created_at",
    "payout_for",
    "payout_message",
];

/// The members of a session or redemption, at any depth, that can contain personal data.
const PERSONAL: [&str; 4] = ["metadata", "note", "by", "resolved"];

/// The members of a session's view that its archive keeps, and of its redemptions'. Amounts that went back are kept only if they are not
/// zero.
const ARCHIVED_SESSION: [&str; 12] = [
    "id",
    "object",
    "status",
    "amount",
    "currency",
    "amount_received",
    "amount_remaining",
    "amount_refunded",
    "amount_paid_out",
    "reference",
    "created_at",
    "expires_at",
];
const ARCHIVED_REDEMPTION: [&str; 13] = [
    "id",
    "object",
    "checkout_session",
    "provider",
    "provider_code",
    "status",
    "amount",
    "amount_refunded",
    "fee",
    "provider_reference",
    "provider_transaction",
    "decline_code",
    "created_at",
];

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

/// Money that was taken from a voucher (`taken`) or went back: `reversed` by the provider because the session ended, `refunded`
/// after it was complete, or `paid_out` by the merchant who owed it.
#[derive(Serialize, Debug)]
pub struct Movement {
    id: String,
    seq: i64,
    session: String,
    redemption: Option<String>,
    provider: Option<String>,
    kind: &'static str,
    amount: Minor,
    fee: Minor,
    currency: &'static str,
    at: Millis,
    reference: String,
    provider_reference: Option<String>,
    provider_transaction: Option<String>,
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

/// A way to reach a shopper.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ContactPoint {
    /// A telephone number, as typed.
    Phone(String),
    /// An e-mail address.
    Email(String),
}

impl ContactPoint {
    /// Returns its keyed hash under each sealing key, the newest first; none for text that is not a contact.
    pub fn hashes(&self, keyring: &Keyring) -> Vec<String> {
        match self.plain() {
            Some(plain) => keyring.hashes(self.kind(), &plain).collect(),
            None => Vec::new(),
        }
    }

    /// Returns the part that identifies it, however it was written.
    fn plain(&self) -> Option<String> {
        match self {
            ContactPoint::Phone(typed) => {
                let digits: Vec<char> = typed.chars().filter(char::is_ascii_digit).collect();
                let last = digits.get(digits.len().saturating_sub(PHONE_DIGITS)..)?;
                (!last.is_empty()).then(|| last.iter().collect())
            }
            ContactPoint::Email(typed) => {
                Some(typed.trim().to_ascii_lowercase()).filter(|plain| !plain.is_empty())
            }
        }
    }

    const fn kind(&self) -> &'static str {
        match self {
            ContactPoint::Phone(_) => "phone",
            ContactPoint::Email(_) => "email",
        }
    }
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
                .map(|one| redemption_row(session, one, limits, version))
                .collect(),
            movements: movements(session, version),
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
            reference: issuance.shop_reference.clone(),
            needs_review: needs_review.into(),
            review_since: needs_review.then_some(issuance.recovery.changed_at),
            sealing_keys: String::new(),
            view: view.to_string(),
        };
        Self { vouchers: vec![row], ..Self::default() }
    }
}

impl Rows {
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

/// A sealing key that is needed: by an unknown outcome, whose voucher is locked by it or whose PIN is sealed under it, by a change
/// voucher, or by the code of an issued voucher.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NeededKey {
    /// The key's id.
    pub id: String,
    /// The sessions that need it.
    pub sessions: i64,
    /// The issued vouchers that need it.
    pub vouchers: i64,
}

impl NeededKey {
    /// Returns the error of a deployment that lacks one of these keys; `None` if it has all of them.
    pub fn missing(needed: &[Self], config: &Config) -> Option<ConfigError> {
        let lost = config.lost_keys.iter().map(String::as_str);
        let known: Vec<&str> = config.keyring.ids().chain(lost).collect();
        let Self { id, sessions, vouchers } = needed.iter().find(|key| !known.contains(&key.id.as_str()))?;
        let problem = format!(
            "lacks the key {id}, which {sessions} sessions and {vouchers} issued vouchers still need: put it back, after the newer \
             key and a space, or name it in SEALING_KEYS_LOST if it is lost"
        );
        Some(ConfigError::new("SEALING_KEY", &problem))
    }

    /// Adds rows of the index, each the ids of the keys that some sessions and issued vouchers need, and the numbers of these.
    pub fn sum<'a>(rows: impl IntoIterator<Item = (&'a str, i64, i64)>) -> Vec<Self> {
        let mut keys: Vec<Self> = Vec::new();
        for (ids, sessions, vouchers) in rows {
            for id in ids.split(' ').filter(|id| !id.is_empty()) {
                match keys.iter_mut().find(|key| key.id == id) {
                    Some(key) => {
                        key.sessions += sessions;
                        key.vouchers += vouchers;
                    }
                    None => keys.push(Self { id: id.to_owned(), sessions, vouchers }),
                }
            }
        }
        keys
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
    let mut view = session.shop_view(None, config, now);
    without_personal_data(&mut view);
    let review_since = session.redemptions.iter().filter_map(|one| review_since(one, limits)).min();
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

fn redemption_row(session: &Session, one: &Redemption, limits: &Limits, version: Version) -> RedemptionRow {
    let (fee, transaction) = match &one.state {
        RedemptionState::Succeeded { fee, transaction, .. } => (*fee, transaction.clone()),
        _ => (None, None),
    };
    let reversal = one.reversal.as_ref().map(|reversal| reversal.recovery.changed_at);
    let refund = one.refunds.iter().map(|refund| refund.at);
    let later = reversal.into_iter().chain(refund).max();
    let review_since = review_since(one, limits);
    let mut view = session.redemption_object(one, limits);
    without_personal_data(&mut view);
    RedemptionRow {
        id: one.begun.id.as_str().to_owned(),
        seq: version.seq,
        session: session.id.as_str().to_owned(),
        created_at: one.created_at,
        changed_at: one.recovery.changed_at.max(later.unwrap_or_default()),
        provider: one.begun.provider.clone(),
        status: one.status().as_str(),
        amount: taken(one).unwrap_or(one.begun.amount),
        fee,
        currency: session.parameters.currency.code(),
        reference: session.parameters.reference.clone(),
        provider_reference: one.begun.reference.clone(),
        provider_transaction: transaction,
        voucher: one.begun.voucher.clone(),
        needs_review: review_since.is_some().into(),
        review_since,
        refunded: one.refunded(),
        view: view.to_string(),
    }
}

/// Returns the movements of a session.
fn movements(session: &Session, version: Version) -> Vec<Movement> {
    let movement = |id: String, kind: &'static str, amount: Minor, at: Millis| Movement {
        id: format!("{id}.{kind}"),
        seq: version.seq,
        session: session.id.as_str().to_owned(),
        redemption: None,
        provider: None,
        kind,
        amount,
        fee: Minor::ZERO,
        currency: session.parameters.currency.code(),
        at,
        reference: session.parameters.reference.clone(),
        provider_reference: None,
        provider_transaction: None,
    };
    let payouts = session.payouts.iter().map(|payout| {
        movement(format!("po_{}", payout.act.id.digits()), "paid_out", payout.amount, payout.at)
    });
    let mut movements: Vec<Movement> = payouts.collect();
    for one in &session.redemptions {
        let RedemptionState::Succeeded { amount, fee, transaction, .. } = &one.state else {
            continue;
        };
        let id = one.begun.id.as_str();
        let mut add = |movement: Movement, reference: Option<&str>| {
            movements.push(Movement {
                redemption: Some(id.to_owned()),
                provider: Some(one.begun.provider.clone()),
                provider_reference: reference.map(str::to_owned),
                provider_transaction: transaction.clone(),
                ..movement
            });
        };
        let taken = movement(id.to_owned(), "taken", *amount, one.recovery.changed_at);
        add(Movement { fee: fee.unwrap_or_default(), ..taken }, Some(&one.begun.reference));
        let reversal = one.reversal.as_ref().filter(|_| one.is_reversed());
        if let Some(reversal) = reversal.filter(|_| !one.has_provider_refund()) {
            let reversed = movement(id.to_owned(), "reversed", *amount, reversal.recovery.changed_at);
            add(reversed, Some(&reversal.reference));
        }
        for refund in &one.refunds {
            let id = format!("rf_{}", refund.act.id.digits());
            match (&refund.way, reversal) {
                (RefundWay::Merchant { .. }, _) => {
                    add(movement(id, "refunded", refund.amount, refund.at), None);
                }
                (RefundWay::Provider, Some(reversal)) => {
                    let refunded = movement(id, "refunded", refund.amount, reversal.recovery.changed_at);
                    add(refunded, Some(&reversal.reference));
                }
                // The provider has not given it back yet.
                (RefundWay::Provider, None) => {}
            }
        }
    }
    movements
}

/// Returns the amount that was taken, even if it went back later.
const fn taken(one: &Redemption) -> Option<Minor> {
    match one.state {
        RedemptionState::Succeeded { amount, .. } => Some(amount),
        _ => None,
    }
}

/// Returns the time since which a payment waits for a person.
fn review_since(one: &Redemption, limits: &Limits) -> Option<Millis> {
    one.needs_review(limits).then(|| match &one.reversal {
        Some(reversal) if reversal.needs_review(limits) => {
            reversal.blocked_at.unwrap_or(reversal.recovery.changed_at)
        }
        _ => one.recovery.changed_at,
    })
}

/// Returns the time since which the session owes money.
fn owed_since(session: &Session) -> Option<Millis> {
    let credited = session.redemptions.iter().filter(|one| one.credited() > Minor::ZERO);
    let times = credited.map(|one| one.recovery.changed_at);
    let since = match session.ended_at() {
        // Money paid before the end is owed since the end.
        Some(ended) => times.min().map(|first| first.max(ended)),
        // The last voucher paid more than the price.
        None => times.max(),
    };
    since.filter(|_| session.owed() > Minor::ZERO)
}

/// Removes personal data from an object of the API: the merchant's metadata, and the notes with their authors.
fn without_personal_data(object: &mut Value) {
    if object.get("object").and_then(Value::as_str) == Some("voucher") {
        return keep_voucher_members(object);
    }
    match object {
        Value::Object(members) => {
            members.retain(|name, _| !PERSONAL.contains(&name.as_str()));
            members.values_mut().for_each(without_personal_data);
        }
        Value::Array(items) => items.iter_mut().for_each(without_personal_data),
        _ => {}
    }
}

/// Returns a view with only these members and one more.
fn archived(view: &str, kept: &[&str], added: Option<(&str, Value)>) -> String {
    let mut members: Map<String, Value> = json::read(view).unwrap_or_default();
    let is_nothing = |name: &str, value: &Value| {
        matches!(name, "amount_paid_out" | "amount_refunded") && value.as_i64() == Some(0)
    };
    members.retain(|name, value| kept.contains(&name.as_str()) && !is_nothing(name, value));
    members.extend(added.map(|(name, value)| (name.to_owned(), value)));
    Value::Object(members).to_string()
}

fn keep_voucher_members(view: &mut Value) {
    if let Value::Object(members) = view {
        let all = core::mem::take(members);
        let kept = all.into_iter().filter(|(name, _)| VOUCHER_MEMBERS.contains(&name.as_str()));
        *members = kept.collect::<Map<_, _>>();
    }
}
