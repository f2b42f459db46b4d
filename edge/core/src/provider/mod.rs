//! The voucher providers, their operations and their replies.
//!
//! To add a provider, write its module, name it once in [`registry!`], and give it a folder in `tests/golden/`
//! (CONTRIBUTING.md, "Adding a provider"). The laws then test it like every other provider.

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
pub use features::{Brand, CheckoutFeatures, Features, IssueRecovery, OutcomeCheck, Rate};
pub use op::{BuildError, Charge, Op, Order, OrderError};
pub use reply::{Issued, Paid, Refusal, Reply, Unreadable, Viewed};
pub use webhook::{Hint, WebhookError, WebhookMessage};

/// Declares the providers: each is a module of its own with a function `configure`.
macro_rules! registry {
    ($($provider:ident),* $(,)?) => {
        $(mod $provider;)*

        /// The configuration function of every provider.
        pub const REGISTRY: &[Configure] = &[$($provider::configure),*];
    };
}

registry![kora, wipay, celbux, odm];
