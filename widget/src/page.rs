//! The page data that the Worker embeds for the widget: the session, the language and the texts.

use crate::{dom, json::JsonNode};
use checkout_present::{Language, Word};
use checkout_wire::{Node, Page, PageMode};
use std::cell::RefCell;

thread_local! {
    static PAGE: RefCell<Option<PageTexts>> = const { RefCell::new(None) };
}

struct PageTexts {
    words: Vec<JsonNode>,
    hosted: bool,
}

/// The texts of the page, in its language.
pub struct Texts;

impl Language for Texts {
    fn text(&self, word: Word) -> String {
        with_page(|page| page.words.get(word.place())?.text()).unwrap_or_default()
    }

    fn form(&self, word: Word, category: &str) -> Option<String> {
        with_page(|page| page.words.get(word.place())?.field(category).text())
    }
}

/// Reads the page data and keeps its texts for [`Texts`]; returns `None` when it is missing or invalid.
pub fn read() -> Option<Page> {
    let json = JsonNode::parse(&dom::by_id("page")?.text_content()?);
    let page: Page = json.read()?;
    let texts = PageTexts { words: json.field("words").items()?, hosted: page.mode == PageMode::Hosted };
    PAGE.with_borrow_mut(|slot| *slot = Some(texts));
    Some(page)
}

/// Returns whether this is the hosted page; otherwise it is the iframe on a shop's page.
pub fn is_hosted() -> bool {
    with_page(|page| Some(page.hosted)).unwrap_or_default()
}

fn with_page<T>(read: impl Fn(&PageTexts) -> Option<T>) -> Option<T> {
    PAGE.with_borrow(|slot| slot.as_ref().and_then(read))
}
