//! Binds elements of the Worker's page to the model. Elements missing from the page are skipped.

use crate::dom;
use crate::model::Model;
use checkout_wire::CheckoutView;
use leptos::prelude::*;
use leptos::reactive::effect::RenderEffect;
use leptos::tachys::view::{Mountable, Render};
use std::cell::RefCell;
use std::sync::Arc;
use web_sys::Element;

/// The model, and a memo of the session, which changes seldom.
#[derive(Clone)]
pub struct Bind {
    model: ArcRwSignal<Model>,
    session: ArcMemo<Option<Arc<CheckoutView>>>,
}

/// The value of an attribute in each state.
type AttributeValue = Box<dyn Fn(&Model) -> Option<&'static str>>;

impl Bind {
    /// Creates the bindings of that model.
    pub fn new(model: &ArcRwSignal<Model>) -> Self {
        let source = model.clone();
        let session = ArcMemo::new(move |_| source.with(|model| model.view().cloned()));
        Self { model: model.clone(), session }
    }

    /// Runs `run` now and after every change of the model.
    pub fn effect(&self, run: impl Fn(&Model) + 'static) {
        self.keep(Box::new(run));
    }

    /// Binds the text of an element. It is compared with the text before, not with the page's: a browser that translates the page has
    /// replaced that one.
    pub fn text(&self, id: &str, text: impl Fn(&Model) -> String + 'static) {
        if let Some(element) = dom::by_id(id) {
            self.keep_text(element, Box::new(text));
        }
    }

    fn keep_text(&self, element: Element, text: Box<dyn Fn(&Model) -> String>) {
        let last = RefCell::new(String::new());
        self.keep(Box::new(move |model| {
            let text = text(model);
            if *last.borrow() != text {
                dom::set_text(&element, &text);
                last.replace(text);
            }
        }));
    }

    fn keep(&self, run: Box<dyn Fn(&Model)>) {
        let model = self.model.clone();
        keep(Box::new(move || model.with(&run)));
    }

    /// Binds the `hidden` state of an element.
    pub fn hidden(&self, id: &str, hidden: impl Fn(&Model) -> bool + 'static) {
        self.attribute(id, "hidden", move |model| hidden(model).then_some(""));
    }

    /// Binds an attribute of an element; it is removed while there is no value.
    pub fn attribute(
        &self,
        id: &str,
        name: &'static str,
        value: impl Fn(&Model) -> Option<&'static str> + 'static,
    ) {
        if let Some(element) = dom::by_id(id) {
            self.keep_attribute(element, name, Box::new(value));
        }
    }

    fn keep_attribute(&self, element: Element, name: &'static str, value: AttributeValue) {
        self.keep(Box::new(move |model| match value(model) {
            Some(value) => _ = element.set_attribute(name, value),
            None => _ = element.remove_attribute(name),
        }));
    }

    /// Binds the content of an element to the session: `build` puts it into an empty copy of the element. The content on the page
    /// is replaced only when the new copy differs from the one before, so that an unchanged element keeps the focus.
    pub fn content(&self, id: &str, build: fn(&CheckoutView, &Element)) {
        let Some(element) = dom::by_id(id) else {
            return;
        };
        let session = self.session.clone();
        let last = RefCell::new(element.clone_node_with_deep(true).ok());
        keep(Box::new(move || {
            session.with(|view| {
                let (Some(view), Ok(copy)) = (view, element.clone_node()) else {
                    return;
                };
                let copy: Element = wasm_bindgen::JsCast::unchecked_into(copy);
                build(view, &copy);
                // One text node for each text, as in HTML that was parsed.
                copy.normalize();
                let differs = !copy.is_equal_node(last.borrow().as_ref());
                last.replace(copy.clone_node_with_deep(true).ok());
                if differs {
                    element.set_text_content(None);
                    while let Some(child) = copy.first_child() {
                        _ = element.append_child(&child);
                    }
                }
            });
        }));
    }
}

/// Appends an element to `parent`, and returns it. The view is one element without bindings of its own. An element without children
/// would get a comment as a placeholder, which the Worker's HTML does not have; `""` prevents that.
pub fn append(parent: &Element, view: impl IntoView) -> Element {
    view.into_view().build().mount(parent, None);
    // The parent is not empty now.
    parent.last_element_child().unwrap_or_else(|| parent.clone())
}

/// Runs `run` now and after every change of a signal that it reads, as long as the page lives.
fn keep(run: Box<dyn Fn()>) {
    std::mem::forget(RenderEffect::new(move |_| run()));
}
