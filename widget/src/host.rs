//! The channel to the shop's page: `hello` to the parent window, then `init` with the client secret and a private message
//! port for everything after that.

use crate::bridge::{Message, NAMESPACE, VERSION, accept};
use crate::screen::{READY, ShopEvent};
use crate::{dom, json::Json, page};
use checkout_present::Word;
use js_sys::Object;
use leptos::prelude::{document, window};
use std::cell::{Cell, RefCell};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MessageEvent, MessagePort};

thread_local! {
    static PORT: RefCell<Option<MessagePort>> = const { RefCell::new(None) };
    static HEIGHT: Cell<i32> = const { Cell::new(0) };
}

/// Sends `hello` and passes the client secret of the first valid `init` to `on_secret`. Later messages are ignored.
pub fn listen(origins: Vec<String>, on_secret: impl Fn(String) + 'static) {
    let Ok(Some(parent)) = window().parent() else {
        return;
    };
    let sender: JsValue = parent.clone().into();
    dom::listen(&window(), "message", move |event| {
        let event: MessageEvent = event.unchecked_into();
        let ports = event.ports();
        let message = Message {
            from_parent: event.source().is_some_and(|source| JsValue::from(source) == sender),
            origin: &event.origin(),
            ports: ports.length(),
            data: &Json::from(event.data()),
        };
        if PORT.with_borrow(Option::is_none)
            && let Some(secret) = accept(&message, &origins)
        {
            PORT.set(Some(ports.get(0).unchecked_into()));
            on_secret(secret);
        }
    });
    _ = parent.post_message(&envelope("hello", &[]), "*");
}

/// Sends `ready` to the shop's page, and `resize` whenever the height changes.
pub fn ready() {
    if PORT.with_borrow(Option::is_none) {
        return;
    }
    let (ready, title) = READY;
    post(ready, &[(title, page::text(Word::Title).into())]);
    let measure = dom::callback(|_| {
        let height = document().body().map_or(0, |body| body.offset_height());
        if HEIGHT.replace(height) != height {
            post("resize", &[("height", height.into())]);
        }
    });
    if let (Ok(observer), Some(body)) = (web_sys::ResizeObserver::new(&measure), document().body()) {
        observer.observe(&body);
    }
}

/// Sends an event of this session to the shop's page.
pub fn notify(event: ShopEvent, session: &str) {
    let (kind, members) = event.message(session);
    let members: Vec<_> = members.into_iter().map(|(name, text)| (name, text.into())).collect();
    post(kind, &members);
}

fn post(kind: &str, members: &[(&str, JsValue)]) {
    PORT.with_borrow(|port| {
        if let Some(port) = port {
            _ = port.post_message(&envelope(kind, members));
        }
    });
}

fn envelope(kind: &str, members: &[(&str, JsValue)]) -> Object {
    let head = [("v", (VERSION as i32).into()), ("ns", NAMESPACE.into()), ("type", kind.into())];
    dom::object(&[&head, members].concat())
}
