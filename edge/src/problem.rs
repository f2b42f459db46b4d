//! What is wrong with a request, and the one place where an error of `checkout-core` becomes it.

use checkout_wire::ErrorCode;
use serde::{Deserialize, Serialize};

/// An error that is told to whoever asked: the members of a problem document (RFC 9457), which [`crate::http::problem`] writes.
/// Crosses from an object to its caller as it is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Problem {
    /// What is wrong, for programs.
    pub code: ErrorCode,
    /// What is wrong this time, for people. Never holds a PIN; a provider's words only towards the shop, and scrubbed.
    pub detail: Option<String>,
    /// The member of the body it is about.
    pub field: Option<String>,
    /// Seconds to wait before it makes sense to try again.
    pub retry_after: Option<i64>,
}

impl Problem {
    /// Returns the problem of this code, without particulars.
    pub const fn of(code: ErrorCode) -> Self {
        Self { code, detail: None, field: None, retry_after: None }
    }

    /// Adds what is wrong this time.
    pub fn detail(self, detail: impl Into<String>) -> Self {
        Self { detail: Some(detail.into()), ..self }
    }

    /// Adds the member of the body it is about.
    pub fn about(self, field: impl Into<String>) -> Self {
        Self { field: Some(field.into()), ..self }
    }

    /// Adds the time to wait, in milliseconds; told in whole seconds, rounded up, at least one.
    pub fn wait(self, ms: i64) -> Self {
        Self { retry_after: Some((ms.max(1) + 999) / 1000), ..self }
    }
}

impl From<checkout_wire::Problem> for Problem {
    fn from(problem: checkout_wire::Problem) -> Self {
        let checkout_wire::Problem { code, detail, field, retry_after, .. } = problem;
        Self { code, detail, field, retry_after }
    }
}
