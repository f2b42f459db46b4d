//! Our references at the providers. Each names what it belongs to, so that a webhook finds its way without a list: a
//! payment's is `<session>-<number>`, that of giving it back ends in `r`, that of a voucher for the shop is `vo-<voucher>`.
//! At most 36 characters out of letters, digits and `-`, unique worldwide because the ids are random.

use checkout_wire::{SessionId, VoucherId};

/// What a reference belongs to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Owner {
    /// A payment of the session of this id (`cs_…`).
    Session(SessionId),
    /// The issued voucher of this id (`vo_…`).
    Voucher(VoucherId),
}

/// The reference of a session's payment: `earlier` others were begun before it.
pub fn redemption(session: &SessionId, earlier: usize) -> String {
    format!("{}-{}", session.digits(), earlier + 1)
}

/// The reference of giving a charge back.
pub fn reversal(charge: &str) -> String {
    format!("{charge}r")
}

/// The reference of a voucher issued for the shop.
pub fn voucher(id: &VoucherId) -> String {
    format!("vo-{}", id.digits())
}

/// Who a reference belongs to; `None` when it is none of ours.
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
