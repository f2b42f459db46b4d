//! The voucher providers, and what they are asked and answer.
//!
//! To add one, write its file, name it once in [`registry!`], and give it a folder in `tests/golden/` (CONTRIBUTING.md,
//! "Adding a provider"). The laws over every provider then hold it to account.

mod adapter;
mod features;
mod major;
mod op;
mod reply;
mod webhook;

#[cfg(test)]
pub(crate) mod golden;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod mutations;

pub use adapter::{Configure, Provider};
pub(crate) use adapter::{base_url, object, text_of};
pub use features::{Brand, Checkout, Features, IssueRecovery, OutcomeCheck, Rate};
pub use op::{BuildError, Charge, Op, Order, OrderError};
pub use reply::{Issued, Paid, Refusal, Reply, Unreadable, Viewed};
pub use webhook::{Hint, WebhookError, WebhookMessage};

/// Declares the providers: each is a module of its own with a function `configure`.
macro_rules! registry {
    ($($provider:ident),* $(,)?) => {
        $(mod $provider;)*

        /// Every provider: reads its own variables, and is there when they are.
        pub const REGISTRY: &[Configure] = &[$($provider::configure),*];
    };
}

registry![kora, wipay, celbux, odm];
