//! Names and shapes of the APIs on both sides: what clients speak, what providers define.
//!
//! Knows field names, paths and JSON. Decides nothing.

mod dialect;
pub mod json;
mod provider;
pub mod write;

pub use dialect::Dialect;
pub use provider::{Api, Provider};
