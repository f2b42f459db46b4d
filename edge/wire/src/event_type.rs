//! The types of the events for the merchant's server.

text_enum! {
    /// The `type` of an event.
    pub enum EventType {
        /// The session is paid in full.
        SessionCompleted = "checkout_session.completed",
        /// The session expired.
        SessionExpired = "checkout_session.expired",
        /// The merchant canceled the session.
        SessionCanceled = "checkout_session.canceled",
        /// A voucher's payment succeeded and is credited.
        RedemptionSucceeded = "redemption.succeeded",
        /// A voucher was declined.
        RedemptionDeclined = "redemption.declined",
        /// A voucher's outcome is unknown.
        RedemptionUnknown = "redemption.unknown",
        /// A person has to decide about a voucher's payment or its reversal.
        RedemptionNeedsReview = "redemption.needs_review",
        /// An unknown or wrongly recorded outcome is now known.
        RedemptionResolved = "redemption.resolved",
        /// A charge of a complete session, or a part of it, was given back.
        RedemptionRefunded = "redemption.refunded",
        /// The merchant has paid out money that it owed.
        PayoutRecorded = "payout.recorded",
        /// A voucher was issued for the merchant.
        VoucherIssued = "voucher.issued",
        /// A person has to decide about a voucher that the merchant ordered.
        VoucherNeedsReview = "voucher.needs_review",
        /// Something has waited for a person for too long, or has failed.
        Attention = "operations.attention",
    }
}
