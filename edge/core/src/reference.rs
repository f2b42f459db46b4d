//! Our references at the providers. Each names what it belongs to, so that a webhook finds its way without a list: a
//! payment's is `<session>-<number>`, that of giving it back ends in `r`, that of a voucher for the shop is `vo-<voucher>`.
//! At most 36 characters out of letters, digits and `-`, unique worldwide because the ids are random.

/// What a reference belongs to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Owner {
    /// A payment of the session of this id (`cs_…`).
    Session(String),
    /// The issued voucher of this id (`vo_…`).
    Voucher(String),
}

/// The reference of a session's payment: `earlier` others were begun before it.
pub fn redemption(session: &str, earlier: usize) -> String {
    format!("{}-{}", session.trim_start_matches("cs_"), earlier + 1)
}

/// The reference of giving a charge back.
pub fn reversal(charge: &str) -> String {
    format!("{charge}r")
}

/// The reference of a voucher issued for the shop.
pub fn voucher(id: &str) -> String {
    format!("vo-{}", id.trim_start_matches("vo_"))
}

/// Who a reference belongs to; `None` when it is none of ours.
pub fn owner(reference: &str) -> Option<Owner> {
    if let Some(id) = reference.strip_prefix("vo-") {
        return is_id(id).then(|| Owner::Voucher(format!("vo_{id}")));
    }
    let (id, number) = reference.split_once('-')?;
    let number = number.strip_suffix('r').unwrap_or(number);
    let counts = (1..=5).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit());
    (is_id(id) && counts).then(|| Owner::Session(format!("cs_{id}")))
}

/// Whether these are the 32 hexadecimal digits of an id.
pub fn is_id(hex: &str) -> bool {
    hex.len() == 32 && hex.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests;
