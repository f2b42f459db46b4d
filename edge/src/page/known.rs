//! What the Worker knows of a session when it renders the page.

use checkout_wire::CheckoutView;

/// What the Worker knows of the session when it renders the page.
#[derive(Clone, Copy)]
pub enum Known<'a> {
    /// Nothing.
    Nothing,
    /// What anybody may see: the ways to pay. The amounts are missing.
    Outline(&'a CheckoutView),
    /// What the holder of the client secret may see.
    Session(&'a CheckoutView),
}

impl<'a> Known<'a> {
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
