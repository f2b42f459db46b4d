//! Phone numbers and e-mail addresses as a shopper types them.

use crate::ascii::clean;

wire_enum! {
    /// A country with supported phone numbers, by its ISO 3166 code.
    pub enum Country {
        /// South Africa: +27 and nine digits.
        SouthAfrica = "ZA",
        /// Trinidad and Tobago: +1 868 and seven digits.
        TrinidadAndTobago = "TT",
        /// Ethiopia: +251 and nine digits of a mobile number, which begins with 9 or 7.
        Ethiopia = "ET",
    }
}

impl Country {
    /// Returns the digits between the plus and the national number.
    pub const fn prefix(self) -> &'static str {
        match self {
            Country::SouthAfrica => "27",
            Country::TrinidadAndTobago => "1868",
            Country::Ethiopia => "251",
        }
    }

    const fn national_digits(self) -> usize {
        match self {
            Country::SouthAfrica | Country::Ethiopia => 9,
            Country::TrinidadAndTobago => 7,
        }
    }

    /// Parses a phone number into `+<prefix><number>` (E.164), from any form in use: with or without plus, `00`, country code or
    /// trunk zero, also both at once (`+270…`, as in one provider's own sample). Returns `None` for text that is not a valid number of this
    /// country.
    pub fn phone(self, typed: &str) -> Option<String> {
        let typed = clean(typed, |c| matches!(c, ' ' | '-' | '(' | ')' | '.' | '/'));
        let digits = typed.strip_prefix('+').unwrap_or(&typed);
        if !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let rest = digits.strip_prefix("00").unwrap_or(digits);
        let national = self.without_prefix(rest);
        (national.starts_with(self.first_digits()) && national.len() == self.national_digits())
            .then(|| ["+", self.prefix(), national].concat())
    }

    /// Returns the digits that a national number can begin with.
    const fn first_digits(self) -> &'static [char] {
        match self {
            Country::SouthAfrica | Country::TrinidadAndTobago => {
                &['1', '2', '3', '4', '5', '6', '7', '8', '9']
            }
            Country::Ethiopia => &['7', '9'],
        }
    }

    fn without_prefix(self, digits: &str) -> &str {
        let long_enough = |rest: &&str| rest.len() >= self.national_digits();
        let rest = digits.strip_prefix(self.prefix()).filter(long_enough);
        let rest = rest.or_else(|| match self {
            // "868 …" is the area code without the leading 1.
            Country::TrinidadAndTobago => digits.strip_prefix("868").filter(long_enough),
            Country::SouthAfrica | Country::Ethiopia => None,
        });
        let rest = rest.unwrap_or(digits);
        match self {
            Country::TrinidadAndTobago => rest,
            Country::SouthAfrica | Country::Ethiopia => rest.strip_prefix('0').unwrap_or(rest),
        }
    }
}

/// Returns the cleaned e-mail address: a local part, `@`, a domain with a dot, 254 characters at most (RFC 5321). Returns `None` for any
/// other text.
pub fn email(typed: &str) -> Option<String> {
    let typed = clean(typed, |_| false);
    let typed = typed.trim();
    let (local, domain) = typed.split_once('@')?;
    let mut labels = domain.as_bytes().split(|b| *b == b'.');
    let fine = typed.len() <= 254
        && !local.is_empty()
        && !typed.bytes().any(|b| matches!(b, 0..=b' ' | b'<' | b'>' | b'"' | b',' | 0x7f))
        && !domain.contains('@')
        && labels.clone().nth(1).is_some()
        && labels.all(|label| !label.is_empty());
    fine.then(|| typed.to_owned())
}

#[cfg(test)]
mod tests;
