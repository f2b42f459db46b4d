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

/// Reads itself from a [`Node`].
///
/// Whatever the shape, there is a value: leaving in the middle would cost a shopper the code that drops each half-read struct.
pub trait Read: Sized {
    /// The value. Where a member is missing or of another type, something stands in for it, and `whole` becomes false.
    fn take<N: Node>(node: &N, whole: &mut bool) -> Self;

    /// The value, or `None` when the shape is not the agreed one.
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

/// A struct's member. Never inlined: each type is read by one piece of code, however many members have it.
#[inline(never)]
pub(crate) fn member<T: Read, N: Node>(node: &N, name: &str, whole: &mut bool) -> T {
    T::take(&node.field(name), whole)
}

fn or_default<T: Default>(value: Option<T>, whole: &mut bool) -> T {
    *whole &= value.is_some();
    value.unwrap_or_default()
}

/// A JSON object: the struct, its serde form and its [`Read`] form, from one list of fields.
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

/// An enum of which each value is a text: the enum and its text, from one list.
#[macro_export]
macro_rules! text_enum {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        pub enum $name { $($(#[$variant_meta])* $variant,)* }

        impl $name {
            /// Every value, in the order of its definition.
            pub const ALL: &'static [$name] = &[$($name::$variant,)*];

            /// The text of that value.
            pub const fn as_str(self) -> &'static str {
                match self { $($name::$variant => $text,)* }
            }

            /// The value of that text, if it is one of them.
            pub fn from_text(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.as_str() == text)
            }
        }
    };
}

/// A JSON string out of a fixed set: a [`text_enum!`] with its serde form and its [`Read`] form.
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
