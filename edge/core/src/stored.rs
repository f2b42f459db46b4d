//! Reading what the ledgers store. A derived reader of serde drops what it has read so far after every member, which takes five times the
//! code: here a member that is missing or wrong becomes a default, and the whole is refused at the end.

use crate::json::Part;
use checkout_wire::money::Currency;
use checkout_wire::{ActId, DeclineCode, Millis, Minor, Node, Read, RedemptionId, SessionId, VoucherId};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// A type that is read from a ledger.
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

/// Left out when it is false.
impl Stored for bool {
    fn take(part: Part<'_>, whole: &mut bool) -> Self {
        !part.is_null() && <bool as Read>::take(&part, whole)
    }
}

impl Stored for Vec<String> {
    fn take(part: Part<'_>, whole: &mut bool) -> Self {
        <Self as Read>::take(&part, whole)
    }
}

impl Stored for Vec<Value> {
    fn take(part: Part<'_>, whole: &mut bool) -> Self {
        let items = part.items();
        *whole &= items.is_some();
        items.unwrap_or_default().iter().map(|item| item.0.clone()).collect()
    }
}

/// Left out when it is empty.
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

/// Left out when it is empty.
impl Stored for BTreeMap<String, String> {
    fn take(part: Part<'_>, whole: &mut bool) -> Self {
        let members = <Map<String, Value> as Stored>::take(part, whole);
        members
            .into_iter()
            .map(|(name, value)| (name, <String as Stored>::take(Part(&value), whole)))
            .collect()
    }
}

impl Stored for u16 {
    fn take(part: Part<'_>, whole: &mut bool) -> Self {
        let number = part.integer().and_then(|number| number.try_into().ok());
        *whole &= number.is_some();
        number.unwrap_or_default()
    }
}

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

as_in_views! { String Minor SessionId RedemptionId VoucherId ActId DeclineCode }

impl Stored for Millis {
    fn take(part: Part<'_>, whole: &mut bool) -> Self {
        Self(<i64 as Read>::take(&part, whole))
    }
}

impl Stored for Currency {
    fn take(part: Part<'_>, whole: &mut bool) -> Self {
        let currency = part.text().and_then(|code| Currency::from_code(&code));
        *whole &= currency.is_some();
        currency.unwrap_or(Currency::Zar)
    }
}

/// Declares a struct of a ledger: its serde form for writing, and its [`Stored`] form for reading, from one list of fields.
macro_rules! stored_struct {
    ($(#[$meta:meta])* pub struct $name:ident { $($(#[$field_meta:meta])* pub $field:ident: $type:ty,)* }) => {
        $(#[$meta])*
        #[derive(serde::Serialize)]
        pub struct $name { $($(#[$field_meta])* pub $field: $type,)* }

        impl $crate::stored::Stored for $name {
            fn take(part: $crate::json::Part<'_>, whole: &mut bool) -> Self {
                Self { $($field: $crate::stored::member(part, stringify!($field), whole),)* }
            }
        }
    };
}

/// Declares an enum of a ledger: its serde form for writing, and its [`Stored`] form for reading, from one list of variants, each with
/// its stored name. `or` is what stands in for an unknown one.
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

pub(crate) use {stored_enum, stored_struct};
