//! What can be wrong with a call, as a stable code; RFC 9457 gives the document its shape.

wire_enum! {
    /// The `code` of a problem document: stable, for programs. [`ErrorCode::title`] goes with it.
    pub enum ErrorCode {
        /// No `Authorization: Bearer` header with the shop's key.
        ApiKeyMissing = "api_key_missing",
        /// A key that is not the shop's.
        ApiKeyInvalid = "api_key_invalid",
        /// No `Authorization: Bearer` header (or `key`) with the session's client secret.
        ClientSecretMissing = "client_secret_missing",
        /// A client secret of another session, or of none.
        ClientSecretInvalid = "client_secret_invalid",
        /// A browser call from a page that is not ours.
        OriginNotAllowed = "origin_not_allowed",
        /// No such checkout session.
        SessionNotFound = "session_not_found",
        /// No such address.
        NotFound = "not_found",
        /// The address exists, the method does not.
        MethodNotAllowed = "method_not_allowed",
        /// The body is of another media type.
        MediaTypeUnsupported = "media_type_unsupported",
        /// The body is not JSON, or not a JSON object.
        BodyNotJson = "body_not_json",
        /// The body is over 16 KB.
        BodyTooLarge = "body_too_large",
        /// A field that must be there is not.
        FieldMissing = "field_missing",
        /// A field that nobody knows.
        FieldUnknown = "field_unknown",
        /// A field of the wrong type or with a value it cannot have.
        FieldInvalid = "field_invalid",
        /// An amount that is not a whole number of minor units between 1 and 2^53 - 1.
        AmountInvalid = "amount_invalid",
        /// More than remains to be paid.
        AmountAboveRemaining = "amount_above_remaining",
        /// The last voucher that the session takes pays less than remains: nothing could pay the rest.
        AmountBelowRemaining = "amount_below_remaining",
        /// A currency that no configured provider takes.
        CurrencyUnsupported = "currency_unsupported",
        /// A provider that this session does not allow, or that is not configured.
        ProviderNotAllowed = "provider_not_allowed",
        /// Text that cannot be a PIN of this voucher brand.
        PinInvalid = "pin_invalid",
        /// Text that cannot be a phone number of the provider's country.
        PhoneInvalid = "phone_invalid",
        /// Text that cannot be an e-mail address.
        EmailInvalid = "email_invalid",
        /// The session ended before it was paid.
        SessionExpired = "session_expired",
        /// The shop canceled the session.
        SessionCanceled = "session_canceled",
        /// The session is paid.
        SessionComplete = "session_complete",
        /// As many vouchers as one session takes have been used.
        TooManyVouchers = "too_many_vouchers",
        /// A voucher of this session is being checked; its outcome comes first.
        PaymentInProgress = "payment_in_progress",
        /// No `Idempotency-Key`, or not 1 to 255 characters out of letters, digits, `-`, `_`, `:` and `.`.
        IdempotencyKeyInvalid = "idempotency_key_invalid",
        /// The key was used with another body.
        IdempotencyMismatch = "idempotency_mismatch",
        /// The first call with this key is still under way.
        IdempotencyInProgress = "idempotency_in_progress",
        /// The session has no such event.
        EventNotFound = "event_not_found",
        /// The provider knows no voucher of this number.
        VoucherNotFound = "voucher_not_found",
        /// The provider did not issue the voucher; `detail` has its words. Nothing was taken.
        VoucherNotIssued = "voucher_not_issued",
        /// The provider gave no usable answer to a question; nothing was at stake.
        ProviderUnavailable = "provider_unavailable",
        /// A webhook that does not prove that its provider sent it.
        WebhookUnsigned = "webhook_unsigned",
        /// Too many failed tries; `retry_after` seconds to wait.
        TooManyAttempts = "too_many_attempts",
        /// The provider takes no more calls for `retry_after` seconds; nothing was sent.
        ProviderBusy = "provider_busy",
        /// The provider has not answered lately and is tried again after `retry_after` seconds; nothing was sent.
        ProviderDown = "provider_down",
        /// The Worker's configuration is incomplete or contradicts itself; `detail` names the variable.
        Misconfigured = "misconfigured",
        /// Our own fault.
        Internal = "internal",
    }
}

impl ErrorCode {
    /// The same for every occurrence of the code: a line for the person who reads the answer.
    pub const fn title(self) -> &'static str {
        use ErrorCode::*;
        match self {
            ApiKeyMissing => "The request has no API key",
            ApiKeyInvalid => "The API key is not valid",
            ClientSecretMissing => "The request has no client secret",
            ClientSecretInvalid => "The client secret does not belong to this session",
            OriginNotAllowed => "Calls from this origin are not allowed",
            SessionNotFound => "There is no such checkout session",
            NotFound => "There is nothing at this address",
            MethodNotAllowed => "This address does not take this method",
            MediaTypeUnsupported => "The body has a media type that is not taken here",
            BodyNotJson => "The body is not a JSON object",
            BodyTooLarge => "The body is larger than 16 KB",
            FieldMissing => "A field is missing",
            FieldUnknown => "A field is not known",
            FieldInvalid => "A field is not valid",
            AmountInvalid => "The amount is not valid",
            AmountAboveRemaining => "The amount is more than remains to be paid",
            AmountBelowRemaining => "The last voucher has to pay all that remains",
            CurrencyUnsupported => "No provider takes this currency",
            ProviderNotAllowed => "This provider cannot be used for this session",
            PinInvalid => "This cannot be a voucher PIN",
            PhoneInvalid => "This cannot be a phone number",
            EmailInvalid => "This cannot be an e-mail address",
            SessionExpired => "The checkout session has expired",
            SessionCanceled => "The checkout session was canceled",
            SessionComplete => "The checkout session is already paid",
            TooManyVouchers => "The session takes no more vouchers",
            PaymentInProgress => "A voucher of this session is still being checked",
            IdempotencyKeyInvalid => "The Idempotency-Key header is missing or not valid",
            IdempotencyMismatch => "The Idempotency-Key was used with another body",
            IdempotencyInProgress => "The first call with this Idempotency-Key is still under way",
            EventNotFound => "The session has no such event",
            VoucherNotFound => "The provider knows no such voucher",
            VoucherNotIssued => "The provider did not issue the voucher",
            ProviderUnavailable => "The provider gave no usable answer",
            WebhookUnsigned => "The webhook does not prove where it comes from",
            TooManyAttempts => "Too many failed tries",
            ProviderBusy => "The provider takes no more calls for a moment",
            ProviderDown => "The provider does not answer at the moment",
            Misconfigured => "The checkout is not configured",
            Internal => "Something went wrong on our side",
        }
    }
}

wire_struct! {
    /// A problem document as the widget reads it. The Worker adds `type` (RFC 9457, section 3).
    #[derive(Clone, PartialEq, Debug)]
    pub struct Problem {
        /// What is wrong, for programs.
        pub code: ErrorCode,
        /// The same, for people.
        pub title: String,
        /// What is wrong this time. Never holds a PIN; a provider's words only towards the shop, and scrubbed.
        pub detail: Option<String>,
        /// Which field of the body it is about.
        pub field: Option<String>,
        /// Seconds to wait before it makes sense to try again.
        pub retry_after: Option<i64>,
    }
}
