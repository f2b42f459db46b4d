//! What the page tells the widget: the session, the language and the texts.

use crate::{dom, json::Json};
use checkout_wire::{Node, Page, PageMode, Word, words};
use std::cell::RefCell;

thread_local! {
    static OPENED: RefCell<Option<Opened>> = const { RefCell::new(None) };
}

struct Opened {
    words: Json,
    locale: String,
    hosted: bool,
}

/// The page's own description of itself, with its texts kept for [`text`]; `None` when it is missing or of another shape.
pub fn open() -> Option<Page> {
    let json = Json::parse(&dom::by_id("page")?.text_content()?);
    let page: Page = json.read()?;
    let opened = Opened {
        words: json.field("words"),
        locale: page.locale.clone(),
        hosted: page.mode == PageMode::Hosted,
    };
    OPENED.with_borrow_mut(|slot| *slot = Some(opened));
    Some(page)
}

/// The text, in the page's language.
pub fn text(word: Word) -> String {
    with(|page| page.words.field(word.as_str()).text()).unwrap_or_default()
}

/// The text with its gaps filled.
pub fn filled(word: Word, gaps: &[(&str, &str)]) -> String {
    words::fill(&text(word), gaps)
}

/// The BCP 47 tag of the texts.
pub fn locale() -> String {
    with(|page| Some(page.locale.clone())).unwrap_or_default()
}

/// Whether this is the hosted page, not the iframe on a shop's page.
pub fn hosted() -> bool {
    with(|page| Some(page.hosted)).unwrap_or_default()
}

fn with<T>(read: impl Fn(&Opened) -> Option<T>) -> Option<T> {
    OPENED.with_borrow(|slot| slot.as_ref().and_then(read))
}
