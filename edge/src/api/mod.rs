//! The JSON API: checks who asks and what, then asks the object that knows.

pub mod merchant;
pub mod shopper;
