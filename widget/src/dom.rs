//! The few things asked of the document outside of the view.

use checkout_wire::ascii::digits;
use js_sys::{Function, Object, Reflect};
use leptos::prelude::{document, window};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{Clipboard, Element, EventTarget, HtmlElement, HtmlInputElement};

/// The element with that id.
pub fn by_id(id: &str) -> Option<Element> {
    document().get_element_by_id(id)
}

/// The input with that id.
pub fn input(id: &str) -> Option<HtmlInputElement> {
    by_id(id).map(JsCast::unchecked_into)
}

/// What stands in the input with that id; empty when it is not there.
pub fn value(id: &str) -> String {
    input(id).map(|input| input.value()).unwrap_or_default()
}

/// Moves the focus to the element with that id, if this document has the focus at all: from within an iframe it would
/// be taken away from what the shopper does on the shop's page.
pub fn focus(id: &str) {
    if document().has_focus().unwrap_or(false)
        && let Some(element) = by_id(id)
    {
        _ = element.unchecked_into::<HtmlElement>().focus();
    }
}

/// Keeps the element with that id at least so high that it reaches down to where the other one ends now; as high as it wants
/// without another one.
pub fn keep_room(id: &str, down_to: &str) {
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

/// Shows or hides what the `details` with that id holds.
pub fn unfold(id: &str, open: bool) {
    if let Some(details) = by_id(id) {
        _ = details.toggle_attribute_with_force("open", open);
    }
}

/// Selects the text of the element with that id, ready for the shopper's own copy command.
pub fn select(id: &str) {
    if let (Some(element), Ok(Some(selection))) = (by_id(id), window().get_selection()) {
        _ = selection.select_all_children(&element);
    }
}

/// Copies the text, and says whether that worked.
pub fn copy(text: &str, done: impl FnMut(bool) + Clone + 'static) {
    let answer = |copied: bool| {
        let mut done = done.clone();
        callback(move |_| done(copied))
    };
    // Missing where the page is not secure, whatever its declared type says.
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

/// Listens for an event for as long as the page lives.
pub fn listen(target: &EventTarget, event: &str, listener: impl FnMut(JsValue) + 'static) {
    _ = target.add_event_listener_with_callback(event, &callback(listener));
}

/// Runs it after so many milliseconds; the number is for [`stop`].
pub fn after(ms: i32, mut run: impl FnMut() + 'static) -> i32 {
    let run = callback(move |_| run());
    window().set_timeout_with_callback_and_timeout_and_arguments_0(&run, ms).unwrap_or_default()
}

/// Keeps what [`after`] arranged from happening.
pub fn stop(timer: i32) {
    window().clear_timeout_with_handle(timer);
}

/// A JavaScript object with these members.
pub fn object(members: &[(&str, JsValue)]) -> Object {
    let object = Object::new();
    for (name, value) in members {
        _ = Reflect::set(&object, &JsValue::from_str(name), value);
    }
    object
}

/// A JavaScript function, of the one kind used here.
pub fn callback(run: impl FnMut(JsValue) + 'static) -> Function {
    let run: Box<dyn FnMut(JsValue)> = Box::new(run);
    Closure::wrap(run).into_js_value().unchecked_into()
}

/// Whether the browser believes it has a connection.
pub fn online() -> bool {
    window().navigator().on_line()
}
