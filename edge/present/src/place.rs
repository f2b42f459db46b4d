//! The places of the notices. Each notice has a fixed place, so that its coming and going does not shift the layout.

/// A place for a notice.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// Above the form, and in its place while an outcome is awaited: the last payment attempt, and the wait before the next.
    Attempt,
    /// At the top: how much of the order is paid.
    Order,
    /// Below the form: there is no connection.
    Connection,
}

impl Place {
    /// All places, the most important one first.
    pub const ALL: [Self; 3] = [Self::Attempt, Self::Order, Self::Connection];

    /// Returns the id of the notice's element.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Attempt => "attempt-notice",
            Self::Order => "order-notice",
            Self::Connection => "connection-notice",
        }
    }

    /// Returns the id of the part of the notice that receives the focus: its title, or its text if it has no title.
    pub const fn focus_id(self) -> &'static str {
        match self {
            Self::Attempt => "try",
            Self::Order => "order",
            Self::Connection => "connection",
        }
    }
}
