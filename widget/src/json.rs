//! JSON, read with the browser's own parser: a JSON library would add 15 KB to the download.

use checkout_wire::{Node, Read};
use js_sys::Reflect;
use wasm_bindgen::JsValue;

/// A JavaScript value, read as JSON.
pub struct JsonNode(JsValue);

impl JsonNode {
    /// Parses `text`; returns a null node when it is not JSON.
    pub fn parse(text: &str) -> Self {
        Self(js_sys::JSON::parse(text).unwrap_or(JsValue::NULL))
    }

    /// Returns the JavaScript value itself.
    pub fn value(self) -> JsValue {
        self.0
    }

    /// Reads the value as a wire type, if it has that shape.
    pub fn read<T: Read>(&self) -> Option<T> {
        T::read(self)
    }
}

impl From<JsValue> for JsonNode {
    fn from(value: JsValue) -> Self {
        Self(value)
    }
}

impl Node for JsonNode {
    fn field(&self, name: &str) -> Self {
        // `Reflect.get` throws when the target is not an object.
        Self(Reflect::get(&self.0, &JsValue::from_str(name)).unwrap_or(JsValue::NULL))
    }

    fn is_null(&self) -> bool {
        self.0.is_null() || self.0.is_undefined()
    }

    fn text(&self) -> Option<String> {
        self.0.as_string()
    }

    fn integer(&self) -> Option<i64> {
        exact(self.0.as_f64()?)
    }

    fn boolean(&self) -> Option<bool> {
        self.0.as_bool()
    }

    fn items(&self) -> Option<Vec<Self>> {
        js_sys::Array::is_array(&self.0).then(|| js_sys::Array::from(&self.0).iter().map(Self).collect())
    }
}

/// Converts a JavaScript number that is a whole number within the exact range of a double.
fn exact(number: f64) -> Option<i64> {
    const LIMIT: i64 = 1 << 53;
    let whole = number as i64;
    (whole as f64 == number && -LIMIT < whole && whole < LIMIT).then_some(whole)
}

#[cfg(test)]
mod tests;
