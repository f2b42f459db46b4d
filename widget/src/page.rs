//! What the page tells the widget: the session, the language and the texts.

use crate::{dom, json::Json};
use checkout_present::{Word, intl::Formats, words};
use checkout_wire::{Node, Page, PageMode};
use std::cell::RefCell;

thread_local! {
    static OPENED: RefCell<Option<Opened>> = const { RefCell::new(None) };
}

struct Opened {
    words: Vec<Json>,
    hosted: bool,
}

/// The page's own description of itself, with its texts kept for [`text`]; `None` when it is missing or of another shape.
pub fn open() -> Option<Page> {
    let json = Json::parse(&dom::by_id("page")?.text_content()?);
    let page: Page = json.read()?;
    let opened = Opened { words: json.field("words").items()?, hosted: page.mode == PageMode::Hosted };
    OPENED.with_borrow_mut(|slot| *slot = Some(opened));
    Some(page)
}

/// The text, in the page's language.
pub fn text(word: Word) -> String {
    with(|page| page.words.get(word.place())?.text()).unwrap_or_default()
}

/// The text with its gaps filled.
pub fn filled(word: Word, gaps: &[(&str, &str)]) -> String {
    fill(&text(word), gaps)
}

/// The text for that many, with its gaps filled.
pub fn counted(word: Word, count: i64, gaps: &[(&str, &str)]) -> String {
    let category = Formats::new(&text(Word::Formats), "").plural(count);
    let form = |category: &str| with(|page| page.words.get(word.place())?.field(category).text());
    fill(&form(&category).or_else(|| form("other")).unwrap_or_default(), gaps)
}

/// Whether this is the hosted page, not the iframe on a shop's page.
pub fn hosted() -> bool {
    with(|page| Some(page.hosted)).unwrap_or_default()
}

fn fill(text: &str, gaps: &[(&str, &str)]) -> String {
    words::fill(text, gaps, self::text(Word::Direction) == "rtl")
}

fn with<T>(read: impl Fn(&Opened) -> Option<T>) -> Option<T> {
    OPENED.with_borrow(|slot| slot.as_ref().and_then(read))
}
