//! The shopper's view of a session, and the data in the pages that start the widget.

use crate::{Country, Minor, Pin, PinRule, RedemptionId, Seconds, SessionId};

wire_enum! {
    /// The status of a checkout session.
    pub enum SessionStatus {
        /// It takes a voucher.
        Open = "open",
        /// A voucher's outcome is not known yet.
        Processing = "processing",
        /// Paid in full.
        Complete = "complete",
        /// Expired before it was paid in full.
        Expired = "expired",
        /// Canceled by the merchant before it was paid in full.
        Canceled = "canceled",
    }
}

wire_enum! {
    /// The status of a redemption.
    pub enum RedemptionStatus {
        /// In progress: the provider has been or is being asked.
        Processing = "processing",
        /// The money was taken and is credited to the session.
        Succeeded = "succeeded",
        /// The provider declined; nothing was taken.
        Declined = "declined",
        /// The answer was lost or ambiguous: money may have been taken. The outcome is being looked up.
        Unknown = "unknown",
        /// Nothing is taken before the shopper types the code that the provider sent to the voucher's owner.
        Challenged = "challenged",
        /// No charge was sent, or the provider did not process it.
        NotSent = "not_sent",
        /// The money was taken and the charge was reversed.
        Reversed = "reversed",
    }
}

wire_enum! {
    /// The reason why nothing was taken, as a code that a shopper can act on. The provider's message does not go to a browser.
    pub enum DeclineCode {
        /// There is no voucher with this PIN.
        VoucherNotFound = "voucher_not_found",
        /// The voucher has been used.
        VoucherUsed = "voucher_used",
        /// The voucher cannot be used; also replaces the two above after several failed attempts.
        VoucherRefused = "voucher_refused",
        /// The voucher is worth less than requested.
        InsufficientFunds = "insufficient_funds",
        /// The provider does not take this amount.
        AmountRefused = "amount_refused",
        /// The provider is not available to this merchant at present.
        ProviderUnavailable = "provider_unavailable",
        /// The provider takes no calls for a while.
        ProviderBusy = "provider_busy",
        /// Another payment is using the voucher, and its outcome is not known yet.
        VoucherInUse = "voucher_in_use",
        /// After an unknown outcome: it is now certain that nothing was taken.
        NotCharged = "not_charged",
        /// The code was wrong too often, or no longer valid.
        CodeRefused = "code_refused",
        /// No code was typed in time, or another voucher was used instead.
        CodeNotEntered = "code_not_entered",
    }
}

wire_struct! {
    /// A new voucher with the rest of the value. Its PIN is money, for the page that has paid, or for the shopper who types the phone
    /// number of that payment.
    #[derive(Clone, PartialEq, Eq, Debug)]
    pub struct ChangeVoucher {
        /// The new voucher's PIN; empty for other readers.
        #[cfg_attr(feature = "serde", serde(with = "crate::pin::revealed"))]
        pub pin: Pin,
        /// Its value in the session's currency, if the provider states it.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
        pub amount: Option<Minor>,
        /// The end of its validity, in the provider's notation; its date part is `YYYY-MM-DD`.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
        pub expires_at: Option<String>,
    }
}

wire_struct! {
    /// The code that the provider has sent to the voucher's owner, and that the shopper types.
    #[derive(Clone, PartialEq, Eq, Debug)]
    pub struct Challenge {
        /// The last two digits of the phone number that the code was sent to, if the provider states it.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
        pub sent_to: Option<String>,
        /// The time until the code expires.
        pub expires_in: Seconds,
        /// The number of tries left for the code.
        pub tries_left: i64,
        /// The time until another code can be requested; `None` if none can.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
        pub resend_in: Option<Seconds>,
    }
}

wire_struct! {
    /// The shopper's view of a redemption.
    #[derive(Clone, PartialEq, Debug)]
    pub struct RedemptionView {
        /// `rd_…`.
        pub id: RedemptionId,
        /// The provider's id.
        pub provider: String,
        /// The voucher brand, if the provider takes several.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
        pub provider_code: Option<String>,
        /// Its status.
        pub status: RedemptionStatus,
        /// The requested amount; the amount taken once it succeeded.
        pub amount: Minor,
        /// The fee that the provider took on top.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
        pub fee: Option<Minor>,
        /// The reason why nothing was taken.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
        pub decline_code: Option<DeclineCode>,
        /// The code that it waits for, while its status is `challenged`.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
        pub challenge: Option<Challenge>,
        /// The time of the request, RFC 3339 in UTC.
        pub created_at: String,
        /// The change voucher.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
        pub change: Option<ChangeVoucher>,
        /// The voucher's current balance, if its PIN stays valid and the provider states the balance.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
        pub voucher_balance: Option<Minor>,
        /// How much of the remaining amount the voucher can pay, if it is worth less than requested. 0 if that is no longer
        /// known: the change voucher was used since.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
        pub usable: Option<Minor>,
        /// The remainder that the provider sends to the voucher's owner by message, as a voucher with a new number.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
        pub rest_by_message: Option<Minor>,
        /// The last characters of the voucher's PIN, if another voucher of its kind has paid, too: they distinguish the two for the
        /// shopper.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
        pub pin_end: Option<String>,
        /// Whether there may be a change voucher that is not known.
        pub change_unknown: bool,
        /// Whether the shop's staff have to find out its outcome.
        pub needs_review: bool,
    }
}

wire_struct! {
    /// A way to pay: a provider, or one of its voucher brands.
    #[derive(Clone, PartialEq, Debug)]
    pub struct Offer {
        /// The provider's id.
        pub provider: String,
        /// The voucher brand, if the provider takes several.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
        pub provider_code: Option<String>,
        /// Its name for shoppers.
        pub label: String,
        /// The rule for its PINs.
        pub pin: PinRule,
        /// The country whose phone numbers it takes.
        pub phone_country: Country,
        /// Whether it needs an e-mail address.
        pub needs_email: bool,
        /// The fee that it adds to the remaining amount; an estimate, 0 for none.
        pub fee: Minor,
        /// The time until the next attempt makes sense, while the provider does not answer.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
        pub retry_after: Option<Seconds>,
    }
}

wire_struct! {
    /// The answer to `GET /v1/checkout/{id}`: the shopper's view of a session.
    #[derive(Clone, PartialEq, Debug)]
    pub struct CheckoutView {
        /// `cs_…`.
        pub id: SessionId,
        /// Its status.
        pub status: SessionStatus,
        /// The price.
        pub amount: Minor,
        /// The ISO 4217 code of the currency.
        pub currency: String,
        /// The amount that vouchers have paid.
        pub amount_received: Minor,
        /// The remaining amount.
        pub amount_remaining: Minor,
        /// The amount owed to the shopper: paid towards a session that ended unpaid and not reversed, or paid beyond the price.
        pub amount_owed: Minor,
        /// The number of further vouchers that the session takes.
        pub vouchers_left: i64,
        /// The name of the payee.
        pub shop_name: String,
        /// How the shopper reaches the payee: an address, a number or a sentence.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
        pub support: Option<String>,
        /// The language that the merchant set, as a BCP 47 tag.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
        pub locale: Option<String>,
        /// The description of the order.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
        pub description: Option<String>,
        /// The merchant's own reference for the order.
        pub reference: String,
        /// The ways to pay.
        pub providers: Vec<Offer>,
        /// The redemptions, oldest first.
        pub redemptions: Vec<RedemptionView>,
        /// The shopper's e-mail address, as given by the merchant.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
        pub email: Option<String>,
        /// The shopper's phone number, as given by the merchant.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
        pub phone: Option<String>,
        /// The address that the shopper continues to after paying.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
        pub success_url: Option<String>,
        /// The address that the shopper returns to without paying.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
        pub cancel_url: Option<String>,
        /// The time until the next attempt is allowed, after too many failed ones.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
        pub retry_after: Option<Seconds>,
        /// The expiry time, RFC 3339 in UTC.
        pub expires_at: String,
        /// The time until then, while the session is not over.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
        pub expires_in: Option<Seconds>,
    }
}

wire_struct! {
    /// The answer to a redemption: 200 when its outcome is known, 202 while it is not.
    #[derive(Clone, PartialEq, Debug)]
    pub struct RedemptionAnswer {
        /// The redemption of this request.
        pub redemption: RedemptionView,
        /// The session after the redemption.
        pub session: CheckoutView,
    }
}

wire_enum! {
    /// The kind of page that the widget runs in.
    pub enum PageMode {
        /// The iframe on a shop's page: it receives the client secret by message.
        Embed = "embed",
        /// The hosted page: it contains the session, and works by the cookie with the client secret.
        Hosted = "hosted",
    }
}

wire_struct! {
    /// The data that a page gives to the widget, as JSON in its `<script type="application/json" id="page">`. The member `words`
    /// holds the texts in the order of `Word` in `edge/present`. Only widget/entry.js reads the others that
    /// edge/src/page/layout.rs adds.
    #[derive(Clone, PartialEq)]
    pub struct Page {
        /// The kind of page.
        pub mode: PageMode,
        /// `cs_…`.
        pub session: String,
        /// The session at the time the page was rendered: for the hosted page, and for the iframe after its form was sent.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
        pub checkout: Option<CheckoutView>,
        /// For the iframe: the redemption that its form has made.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
        pub redemption: Option<RedemptionId>,
    }
}
