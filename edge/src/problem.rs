//! Problems with a request, and the one place that converts the errors of `checkout-core` to them. [`crate::http::status`] has the HTTP
//! status of each error code.

use checkout_core::ConfigError;
use checkout_core::access::TokenError;
use checkout_core::fields::{BodyError, Fault, FieldError};
use checkout_core::issuance::ViewError;
use checkout_core::manual::ManualError;
use checkout_core::provider::{OrderError, WebhookError};
use checkout_core::session::{NotAdmitted, ParametersError, RequestError};
use checkout_core::stored_struct;
use checkout_wire::{ErrorCode, Millis, Minor, PinProblem, Seconds};

stored_struct! {
    /// An error for the caller: the members of a problem document (RFC 9457), which [`crate::http::problem`]
    /// writes. An object passes it to its caller unchanged.
    #[derive(Clone, PartialEq, Eq, Debug)]
    pub struct Problem {
        /// The error code, for programs.
        pub code: ErrorCode,
        /// The details, for people. Never contains a PIN; contains a provider's message only towards the
        /// merchant, scrubbed.
        pub detail: Option<String>,
        /// The member of the body that the problem is about.
        pub field: Option<String>,
        /// The time to wait before another try.
        pub retry_after: Option<Seconds>,
        /// The puzzle for the proof of work that another try needs.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub puzzle: Option<String>,
    }
}

impl Problem {
    /// Returns the problem with this code, without details.
    pub const fn of(code: ErrorCode) -> Self {
        Self { code, detail: None, field: None, retry_after: None, puzzle: None }
    }

    /// Returns whether a part of the Worker failed, so that the call may have taken effect. Any other problem refuses the call.
    pub const fn is_failure(&self) -> bool {
        use ErrorCode::*;
        matches!(
            self.code,
            Internal | Misconfigured | AccessUnavailable | IndexUnavailable | ProviderUnavailable
        )
    }

    /// Returns the sentence that says what is wrong.
    pub fn into_words(self) -> String {
        self.detail.unwrap_or_else(|| self.code.title().to_owned())
    }

    /// Adds the details.
    pub fn detail(self, detail: impl Into<String>) -> Self {
        Self { detail: Some(detail.into()), ..self }
    }

    /// Adds the member of the body that the problem is about.
    pub fn about(self, field: impl Into<String>) -> Self {
        Self { field: Some(field.into()), ..self }
    }

    /// Adds the time to wait. It is reported in whole seconds, rounded up, at least one.
    pub fn wait(self, time: Millis) -> Self {
        Self { retry_after: Some(time.max(Millis(1)).to_seconds_rounded_up()), ..self }
    }
}

impl From<FieldError> for Problem {
    fn from(FieldError { path, fault }: FieldError) -> Self {
        let (code, detail) = match fault {
            Fault::Missing => (ErrorCode::FieldMissing, format!("{path} is missing.")),
            Fault::Unknown => (ErrorCode::FieldUnknown, format!("{path} is not known.")),
            Fault::Invalid { must_be } => (ErrorCode::FieldInvalid, format!("{path} must be {must_be}.")),
            Fault::NotAmount => (
                ErrorCode::AmountInvalid,
                format!("{path} must be a whole number of minor units (cents) from 1 to {}.", Minor::MAX.0),
            ),
        };
        Problem::of(code).detail(detail).about(path)
    }
}

impl From<BodyError> for Problem {
    fn from(error: BodyError) -> Self {
        match error {
            BodyError::TooLarge => Problem::of(ErrorCode::BodyTooLarge),
            BodyError::NotJson => Problem::of(ErrorCode::BodyNotJson),
            BodyError::NotObject => {
                Problem::of(ErrorCode::BodyNotJson).detail("The body is JSON, but not an object.")
            }
            BodyError::Field(error) => error.into(),
        }
    }
}

impl From<ParametersError> for Problem {
    fn from(error: ParametersError) -> Self {
        match error {
            ParametersError::Body(error) => error.into(),
            ParametersError::Currency { taken } => Problem::of(ErrorCode::CurrencyUnsupported)
                .detail(format!("currency must be one of: {}.", taken.join(", ")))
                .about("currency"),
            ParametersError::Providers { currency, usable } => Problem::of(ErrorCode::ProviderNotAllowed)
                .detail(format!(
                    "providers must be some of those for {}: {}.",
                    currency.code(),
                    usable.join(", ")
                ))
                .about("providers"),
        }
    }
}

impl From<NotAdmitted> for Problem {
    fn from(error: NotAdmitted) -> Self {
        match error {
            NotAdmitted::Complete => Problem::of(ErrorCode::SessionComplete),
            NotAdmitted::PaymentInProgress => Problem::of(ErrorCode::PaymentInProgress),
            NotAdmitted::Canceled => Problem::of(ErrorCode::SessionCanceled),
            NotAdmitted::Expired => Problem::of(ErrorCode::SessionExpired),
            NotAdmitted::NoVoucherLeft => Problem::of(ErrorCode::TooManyVouchers),
            NotAdmitted::TooManyAttempts { wait } => Problem::of(ErrorCode::TooManyAttempts).wait(wait),
        }
    }
}

impl From<RequestError> for Problem {
    fn from(error: RequestError) -> Self {
        match error {
            RequestError::ProviderNotAllowed => Problem::of(ErrorCode::ProviderNotAllowed).about("provider"),
            RequestError::BrandMissing => Problem::of(ErrorCode::FieldMissing)
                .detail("provider_code is missing: this provider takes several voucher brands.")
                .about("provider_code"),
            RequestError::BrandNotOffered => Problem::of(ErrorCode::ProviderNotAllowed)
                .detail("provider_code must be one of those offered.")
                .about("provider_code"),
            RequestError::Pin(problem) => {
                let detail = match problem {
                    PinProblem::Empty => "The PIN is empty.",
                    PinProblem::TooShort => "The PIN is too short.",
                    PinProblem::TooLong => "The PIN is too long.",
                    PinProblem::WrongCharacter => "The PIN has a character that does not belong there.",
                };
                Problem::of(ErrorCode::PinInvalid).detail(detail).about("pin")
            }
            RequestError::Phone => Problem::of(ErrorCode::PhoneInvalid).about("phone"),
            RequestError::Email => Problem::of(ErrorCode::EmailInvalid).about("email"),
            RequestError::EmailMissing => {
                Problem::of(ErrorCode::EmailInvalid).detail("email is missing.").about("email")
            }
            RequestError::AboveRemaining => Problem::of(ErrorCode::AmountAboveRemaining).about("amount"),
            RequestError::BelowRemaining => Problem::of(ErrorCode::AmountBelowRemaining).about("amount"),
        }
    }
}

impl From<ManualError> for Problem {
    fn from(error: ManualError) -> Self {
        match error {
            ManualError::NoRedemption => Problem::of(ErrorCode::RedemptionNotFound),
            ManualError::NothingToResolve(why) => Problem::of(ErrorCode::NothingToResolve).detail(why),
            ManualError::NotRefundable(why) => Problem::of(ErrorCode::NotRefundable).detail(why),
            ManualError::NotOwed(why) => Problem::of(ErrorCode::NotOwed).detail(why),
            ManualError::Body(error) => error.into(),
        }
    }
}

impl From<OrderError> for Problem {
    fn from(error: OrderError) -> Self {
        match error {
            OrderError::Body(error) => error.into(),
            OrderError::NoIssuer { issuers } => {
                let detail = if issuers.is_empty() {
                    "No provider that issues vouchers is configured.".to_owned()
                } else {
                    format!("provider must be one of: {}.", issuers.join(", "))
                };
                Problem::of(ErrorCode::ProviderNotAllowed).detail(detail).about("provider")
            }
            OrderError::NotOffered => Problem::of(ErrorCode::ProviderNotAllowed).about("provider"),
            OrderError::Currency { issued } => Problem::of(ErrorCode::CurrencyUnsupported)
                .detail(format!("currency must be {}.", issued.code()))
                .about("currency"),
            OrderError::NoJson => Problem::of(ErrorCode::Internal),
        }
    }
}

impl From<ViewError> for Problem {
    fn from(error: ViewError) -> Self {
        match error {
            ViewError::Unavailable { words: Some(words) } => {
                Problem::of(ErrorCode::ProviderUnavailable).detail(words)
            }
            ViewError::Unavailable { words: None } => Problem::of(ErrorCode::ProviderUnavailable),
            ViewError::NotFound => Problem::of(ErrorCode::VoucherNotFound).about("voucher_number"),
            ViewError::Busy { wait } => Problem::of(ErrorCode::ProviderBusy).wait(wait),
        }
    }
}

impl From<WebhookError> for Problem {
    fn from(error: WebhookError) -> Self {
        match error {
            WebhookError::NotOffered => Problem::of(ErrorCode::NotFound),
            WebhookError::Unsigned => Problem::of(ErrorCode::WebhookUnsigned),
            WebhookError::Unreadable => {
                Problem::of(ErrorCode::BodyNotJson).detail("The webhook is not one of this provider.")
            }
        }
    }
}

impl From<TokenError> for Problem {
    fn from(error: TokenError) -> Self {
        Problem::of(ErrorCode::AccessTokenInvalid).detail(error.to_string())
    }
}

impl From<ConfigError> for Problem {
    fn from(error: ConfigError) -> Self {
        Problem::of(ErrorCode::Misconfigured).detail(format!("{error}."))
    }
}

#[cfg(test)]
mod tests;
