//! The parts that screens share.

pub mod act;
pub mod chart;
pub mod context;
pub mod fields;
pub mod list;
pub mod load;
pub mod rows;
pub mod text;
