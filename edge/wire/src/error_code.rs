//! The errors of a call, as stable codes; RFC 9457 defines the shape of the document.

use crate::{Node, Seconds};

wire_enum! {
    /// The `code` of a problem document: stable, for programs. [`ErrorCode::title`] is its text for people.
    pub enum ErrorCode {
        /// Vouchers are not issued: `ISSUING_API_KEY` is not set.
        IssuingOff = "issuing_off",
        /// There is neither an `Authorization: Bearer` header with the merchant's key nor a sign-in of its staff.
        ApiKeyMissing = "api_key_missing",
        /// The key is not the merchant's.
        ApiKeyInvalid = "api_key_invalid",
        /// The sign-in at Cloudflare Access is not valid; `detail` has the reason.
        AccessTokenInvalid = "access_token_invalid",
        /// The keys of Cloudflare Access could not be fetched.
        AccessUnavailable = "access_unavailable",
        /// There is no `Authorization: Bearer` header (or `key`) with the session's client secret.
        ClientSecretMissing = "client_secret_missing",
        /// The client secret belongs to another session, or to none.
        ClientSecretInvalid = "client_secret_invalid",
        /// The browser call comes from a page that is not ours.
        OriginNotAllowed = "origin_not_allowed",
        /// The checkout session does not exist.
        SessionNotFound = "session_not_found",
        /// The session ended long ago: its object is erased, and the index keeps its amounts and references.
        SessionArchived = "session_archived",
        /// The session has no such redemption.
        RedemptionNotFound = "redemption_not_found",
        /// The address does not exist.
        NotFound = "not_found",
        /// The address exists, but not with this method.
        MethodNotAllowed = "method_not_allowed",
        /// The body has an unsupported media type.
        MediaTypeUnsupported = "media_type_unsupported",
        /// The body is not JSON, or not a JSON object.
        BodyNotJson = "body_not_json",
        /// The body is over 16 KB.
        BodyTooLarge = "body_too_large",
        /// The body has not arrived within 15 seconds.
        BodyTooSlow = "body_too_slow",
        /// A required field is missing.
        FieldMissing = "field_missing",
        /// A field is unknown.
        FieldUnknown = "field_unknown",
        /// A field has the wrong type or an invalid value.
        FieldInvalid = "field_invalid",
        /// The amount is not an integer of minor units between 1 and 2^53 - 1.
        AmountInvalid = "amount_invalid",
        /// The amount is more than remains to be paid.
        AmountAboveRemaining = "amount_above_remaining",
        /// The amount is less than remains to be paid, with the last voucher that the session takes.
        AmountBelowRemaining = "amount_below_remaining",
        /// No configured provider supports the currency.
        CurrencyUnsupported = "currency_unsupported",
        /// The session does not allow the provider, or it is not configured.
        ProviderNotAllowed = "provider_not_allowed",
        /// The text cannot be a PIN of this voucher brand.
        PinInvalid = "pin_invalid",
        /// The text cannot be a phone number of the provider's country.
        PhoneInvalid = "phone_invalid",
        /// No change voucher of the session was paid with this phone number.
        PhoneUnconfirmed = "phone_unconfirmed",
        /// The text cannot be an e-mail address.
        EmailInvalid = "email_invalid",
        /// The text cannot be a code that a provider sends: it has six digits.
        CodeInvalid = "code_invalid",
        /// The session expired before it was paid.
        SessionExpired = "session_expired",
        /// The merchant canceled the session.
        SessionCanceled = "session_canceled",
        /// The session is paid.
        SessionComplete = "session_complete",
        /// The session has used the maximum number of vouchers.
        TooManyVouchers = "too_many_vouchers",
        /// A redemption of this session has no final outcome yet.
        PaymentInProgress = "payment_in_progress",
        /// The payment does not wait for a person, or the stated outcome contradicts the ledger; `detail` says why.
        NothingToResolve = "nothing_to_resolve",
        /// The payment cannot be refunded, or not this much of it; `detail` says why.
        NotRefundable = "not_refundable",
        /// The amount is more than is owed to the shopper; `detail` states the owed amount.
        NotOwed = "not_owed",
        /// The `Idempotency-Key` is missing, or is not 1 to 255 characters out of letters, digits, `-`, `_`, `:` and `.`.
        IdempotencyKeyInvalid = "idempotency_key_invalid",
        /// The idempotency key was used with another body.
        IdempotencyMismatch = "idempotency_mismatch",
        /// The first call with this idempotency key is still under way.
        IdempotencyInProgress = "idempotency_in_progress",
        /// The session has no such event.
        EventNotFound = "event_not_found",
        /// There is no voucher with this id, or the provider does not know its number.
        VoucherNotFound = "voucher_not_found",
        /// The provider did not issue the voucher; `detail` has its message. Nothing was taken.
        VoucherNotIssued = "voucher_not_issued",
        /// The provider gave no usable answer to a look-up; no money was involved.
        ProviderUnavailable = "provider_unavailable",
        /// The webhook has no valid proof that the provider sent it.
        WebhookUnsigned = "webhook_unsigned",
        /// Too many failed attempts; the next one is allowed after `retry_after` seconds.
        TooManyAttempts = "too_many_attempts",
        /// Too many tries failed: another one needs the proof of work of `puzzle`, or Turnstile's token if `puzzle` is an address, or waits for
        /// `retry_after` seconds.
        ProofRequired = "proof_required",
        /// The provider's rate limit is reached for `retry_after` seconds; nothing was sent.
        ProviderBusy = "provider_busy",
        /// The provider has not answered lately and is tried again after `retry_after` seconds; nothing was sent.
        ProviderDown = "provider_down",
        /// The index for lists, search and reports does not answer; payments are not affected.
        IndexUnavailable = "index_unavailable",
        /// The Worker's configuration is incomplete or contradicts itself; `detail` names the variable.
        Misconfigured = "misconfigured",
        /// An internal error.
        Internal = "internal",
    }
}

impl ErrorCode {
    /// Returns a one-line summary for people, the same for every occurrence of the code.
    pub const fn title(self) -> &'static str {
        use ErrorCode::*;
        match self {
            IssuingOff => "Issuing vouchers is switched off",
            ApiKeyMissing => "The request has no API key",
            ApiKeyInvalid => "The API key is not valid",
            AccessTokenInvalid => "The sign-in is not valid",
            AccessUnavailable => "The sign-in cannot be checked at the moment",
            ClientSecretMissing => "The request has no client secret",
            ClientSecretInvalid => "The client secret does not belong to this session",
            OriginNotAllowed => "Calls from this origin are not allowed",
            SessionNotFound => "There is no such checkout session",
            SessionArchived => "The session is archived: only its sums and references are kept",
            RedemptionNotFound => "The session has no such payment",
            NotFound => "No such address",
            MethodNotAllowed => "This address does not support this method",
            MediaTypeUnsupported => "This media type is not supported",
            BodyNotJson => "The body is not a JSON object",
            BodyTooLarge => "The body is larger than 16 KB",
            BodyTooSlow => "The body did not arrive in time",
            FieldMissing => "A field is missing",
            FieldUnknown => "A field is not known",
            FieldInvalid => "A field is not valid",
            AmountInvalid => "The amount is not valid",
            AmountAboveRemaining => "The amount is more than remains to be paid",
            AmountBelowRemaining => "The last voucher has to pay all that remains",
            CurrencyUnsupported => "No configured provider supports this currency",
            ProviderNotAllowed => "This provider cannot be used for this session",
            PinInvalid => "This cannot be a voucher PIN",
            PhoneInvalid => "This cannot be a phone number",
            PhoneUnconfirmed => "No change voucher was paid with this phone number",
            EmailInvalid => "This cannot be an e-mail address",
            CodeInvalid => "This cannot be a code: it has six digits",
            SessionExpired => "The checkout session has expired",
            SessionCanceled => "The checkout session was canceled",
            SessionComplete => "The checkout session is already paid",
            TooManyVouchers => "The session accepts no more vouchers",
            PaymentInProgress => "A voucher of this session is still being checked",
            NothingToResolve => "There is nothing to settle",
            NotRefundable => "This cannot be refunded",
            NotOwed => "The amount is more than is owed",
            IdempotencyKeyInvalid => "The Idempotency-Key header is missing or not valid",
            IdempotencyMismatch => "The Idempotency-Key was used with another body",
            IdempotencyInProgress => "The first call with this Idempotency-Key is still under way",
            EventNotFound => "The session has no such event",
            VoucherNotFound => "There is no such voucher",
            VoucherNotIssued => "The provider did not issue the voucher",
            ProviderUnavailable => "The provider gave no usable answer",
            WebhookUnsigned => "The webhook's sender could not be verified",
            TooManyAttempts => "Too many failed tries",
            ProofRequired => "Another try from this address needs a proof of work",
            ProviderBusy => "The provider's rate limit is reached",
            ProviderDown => "The provider does not answer at the moment",
            IndexUnavailable => "The index of sessions and events does not answer",
            Misconfigured => "The checkout is not configured",
            Internal => "Something went wrong on our side",
        }
    }
}

/// The start of the `type` of the Worker's problem documents (RFC 9457, section 3.1.1). The code follows.
pub const PROBLEM_TYPE: &str = "/problems#";

/// A problem document as the widget reads it.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Problem {
    /// The text of an [`ErrorCode`]: the texts of all codes would add 250 bytes to the widget, which acts on a few.
    pub code: String,
    /// The name of the field in the body that is at fault.
    pub field: Option<String>,
    /// The time to wait before another attempt.
    pub retry_after: Option<Seconds>,
    /// The puzzle of the proof of work that another attempt costs.
    pub puzzle: Option<String>,
}

impl Problem {
    /// Reads the Worker's problem document; returns `None` for other documents, such as those of a proxy.
    pub fn read<N: Node>(document: &N) -> Option<Self> {
        Some(Self {
            code: document.field("type").text()?.strip_prefix(PROBLEM_TYPE)?.to_owned(),
            field: document.field("field").text(),
            retry_after: document.field("retry_after").integer().map(Seconds),
            puzzle: document.field("puzzle").text(),
        })
    }
}
