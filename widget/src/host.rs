//! The channel to the shop's page: the message port that widget/entry.js has received together with the client secret.

use crate::model::dom_event::{DomEvent, Member, READY};
use crate::{dom, page};
use checkout_present::{Language, Word};
use std::cell::RefCell;
use wasm_bindgen::JsValue;
use web_sys::MessagePort;

thread_local! {
    static PORT: RefCell<Option<MessagePort>> = const { RefCell::new(None) };
}

/// Sends `ready` to the shop's page, by this port.
pub fn ready(port: MessagePort) {
    PORT.set(Some(port));
    let (ready, title) = READY;
    post(ready, &[(title, page::Texts.text(Word::Title).into())]);
}

/// Sends an event of this session to the shop's page.
pub fn notify(event: DomEvent, session: &str) {
    let (kind, members) = event.message(session);
    let value = |member| match member {
        Member::Text(text) => JsValue::from_str(text),
        Member::Flag(flag) => JsValue::from_bool(flag),
    };
    let members: Vec<_> = members.into_iter().map(|(name, member)| (name, value(member))).collect();
    post(kind, &members);
}

fn post(kind: &str, members: &[(&str, JsValue)]) {
    PORT.with_borrow(|port| {
        if let Some(port) = port {
            _ = port.post_message(&dom::object(&[&[("type", kind.into())], members].concat()));
        }
    });
}
