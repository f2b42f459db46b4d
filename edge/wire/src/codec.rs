//! One definition per type with two readers: serde in the Worker, a JavaScript value in the widget.

/// A JSON value to read from. The widget implements it for `JsValue`, the tests for `serde_json::Value`.
pub trait Node: Sized {
    /// Returns the member `name`; a null node if there is none.
    fn field(&self, name: &str) -> Self;
    /// Returns whether this is `null` or missing.
    fn is_null(&self) -> bool;
    /// Returns the string, if this is one.
    fn text(&self) -> Option<String>;
    /// Returns the integer, if this is one that JSON represents exactly (below 2^53).
    fn integer(&self) -> Option<i64>;
    /// Returns the boolean, if this is one.
    fn boolean(&self) -> Option<bool>;
    /// Returns the elements, if this is an array.
    fn items(&self) -> Option<Vec<Self>>;
}

/// A type that is read from a [`Node`].
///
/// Every shape yields a value: an early return would add code to the widget that drops each half-read struct.
pub trait Read: Sized {
    /// Returns the value. A default replaces each member that is missing or of another type, and `whole` becomes false.
    fn take<N: Node>(node: &N, whole: &mut bool) -> Self;

    /// Returns the value; `None` if a member is missing or of another type.
    fn read<N: Node>(node: &N) -> Option<Self> {
        let mut whole = true;
        let value = Self::take(node, &mut whole);
        whole.then_some(value)
    }
}

impl Read for String {
    fn take<N: Node>(node: &N, whole: &mut bool) -> Self {
        or_default(node.text(), whole)
    }
}

impl Read for i64 {
    fn take<N: Node>(node: &N, whole: &mut bool) -> Self {
        or_default(node.integer(), whole)
    }
}

impl Read for bool {
    fn take<N: Node>(node: &N, whole: &mut bool) -> Self {
        or_default(node.boolean(), whole)
    }
}

impl<T: Read> Read for Option<T> {
    fn take<N: Node>(node: &N, whole: &mut bool) -> Self {
        (!node.is_null()).then(|| T::take(node, whole))
    }
}

impl<T: Read> Read for Vec<T> {
    fn take<N: Node>(node: &N, whole: &mut bool) -> Self {
        or_default(node.items(), whole).iter().map(|item| T::take(item, whole)).collect()
    }
}

/// Returns a struct's member. Never inlined, so that each type has one piece of reading code however many members use it.
#[inline(never)]
pub(crate) fn member<T: Read, N: Node>(node: &N, name: &str, whole: &mut bool) -> T {
    T::take(&node.field(name), whole)
}

fn or_default<T: Default>(value: Option<T>, whole: &mut bool) -> T {
    *whole &= value.is_some();
    value.unwrap_or_default()
}

/// Declares a JSON object: the struct, its serde form and its [`Read`] form, from one list of fields.
macro_rules! wire_struct {
    ($(#[$meta:meta])* pub struct $name:ident { $($(#[$field_meta:meta])* pub $field:ident: $type:ty,)* }) => {
        $(#[$meta])*
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        pub struct $name { $($(#[$field_meta])* pub $field: $type,)* }

        impl $crate::Read for $name {
            fn take<N: $crate::Node>(node: &N, whole: &mut bool) -> Self {
                Self { $($field: $crate::codec::member(node, stringify!($field), whole),)* }
            }
        }
    };
}

/// Declares an enum with a text for each value.
#[macro_export]
macro_rules! text_enum {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        pub enum $name { $($(#[$variant_meta])* $variant,)* }

        impl $name {
            /// All values, in order of definition.
            pub const ALL: &'static [$name] = &[$($name::$variant,)*];

            /// Returns the text of the value.
            pub const fn as_str(self) -> &'static str {
                match self { $($name::$variant => $text,)* }
            }

            /// Returns the value with this text; `None` if there is none.
            pub fn from_text(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.as_str() == text)
            }
        }
    };
}

/// Declares a JSON string out of a fixed set: a [`text_enum!`] with its serde form and its [`Read`] form.
macro_rules! wire_enum {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $text:literal,)* }) => {
        text_enum! {
            $(#[$meta])*
            #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
            pub enum $name {
                $($(#[$variant_meta])* #[cfg_attr(feature = "serde", serde(rename = $text))] $variant = $text,)*
            }
        }

        impl $crate::Read for $name {
            fn take<N: $crate::Node>(node: &N, whole: &mut bool) -> Self {
                let value = node.text().and_then(|text| Self::from_text(&text));
                *whole &= value.is_some();
                value.unwrap_or([$($name::$variant,)*][0])
            }
        }
    };
}
