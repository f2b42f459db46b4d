//! Our references at the providers. Each names its owner, so that a webhook needs no index: a payment's is
//! `<session>-<number>`, its reversal's ends in `r`, that of a voucher issued for the merchant is `vo-<voucher>`. At
//! most 36 characters out of letters, digits and `-`, unique worldwide because the ids are random.

use checkout_wire::{SessionId, VoucherId};

/// The owner of a reference.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Owner {
    /// A payment of the session with this id (`cs_…`).
    Session(SessionId),
    /// The issued voucher with this id (`vo_…`).
    Voucher(VoucherId),
}

/// Returns the reference of a session's payment: `earlier` others were begun before it.
pub fn redemption(session: &SessionId, earlier: usize) -> String {
    format!("{}-{}", session.digits(), earlier + 1)
}

/// Returns the reference of a charge's reversal.
pub fn reversal(charge: &str) -> String {
    format!("{charge}r")
}

/// Returns the reference of a voucher issued for the merchant.
pub fn voucher(id: &VoucherId) -> String {
    format!("vo-{}", id.digits())
}

/// Returns the owner of a reference; `None` when it is not one of ours.
pub fn owner(reference: &str) -> Option<Owner> {
    if let Some(digits) = reference.strip_prefix("vo-") {
        return VoucherId::of(digits).map(Owner::Voucher);
    }
    let (digits, number) = reference.split_once('-')?;
    let number = number.strip_suffix('r').unwrap_or(number);
    let counts = (1..=5).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit());
    SessionId::of(digits).filter(|_| counts).map(Owner::Session)
}

#[cfg(test)]
mod tests;
