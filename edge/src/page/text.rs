//! The words of the pages that the Worker itself renders.

use checkout_wire::Word;
use checkout_wire::words::{ENGLISH, fill};
use std::collections::BTreeMap;

/// The language of the texts, as a BCP 47 tag.
pub const LOCALE: &str = "en";

thread_local! {
    static TEXTS: BTreeMap<String, String> = serde_json::from_str(ENGLISH).unwrap_or_default();
}

/// A text, with its gaps filled, not yet escaped.
pub fn say(word: Word, gaps: &[(&str, &str)]) -> String {
    TEXTS.with(|texts| fill(texts.get(word.as_str()).map(String::as_str).unwrap_or_default(), gaps))
}

/// Text as HTML shows it, in content and in quoted attributes.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// A text, filled and escaped.
pub fn html(word: Word, gaps: &[(&str, &str)]) -> String {
    escape(&say(word, gaps))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_breaks_out_of_text_or_attribute() {
        assert_eq!(escape("<script>\"'&"), "&lt;script&gt;&quot;&#39;&amp;");
        assert_eq!(html(Word::PayTo, &[("shop", "<b>")]), "Pay &lt;b&gt;");
    }
}
