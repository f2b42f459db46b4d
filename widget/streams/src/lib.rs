//! The part of wasm-streams that leptos' server functions name, and nothing behind it. The widget has no server functions,
//! but the library exports its classes to JavaScript, so no linker may drop them: 3 KB for every shopper, never called.
#![forbid(unsafe_code)]

use futures_util::stream::{Stream, empty};
use wasm_bindgen::{JsCast, JsValue};

/// A stream that is over before it begins.
pub struct ReadableStream(web_sys::ReadableStream);

impl ReadableStream {
    /// Drops the stream.
    pub fn from_stream<S: Stream<Item = Result<JsValue, JsValue>> + 'static>(_: S) -> Self {
        Self(JsValue::NULL.unchecked_into())
    }

    /// The browser's stream.
    pub fn from_raw(raw: web_sys::ReadableStream) -> Self {
        Self(raw)
    }

    /// The browser's stream.
    pub fn into_raw(self) -> web_sys::ReadableStream {
        self.0
    }

    /// Nothing.
    pub fn into_stream(self) -> impl Stream<Item = Result<JsValue, JsValue>> {
        empty()
    }
}
