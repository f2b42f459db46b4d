//! One definition per type, two ways to read it: serde in the Worker, a JavaScript value in the widget.

/// A JSON value as its reader sees it. The widget implements it for `JsValue`, the tests for `serde_json::Value`.
pub trait Node: Sized {
    /// The member called `name`; a null node when there is none.
    fn field(&self, name: &str) -> Self;
    /// Whether this is `null` or missing.
    fn is_null(&self) -> bool;
    /// The string, if it is one.
    fn text(&self) -> Option<String>;
    /// The whole number, if it is one that JSON carries exactly (below 2^53).
    fn integer(&self) -> Option<i64>;
    /// The boolean, if it is one.
    fn boolean(&self) -> Option<bool>;
    /// The elements, if it is an array.
    fn items(&self) -> Option<Vec<Self>>;
}

/// Reads itself from a [`Node`]; `None` when the shape is not the agreed one.
pub trait Read: Sized {
    /// The value, or `None` when a member is missing or of another type.
    fn read<N: Node>(node: &N) -> Option<Self>;
}

impl Read for String {
    fn read<N: Node>(node: &N) -> Option<Self> {
        node.text()
    }
}

impl Read for i64 {
    fn read<N: Node>(node: &N) -> Option<Self> {
        node.integer()
    }
}

impl Read for bool {
    fn read<N: Node>(node: &N) -> Option<Self> {
        node.boolean()
    }
}

impl<T: Read> Read for Option<T> {
    fn read<N: Node>(node: &N) -> Option<Self> {
        if node.is_null() { Some(None) } else { T::read(node).map(Some) }
    }
}

impl<T: Read> Read for Vec<T> {
    fn read<N: Node>(node: &N) -> Option<Self> {
        node.items()?.iter().map(T::read).collect()
    }
}

/// A JSON object: the struct, its serde form and its [`Read`] form, from one list of fields.
macro_rules! wire_struct {
    ($(#[$meta:meta])* pub struct $name:ident { $($(#[$field_meta:meta])* pub $field:ident: $type:ty,)* }) => {
        $(#[$meta])*
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        pub struct $name { $($(#[$field_meta])* pub $field: $type,)* }

        impl $crate::Read for $name {
            fn read<N: $crate::Node>(node: &N) -> Option<Self> {
                Some(Self { $($field: $crate::Read::read(&node.field(stringify!($field)))?,)* })
            }
        }
    };
}

/// A JSON string out of a fixed set: the enum, its text, its serde form and its [`Read`] form, from one list.
macro_rules! wire_enum {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        pub enum $name { $($(#[$variant_meta])* #[cfg_attr(feature = "serde", serde(rename = $text))] $variant,)* }

        impl $name {
            /// Every value, in the order of its definition.
            pub const ALL: &'static [$name] = &[$($name::$variant,)*];

            /// The text that stands in the JSON.
            pub const fn as_str(self) -> &'static str {
                match self { $($name::$variant => $text,)* }
            }

            /// The value of that text, if it is one of them.
            pub fn from_text(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.as_str() == text)
            }
        }

        impl $crate::Read for $name {
            fn read<N: $crate::Node>(node: &N) -> Option<Self> {
                Self::from_text(&node.text()?)
            }
        }
    };
}
