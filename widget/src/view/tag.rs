//! A small builder for elements that are bound to the state. `view!` generates code for building, updating and removing each
//! element type, which doubled the size of the widget.

use crate::{dom, page};
use checkout_present::Word;
use leptos::prelude::*;
use leptos::reactive::effect::RenderEffect;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event, HtmlInputElement};

/// An element under construction.
pub struct Tag(Element);

/// Creates an element of that name.
pub fn tag(name: &str) -> Tag {
    // Fails only for an invalid name.
    Tag(document().create_element(name).unwrap_or_else(|_| JsValue::NULL.unchecked_into()))
}

impl Tag {
    /// Builds on an existing element.
    pub fn from_element(element: Element) -> Self {
        Self(element)
    }

    /// Sets an attribute.
    pub fn attr(self, name: &str, value: &str) -> Self {
        _ = self.0.set_attribute(name, value);
        self
    }

    /// Sets the `class` attribute.
    pub fn class(self, class: &str) -> Self {
        self.attr("class", class)
    }

    /// Appends text.
    pub fn text(self, text: &str) -> Self {
        _ = self.0.append_child(&document().create_text_node(text));
        self
    }

    /// Appends one of the page's texts.
    pub fn word(self, word: Word) -> Self {
        self.text(&page::text(word))
    }

    /// Appends an element.
    pub fn child(self, child: Tag) -> Self {
        _ = self.0.append_child(&child.0);
        self
    }

    /// Appends an element, if there is one.
    pub fn maybe_child(self, child: Option<Tag>) -> Self {
        match child {
            Some(child) => self.child(child),
            None => self,
        }
    }

    /// Adds an event listener.
    pub fn on(self, event: &str, mut listener: impl FnMut(Event) + 'static) -> Self {
        dom::listen(&self.0, event, move |event| listener(event.unchecked_into()));
        self
    }

    /// Binds an attribute to the state; it is removed while there is no value.
    pub fn bind_attr(self, name: &'static str, value: impl Fn() -> Option<&'static str> + 'static) -> Self {
        self.attr_effect(name, Box::new(value))
    }

    /// Binds the text content to the state.
    pub fn bind_text(self, text: impl Fn() -> String + 'static) -> Self {
        self.text_effect(Box::new(text))
    }

    /// Binds the only child to the state. The child is built again on every change and replaces the old one only when the two
    /// differ, so an unchanged child keeps the focus. The child must not have bindings of its own.
    pub fn bind_child(self, make: impl Fn() -> Option<Tag> + 'static) -> Self {
        self.child_effect(Box::new(make), false)
    }

    /// Binds the only child to the state like [`Self::bind_child`]. When the old and the new child differ only in texts, updates
    /// these texts in place. The child's own children must hold only text.
    pub fn bind_texts(self, make: impl Fn() -> Option<Tag> + 'static) -> Self {
        self.child_effect(Box::new(make), true)
    }

    /// Binds the checked state of a radio button.
    pub fn bind_checked(self, value: impl Fn() -> bool + 'static) -> Self {
        let radio: HtmlInputElement = self.0.clone().unchecked_into();
        effect(Box::new(move || {
            // Checking one radio button unchecks the others.
            if value() {
                radio.set_checked(true);
            }
        }));
        self
    }

    fn attr_effect(self, name: &'static str, value: Box<dyn Fn() -> Option<&'static str>>) -> Self {
        let element = self.0.clone();
        effect(Box::new(move || match value() {
            Some(value) => _ = element.set_attribute(name, value),
            None => _ = element.remove_attribute(name),
        }));
        self
    }

    fn text_effect(self, text: Box<dyn Fn() -> String>) -> Self {
        let element = self.0.clone();
        effect(Box::new(move || {
            let text = text();
            // Setting the same text again would make a screen reader repeat it.
            if element.text_content().as_ref() != Some(&text) {
                element.set_text_content(Some(&text));
            }
        }));
        self
    }

    fn child_effect(self, make: Box<dyn Fn() -> Option<Tag>>, patch: bool) -> Self {
        let element = self.0.clone();
        effect(Box::new(move || {
            let old = element.first_element_child();
            match (make(), old) {
                (Some(Tag(new)), Some(old)) if new.is_equal_node(Some(&old)) => {}
                (Some(Tag(new)), Some(old)) if patch && patch_texts(&old, &new) => {}
                (Some(Tag(new)), _) => element.replace_children_with_node_1(&new),
                (None, _) => element.set_text_content(None),
            }
        }));
        self
    }
}

/// Copies the texts of the new element into the old one; returns `false` when their children or classes differ.
fn patch_texts(old: &Element, new: &Element) -> bool {
    let (mut old_child, mut new_child) = (old.first_element_child(), new.first_element_child());
    while let (Some(old), Some(new)) = (&old_child, &new_child) {
        if old.tag_name() != new.tag_name() {
            return false;
        }
        if old.text_content() != new.text_content() {
            old.set_text_content(new.text_content().as_deref());
        }
        (old_child, new_child) = (old.next_element_sibling(), new.next_element_sibling());
    }
    old_child.is_none() && new_child.is_none() && old.class_name() == new.class_name()
}

/// Runs `run` now and after every change of a signal that it reads, until the owner is disposed.
fn effect(run: Box<dyn Fn()>) {
    let effect = RenderEffect::new(move |_| run());
    on_cleanup(move || drop(effect));
}
