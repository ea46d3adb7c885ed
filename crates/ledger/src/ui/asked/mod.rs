//! What a visitor asked for: the path and the query string, read strictly, and written again for links.

mod address;
mod dimension;
mod place;
mod range;
mod sort;

use std::fmt;

pub(super) use address::{Address, segment};
pub(super) use dimension::{filter, name};
pub(super) use place::{position, written};
pub(super) use range::{PRESETS, Range};
pub(super) use sort::{Direction, Sort};

/// What is wrong with a query string, in words for its author.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Wrong(pub(super) String);

impl fmt::Display for Wrong {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}
