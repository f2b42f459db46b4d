//! What the shopper's browser is shown of a session, and what stands in the pages that start the widget.

use crate::{Country, Pin, PinRule};

wire_enum! {
    /// Where a checkout session stands.
    pub enum SessionStatus {
        /// Waits for a voucher.
        Open = "open",
        /// A voucher's outcome is not known yet.
        Processing = "processing",
        /// Paid in full.
        Complete = "complete",
        /// Ended by time before it was paid in full.
        Expired = "expired",
        /// Ended by the shop before it was paid in full.
        Canceled = "canceled",
    }
}

wire_enum! {
    /// Where one voucher's payment stands.
    pub enum RedemptionStatus {
        /// On its way: the provider has been or is being asked.
        Processing = "processing",
        /// The money was taken and is credited to the session.
        Succeeded = "succeeded",
        /// The provider refused; nothing was taken.
        Declined = "declined",
        /// The answer was lost: money may have been taken. It is being found out.
        Unknown = "unknown",
        /// Nothing was sent that could take money.
        NotSent = "not_sent",
        /// The money was taken and given back.
        Reversed = "reversed",
    }
}

wire_enum! {
    /// Why nothing was taken, in words a shopper can act on. No provider text goes to a browser.
    pub enum DeclineCode {
        /// There is no voucher with this PIN.
        VoucherNotFound = "voucher_not_found",
        /// The voucher has been used.
        VoucherUsed = "voucher_used",
        /// The voucher cannot be used; also what the two above become after several failed tries.
        VoucherRefused = "voucher_refused",
        /// The voucher is worth less than asked for.
        InsufficientFunds = "insufficient_funds",
        /// The provider does not take this amount.
        AmountRefused = "amount_refused",
        /// The provider does not work for this shop at present.
        ProviderUnavailable = "provider_unavailable",
        /// The provider takes no more calls for a moment.
        ProviderBusy = "provider_busy",
        /// Another checkout is using the voucher: its outcome comes first.
        VoucherInUse = "voucher_in_use",
        /// After an unknown outcome: it is now sure that nothing was taken.
        NotCharged = "not_charged",
    }
}

wire_struct! {
    /// A new voucher with the rest of the value. Its PIN is money: for the holder of the client secret only.
    #[derive(Clone, PartialEq, Eq, Debug)]
    pub struct ChangeVoucher {
        /// The new voucher's PIN.
        #[cfg_attr(feature = "serde", serde(with = "crate::pin::revealed"))]
        pub pin: Pin,
        /// What it is worth, in minor units of the session's currency, when the provider tells it.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
        pub amount: Option<i64>,
        /// Until when it can be used, as the provider says it; its date part is `YYYY-MM-DD`.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
        pub expires_at: Option<String>,
    }
}

wire_struct! {
    /// One voucher's payment as its shopper sees it. Amounts in minor units.
    #[derive(Clone, PartialEq, Debug)]
    pub struct RedemptionView {
        /// `rd_…`.
        pub id: String,
        /// The provider's id.
        pub provider: String,
        /// The voucher brand, where the provider takes several.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
        pub provider_code: Option<String>,
        /// Where it stands.
        pub status: RedemptionStatus,
        /// What was asked for while it is open, what was taken once it succeeded.
        pub amount: i64,
        /// What the provider took on top.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
        pub fee: Option<i64>,
        /// Why nothing was taken.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
        pub decline_code: Option<DeclineCode>,
        /// When it was asked for, RFC 3339 in UTC.
        pub created_at: String,
        /// The new voucher with the rest of the value.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
        pub change: Option<ChangeVoucher>,
        /// What is on the same voucher now, where its PIN stays good and the provider tells it.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
        pub voucher_balance: Option<i64>,
        /// Where the voucher is worth less than asked for: how much of what remains can be paid with it. 0 where that is not known any
        /// more: of a new voucher that was used since.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
        pub usable: Option<i64>,
        /// What is left and comes to the voucher's owner by message, under a new number.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
        pub rest_by_message: Option<i64>,
    }
}

wire_struct! {
    /// One way to pay: a provider, or one voucher brand of it.
    #[derive(Clone, PartialEq, Debug)]
    pub struct Offer {
        /// The provider's id.
        pub provider: String,
        /// The voucher brand, where the provider takes several.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
        pub provider_code: Option<String>,
        /// Its name for a shopper.
        pub label: String,
        /// What its PINs look like.
        pub pin: PinRule,
        /// Whose phone numbers it takes.
        pub phone_country: Country,
        /// Whether it needs an e-mail address.
        pub needs_email: bool,
        /// What it adds to the amount that remains, in minor units; an estimate, 0 for none.
        pub fee: i64,
        /// Seconds until it makes sense to try, while the provider does not answer.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
        pub retry_after: Option<i64>,
    }
}

wire_struct! {
    /// `GET /v1/checkout/{id}`: a session as its shopper sees it. Amounts in minor units.
    #[derive(Clone, PartialEq, Debug)]
    pub struct CheckoutView {
        /// `cs_…`.
        pub id: String,
        /// Where it stands.
        pub status: SessionStatus,
        /// The price.
        pub amount: i64,
        /// ISO 4217.
        pub currency: String,
        /// What vouchers have paid of it.
        pub amount_received: i64,
        /// What is left to pay.
        pub amount_remaining: i64,
        /// What the shop owes the shopper: paid towards a session that ended unpaid and not given back, or paid beyond the price.
        pub amount_owed: i64,
        /// How many vouchers more can be used.
        pub vouchers_left: i64,
        /// Who is paid.
        pub shop_name: String,
        /// The language that the shop wants, a BCP 47 tag.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
        pub locale: Option<String>,
        /// What is paid for.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
        pub description: Option<String>,
        /// The shop's own number for the order.
        pub reference: String,
        /// The ways to pay.
        pub providers: Vec<Offer>,
        /// The vouchers tried, oldest first.
        pub redemptions: Vec<RedemptionView>,
        /// The shopper's e-mail address, as the shop knows it.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
        pub email: Option<String>,
        /// The shopper's phone number, as the shop knows it.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
        pub phone: Option<String>,
        /// Where to go on after paying.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
        pub success_url: Option<String>,
        /// Where to go instead of paying.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
        pub cancel_url: Option<String>,
        /// Seconds until the next try is taken, after too many failed ones.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
        pub retry_after: Option<i64>,
        /// When it ends unpaid, RFC 3339 in UTC.
        pub expires_at: String,
    }
}

wire_struct! {
    /// The answer to a redemption: 200 when its outcome is known, 202 while it is not.
    #[derive(Clone, PartialEq, Debug)]
    pub struct RedemptionAnswer {
        /// The voucher just tried.
        pub redemption: RedemptionView,
        /// The session after it.
        pub session: CheckoutView,
    }
}

wire_enum! {
    /// Which page the widget runs in.
    pub enum PageMode {
        /// In the iframe on a shop's page: the client secret comes by message.
        Embed = "embed",
        /// The hosted page: the client secret and the session stand in the page.
        Hosted = "hosted",
    }
}

wire_struct! {
    /// What a page tells the widget, as JSON in its `<script type="application/json" id="page">`. The member `words`
    /// holds the texts in the order of `Word` in `edge/present`.
    #[derive(Clone, PartialEq)]
    pub struct Page {
        /// Which page this is.
        pub mode: PageMode,
        /// `cs_…`.
        pub session: String,
        /// Embedded: the origins whose pages may hand us the client secret.
        pub origins: Vec<String>,
        /// Hosted: the client secret.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
        pub client_secret: Option<String>,
        /// Hosted: the session as it was when the page was made.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
        pub checkout: Option<CheckoutView>,
    }
}
