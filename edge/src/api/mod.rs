//! The JSON API: authenticates the caller, parses the request, and calls the object that answers it.

pub mod merchant;
pub mod operations;
pub mod shopper;
