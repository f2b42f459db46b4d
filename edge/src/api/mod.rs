//! The JSON API: authenticates the caller, parses the request, and calls the object that answers it.

pub mod exports;
pub mod lists;
pub mod merchant;
pub mod operations;
pub mod reports;
pub mod shopper;
