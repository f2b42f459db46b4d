//! Reads JSON that this Worker has written itself: ledgers and other stored records, and the calls between its objects. A reader derived by
//! serde contains code after every member that drops the members read so far, which takes five times the space. Here a missing or wrong
//! member becomes a default, and the whole value is refused at the end.

use crate::json::Part;
use crate::secret::Secret;
use checkout_wire::money::Currency;
use checkout_wire::{
    ActId, ChallengeAnswer, ChangeVoucher, DeclineCode, ErrorCode, Millis, Minor, Node, Pin, Read,
    RedemptionId, RedemptionRequest, Seconds, SessionId, VoucherId,
};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// A type that this Worker reads from its own JSON.
pub trait Stored: Sized {
    /// Returns the value. `whole` becomes false if it is another type or lacks a member.
    fn take(part: Part<'_>, whole: &mut bool) -> Self;
}

/// Parses a stored text; `None` if a member is missing or of another type.
pub fn read<T: Stored>(text: &str) -> Option<T> {
    let value: Value = crate::json::read(text).ok()?;
    let mut whole = true;
    let read = T::take(Part(&value), &mut whole);
    whole.then_some(read)
}

/// Returns the member of an object. Never inlined, so that each type has one piece of reading code however many members use it.
#[inline(never)]
pub fn member<T: Stored>(part: Part<'_>, name: &str, whole: &mut bool) -> T {
    T::take(part.field(name), whole)
}

/// Returns the member of an object, or a default if an earlier release has not written it.
pub fn member_if_any<T: Stored + Default>(part: Part<'_>, name: &str, whole: &mut bool) -> T {
    let part = part.field(name);
    if part.is_null() { T::default() } else { T::take(part, whole) }
}

/// Returns the name and the content of an enum's stored value: a string, or an object with one member.
pub fn variant<'a>(part: Part<'a>) -> (&'a str, Part<'a>) {
    match part.0 {
        Value::String(name) => (name, Part(&Value::Null)),
        Value::Object(members) => {
            let mut members = members.iter();
            match (members.next(), members.next()) {
                (Some((name, content)), None) => (name, Part(content)),
                _ => ("", part),
            }
        }
        _ => ("", part),
    }
}

impl<T: Stored> Stored for Option<T> {
    fn take(part: Part<'_>, whole: &mut bool) -> Self {
        (!part.is_null()).then(|| T::take(part, whole))
    }
}

/// Omitted when it is false.
impl Stored for bool {
    fn take(part: Part<'_>, whole: &mut bool) -> Self {
        !part.is_null() && <bool as Read>::take(&part, whole)
    }
}

impl<T: Stored> Stored for Vec<T> {
    fn take(part: Part<'_>, whole: &mut bool) -> Self {
        let items = part.items();
        *whole &= items.is_some();
        items.unwrap_or_default().into_iter().map(|item| T::take(item, whole)).collect()
    }
}

impl Stored for Value {
    fn take(part: Part<'_>, _whole: &mut bool) -> Self {
        part.0.clone()
    }
}

impl Stored for () {
    fn take(part: Part<'_>, whole: &mut bool) -> Self {
        *whole &= part.is_null();
    }
}

impl<T: Stored, E: Stored> Stored for Result<T, E> {
    fn take(part: Part<'_>, whole: &mut bool) -> Self {
        match variant(part) {
            ("Err", error) => Err(E::take(error, whole)),
            (name, value) => {
                *whole &= name == "Ok";
                Ok(T::take(value, whole))
            }
        }
    }
}

/// Omitted when it is empty.
impl Stored for Map<String, Value> {
    fn take(part: Part<'_>, whole: &mut bool) -> Self {
        match part.0 {
            Value::Object(members) => members.clone(),
            other => {
                *whole &= other.is_null();
                Map::new()
            }
        }
    }
}

/// Omitted when it is empty.
impl Stored for BTreeMap<String, String> {
    fn take(part: Part<'_>, whole: &mut bool) -> Self {
        let members = <Map<String, Value> as Stored>::take(part, whole);
        members
            .into_iter()
            .map(|(name, value)| (name, <String as Stored>::take(Part(&value), whole)))
            .collect()
    }
}

impl Stored for u64 {
    fn take(part: Part<'_>, whole: &mut bool) -> Self {
        let number = part.0.as_u64();
        *whole &= number.is_some();
        number.unwrap_or_default()
    }
}

/// Reads smaller numbers as a `u64`.
macro_rules! as_u64 {
    ($($name:ty)*) => {
        $(impl Stored for $name {
            fn take(part: Part<'_>, whole: &mut bool) -> Self {
                let number = <u64 as Stored>::take(part, whole).try_into();
                *whole &= number.is_ok();
                number.unwrap_or_default()
            }
        })*
    };
}

as_u64! { u16 u32 usize }

/// Reads types as the widget reads them.
macro_rules! as_in_views {
    ($($name:ty)*) => {
        $(impl Stored for $name {
            fn take(part: Part<'_>, whole: &mut bool) -> Self {
                <Self as Read>::take(&part, whole)
            }
        })*
    };
}

as_in_views! {
    String i64 Minor Seconds SessionId RedemptionId VoucherId ActId Pin DeclineCode ErrorCode ChangeVoucher
}

impl Stored for Millis {
    fn take(part: Part<'_>, whole: &mut bool) -> Self {
        Self(<i64 as Read>::take(&part, whole))
    }
}

impl Stored for Secret {
    fn take(part: Part<'_>, whole: &mut bool) -> Self {
        Self::new(<String as Stored>::take(part, whole))
    }
}

impl Stored for RedemptionRequest {
    fn take(part: Part<'_>, whole: &mut bool) -> Self {
        Self {
            provider: member(part, "provider", whole),
            provider_code: member(part, "provider_code", whole),
            pin: member(part, "pin", whole),
            phone: member(part, "phone", whole),
            email: member(part, "email", whole),
            amount: member(part, "amount", whole),
        }
    }
}

impl Stored for ChallengeAnswer {
    fn take(part: Part<'_>, whole: &mut bool) -> Self {
        <Option<Pin> as Stored>::take(part, whole).map_or(Self::Resend, Self::Code)
    }
}

impl Stored for Currency {
    fn take(part: Part<'_>, whole: &mut bool) -> Self {
        let currency = part.text().and_then(|code| Currency::from_code(&code));
        *whole &= currency.is_some();
        currency.unwrap_or(Currency::Zar)
    }
}

/// Declares a struct: its serde form for writing, and its [`Stored`] form for reading, from one list of fields. Members of a struct `if
/// any` may be missing.
#[macro_export]
macro_rules! stored_struct {
    ($(#[$meta:meta])* $vis:vis struct $name:ident;) => {
        $(#[$meta])*
        #[derive(serde::Serialize)]
        $vis struct $name;

        impl $crate::stored::Stored for $name {
            fn take(_part: $crate::json::Part<'_>, _whole: &mut bool) -> Self {
                Self
            }
        }
    };
    (
        $(#[$meta:meta])*
        $vis:vis struct $name:ident if any { $($(#[$field_meta:meta])* $field_vis:vis $field:ident: $type:ty,)* }
    ) => {
        $(#[$meta])*
        #[derive(serde::Serialize)]
        $vis struct $name { $($(#[$field_meta])* $field_vis $field: $type,)* }

        impl $crate::stored::Stored for $name {
            fn take(part: $crate::json::Part<'_>, whole: &mut bool) -> Self {
                Self { $($field: $crate::stored::member_if_any(part, stringify!($field), whole),)* }
            }
        }
    };
    (
        $(#[$meta:meta])*
        $vis:vis struct $name:ident { $($(#[$field_meta:meta])* $field_vis:vis $field:ident: $type:ty,)* }
    ) => {
        $(#[$meta])*
        #[derive(serde::Serialize)]
        $vis struct $name { $($(#[$field_meta])* $field_vis $field: $type,)* }

        impl $crate::stored::Stored for $name {
            fn take(part: $crate::json::Part<'_>, whole: &mut bool) -> Self {
                Self { $($field: $crate::stored::member(part, stringify!($field), whole),)* }
            }
        }
    };
}

/// Declares a struct around one value, with the JSON of that value.
#[macro_export]
macro_rules! stored_newtype {
    ($(#[$meta:meta])* $vis:vis struct $name:ident($type:ty);) => {
        $(#[$meta])*
        #[derive(serde::Serialize)]
        #[serde(transparent)]
        $vis struct $name($type);

        impl $crate::stored::Stored for $name {
            fn take(part: $crate::json::Part<'_>, whole: &mut bool) -> Self {
                Self(<$type as $crate::stored::Stored>::take(part, whole))
            }
        }
    };
}

/// Declares an enum: its serde form for writing, and its [`Stored`] form for reading, from one list of variants, each with its stored
/// name. `or` is the default that stands in for an unknown name.
#[macro_export]
macro_rules! stored_enum {
    (
        $(#[$meta:meta])*
        pub enum $name:ident or $fallback:expr;
        $(
            $(#[$variant_meta:meta])*
            $text:literal = $variant:ident
                $({ $($(#[$field_meta:meta])* $field:ident $(as $stored:literal)?: $type:ty,)* })?
                $(($inner:ty))?,
        )*
    ) => {
        $(#[$meta])*
        #[derive(serde::Serialize)]
        pub enum $name {
            $(
                $(#[$variant_meta])*
                #[serde(rename = $text)]
                $variant $({ $($(#[$field_meta])* $(#[serde(rename = $stored)])? $field: $type,)* })? $(($inner))?,
            )*
        }

        impl $name {
            /// The stored names of all variants.
            #[allow(dead_code)]
            pub const NAMES: &'static [&'static str] = &[$($text,)*];
        }

        impl $crate::stored::Stored for $name {
            fn take(part: $crate::json::Part<'_>, whole: &mut bool) -> Self {
                let (name, content) = $crate::stored::variant(part);
                let _ = content;
                match name {
                    $(
                        $text => $name::$variant
                            $({ $($field: $crate::stored::member(
                                content,
                                [$($stored,)? stringify!($field)][0],
                                whole,
                            ),)* })?
                            $((<$inner as $crate::stored::Stored>::take(content, whole)))?,
                    )*
                    _ => {
                        *whole = false;
                        $fallback
                    }
                }
            }
        }
    };
}
