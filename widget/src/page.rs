//! The page data that the Worker embeds for the widget: the session, the language and the texts.

use crate::{dom, json::Json};
use checkout_present::{Word, intl::Formats, words};
use checkout_wire::{Node, Page, PageMode};
use std::cell::RefCell;

thread_local! {
    static PAGE: RefCell<Option<PageTexts>> = const { RefCell::new(None) };
}

struct PageTexts {
    words: Vec<Json>,
    hosted: bool,
}

/// Reads the page data and keeps its texts for [`text`]; returns `None` when it is missing or invalid.
pub fn read() -> Option<Page> {
    let json = Json::parse(&dom::by_id("page")?.text_content()?);
    let page: Page = json.read()?;
    let texts = PageTexts { words: json.field("words").items()?, hosted: page.mode == PageMode::Hosted };
    PAGE.with_borrow_mut(|slot| *slot = Some(texts));
    Some(page)
}

/// Returns the text in the page's language.
pub fn text(word: Word) -> String {
    with_page(|page| page.words.get(word.place())?.text()).unwrap_or_default()
}

/// Returns the text with its placeholders filled in.
pub fn filled(word: Word, gaps: &[(&str, &str)]) -> String {
    fill(&text(word), gaps)
}

/// Returns the text in the plural form for `count`, with its placeholders filled in.
pub fn plural(word: Word, count: i64, gaps: &[(&str, &str)]) -> String {
    let category = Formats::new(&text(Word::Formats), "").plural(count);
    let form = |category: &str| with_page(|page| page.words.get(word.place())?.field(category).text());
    fill(&form(&category).or_else(|| form("other")).unwrap_or_default(), gaps)
}

/// Returns whether this is the hosted page; otherwise it is the iframe on a shop's page.
pub fn is_hosted() -> bool {
    with_page(|page| Some(page.hosted)).unwrap_or_default()
}

fn fill(text: &str, gaps: &[(&str, &str)]) -> String {
    words::fill(text, gaps, self::text(Word::Direction) == "rtl")
}

fn with_page<T>(read: impl Fn(&PageTexts) -> Option<T>) -> Option<T> {
    PAGE.with_borrow(|slot| slot.as_ref().and_then(read))
}
