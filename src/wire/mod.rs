//! Names and shapes of the APIs on both sides: what clients speak, what providers define.
//!
//! Knows field names, paths and JSON. Decides nothing.

pub mod check;
mod dialect;
mod header_value;
pub mod internal;
pub mod json;
pub mod outline;
pub mod path;
mod provider;
pub mod schema;
mod stored;
pub mod value;
pub mod write;

pub use dialect::{Dialect, Route};
pub use header_value::header_value;
pub use provider::{Api, Base, Below, KeyHeader, Provider, Row};
pub use stored::Stored;
