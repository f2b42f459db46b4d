//! Answers of the merchant's API, with only the members that the operations page shows.

use crate::money::Currency;
use crate::pin::PinRule;
use crate::{Minor, RedemptionStatus, Seconds, SessionStatus};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A page of a list.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct List<T> {
    /// The items.
    pub data: Vec<T>,
    /// Whether there are more in the direction of the request.
    #[serde(default)]
    pub has_more: bool,
}

/// A checkout session.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct MerchantSession {
    /// `cs_…`.
    pub id: String,
    /// Its status.
    pub status: SessionStatus,
    /// Whether it is archived: only its amounts and references are kept.
    #[serde(default)]
    pub archived: bool,
    /// The price.
    pub amount: Minor,
    /// The currency.
    pub currency: Currency,
    /// The amount that vouchers have paid.
    pub amount_received: Minor,
    /// The remaining amount.
    pub amount_remaining: Minor,
    /// The amount owed to the shopper.
    #[serde(default)]
    pub amount_owed: Minor,
    /// The amount of completed payments that was given back.
    #[serde(default)]
    pub amount_refunded: Minor,
    /// The owed amount that was given back.
    #[serde(default)]
    pub amount_paid_out: Minor,
    /// The merchant's own reference for the order.
    pub reference: String,
    /// The redemptions, oldest first.
    #[serde(default)]
    pub redemptions: Vec<MerchantRedemption>,
    /// The payouts, oldest first.
    #[serde(default)]
    pub payouts: Vec<Payout>,
    /// The time of its creation, RFC 3339 in UTC.
    pub created_at: String,
    /// The expiry time, RFC 3339 in UTC.
    pub expires_at: String,
    /// The merchant's own texts.
    #[serde(default)]
    pub metadata: BTreeMap<String, String>,
}

/// A redemption of a session or of a list.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct MerchantRedemption {
    /// `rd_…`.
    pub id: String,
    /// Its session; absent where the session contains it.
    pub checkout_session: Option<SessionName>,
    /// The provider's id.
    pub provider: String,
    /// Its status.
    pub status: RedemptionStatus,
    /// The amount taken; before that, the requested amount.
    pub amount: Minor,
    /// The provider's fee on top.
    pub fee: Option<Minor>,
    /// Our reference at the provider.
    pub provider_reference: Option<String>,
    /// The provider's number of the transaction.
    pub provider_transaction: Option<String>,
    /// The reason why nothing was taken.
    pub decline_code: Option<String>,
    /// The provider's words.
    pub provider_message: Option<String>,
    /// The time of the request, RFC 3339 in UTC.
    pub created_at: String,
    /// Whether a person has to act.
    #[serde(default)]
    pub needs_review: bool,
    /// Whether the provider did not confirm the payment.
    #[serde(default)]
    pub inferred: bool,
    /// Whether there may be a change voucher that is not known.
    #[serde(default)]
    pub change_unknown: bool,
    /// Its reversal.
    pub reversal: Option<ShopReversal>,
    /// The part of the amount that was given back.
    #[serde(default)]
    pub amount_refunded: Minor,
    /// Its refunds, oldest first.
    #[serde(default)]
    pub refunds: Vec<Refund>,
    /// The person who settled its outcome, and how.
    pub resolved: Option<Resolution>,
}

/// The session of a redemption.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct SessionName {
    /// `cs_…`.
    pub id: String,
    /// The merchant's own reference for the order.
    pub reference: String,
}

/// The reversal of a redemption.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ShopReversal {
    /// `processing`, `unknown`, `succeeded`, `refused` or `blocked`.
    pub status: String,
    /// Our reference at the provider.
    pub provider_reference: Option<String>,
    /// The provider's words.
    pub provider_message: Option<String>,
}

/// A refund of a redemption.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Refund {
    /// `rf_…`.
    pub id: String,
    /// The amount.
    pub amount: Minor,
    /// `succeeded`, `processing`, `unknown` or `refused`.
    pub status: String,
    /// Whether the provider gives it back.
    #[serde(default)]
    pub by_provider: bool,
    /// The voucher that was issued for it.
    pub voucher: Option<String>,
    /// The reason, in the person's own words.
    pub note: Option<String>,
    /// The person or key that made it.
    pub by: Option<String>,
    /// The time, RFC 3339 in UTC.
    pub at: Option<String>,
}

/// A payout of a session.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Payout {
    /// `po_…`.
    pub id: String,
    /// The amount.
    pub amount: Minor,
    /// The reason, in the person's own words.
    pub note: Option<String>,
    /// The person or key that made it.
    pub by: Option<String>,
    /// The time, RFC 3339 in UTC.
    pub at: Option<String>,
    /// The voucher that was issued for it.
    pub voucher: Option<String>,
}

/// A person's finding about a payment.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Resolution {
    /// The person who found it out.
    pub by: String,
    /// The reason, in their own words.
    pub note: Option<String>,
    /// The time, RFC 3339 in UTC.
    pub at: String,
}

/// An entry of a ledger. Its facts differ by type.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct LedgerEntry {
    /// Its place in the ledger.
    pub sequence: i64,
    /// Its time, RFC 3339 in UTC.
    pub at: String,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: String,
    /// `rd_…`.
    pub redemption: Option<String>,
    /// The person or key that acted.
    pub by: Option<String>,
    /// The reason, in the person's own words.
    pub note: Option<String>,
    /// The amount.
    pub amount: Option<Minor>,
    /// The provider's id.
    pub provider: Option<String>,
    /// The code of a decline.
    pub code: Option<String>,
    /// The voucher that was issued.
    pub voucher: Option<String>,
}

/// An event and its delivery.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct MerchantEvent {
    /// `evt_…`.
    pub id: String,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its place among the events of its object.
    pub sequence: i64,
    /// The time of its creation, RFC 3339 in UTC.
    pub created_at: String,
    /// Its data, in a list of all events.
    pub data: Option<EventData>,
    /// The state of its delivery.
    pub delivery: EventDelivery,
}

/// The data of an event.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct EventData {
    /// The object.
    pub object: EventObject,
}

/// The object of an event.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct EventObject {
    /// Its id.
    pub id: String,
    /// The session of a redemption.
    pub checkout_session: Option<SessionName>,
    /// The merchant's own reference.
    pub reference: Option<String>,
}

/// The delivery of an event.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct EventDelivery {
    /// `pending`, `delivered`, `given_up`, `gone` or `not_wanted`.
    pub status: String,
    /// The time of the next attempt, RFC 3339 in UTC.
    pub next_try_at: Option<String>,
    /// The attempts.
    #[serde(default)]
    pub tries: Vec<EventTry>,
}

/// An attempt to deliver an event.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct EventTry {
    /// Its beginning, RFC 3339 in UTC.
    pub at: String,
    /// The HTTP status of the answer, if there was one.
    pub status: Option<u16>,
}

/// An issued voucher, without its number.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct MerchantVoucher {
    /// `vo_…`.
    pub id: String,
    /// The provider's id.
    pub provider: String,
    /// `issued`, `processing`, `unknown` or `refused`.
    pub status: String,
    /// The amount, if it is known.
    pub amount: Option<Minor>,
    /// The currency.
    pub currency: Option<Currency>,
    /// The merchant's own reference.
    pub reference: Option<String>,
    /// Our reference at the provider.
    pub provider_reference: Option<String>,
    /// The provider's number of the transaction.
    pub provider_transaction: Option<String>,
    /// The provider's words.
    pub provider_message: Option<String>,
    /// Whether a person has to act.
    #[serde(default)]
    pub needs_review: bool,
    /// The time of the order, RFC 3339 in UTC.
    pub created_at: String,
}

/// The results of a search.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct SearchResult {
    /// The sessions.
    #[serde(default)]
    pub sessions: Vec<MerchantSession>,
    /// The redemptions.
    #[serde(default)]
    pub redemptions: Vec<MerchantRedemption>,
}

/// The state of the deployment.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Status {
    /// The configured providers.
    pub providers: Vec<ProviderStatus>,
    /// The index.
    pub index: Option<IndexStatus>,
    /// The counts of waiting items; absent while the index is unavailable.
    pub waiting: Option<Waiting>,
    /// The merchant's time zone, as an IANA name.
    pub timezone: Option<String>,
    /// The violations of our pages' policy, the last reported first.
    #[serde(default)]
    pub violations: Option<Vec<Violation>>,
}

/// Something that one of our pages does not allow, as browsers have reported it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Violation {
    /// `embed`, `pay` or `operations`.
    pub page: String,
    /// The directive of the page's content security policy.
    pub directive: String,
    /// The origin of what was blocked, or a word such as `inline`.
    pub blocked: String,
    /// The number of reports.
    pub count: i64,
    /// The time of the last one (RFC 3339).
    pub last_at: String,
}

/// The state of a provider.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ProviderStatus {
    /// The provider's id.
    pub id: String,
    /// `closed`, `open` or `unknown`.
    pub breaker: String,
    /// `on` while most tries with its vouchers fail, `off` or `unknown`.
    #[serde(default)]
    pub brake: String,
    /// The time until it is tried again.
    pub retry_after: Option<Seconds>,
}

/// The state of the index.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct IndexStatus {
    /// `ok` or `unavailable`.
    pub status: String,
}

/// The counts of items that wait for a person.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Waiting {
    /// Payments under review.
    #[serde(default)]
    pub redemptions_needing_review: i64,
    /// Issued vouchers under review.
    #[serde(default)]
    pub vouchers_needing_review: i64,
    /// Sessions with owed money.
    #[serde(default)]
    pub owed_sessions: i64,
    /// Events that the merchant's server has not accepted.
    #[serde(default)]
    pub undelivered_events: i64,
}

/// A configured provider.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ProviderInfo {
    /// The provider's id.
    pub id: String,
    /// Its currencies.
    #[serde(default)]
    pub currencies: Vec<Currency>,
    /// Its capabilities: `checkout`, `issue`, `lookup`, `reverse`.
    #[serde(default)]
    pub capabilities: Vec<String>,
    /// The brands of vouchers that it takes.
    #[serde(default)]
    pub brands: Vec<BrandInfo>,
}

/// A brand of vouchers.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct BrandInfo {
    /// The rule for its PINs.
    pub pin: PinRule,
}

/// The takings of a period.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Takings {
    /// The time zone of the days, as an IANA name.
    pub timezone: String,
    /// One row for each group and currency.
    pub data: Vec<TakingsRow>,
}

/// The takings of a day or of a provider, in one currency.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct TakingsRow {
    /// The day as `YYYY-MM-DD`, or the provider's id; `shop` for payouts by the merchant.
    pub group: String,
    /// The currency.
    pub currency: Currency,
    /// Taken from vouchers for orders.
    pub taken: Minor,
    /// The providers' fees.
    #[serde(default)]
    pub fees: Minor,
    /// Given back by a reversal.
    #[serde(default)]
    pub reversed: Minor,
    /// Given back by a refund.
    #[serde(default)]
    pub refunded: Minor,
    /// Owed money that was given back.
    #[serde(default)]
    pub paid_out: Minor,
    /// The net amount.
    pub net: Minor,
    /// The number of payments.
    #[serde(default)]
    pub count: i64,
}
