//! Access to the document, the window and the clipboard.

use checkout_wire::ascii::digits;
use js_sys::{Function, Object, Reflect};
use leptos::prelude::{document, window};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{Clipboard, Element, EventTarget, HtmlElement, HtmlInputElement};

/// Returns the element with that id.
pub fn by_id(id: &str) -> Option<Element> {
    document().get_element_by_id(id)
}

/// Returns the input with that id.
pub fn input(id: &str) -> Option<HtmlInputElement> {
    by_id(id).map(JsCast::unchecked_into)
}

/// Returns the value of the input with that id; empty when there is no such input.
pub fn value(id: &str) -> String {
    input(id).map(|input| input.value()).unwrap_or_default()
}

/// Returns the value of the input with that id and clears it; `None` when it is empty.
pub fn take_value(id: &str) -> Option<String> {
    let input = input(id)?;
    let value = Some(input.value()).filter(|value| !value.is_empty());
    input.set_value("");
    value
}

/// Focuses the element with that id, if this document has the focus: an iframe must not take the focus away from the shop's
/// page.
pub fn focus(id: &str) {
    if document().has_focus().unwrap_or(false)
        && let Some(element) = by_id(id)
    {
        _ = element.unchecked_into::<HtmlElement>().focus();
    }
}

/// Sets the text of an element, unless it has that text: a screen reader would repeat it.
pub fn set_text(element: &Element, text: &str) {
    if element.text_content().as_deref() != Some(text) {
        element.set_text_content(Some(text));
    }
}

/// Sets the minimum height of the element with that id so that it reaches down to the current bottom of the element `down_to`;
/// removes the minimum height when there is no such element.
pub fn reserve_height(id: &str, down_to: &str) {
    let element = |id| by_id(id).map(JsCast::unchecked_into::<HtmlElement>);
    if let Some(above) = element(id) {
        let room = element(down_to).map(|below| {
            let first = if above.offset_height() > 0 { &above } else { &below };
            below.offset_top() + below.offset_height() - first.offset_top()
        });
        let height = room.filter(|room| *room > 0).map(|room| digits(room.into()) + "px");
        _ = above.style().set_property("min-height", &height.unwrap_or_default());
    }
}

/// Opens or closes the `details` element with that id.
pub fn set_open(id: &str, open: bool) {
    if let Some(details) = by_id(id) {
        _ = details.toggle_attribute_with_force("open", open);
    }
}

/// Selects the text of the element with that id, so that the shopper can copy it.
pub fn select(id: &str) {
    if let (Some(element), Ok(Some(selection))) = (by_id(id), window().get_selection()) {
        _ = selection.select_all_children(&element);
    }
}

/// Copies the text to the clipboard, then calls `done` with whether that succeeded.
pub fn copy(text: &str, done: impl FnMut(bool) + Clone + 'static) {
    let answer = |copied: bool| {
        let mut done = done.clone();
        callback(move |_| done(copied))
    };
    // Undefined outside a secure context, although the type of `navigator.clipboard` has no such case.
    let clipboard = Reflect::get(&window().navigator(), &"clipboard".into()).unwrap_or_default();
    if clipboard.is_undefined() {
        _ = answer(false).call0(&JsValue::UNDEFINED);
        return;
    }
    let promise = clipboard.unchecked_into::<Clipboard>().write_text(text);
    if let Ok(then) = Reflect::get(&promise, &"then".into()) {
        _ = then.unchecked_into::<Function>().call2(&promise, &answer(true), &answer(false));
    }
}

/// Adds an event listener for the lifetime of the page.
pub fn listen(target: &EventTarget, event: &str, listener: impl FnMut(JsValue) + 'static) {
    _ = target.add_event_listener_with_callback(event, &callback(listener));
}

/// Runs `run` after that many milliseconds; returns the timer's id for [`cancel`].
pub fn after(ms: i32, mut run: impl FnMut() + 'static) -> i32 {
    let run = callback(move |_| run());
    window().set_timeout_with_callback_and_timeout_and_arguments_0(&run, ms).unwrap_or_default()
}

/// Cancels a timer of [`after`].
pub fn cancel(timer: i32) {
    window().clear_timeout_with_handle(timer);
}

/// Creates a JavaScript object with these members.
pub fn object(members: &[(&str, JsValue)]) -> Object {
    let object = Object::new();
    for (name, value) in members {
        _ = Reflect::set(&object, &JsValue::from_str(name), value);
    }
    object
}

/// Creates a JavaScript function of one argument that Rust does not free.
pub fn callback(run: impl FnMut(JsValue) + 'static) -> Function {
    let run: Box<dyn FnMut(JsValue)> = Box::new(run);
    Closure::wrap(run).into_js_value().unchecked_into()
}

/// Returns the browser's online state.
pub fn is_online() -> bool {
    window().navigator().on_line()
}
