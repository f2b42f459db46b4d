//! The data that the Worker has about a session when it renders the page.

use checkout_wire::CheckoutView;

/// The data that the Worker has about the session when it renders the page.
#[derive(Clone, Copy)]
pub enum SessionData<'a> {
    /// No session data.
    Nothing,
    /// The public part: the ways to pay, without the amounts.
    Outline(&'a CheckoutView),
    /// The view for the holder of the client secret.
    Session(&'a CheckoutView),
}

impl<'a> SessionData<'a> {
    /// Returns the view for its ways to pay.
    pub const fn view(self) -> Option<&'a CheckoutView> {
        match self {
            Self::Nothing => None,
            Self::Outline(view) | Self::Session(view) => Some(view),
        }
    }

    /// Returns the view if its amounts are known.
    pub const fn session(self) -> Option<&'a CheckoutView> {
        match self {
            Self::Session(view) => Some(view),
            Self::Nothing | Self::Outline(_) => None,
        }
    }
}
