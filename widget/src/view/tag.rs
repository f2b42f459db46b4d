//! Elements that follow the signals, made without `view!`: that gives every element a type of its own, with its own code
//! for building, updating and removing it, and all that came to twice what a shopper may be made to load.

use crate::{dom, page};
use checkout_present::Word;
use leptos::prelude::*;
use leptos::reactive::effect::RenderEffect;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event, HtmlInputElement};

/// An element that is being put together.
pub struct Tag(Element);

/// A new element of that name.
pub fn tag(name: &str) -> Tag {
    // The browser refuses only what cannot be a name.
    Tag(document().create_element(name).unwrap_or_else(|_| JsValue::NULL.unchecked_into()))
}

impl Tag {
    /// In place of an element that is there.
    pub fn at(element: Element) -> Self {
        Self(element)
    }

    /// With an attribute.
    pub fn attr(self, name: &str, value: &str) -> Self {
        _ = self.0.set_attribute(name, value);
        self
    }

    /// With a class, or several.
    pub fn class(self, class: &str) -> Self {
        self.attr("class", class)
    }

    /// With text at the end.
    pub fn text(self, text: &str) -> Self {
        _ = self.0.append_child(&document().create_text_node(text));
        self
    }

    /// With one of the page's texts at the end.
    pub fn say(self, word: Word) -> Self {
        self.text(&page::text(word))
    }

    /// With an element at the end.
    pub fn child(self, child: Tag) -> Self {
        _ = self.0.append_child(&child.0);
        self
    }

    /// With an element at the end, if there is one.
    pub fn maybe(self, child: Option<Tag>) -> Self {
        match child {
            Some(child) => self.child(child),
            None => self,
        }
    }

    /// With a listener.
    pub fn on(self, event: &str, mut listener: impl FnMut(Event) + 'static) -> Self {
        dom::listen(&self.0, event, move |event| listener(event.unchecked_into()));
        self
    }

    /// With an attribute that follows the signals; none while there is no value.
    pub fn follow(self, name: &'static str, value: impl Fn() -> Option<&'static str> + 'static) -> Self {
        self.keep(name, Box::new(value))
    }

    /// With nothing in it but text that follows the signals.
    pub fn words(self, text: impl Fn() -> String + 'static) -> Self {
        self.speak(Box::new(text))
    }

    /// With nothing in it but an element, if there is one, that follows the signals: made anew each time, and put in place
    /// of the old one only when the two differ. So what has the focus keeps it, and what is in it must not follow signals
    /// of its own.
    pub fn holds(self, make: impl Fn() -> Option<Tag> + 'static) -> Self {
        self.hold(Box::new(make), false)
    }

    /// The same, where nothing in the element has more than text in it: where only texts differ, only these are put in place of the
    /// old ones.
    pub fn retells(self, make: impl Fn() -> Option<Tag> + 'static) -> Self {
        self.hold(Box::new(make), true)
    }

    /// A radio button that is checked while that is so.
    pub fn checked(self, value: impl Fn() -> bool + 'static) -> Self {
        let radio: HtmlInputElement = self.0.clone().unchecked_into();
        effect(Box::new(move || {
            // One that is unchecked is so because another one is checked.
            if value() {
                radio.set_checked(true);
            }
        }));
        self
    }

    fn keep(self, name: &'static str, value: Box<dyn Fn() -> Option<&'static str>>) -> Self {
        let element = self.0.clone();
        effect(Box::new(move || match value() {
            Some(value) => _ = element.set_attribute(name, value),
            None => _ = element.remove_attribute(name),
        }));
        self
    }

    fn speak(self, text: Box<dyn Fn() -> String>) -> Self {
        let element = self.0.clone();
        effect(Box::new(move || {
            let text = text();
            // A screen reader would speak an unchanged text again.
            if element.text_content().as_ref() != Some(&text) {
                element.set_text_content(Some(&text));
            }
        }));
        self
    }

    fn hold(self, make: Box<dyn Fn() -> Option<Tag>>, flat: bool) -> Self {
        let element = self.0.clone();
        effect(Box::new(move || {
            let old = element.first_element_child();
            match (make(), old) {
                (Some(Tag(new)), Some(old)) if new.is_equal_node(Some(&old)) => {}
                (Some(Tag(new)), Some(old)) if flat && retold(&old, &new) => {}
                (Some(Tag(new)), _) => element.replace_children_with_node_1(&new),
                (None, _) => element.set_text_content(None),
            }
        }));
        self
    }
}

/// Makes the old element say what the new one says, if they are made of the same elements.
fn retold(old: &Element, new: &Element) -> bool {
    let (mut one, mut other) = (old.first_element_child(), new.first_element_child());
    while let (Some(old), Some(new)) = (&one, &other) {
        if old.tag_name() != new.tag_name() {
            return false;
        }
        if old.text_content() != new.text_content() {
            old.set_text_content(new.text_content().as_deref());
        }
        (one, other) = (old.next_element_sibling(), new.next_element_sibling());
    }
    one.is_none() && other.is_none() && old.class_name() == new.class_name()
}

/// Runs it now, and again whenever a signal that it reads changes, until the owner is disposed of.
fn effect(run: Box<dyn Fn()>) {
    let effect = RenderEffect::new(move |_| run());
    on_cleanup(move || drop(effect));
}
