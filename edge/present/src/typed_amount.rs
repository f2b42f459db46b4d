//! Parsing of an amount that a shopper types.

use checkout_wire::{Minor, ascii::clean};

/// Parses typed text: `50`, `R 1 249,50`, `1,249.50`, in the digits of any keyboard. Every supported currency
/// has two decimals. Returns `None` for ambiguous text (`1,249`) and for anything that is not one amount above zero.
pub fn parse(text: &str) -> Option<Minor> {
    let text = clean(text, |c| c == ' ');
    let text = without_symbol(text.as_bytes());
    let is_mark = |b: &u8| matches!(b, b'.' | b',');
    let (whole, fraction) = match text.iter().rposition(is_mark) {
        Some(at) => (text.get(..at)?, text.get(at + 1..)?),
        None => (text, &b"00"[..]),
    };
    let cents = match fraction {
        [_] => number(fraction)? * 10,
        [_, _] => number(fraction)?,
        _ => return None,
    };
    // The remaining marks group thousands; they differ from the decimal mark.
    let group = if text.get(whole.len()) == Some(&b',') { b'.' } else { b',' };
    // More digits than this would not be exact in JSON (2^53 minor units).
    if whole.iter().filter(|b| !is_mark(b)).count() > 13 {
        return None;
    }
    let mut groups = whole.split(|b| *b == group);
    let first = groups.next()?;
    let mut units = number(first)?;
    for group in groups {
        if group.len() != 3 || first.len() > 3 {
            return None;
        }
        units = units * 1000 + number(group)?;
    }
    Some(Minor(units * 100 + cents)).filter(|amount| *amount > Minor::ZERO)
}

/// Returns the text without the letters of a currency around it.
fn without_symbol(mut text: &[u8]) -> &[u8] {
    let is_symbol = |b: &u8| b.is_ascii_alphabetic() || *b == b'$';
    while let [b, rest @ ..] = text
        && is_symbol(b)
    {
        text = rest;
    }
    while let [rest @ .., b] = text
        && is_symbol(b)
    {
        text = rest;
    }
    text
}

/// Parses at most eighteen digits; `None` for any other character or no digits.
fn number(digits: &[u8]) -> Option<i64> {
    let add = |sum, b: &u8| b.is_ascii_digit().then(|| sum * 10 + i64::from(b - b'0'));
    Some(digits).filter(|digits| !digits.is_empty())?.iter().try_fold(0, add)
}

#[cfg(test)]
mod tests;
