//! Comma-separated values (RFC 4180) that a spreadsheet can open without harm.

use crate::money;

/// Writes a record with its line end.
pub fn record<T: AsRef<str>>(fields: impl IntoIterator<Item = T>) -> String {
    let fields: Vec<String> = fields.into_iter().map(|text| field(text.as_ref())).collect();
    fields.join(",") + "\r\n"
}

/// Writes a field. A spreadsheet takes a text that begins with certain characters for a formula; an apostrophe before it makes it
/// a text. A negative amount stays a number.
fn field(text: &str) -> String {
    let is_amount = text.strip_prefix('-').and_then(money::parse).is_some();
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) && !is_amount;
    let text = if is_formula { format!("'{text}") } else { text.to_owned() };
    if text.contains(['"', ',', '\r', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests;
