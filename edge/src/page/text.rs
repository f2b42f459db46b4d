//! The texts of the pages that the Worker renders, and the choice of their language.

use crate::outgoing::asset;
use checkout_core::json;
use checkout_present::{Language, Word};
use serde_json::{Map, Value};
use std::cell::RefCell;
use std::rc::Rc;
use worker::Env;

/// The available languages, as BCP 47 tags with their own names; each has a file in `edge/present/words/`, which is deployed as
/// `/words/{tag}.json`.
pub const LANGUAGES: [(&str, &str); 13] = [
    ("en", "English"),
    ("af", "Afrikaans"),
    ("am", "አማርኛ"),
    ("ar", "العربية"),
    ("es", "Español"),
    ("fr", "Français"),
    ("om", "Afaan Oromoo"),
    ("pt", "Português"),
    ("st", "Sesotho"),
    ("sw", "Kiswahili"),
    ("tn", "Setswana"),
    ("xh", "isiXhosa"),
    ("zu", "isiZulu"),
];

/// The fallback for other languages, and for a file that cannot be read.
const ENGLISH: &str = include_str!(concat!(env!("OUT_DIR"), "/english.json"));

thread_local! {
    // Each language is read once, when a shopper first needs it.
    static READ: RefCell<Vec<Rc<Texts>>> = const { RefCell::new(Vec::new()) };
}

/// The texts of one language.
pub struct Texts {
    /// Its BCP 47 tag.
    pub language: &'static str,
    words: Vec<Value>,
}

impl Texts {
    /// Chooses the first available language of those asked for: each a BCP 47 tag or a list of them as in `Accept-Language`.
    pub async fn choose(env: &Env, asked: &[Option<&str>]) -> Rc<Self> {
        let language = choose(asked);
        let known = READ.with_borrow(|read| read.iter().find(|texts| texts.language == language).cloned());
        if let Some(texts) = known {
            return texts;
        }
        let texts = match language {
            "en" => Some(Self::english()),
            _ => file(env, language).await.and_then(|json| Self::read(language, &json)),
        };
        // The English fallback is not cached, so that the next page reads the file again.
        let Some(texts) = texts.map(Rc::new) else {
            return Rc::new(Self::english());
        };
        READ.with_borrow_mut(|read| read.push(Rc::clone(&texts)));
        texts
    }

    /// Returns the English texts, which are part of the Worker.
    pub fn english() -> Self {
        Self { language: "en", words: json::read(ENGLISH).unwrap_or_default() }
    }

    /// Parses the texts of a file; `None` if one is missing.
    fn read(language: &'static str, json: &str) -> Option<Self> {
        let mut file: Map<String, Value> = json::read(json).ok()?;
        let words = Word::ALL.iter().map(|word| file.remove(word.as_str()));
        Some(Self { language, words: words.collect::<Option<_>>()? })
    }

    /// Returns the texts that the widget needs, in the order of [`Word`]; with those about a code where a voucher's owner can be sent one.
    pub fn for_widget(&self, with_code: bool) -> &[Value] {
        let count = if with_code { Word::WITH_CODE } else { Word::FOR_WIDGET };
        self.words.get(..count).unwrap_or_default()
    }
}

impl Language for Texts {
    fn text(&self, word: Word) -> String {
        self.words.get(word.place()).and_then(Value::as_str).unwrap_or_default().to_owned()
    }

    fn form(&self, word: Word, category: &str) -> Option<String> {
        Some(self.words.get(word.place())?.get(category)?.as_str()?.to_owned())
    }
}

/// Reads a language's file from the assets.
async fn file(env: &Env, language: &str) -> Option<String> {
    let mut answer = asset(env, &format!("/words/{language}.json")).await.ok()?;
    if answer.status_code() == 200 { answer.text().await.ok() } else { None }
}

fn choose(asked: &[Option<&str>]) -> &'static str {
    asked.iter().flatten().find_map(|list| best(list)).unwrap_or("en")
}

/// Returns the preferred available language of a list of tags.
fn best(list: &str) -> Option<&'static str> {
    let mut found = None;
    let mut most = 0;
    for entry in list.split(',') {
        let (tag, weight) = entry.split_once(';').unwrap_or((entry, ""));
        let language = tag.trim().split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
        let known = LANGUAGES.iter().map(|(tag, _)| tag).find(|known| **known == language);
        let weight = thousandths(weight.trim());
        if weight > most && known.is_some() {
            (found, most) = (known.copied(), weight);
        }
    }
    found
}

/// Parses a weight: `q=0.8` is 800 (RFC 9110, section 12.4.2). A missing weight is 1000, an invalid one 0.
fn thousandths(weight: &str) -> u32 {
    let Some(number) = weight.strip_prefix("q=") else {
        return if weight.is_empty() { 1000 } else { 0 };
    };
    let (whole, decimals) = number.split_once('.').unwrap_or((number, ""));
    let decimals = format!("{decimals:0<3}");
    match (whole, decimals.len()) {
        ("1", _) => 1000,
        ("0", 3) => decimals.parse().unwrap_or_default(),
        _ => 0,
    }
}

#[cfg(test)]
mod tests;
